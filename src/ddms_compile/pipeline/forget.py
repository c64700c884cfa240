"""The use case "forget": delete everything that builds left, so that a fork starts with its own ledgers."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from ddms_compile.disk import door
from ddms_compile.guard import obstacles
from ddms_compile.load import LoadedProject, load_project
from ddms_compile.pipeline.build import Outcome
from ddms_compile.write import apply, locked, plan, recover
from ddms_compile.write.manifest import read_manifest
from ddms_compile.write.paths import MANIFEST

if TYPE_CHECKING:
    from ddms_compile.pipeline.request import Request


def forget(request: "Request", note: Callable[[str], None]) -> Outcome:
    """Deletes the generated files, the ledgers among them; `request.environments` names those that hold data.

    Data and charts stay. Raises DiagnosticError when the data or the manifest cannot be read, or nothing can be locked.
    """
    root = request.root
    with locked(root, notice=note):
        recover(root)
        project, problems = load_project(root)
        found = problems or tuple(obstacles(root, frozenset(_accounts(project)), request.environments))
        if found:
            return Outcome(diagnostics=found, sources=project.sources)
        read_manifest(root)
        todo = plan(root, (), environments=None, force=True)
        apply(todo)
        with suppress(OSError):  # files that no build wrote stay, and their folder with them
            door.remove(root, MANIFEST)
            door.remove_directory(root, "generated")
    return Outcome(plan=todo)


def _accounts(project: LoadedProject) -> Iterator[str]:
    for layered in project.environments.values():
        for table in ("aws", "project"):
            below = layered.tree.get(table)
            if isinstance(below, Mapping) and layered.tree.get("tier") != "local":
                yield str(below.get("account"))
