"""The hosts of an environment, and the hosted zone of their records."""

from dataclasses import dataclass

from ddms_compile.provenance.reading import Reader
from ddms_compile.provenance.traced import Traced


@dataclass(frozen=True, slots=True, kw_only=True)
class HostNames:
    """Fully qualified names, without the final dot."""

    app: Traced[str]
    api: Traced[str]
    grafana: Traced[str]
    zone: Traced[str]


def make_hosts(read: Reader) -> HostNames:
    """Return the hosts of the data, or default names under the root domain."""
    return HostNames(
        app=read(lambda s: s.dns.hosts.app or f"app.{s.dns.root_domain}"),
        api=read(lambda s: s.dns.hosts.api or f"api.{s.dns.root_domain}"),
        grafana=read(lambda s: s.dns.hosts.grafana or f"grafana.app.{s.dns.root_domain}"),
        zone=read(lambda s: s.dns.zone or s.dns.root_domain),
    )
