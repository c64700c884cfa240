"""Random environments, compiled once for all the tests that look at them."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from properties.compiling import CACHE, Build, Compiler, OneEngine
from strategies import Project, projects

NUMBER = int(os.environ.get("DDMS_RANDOM_ENVIRONMENTS", "80"))
"""How many environments; two in each project. `make test-long` asks for more, here and below."""


@pytest.fixture(scope="session")
def compiler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Compiler]:
    """One Terraform binding for all."""
    session = OneEngine(cache_dir=CACHE)
    yield Compiler(folder=tmp_path_factory.mktemp("projects"), session=session)
    session.close()


@pytest.fixture(scope="session")
def builds(compiler: Compiler) -> list[Build]:
    """The projects, built. Whatever stops a build is an error of the compiler, and is shown with a small example."""
    found: list[Build] = []

    @settings(
        max_examples=NUMBER // 2,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,),
        database=None,
    )
    @given(projects(least=2, most=2))
    def collect(project: Project) -> None:
        found.append(compiler.build(project))

    collect()
    return found


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One process builds the random projects for all the tests that look at them."""
    for item in items:
        if "builds" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("builds"))
