"""The layers of one environment, and their merge."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from ddms_compile.diagnostics import Key
from ddms_compile.load.source import Source
from ddms_compile.tree import PlainTable, Tree, depth

ANY = "*"
"""A table of this name holds the defaults of its sibling tables."""


class LayerKind(StrEnum):
    """The source of a layer's values, lowest precedence first."""

    DEFAULTS = "defaults"
    TIER = "tier"
    PROJECT = "project"
    ENVIRONMENT = "environment"


MOST_VALUES = 50_000
"""Keys of one environment. A table `*` of a thousand keys under a thousand siblings would be a million."""


class TooManyValuesError(Exception):
    """The layers of an environment have more keys together than `MOST_VALUES`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One file's data, parsed by `tomllib`."""

    kind: LayerKind
    source: Source
    tree: PlainTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """An assignment to a key in a layer. `key`: the key in the file, which may contain `*`."""

    kind: LayerKind
    path: str
    key: Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A table in one layer and a value in a lower one, or the reverse. The lower one is effective."""

    key: Key
    upper: Layer
    lower: Layer


class LayeredTree:
    """One environment: its layers, lowest first, and the merged data. `tree` is read-only.

    Raises TooManyValuesError when tables `*` and their siblings multiply beyond `MOST_VALUES`.
    """

    def __init__(self, name: str, layers: tuple[Layer, ...]) -> None:
        self.name = name
        self.layers = layers
        self.conflicts: tuple[Conflict, ...] = tuple(_conflicts(layers))
        merged: dict[str, Tree] = {}
        for layer in layers:
            merged = _merged(merged, layer.tree)
        self.tree: dict[str, Tree] = _Expansion().of(merged)

    def origins(self, key: Key) -> tuple[Origin, ...]:
        """Return the origins of the key in order of precedence, the effective one first. Empty when no layer has it.

        The key itself precedes one through `*`; a higher layer precedes a lower one.
        """
        if depth(self.tree, key) < len(key):
            return ()
        found = [
            (written.count(ANY), -rank, Origin(kind=layer.kind, path=layer.source.path, key=written))
            for rank, layer in enumerate(self.layers)
            for written in _written(layer.tree, key)
        ]
        return tuple(origin for _, _, origin in sorted(found, key=lambda entry: entry[:2]))


def _merged(lower: PlainTable, upper: PlainTable) -> dict[str, Tree]:
    """Return the merge: tables merge, lists and scalars replace; if only one is a table, the lower one stays."""
    result = dict(lower)
    for name, value in upper.items():
        below = result.get(name)
        if isinstance(value, dict):
            if name not in result:
                result[name] = _merged({}, value)
            elif isinstance(below, dict):
                result[name] = _merged(below, value)
        elif not isinstance(below, dict):
            result[name] = value
    return result


def _laid_over(template: PlainTable, entry: PlainTable) -> dict[str, Tree]:
    """Return an entry merged over its template; if only one is a table, the entry wins and validation reports it."""
    result = dict(template)
    for name, value in entry.items():
        below = result.get(name)
        if isinstance(value, dict) and isinstance(below, dict):
            value = _laid_over(below, value)
        result[name] = value
    return result


class _Expansion:
    """Merges `*` tables of one tree below their siblings, removes them, and counts the result."""

    def __init__(self) -> None:
        self._left = MOST_VALUES

    def of(self, tree: PlainTable) -> dict[str, Tree]:
        """Return the expanded tree. Raises TooManyValuesError."""
        self._left -= len(tree)
        if self._left < 0:
            raise TooManyValuesError
        template = tree.get(ANY)
        result = {}
        for name, value in tree.items():
            if name == ANY and isinstance(template, dict):
                continue
            if isinstance(value, dict):
                value = self.of(_laid_over(template, value) if isinstance(template, dict) else value)
            result[name] = value
        return result


def _conflicts(layers: tuple[Layer, ...]) -> Iterator[Conflict]:
    """Yield conflicts: the lowest layer with a key decides whether it is a table; a higher one must agree."""
    first: dict[Key, tuple[bool, Layer]] = {}
    for layer in layers:
        tables: list[tuple[Key, PlainTable]] = [((), layer.tree)]
        while tables:
            above, table = tables.pop()
            for name, value in table.items():
                key = (*above, name)
                expected, lower = first.setdefault(key, (isinstance(value, dict), layer))
                if expected != isinstance(value, dict):
                    yield Conflict(key=key, upper=layer, lower=lower)
                elif isinstance(value, dict):
                    tables.append((key, value))


def _written(tree: Tree, key: Key) -> Iterator[Key]:
    """Yield the key as one layer has it, by name and through `*`."""
    if not key:
        yield ()
        return
    step, rest = key[0], key[1:]
    if isinstance(step, int):
        if isinstance(tree, list) and step < len(tree):
            yield from ((step, *inner) for inner in _written(tree[step], rest))
    elif isinstance(tree, dict):
        for name in (step, ANY):
            if name in tree:
                yield from ((name, *inner) for inner in _written(tree[name], rest))
