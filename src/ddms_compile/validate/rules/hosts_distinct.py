"""A host leads to one place, and the zone that holds its record is the domain or a parent of it."""

from collections.abc import Iterator

from ddms_compile.load import Finding, KeyLabel
from ddms_compile.spec import EnvironmentSpec
from ddms_compile.validate.rules.hosts_in_domain import USUAL
from ddms_compile.validate.rules.rule import Specs, at, error, warning

CODE = "DDMS207"


def check(specs: Specs) -> Iterator[Finding]:
    seen: dict[str, tuple[str, str, KeyLabel]] = {}
    domains: dict[str, str] = {}
    for name, spec in specs.cloud():
        yield from _zone(name, spec)
        root = spec.dns.root_domain
        if (owner := domains.setdefault(root, name)) != name:
            # A copy of an environment begins like this, and can be built; only one of the two can have the records.
            yield warning(
                CODE,
                f"{owner} and {name} have the same root domain: their DNS records would overwrite each other",
                at(name, "dns", "root_domain", label="taken"),
                f'use a separate domain, such as root_domain = "{name}.{root}"',
                related=(at(owner, "dns", "root_domain", label=f"by {owner}"),),
            )
            continue
        for part, usual in USUAL.items():
            own = getattr(spec.dns.hosts, part)
            host = own or f"{usual}.{spec.dns.root_domain}"
            key = ("dns", "hosts", part) if own else ("dns", "root_domain")
            here = at(name, *key, label=f"the {part} of {name}")
            if host in seen:
                other, other_part, place = seen[host]
                yield error(
                    CODE,
                    f"{host} is both the {other_part} of {other} and the {part} of {name}",
                    here,
                    "rename one of them",
                    related=(place,) if place != here else (),
                )
            else:
                seen[host] = (name, part, here)


def _zone(name: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    zone, root = spec.dns.zone, spec.dns.root_domain
    if zone and zone != root and not root.endswith(f".{zone}"):
        parents = [".".join(root.split(".")[n:]) for n in range(root.count("."))]
        yield error(
            CODE,
            f"the zone {zone} cannot contain records of {root}",
            at(name, "dns", "zone", label="neither the root domain nor a parent of it"),
            f"valid zones: {', '.join(parents)}",
            related=(at(name, "dns", "root_domain", label="the root domain"),),
        )
