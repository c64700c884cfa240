"""Actions of GitHub's marketplace that the pipeline uses, pinned by commit."""

from dataclasses import dataclass

from ddms_compile.catalog.table import read_toml


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """`name`: `owner/repository`. `tag`: the release, for readers; `commit`: its 40 hex digits."""

    name: str
    tag: str
    commit: str


def action(name: str) -> Action:
    """Return the pinned action. Raises KeyError for one that is not in the table."""
    return Action(name=name, **read_toml("actions")[name])


def actions() -> tuple[Action, ...]:
    """Return all actions, sorted by name."""
    return tuple(action(name) for name in sorted(read_toml("actions")))
