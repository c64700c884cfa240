"""The error for an invalid command line."""


class UsageError(Exception):
    """Invalid arguments; the message is for the user. The exit code is 2."""
