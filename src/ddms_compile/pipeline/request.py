"""The request of a use case. Imports nothing slow: an unchanged build needs no more of the pipeline."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to compile. `environments`: empty for all; `cache_dir`: for the bindings, None for no cache.

    `today`: the date for ends of support and of waivers.
    """

    root: Path
    today: datetime.date
    cache_dir: Path | None
    environments: tuple[str, ...] = ()
    progress: Callable[[str], None] = lambda _: None
    workers: int = 1
    force: bool = False
    """Overwrite manual edits, and accept a ledger that agrees with its stacks but not with the manifest."""
