"""What all stories share: the stage, and environments in which configuration A has been applied."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from rehearse.account import Account
from rehearse.projects import ROOT, Built, Project
from rehearse.stage import Folder, Stage, stage, unavailable

ENVIRONMENTS = ("staging", "prod")
BINDINGS = ROOT / ".cache" / "rehearse"
WHOLE = os.environ.get("DDMS_REHEARSE") == "whole"
"""Every story for every environment (`make rehearse`); else a short set."""


@dataclass
class Life:
    """An environment that lives: its data, the account that it is in, and the stack `foundation` with its state."""

    name: str
    project: Project
    built: Built
    foundation: Folder

    @property
    def account(self) -> Account:
        """The account as it is now."""
        return Account.load(self.foundation.account)


@pytest.fixture(scope="session")
def theater() -> Iterator[Stage]:
    """Terraform with the go-between."""
    if reason := unavailable():
        pytest.skip(f"UNCHECKED by a rehearsal: {reason}")
    with stage() as found:
        yield found


@pytest.fixture(scope="session")
def first_lives(theater: Stage, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Life]:
    """An environment as shipped, applied once for all stories."""
    lives: dict[str, Life] = {}

    def life(name: str) -> Life:
        if name not in lives:
            project = Project.shipped(tmp_path_factory.mktemp(name), BINDINGS, name)
            built = project.build(name)
            number = project.data[name]["aws"]["account"]
            foundation = theater.root(f"first-{name}", number=number)
            foundation.apply(built.stacks["foundation"])
            lives[name] = Life(name, project, built, foundation)
        return lives[name]

    return life


@pytest.fixture
def live(first_lives: Callable[[str], Life], theater: Stage, tmp_path: Path) -> Callable[[str], Life]:
    """An environment as shipped, applied: a copy of its own for one story."""

    def life(name: str) -> Life:
        first = first_lives(name)
        project = Project.shipped(tmp_path / "project", BINDINGS, name)
        built = project.build(name)
        foundation = first.foundation.copy(tmp_path / "foundation", tmp_path / "account.json")
        return Life(name, project, built, foundation)

    return life


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave to `make rehearse` what is marked `whole`."""
    if WHOLE:
        return
    left = [item for item in items if item.get_closest_marker("whole")]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]
