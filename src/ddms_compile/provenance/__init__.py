"""Which keys of the TOML each generated value follows from."""
