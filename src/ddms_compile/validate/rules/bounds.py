"""A lower bound must not be above its upper bound."""

from collections.abc import Iterator

from ddms_compile.load import Finding
from ddms_compile.spec import EnvironmentSpec
from ddms_compile.spec.quantities import mebibytes
from ddms_compile.validate.rules.rule import Specs, at, error

CODE = "DDMS204"
Key = tuple[str, ...]


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.environments.items():
        for table, low, high, values in _bounds(spec):
            yield error(
                CODE,
                f"`{'.'.join(table)}` has {low} = {values[0]}, which is greater than {high} = {values[1]}",
                at(name, *table, low, label="the lower bound"),
                f"lower `{low}` or raise `{high}`",
                related=(at(name, *table, high, label="the upper bound"),),
            )


def _bounds(spec: EnvironmentSpec) -> Iterator[tuple[Key, str, str, tuple[object, object]]]:
    for group, nodes in spec.cluster.nodes.items():
        if nodes.min > nodes.max:
            yield ("cluster", "nodes", group), "min", "max", (nodes.min, nodes.max)
    for part in ("backend", "frontend"):
        replicas = getattr(spec.workloads, part).replicas
        if replicas.min > replicas.max:
            yield ("workloads", part, "replicas"), "min", "max", (replicas.min, replicas.max)
    storage = spec.postgres.storage
    if mebibytes(storage.initial) > mebibytes(storage.max):
        yield ("postgres", "storage"), "initial", "max", (storage.initial, storage.max)
