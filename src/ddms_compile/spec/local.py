"""`[local]`: the stack on a laptop."""

from ddms_compile.spec.base import HighPort, Table


class Local(Table):
    """Ports on the loopback address."""

    app_port: HighPort
    """The single-page app."""

    api_port: HighPort
    """The API."""

    postgres_port: HighPort
    """PostgreSQL."""

    redis_port: HighPort
    """Redis."""
