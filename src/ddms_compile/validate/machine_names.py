"""Findings about names of instance types, shared by two rules."""

from collections.abc import Callable, Iterator

from ddms_compile.load import Finding
from ddms_compile.validate.rules.rule import at, error, warning


def machine_findings(
    code: str,
    environment: str,
    key: tuple[str, ...],
    name: str,
    region: str,
    offered: Callable[[str | None], tuple[str, ...]],
    service: str,
) -> Iterator[Finding]:
    """Yield an error for an unknown name, and a warning for one that the region lacks: offerings change weekly."""
    if name not in offered(None):
        advice = closest_machine(name, offered(region))
        yield error(
            code,
            f"{service} has no {name}",
            at(environment, *key, label="unknown type"),
            *((f'did you mean "{advice}"?',) if advice else ()),
        )
    elif region and (there := offered(region)) and name not in there:
        advice = closest_machine(name, there)
        yield warning(
            code,
            f"{service} does not offer {name} in {region}",
            at(environment, *key, label=f"not in {region}"),
            *((f'available there: "{advice}"',) if advice else ()),
            notes=("according to AWS's price list of November 2026; `terraform plan` is authoritative",),
        )


def closest_machine(name: str, candidates: tuple[str, ...]) -> str | None:
    """Return the likeliest type: of the same family or size, else the nearest name."""
    from difflib import get_close_matches

    found = get_close_matches(name, candidates, n=1, cutoff=0.6)
    return found[0] if found else None
