"""The certificate, the DNS records and the cookies of an environment live under its root domain."""

from collections.abc import Iterator

from ddms_compile.load import Finding
from ddms_compile.validate.rules.rule import Specs, at, error

CODE = "DDMS206"
USUAL = {"app": "app", "api": "api", "grafana": "grafana.app"}


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.environments.items():
        root = spec.dns.root_domain
        for part, usual in USUAL.items():
            host = getattr(spec.dns.hosts, part)
            if host and host != root and not host.endswith(f".{root}"):
                yield error(
                    CODE,
                    f"the host {host} is not under the root domain {root}",
                    at(name, "dns", "hosts", part, label=f"must end in .{root}"),
                    f'write {part} = "{usual}.{root}", or omit the key to use this default',
                    related=(at(name, "dns", "root_domain", label="the root domain"),),
                )
