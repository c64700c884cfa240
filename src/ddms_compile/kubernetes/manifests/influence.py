"""The values that decide each leaf of a rendered chart.

Helm's templates cannot be traced, so each value is changed in turn and the chart rendered again; the differences are
what the value decides. That takes a second or two per chart, and is done on demand.
"""

from collections.abc import Callable, Iterator, Mapping

from ddms_compile.diagnostics.keys import dotted
from ddms_compile.provenance.artifact import LeafOrigin
from ddms_compile.provenance.origins import labels
from ddms_compile.provenance.traced import NO_KEYS, Keys, Traced
from ddms_compile.tree import PlainTable, TracedTree, Tree, at

Values = dict[str, Tree]
Leaves = PlainTable
Render = Callable[[Values], Mapping[str, Leaves] | None]
"""From values to the leaves of each file by the file's path; None when the chart rejects the values."""

Path = tuple[str | int, ...]


def influence(
    tree: TracedTree, plain: Values, render: Render, construct: str, wanted: Keys, exists: Keys = NO_KEYS
) -> dict[str, dict[str, LeafOrigin]]:
    """Return the origins of every leaf of the rendered `plain`, the untraced `tree`, limited to `wanted` keys; by file.

    `exists`: keys that decide whether the release exists.
    """
    base = render(plain) or {}
    keys: dict[tuple[str, str], Keys] = {}
    for path, reasons in _traced_leaves(tree):
        if not reasons & wanted:
            continue
        for other in _others(at(plain, path), at(plain, path[:-1])):
            changed = render(_with(plain, path, other))
            if changed is None:
                continue
            reached = list(_differences(base, changed))
            for place in reached:
                keys[place] = keys.get(place, NO_KEYS) | reasons
            # A number may matter only at a bound (one pod needs no PodDisruptionBudget): try all of them.
            if reached and isinstance(other, str):
                break
    return {
        file: {
            leaf: LeafOrigin(keys=keys.get((file, leaf), NO_KEYS) | exists, construct=construct, value=value)
            for leaf, value in leaves.items()
        }
        for file, leaves in base.items()
    }


def leaves(tree: Tree, path: str = "") -> Iterator[tuple[str, Tree]]:
    """Yield every leaf of a document by its path in `origins`."""
    if isinstance(tree, Mapping) and tree:
        for name, item in tree.items():
            yield from leaves(item, f"{path}.{_step(name)}" if path else _step(name))
    elif isinstance(tree, list) and tree:
        for label, item in zip(labels(tree), tree, strict=True):
            yield from leaves(item, f"{path}[{label}]")
    else:
        yield path, tree


def _step(name: object) -> str:
    return dotted((str(name),))


def possible_keys(tree: TracedTree) -> Keys:
    """Return all keys of the values, each of which may decide a leaf."""
    return NO_KEYS.union(*(keys for _, keys in _traced_leaves(tree)))


def _differences(base: Mapping[str, Leaves], other: Mapping[str, Leaves]) -> Iterator[tuple[str, str]]:
    for file in base:
        there = other.get(file)
        if there is base[file]:
            continue
        for leaf, value in base[file].items():
            if there is None or leaf not in there or there[leaf] != value:
                yield file, leaf


def _traced_leaves(tree: TracedTree, path: Path = (), keys: Keys = NO_KEYS) -> Iterator[tuple[Path, Keys]]:
    """Yield the leaves of the values; a list that is one value of the data is one leaf."""
    match tree:
        case Traced(value=Mapping()):
            yield from _traced_leaves(tree.value, path, keys | tree.keys)
        case Traced():
            yield path, keys | tree.keys
        case Mapping():
            for name, item in tree.items():
                if item is not None:
                    yield from _traced_leaves(item, (*path, name), keys)
        case list() | tuple():
            for index, item in enumerate(tree):
                yield from _traced_leaves(item, (*path, index), keys)
        case _:
            yield path, keys


def _others(value: Tree, table: Tree) -> Iterator[Tree]:
    """Yield other values of the same kind; the chart may reject some. `table`: the table of the value."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        # Equal bounds (minimum and maximum replicas) are a separate case.
        beside = {item for item in table.values() if type(item) is int} if isinstance(table, Mapping) else set()
        yield from sorted({value + 1, max(value - 1, 0), 1, value + 50, *beside} - {value})
    elif isinstance(value, float):
        yield value + 0.01
    elif isinstance(value, str):
        yield from _other_texts(value)
    elif isinstance(value, list):
        yield []
        if not value:
            # The only list of tables that is usually empty.
            yield [{"cidr": "198.51.100.0/24", "ports": [65000], "reason": "another way out"}]
    elif isinstance(value, dict) and not value:
        yield {"ANOTHER": "value"}


def _other_texts(value: str) -> Iterator[str]:
    digits = "".join(character for character in value if character.isdigit())
    if digits and value.startswith(digits):
        yield value.replace(digits, str(int(digits) + 7), 1)
    yield f"{value}x"
    yield f"x{value}"
    yield from ("ingress-nginx", "traefik", "existing", "none", "inline", "http-01", "dns-01")
    if "/" in value:
        yield "192.0.2.0/24"


def _with(table: Values, path: Path, value: Tree) -> Values:
    """A copy of the table with another value at the path."""
    changed = _replaced(table, path, value)
    assert isinstance(changed, dict)
    return changed


def _replaced(tree: Tree, path: Path, value: Tree) -> Tree:
    match tree, path:
        case dict(), (str(step), *rest):
            return {**tree, step: _replaced(tree[step], tuple(rest), value)}
        case list(), (int(step), *rest):
            return [*tree[:step], _replaced(tree[step], tuple(rest), value), *tree[step + 1 :]]
    return value
