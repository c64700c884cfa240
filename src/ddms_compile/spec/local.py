"""`[local]`: ports of the local stack."""

from ddms_compile.spec.base import HighPort, Table


class Local(Table):
    """Ports on the loopback address."""

    app_port: HighPort
    """Port of the single-page application."""

    api_port: HighPort
    """Port of the API."""

    postgres_port: HighPort
    """Port of PostgreSQL."""

    redis_port: HighPort
    """Port of Redis."""
