"""The use cases "check" and "compile": load, validate, guard, resolve, synthesize. They write nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ddms_compile.diagnostics import Diagnostic, Severity, in_order
from ddms_compile.load import FindingsError, LoadedProject, load_project, locate, unknown_environments
from ddms_compile.pipeline.request import Request
from ddms_compile.provenance.artifact import Artifact
from ddms_compile.spec import EnvironmentSpec

if TYPE_CHECKING:
    from ddms_compile.cdktf.session import Session
    from ddms_compile.guard import Guarded


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The valid specs, and all diagnostics."""

    project: LoadedProject | None = None
    specs: Mapping[str, EnvironmentSpec] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether an error stops a build."""
        return any(d.severity is Severity.ERROR for d in self.diagnostics)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """The artifacts; none when the check failed."""

    checked: Checked
    artifacts: tuple[Artifact, ...] = ()


def check(request: Request) -> Checked:
    """Load and validate all environments, and compare them with earlier builds. Does not start Node."""
    return _guarded(request, _validated(request, *load_project(request.root)))[0]


def compile(request: Request) -> Compiled:
    """Check, then synthesize every artifact of the requested environments and of the project."""
    from ddms_compile.cdktf.session import Session

    project, problems = load_project(request.root)
    session = Session(cache_dir=request.cache_dir, progress=request.progress, workers=request.workers)
    try:
        session.begin(_engine(request, project))  # starts while Python imports the rest
        return _compiled(request, *_guarded(request, _validated(request, project, problems)), session)
    finally:
        session.close()


def _validated(request: Request, project: LoadedProject, problems: tuple[Diagnostic, ...]) -> Checked:
    from ddms_compile.validate import validate

    valid = validate(project, request.today)
    unknown = unknown_environments(project, request.environments)
    return Checked(
        project=project,
        specs=valid.specs,
        diagnostics=in_order((*problems, *unknown, *locate(project, valid.findings))),
    )


def _guarded(request: Request, checked: Checked) -> tuple[Checked, "Guarded | None"]:
    """Return the check with the guard's diagnostics, and the guard's result."""
    if checked.failed:
        return checked, None
    from ddms_compile.guard import guard

    guarded = guard(request.root, checked.specs, request.today, force=request.force)
    return replace(checked, diagnostics=in_order((*checked.diagnostics, *guarded.diagnostics))), guarded


def _engine(request: Request, project: LoadedProject) -> object:
    """Return the unvalidated `versions.engine`, when there are stacks to synthesize."""
    for name, layered in project.environments.items():
        if name in (request.environments or (name,)) and layered.tree.get("tier") != "local":
            versions = layered.tree.get("versions")
            return versions.get("engine") if isinstance(versions, Mapping) else None
    return None


def _compiled(request: Request, checked: Checked, guarded: "Guarded | None", session: "Session") -> Compiled:
    if checked.failed or checked.project is None or guarded is None:
        return Compiled(checked=checked)
    from ddms_compile.emitter import Inputs
    from ddms_compile.guard import remarks
    from ddms_compile.pipeline.emitters import emit
    from ddms_compile.resolve import resolve_all

    inputs = Inputs(
        environments=resolve_all(checked.specs, checked.project.charts),
        wanted=request.environments or tuple(checked.specs),
        root=request.root,
        today=request.today,
        cdktf=session,
        ledgers=guarded.ledgers,
    )
    try:
        artifacts = sorted(emit(inputs), key=lambda artifact: artifact.path)
    except FindingsError as error:
        located = locate(checked.project, error.findings)
        return Compiled(checked=replace(checked, diagnostics=in_order((*checked.diagnostics, *located))))
    texts = {artifact.path: artifact.text for artifact in artifacts}
    said = remarks({name: checked.specs[name] for name in inputs.wanted}, guarded, texts, request.today)
    diagnostics = in_order((*checked.diagnostics, *locate(checked.project, tuple(said))))
    return Compiled(checked=replace(checked, diagnostics=diagnostics), artifacts=tuple(artifacts))
