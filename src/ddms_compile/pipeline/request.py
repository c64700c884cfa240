"""What to compile. Imports nothing that is slow: a build with nothing changed needs no more of the pipeline."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to compile. No `environments` means all; `cache_dir` (None: nowhere) keeps the bindings.

    `today` decides about support.
    """

    root: Path
    today: datetime.date
    cache_dir: Path | None
    environments: tuple[str, ...] = ()
    progress: Callable[[str], None] = lambda _: None
    workers: int = 1
    force: bool = False
    """Whether a ledger counts that agrees with the stacks beside it, whatever the manifest says of it."""
