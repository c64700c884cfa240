"""Each workload has one Dockerfile, so its settings must be equal in all environments."""

from collections.abc import Iterator
from functools import reduce

from ddms_compile.load import Finding
from ddms_compile.spec import EnvironmentSpec
from ddms_compile.validate.rules.rule import Specs, at, error

CODE = "DDMS229"
SAID = (
    ("backend", ("versions", "images", "node")),
    ("frontend", ("versions", "images", "node")),
    ("frontend", ("versions", "images", "nginx")),
    # In the configuration of nginx. The API reads its port at start.
    ("frontend", ("workloads", "frontend", "port")),
)
"""A workload, and a key that is written into its image."""


def check(specs: Specs) -> Iterator[Finding]:
    if not specs.environments:
        return
    # The same as `local/images` takes.
    first = min(specs.environments, key=lambda name: (specs.environments[name].tier == "local", name))
    for name, spec in specs.environments.items():
        keys = dict.fromkeys(key for workload, key in SAID if _builds(spec, workload))
        for key in keys:
            own, said = _value(spec, key), _value(specs.environments[first], key)
            if own != said:
                yield error(
                    CODE,
                    (
                        f"`{'.'.join(key)}` is {_short(own)} in {name} and {_short(said)} in "
                        f"{first}, but they share one Dockerfile"
                    ),
                    at(name, *key, label=f"not {_short(said)}"),
                    "set it once, in ddms.toml",
                    related=(at(first, *key, label=f"in {first}"),),
                )


def _builds(spec: EnvironmentSpec, workload: str) -> bool:
    """Whether it runs an image of this Dockerfile; a local environment always does."""
    return spec.tier == "local" or not getattr(spec.workloads, workload).image.repository


def _short(value: object) -> str:
    """A digest by its first digits: two tags can be the same."""
    tag, at_sign, digest = str(value).partition("@")
    return f"{tag}{at_sign}{digest[:14]}" + ("…" if digest else "")


def _value(spec: EnvironmentSpec, key: tuple[str, ...]) -> object:
    return reduce(getattr, key, spec)
