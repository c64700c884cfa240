"""Explain a target: the origin of a generated value, or the values that follow from a key.

A target is a key of the TOML (`postgres.multi_az`) or the path of a leaf or a branch in a generated file
(`aws_db_instance.postgres.multi_az`), optionally after a part of the file's path
(`helm/values.yaml:backend.replicas.min`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ddms_compile.diagnostics.keys import Key, dotted, parse_key
from ddms_compile.diagnostics.nearest import nearest
from ddms_compile.exposure import masked
from ddms_compile.load import LayeredTree, LoadedProject, Origin
from ddms_compile.load.positions import Positions
from ddms_compile.provenance.artifact import Artifact, LazyOrigins, LeafOrigin
from ddms_compile.tree import PlainTable, Tree, at


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """The value of a key in one layer, and its line."""

    layer: str
    path: str
    line: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyTrace:
    """A key: its effective value, and every layer that assigns one, in order of precedence."""

    key: str
    value: Tree
    assignments: tuple[Assignment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafTrace:
    """A leaf of an artifact and the keys that decide it: the target's, or all when the leaf is the target.

    No keys: a constant of `construct`.
    """

    path: str
    leaf: str
    value: object
    construct: str
    keys: tuple[KeyTrace, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The answer: the keys of the target, and the leaves of the target or that follow from those keys."""

    environment: str
    target: str
    keys: tuple[KeyTrace, ...]
    leaves: tuple[LeafTrace, ...]


class UnknownTargetError(Exception):
    """Neither a key nor a leaf. `guess` is the nearest name, if one is near."""

    def __init__(self, target: str, guess: str | None) -> None:
        super().__init__(target)
        self.target, self.guess = target, guess


def explain(project: LoadedProject, environment: str, target: str, artifacts: Sequence[Artifact]) -> Explanation:
    """Explain a target of one environment. Raises UnknownTargetError."""
    tree = project.environments[environment]
    source = _Source(project, tree)
    keys = _named_keys(tree, target)
    # Do not compute lazy origins for a target that is a key.
    eager = [a for a in artifacts if not isinstance(a.origins, LazyOrigins)]
    named = _named_leaves(eager if keys else artifacts, target)
    if named:
        return Explanation(
            environment=environment, target=target, keys=(), leaves=tuple(source.leaf(*item) for item in named)
        )
    if not keys:
        known = [leaf for artifact in artifacts for leaf in artifact.origins]
        known += [dotted(key) for key in _leaf_keys(tree.tree)]
        raise UnknownTargetError(target, nearest(target, known))
    wanted = frozenset({dotted(key) for key in keys} | {target})
    reached = [a for a in artifacts if not isinstance(a.origins, LazyOrigins) or wanted & a.origins.possible]
    moved = [item for artifact in reached for item in _leaves_because_of(artifact, wanted)]
    return Explanation(
        environment=environment,
        target=target,
        keys=tuple(source.key(dotted(key)) for key in keys),
        leaves=tuple(source.leaf(*item) for item in moved),
    )


_Leaf = tuple[str, str, LeafOrigin]


def _leaves_because_of(artifact: Artifact, wanted: frozenset[str]) -> list[_Leaf]:
    """Return the leaves that these keys decide, with these keys only: lazy origins may lack the others."""
    origins = artifact.origins
    if isinstance(origins, LazyOrigins):
        origins = origins.because_of(wanted)
    return [
        (artifact.path, leaf, replace(origin, keys=origin.keys & wanted))
        for leaf, origin in sorted(origins.items())
        if origin.keys & wanted
    ]


def _all_leaves(artifacts: Iterable[Artifact]) -> list[_Leaf]:
    return [(a.path, leaf, a.origins[leaf]) for a in artifacts for leaf in sorted(a.origins)]


def _named_leaves(artifacts: Iterable[Artifact], target: str) -> list[_Leaf]:
    """Return the leaves at or below the target; the part before `:` selects the file."""
    file, colon, leaf = target.rpartition(":")
    if not colon:
        file, leaf = "", target
    return [
        item
        for item in _all_leaves(artifacts)
        if (not file or item[0].endswith(file))
        and (item[1] == leaf or item[1].startswith((f"{leaf}.", f"{leaf}[")) or (not leaf and file))
    ]


def _named_keys(tree: LayeredTree, target: str) -> list[Key]:
    """Return the key itself, or all keys below it."""
    try:
        wanted = parse_key(target)
    except ValueError:
        return []
    return [key for key in _leaf_keys(tree.tree) if key[: len(wanted)] == wanted]


def _leaf_keys(tree: PlainTable, above: Key = ()) -> Iterable[Key]:
    """Yield every key whose value is no table; a list is one leaf."""
    for name, value in tree.items():
        if isinstance(value, Mapping) and value:
            yield from _leaf_keys(value, (*above, name))
        else:
            yield (*above, name)


class _Source:
    """Finds lines; parses each file once."""

    def __init__(self, project: LoadedProject, tree: LayeredTree) -> None:
        self._project, self._tree = project, tree
        self._positions: dict[str, Positions] = {}

    def leaf(self, path: str, leaf: str, origin: LeafOrigin) -> LeafTrace:
        keys = tuple(self.key(key) for key in sorted(origin.keys))
        return LeafTrace(path=path, leaf=leaf, value=origin.value, construct=origin.construct, keys=keys)

    def key(self, name: str) -> KeyTrace:
        if name.startswith("@"):
            path = f"environments/{self._tree.name}.toml"
            assignment = Assignment(layer="the file's name", path=path, line=1, text=path)
            return KeyTrace(key=name, value=self._tree.name, assignments=(assignment,))
        key = parse_key(name)
        assignments = tuple(self._assignment(origin) for origin in self._tree.origins(key))
        return KeyTrace(key=name, value=at(self._tree.tree, key), assignments=assignments)

    def _assignment(self, origin: Origin) -> Assignment:
        layer = next(layer for layer in self._tree.layers if layer.kind is origin.kind)
        positions = self._positions.get(origin.path)
        if positions is None:
            positions = self._positions[origin.path] = Positions(layer.source)
        span = positions.key_span(origin.key)
        line = span.line if span else 1
        return Assignment(
            layer=origin.kind.value,
            path=origin.path,
            line=line,
            text=masked(layer.source.text).split("\n")[line - 1].strip(),
        )
