"""What every emitter takes and gives: emitters are siblings behind one type and never import each other."""

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ddms_compile.provenance.artifact import Artifact
from ddms_compile.resolve import Environment

if TYPE_CHECKING:
    from ddms_compile.cdktf.session import Session
    from ddms_compile.terraform.ledger.ledger import Ledger

MANY = 12
"""Environments from which on starting processes takes less time than it saves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """All environments, and those of them whose files are wanted.

    `root`: the project, for the chart that is rendered. `today`: waivers end. `cdktf`: what the Terraform emitter makes
    its stacks with. `ledgers`: those of earlier builds, by path.
    """

    environments: Mapping[str, Environment]
    wanted: tuple[str, ...]
    root: Path
    today: datetime.date
    cdktf: "Session"
    ledgers: Mapping[str, "Ledger"] = field(default_factory=dict)

    @property
    def selected(self) -> tuple[Environment, ...]:
        """The wanted environments, in the order of their names."""
        return tuple(self.environments[name] for name in sorted(set(self.wanted)))

    @property
    def many(self) -> bool:
        """Whether it is worth the while to use several processes, where they are allowed."""
        return self.cdktf.workers > 1 and len(set(self.wanted)) >= MANY


Emitter = Callable[[Inputs], Iterable[Artifact]]
"""Makes files. It may begin when it is called; the files are taken one by one."""
