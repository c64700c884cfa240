"""Tables merge, so an empty one changes nothing: it neither sets nor clears a key."""

from collections.abc import Iterator, Mapping

from ddms_compile.diagnostics.keys import Key, dotted
from ddms_compile.load import Finding, KeyLabel, LayerKind
from ddms_compile.tree import PlainTable, at
from ddms_compile.validate.rules.rule import Specs, error, warning

CODE = "DDMS271"
FREE = frozenset({"environment", "labels", "parameters", "secrets", "tags"})
"""Tables with keys of the user's own, which an empty one looks like it cleared."""


def check(specs: Specs) -> Iterator[Finding]:
    for name in specs.environments:
        layers = specs.project.environments[name].layers
        for number, layer in enumerate(layers):
            if layer.kind in (LayerKind.PROJECT, LayerKind.ENVIRONMENT):
                for key in _empty(layer.tree):
                    place = KeyLabel(environment=name, key=key, part="key", layer=layer.kind)
                    kept = _below([below.tree for below in layers[:number]], key)
                    if kept and FREE.intersection(key):
                        yield error(
                            CODE,
                            f"`{dotted(key)}` is empty, which clears nothing: `{kept[0]}` stays",
                            place,
                            "tables merge: write the keys to change, or remove this one",
                        )
                    else:
                        yield warning(CODE, f"`{dotted(key)}` is empty and has no effect", place, "remove it")


def _empty(tree: PlainTable, above: Key = ()) -> Iterator[Key]:
    for name, value in tree.items():
        if isinstance(value, Mapping):
            if value:
                yield from _empty(value, (*above, name))
            else:
                yield (*above, name)


def _below(trees: list[PlainTable], key: Key) -> list[str]:
    """Names under the key in lower layers."""
    found: dict[str, None] = {}
    for tree in trees:
        node = at(tree, key)
        found |= dict.fromkeys(node) if isinstance(node, Mapping) else {}
    return list(found)
