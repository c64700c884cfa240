"""Actions of GitHub's marketplace that the pipeline uses, pinned by commit."""

from dataclasses import dataclass

from ddms_compile.catalog.table import read_toml


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """`name`: `owner/repository`. `tag` says to people which release the `commit` (40 hex digits) is."""

    name: str
    tag: str
    commit: str


def action(name: str) -> Action:
    """The pinned action. Raises KeyError for one that is not in the table."""
    return Action(name=name, **read_toml("actions")[name])


def actions() -> tuple[Action, ...]:
    """All of them, by name."""
    return tuple(action(name) for name in sorted(read_toml("actions")))
