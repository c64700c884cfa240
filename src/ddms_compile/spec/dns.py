"""`[dns]`: host names of the environment."""

from typing import Annotated

from pydantic import Field

from ddms_compile.spec.base import Host, Table, matching

_OptionalHost = Annotated[
    str,
    matching(r"|[a-z0-9-]+(?:\.[a-z0-9-]+)+", 'a host name, or "" for the default one'),
    Field(max_length=253),
]


class Hosts(Table):
    """Host names that differ from the defaults. Each must be below `root_domain`."""

    app: _OptionalHost
    """Host of the single-page app; empty: `app.<root_domain>`."""

    api: _OptionalHost
    """Host of the API; empty: `api.<root_domain>`."""

    grafana: _OptionalHost
    """Host of Grafana; empty: `grafana.app.<root_domain>`."""


class Dns(Table):
    """The domain and its hosts."""

    root_domain: Host
    """Domain of the environment."""

    zone: _OptionalHost
    """Name of the public Route 53 zone that contains the records; empty: `root_domain`. The zone must exist."""

    hosts: Hosts
    """Host names that differ from the defaults."""
