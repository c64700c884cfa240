"""The model of an add-on: a chart at a version, and its values in one environment."""

from collections.abc import Mapping
from dataclasses import dataclass

from ddms_compile.gates.document import to_yaml, untraced
from ddms_compile.provenance.origins import origins
from ddms_compile.provenance.traced import NO_KEYS, Keys, Traced
from ddms_compile.tree import TracedTree


@dataclass(frozen=True, slots=True, kw_only=True)
class Addon:
    """One release.

    `repository` None: a chart of this project, whose folder under `helm/` is `chart`. `exists`: the keys that decide
    whether the environment has it (`wanted`). `values` leaves out what only Terraform knows.
    """

    name: str
    chart: str
    repository: str | None
    version: Traced[str] | None
    namespace: str
    values: Mapping[str, TracedTree]
    exists: Keys = NO_KEYS
    wanted: bool = True

    def yaml(self) -> Traced[str]:
        """The values as YAML, with the keys of all their leaves."""
        keys = NO_KEYS.union(*(origin.keys for _, origin in origins(self.values, self.name)))
        return Traced(to_yaml(untraced(self.values)), keys | self.exists)
