"""The interface of a back end: inputs in, artifacts out. Back ends do not import each other."""

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
"""Number of environments from which on worker processes save more time than they cost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """All environments, and the names of those to compile.

    `root`: the project, for its charts. `today`: the date for waivers that expire. `cdktf`: the session of CDKTF for
    the Terraform back end. `ledgers`: those of earlier builds, by path.
    """

    environments: Mapping[str, Environment]
    wanted: tuple[str, ...]
    root: Path
    today: datetime.date
    cdktf: "Session"
    ledgers: Mapping[str, "Ledger"] = field(default_factory=dict)

    @property
    def selected(self) -> tuple[Environment, ...]:
        """The environments to compile, sorted by name."""
        return tuple(self.environments[name] for name in sorted(set(self.wanted)))

    @property
    def many(self) -> bool:
        """Whether worker processes save time."""
        return self.cdktf.workers > 1 and len(set(self.wanted)) >= MANY


Emitter = Callable[[Inputs], Iterable[Artifact]]
"""A back end: yields artifacts one by one. It may start its work when called."""
