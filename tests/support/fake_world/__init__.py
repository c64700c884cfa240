"""A small world behind fake programs: what a command changes, the next one sees."""
