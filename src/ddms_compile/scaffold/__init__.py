"""The TOML of new projects and environments."""
