"""Load a project's files: one layered tree per environment, and every problem of the files."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from ddms_compile.diagnostics import Diagnostic, Severity, in_order
from ddms_compile.diagnostics.nearest import nearest
from ddms_compile.load.comments import comment_problems
from ddms_compile.load.conflicts import conflict_problems
from ddms_compile.load.discover import PROJECT_FILE, environment_files, missing_project, own_charts
from ddms_compile.load.layers import MOST_VALUES, Layer, LayeredTree, LayerKind, TooManyValuesError
from ddms_compile.load.source import Source, file_problem, read_source
from ddms_compile.load.syntax import parse
from ddms_compile.load.tiers import BUILTIN_PREFIX, TIERS, tier_problem

_BUILTIN = Path(__file__).parent.parent / "spec"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedProject:
    """The loaded files.

    `environments`: those with valid files, sorted by name; `left_out`: the names of the others. `shared`: the layer of
    ddms.toml. `sources`: the text of every file, invalid ones included, by path; built-in files have the prefix
    `ddms-compile:`. `charts`: the names of the project's own charts.
    """

    root: Path
    environments: Mapping[str, LayeredTree]
    sources: Mapping[str, str]
    shared: Layer | None
    left_out: tuple[str, ...] = ()
    charts: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Loading:
    """The state of loading."""

    root: Path
    builtin: Path
    sources: dict[str, str] = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)

    def read(self, kind: LayerKind, path: str) -> Layer | None:
        """Return a layer from a project file; None after adding its problems."""
        source, problem = read_source(self.root, path)
        if source is not None:
            self.sources[path] = source.text
        if source is None or problem is not None:
            self.problems.extend([problem] if problem else [])
            return None
        tree, problem = parse(source)
        if tree is None or problem is not None:
            self.problems.extend([problem] if problem else [])
            return None
        self.problems.extend(comment_problems(source))
        return Layer(kind=kind, source=source, tree=tree)

    def read_builtin(self, kind: LayerKind, name: str) -> Layer:
        """Return a built-in layer. Raises RuntimeError when it is invalid: an internal error."""
        try:
            source = Source(BUILTIN_PREFIX + name, (self.builtin / name).read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise RuntimeError(f"cannot read the built-in {name}: {error}") from error
        tree, problem = parse(source)
        if tree is None:
            raise RuntimeError(f"cannot read the built-in {name}: {problem.message if problem else ''}")
        self.sources[source.path] = source.text
        return Layer(kind=kind, source=source, tree=tree)


def load_project(root: Path, *, builtin: Path | None = None) -> tuple[LoadedProject, tuple[Diagnostic, ...]]:
    """Return the project at `root`, and every problem of every file, in order.

    Without a readable ddms.toml the project has no environments. `builtin`: the folder of defaults.toml and tiers/.
    """
    loading = _Loading(root=root, builtin=builtin or _BUILTIN)
    absent = missing_project(root)
    if absent is not None:
        return _project(loading, {}, None, ()), (absent,)
    shared = loading.read(LayerKind.PROJECT, PROJECT_FILE)
    files, problems = environment_files(root)
    loading.problems.extend(problems)
    own = {name: loading.read(LayerKind.ENVIRONMENT, path) for name, path in files.items()}
    environments = {} if shared is None else _layered(loading, shared, own)
    left_out = tuple(name for name in own if name not in environments)
    return _project(loading, environments, shared, left_out), in_order(loading.problems)


def unknown_environments(project: LoadedProject, names: Iterable[str]) -> tuple[Diagnostic, ...]:
    """Return an error for each name that is no environment of the project. One with an invalid file is known."""
    known = sorted({*project.environments, *project.left_out})
    return in_order(_unknown(name, known) for name in names if name not in known)


def _unknown(name: str, known: list[str]) -> Diagnostic:
    meant = nearest(name, known)
    listed = f"the environments are {', '.join(known)}" if known else "there are no environments yet"
    advice = (
        f"did you mean `{meant}`?" if meant else f"the file of an environment {name} would be environments/{name}.toml"
    )
    return Diagnostic(
        code="DDMS007",
        severity=Severity.ERROR,
        message=f"the environment {name!r} does not exist",
        notes=(listed,),
        help=(advice,),
    )


def _layered(loading: _Loading, shared: Layer, own: Mapping[str, Layer | None]) -> dict[str, LayeredTree]:
    defaults = loading.read_builtin(LayerKind.DEFAULTS, "defaults.toml")
    tiers: dict[str, Layer] = {}
    environments = {}
    for name, layer in own.items():
        if layer is None:
            continue
        problem = tier_problem(layer)
        if problem is not None:
            loading.problems.append(problem)
            continue
        tier = TIERS[str(layer.tree["tier"])]
        if tier not in tiers:
            tiers[tier] = loading.read_builtin(LayerKind.TIER, tier)
        try:
            environments[name] = LayeredTree(name, (defaults, tiers[tier], shared, layer))
        except TooManyValuesError:
            loading.problems.append(_too_many(layer.source.path))
            continue
        loading.problems.extend(conflict_problems(environments[name]))
    return environments


def _too_many(path: str) -> Diagnostic:
    message = f"{path} and {PROJECT_FILE} make more than {MOST_VALUES:,} keys together"
    advice = 'a table "*" is laid under each of its siblings; write fewer keys into it, or fewer tables beside it'
    return file_problem("DDMS004", path, message, help=(advice,))


def _project(
    loading: _Loading, environments: dict[str, LayeredTree], shared: Layer | None, left_out: tuple[str, ...]
) -> LoadedProject:
    return LoadedProject(
        root=loading.root,
        environments=MappingProxyType(environments),
        sources=MappingProxyType(loading.sources),
        shared=shared,
        left_out=left_out,
        charts=own_charts(loading.root),
    )
