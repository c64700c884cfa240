"""What every emitter takes and gives: emitters are siblings behind one type and never import each other."""

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ddms_compile.artifact import Artifact
from ddms_compile.resolve import Environment

if TYPE_CHECKING:
    from ddms_compile.synthesize.terraform.bindings import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """All environments, and those of them whose files are wanted.

    `root`: the project, for the chart that is rendered and the ledger of addresses. `cache_dir`: for the bindings.
    `today`: waivers end. `progress` is told what takes long. `workers`: processes that may be used. `node`: what the
    Terraform emitter needs, if it was started already.
    """

    environments: Mapping[str, Environment]
    wanted: tuple[str, ...]
    root: Path
    today: datetime.date
    cache_dir: Path
    progress: Callable[[str], None]
    workers: int = 1
    node: "Node | None" = None

    @property
    def selected(self) -> tuple[Environment, ...]:
        """The wanted environments, in the order of their names."""
        return tuple(self.environments[name] for name in sorted(set(self.wanted)))


Emitter = Callable[[Inputs], Iterable[Artifact]]
