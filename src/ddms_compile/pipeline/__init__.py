"""The use cases: check, compile, build, compare."""
