"""New projects and new environments: the TOML that a user starts from."""
