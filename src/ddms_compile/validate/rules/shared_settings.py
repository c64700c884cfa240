"""Keys that must be equal in all environments, because they decide shared files: the engine, Terraform, the sources."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ddms_compile.catalog.regions import partition, regions
from ddms_compile.diagnostics.keys import Key, dotted
from ddms_compile.load import Finding, KeyLabel, LayerKind
from ddms_compile.spec import EnvironmentSpec
from ddms_compile.validate.rules.rule import Specs, at, error

CODE = "DDMS231"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """A key that must have one value. `reach`: the environments; `why`: what they share, as a sentence."""

    key: Key
    reach: Callable[[EnvironmentSpec], bool]
    why: str


def _cloud(spec: EnvironmentSpec) -> bool:
    return spec.tier != "local"


def _builds(workload: str) -> Callable[[EnvironmentSpec], bool]:
    """Return a test for environments that run the image built here; a local environment always does."""
    return lambda spec: spec.tier == "local" or not getattr(spec.workloads, workload).image.repository


_HEALTH = "the path is part of the image's health check, and all environments share the image"
_SOURCE = "one folder is tested and built for all environments"

SHARED = (
    Shared(key=("versions", "engine"), reach=_cloud, why="one engine synthesizes all stacks of a build"),
    Shared(
        key=("versions", "terraform"),
        reach=_cloud,
        why="the stack of an account serves all its environments, and the pipeline installs one Terraform for all",
    ),
    *(
        Shared(key=("workloads", each, "probes", "liveness", "path"), reach=_builds(each), why=_HEALTH)
        for each in ("backend", "frontend")
    ),
    *(
        Shared(key=("workloads", each, "image", "context"), reach=_cloud, why=_SOURCE)
        for each in ("backend", "frontend")
    ),
)
"""The keys of environments that something made once for all of them is made from."""


def check(specs: Specs) -> Iterator[Finding]:
    for shared in SHARED:
        values = {n: _value(s, shared.key) for n, s in specs.environments.items() if shared.reach(s)}
        if len(set(values.values())) > 1:
            yield from _disagreement(specs, shared, values)
    yield from _partitions(specs)


def _disagreement(specs: Specs, shared: Shared, values: dict[str, object]) -> Iterator[Finding]:
    """Yield an error for each environment that differs from most; of two, for the one with the key in its own file."""
    given = list(values.values())
    usual = min(values, key=lambda name: (-given.count(values[name]), _in_own_file(specs, name, shared.key)))
    *tables, last = (str(step) for step in shared.key)
    line = f"{last} = {json.dumps(values[usual])}"
    for name, value in values.items():
        if value != values[usual]:
            yield error(
                CODE,
                (
                    f"`{dotted(shared.key)}` must be the same in all environments, but "
                    f"differs between {usual} and {name}"
                ),
                at(name, *shared.key, label=f"{json.dumps(value)} for {name}"),
                f"set it once, under [{'.'.join(tables)}] in ddms.toml and in no environment: {line}",
                related=(at(usual, *shared.key, label=f"{json.dumps(values[usual])} for {usual}"),),
                notes=(shared.why,),
            )


def _partitions(specs: Specs) -> Iterator[Finding]:
    """IAM user guide, "Amazon Resource Names": accounts of one partition know nothing of those of another."""
    first: tuple[str, str, KeyLabel] | None = None
    for name, spec in specs.cloud():
        for region, place in (
            (spec.project.region, at(name, "project", "region", label="the project's own")),
            (spec.aws.region, at(name, "aws", "region", label=f"of {name}")),
        ):
            if region not in regions():
                continue
            if first is None:
                first = (region, partition(region), place)
            if partition(region) != first[1]:
                yield error(
                    CODE,
                    f"{region} and {first[0]} are in different AWS partitions, {partition(region)} and {first[1]}",
                    place,
                    "use regions of one partition; create a separate project for the other one",
                    related=(first[2],),
                    notes=("roles and image repositories of one partition are not available in another",),
                )


def _value(spec: EnvironmentSpec, key: Key) -> object:
    found: object = spec
    for step in key:
        found = getattr(found, str(step))
    return found


def _in_own_file(specs: Specs, name: str, key: Key) -> bool:
    return any(origin.kind is LayerKind.ENVIRONMENT for origin in specs.project.environments[name].origins(key)[:1])
