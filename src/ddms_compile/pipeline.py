"""The whole program: load, validate, resolve, synthesize. Writing is `write`'s, and the caller's choice."""

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ddms_compile.artifact import Artifact
from ddms_compile.diagnostics import Diagnostic, Severity, in_order
from ddms_compile.load import FindingsError, Project, load_project, locate, unknown_environments
from ddms_compile.spec import EnvironmentSpec

if TYPE_CHECKING:
    from ddms_compile.synthesize.inputs import Inputs
    from ddms_compile.synthesize.terraform.bindings import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to compile. No `environments` means all; `cache_dir` holds the bindings; `today` decides about support."""

    root: Path
    today: datetime.date
    cache_dir: Path
    environments: tuple[str, ...] = ()
    progress: Callable[[str], None] = lambda _: None
    workers: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The specs that are valid, and everything there is to say."""

    project: Project | None = None
    specs: Mapping[str, EnvironmentSpec] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether something stops a build."""
        return any(d.severity is Severity.ERROR for d in self.diagnostics)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """The artifacts; none when the check failed."""

    checked: Checked
    artifacts: tuple[Artifact, ...] = ()


def check(request: Request) -> Checked:
    """Load and validate all environments. Never starts Node."""
    return _validated(request, *load_project(request.root))


def compile(request: Request) -> Compiled:
    """Check, then make every artifact of the wanted environments and of the project."""
    project, problems = load_project(request.root)
    node = _start_node(request, project)  # comes up while Python imports what the rest needs
    try:
        return _compiled(request, _validated(request, project, problems), node)
    finally:
        if node is not None:
            node.stop()


def _validated(request: Request, project: Project, problems: tuple[Diagnostic, ...]) -> Checked:
    from ddms_compile.validate import validate

    valid = validate(project, request.today)
    unknown = unknown_environments(project, request.environments)
    return Checked(
        project=project,
        specs=valid.specs,
        diagnostics=in_order((*problems, *unknown, *locate(project, valid.findings))),
    )


def _start_node(request: Request, project: Project) -> "Node | None":
    """Node, when there will be Terraform to make of data that nobody has validated yet."""
    wanted = [tree.tree for name, tree in project.environments.items() if name in (request.environments or (name,))]
    remote = next((tree for tree in wanted if tree.get("tier") != "local"), None)
    versions = remote.get("versions") if remote else None
    if not isinstance(versions, Mapping):
        return None
    from ddms_compile.synthesize.terraform.start import start_node

    return start_node(versions.get("engine"), request.cache_dir)


def _compiled(request: Request, checked: Checked, node: "Node | None") -> Compiled:
    if checked.failed or checked.project is None:
        return Compiled(checked=checked)
    from ddms_compile.resolve import resolve_all
    from ddms_compile.synthesize.inputs import Inputs

    inputs = Inputs(
        environments=resolve_all(checked.specs),
        wanted=request.environments or tuple(checked.specs),
        root=request.root,
        today=request.today,
        cache_dir=request.cache_dir,
        progress=request.progress,
        workers=request.workers,
        node=node,
    )
    try:
        artifacts = sorted(_emit(inputs), key=lambda artifact: artifact.path)
    except FindingsError as error:
        located = locate(checked.project, error.findings)
        return Compiled(checked=replace(checked, diagnostics=in_order((*checked.diagnostics, *located))))
    return Compiled(checked=checked, artifacts=tuple(artifacts))


def _emit(inputs: "Inputs") -> Iterator[Artifact]:
    from ddms_compile.synthesize.emitters import EMITTERS

    for emit in EMITTERS:
        yield from emit(inputs)
