"""The error for a command line that cannot be run."""


class UsageError(Exception):
    """Invalid arguments; the message is for the user. The exit code is 2."""
