"""Provenance: the keys of the TOML that decide each generated value."""
