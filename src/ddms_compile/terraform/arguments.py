"""Arguments of a Terraform element: a tree in Terraform's terms, and its conversion for CDKTF.

    block(subnet_ids=[subnet.ref("id")], endpoint_public_access=read(...))

A `Block` is a nested block or object, whose keys are names of arguments; a plain dict is a map, whose keys are data.
The leaves are constants, `Traced` values and `Expression`s.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from ddms_compile.provenance.traced import Traced
from ddms_compile.terraform.expression import Expression, escape
from ddms_compile.tree import TracedTree, Tree

CDKTF_MARK = "Token["
"""CDKTF evaluates `${TfToken[…]}` in any string; such data are passed as placeholders."""

CDKTF_COMMENT = "//"
"""CDKTF removes this key from every map; as data it is passed as a placeholder too."""


class Block(dict[str, "TracedTree"]):
    """A nested block: keys are Terraform arguments, in snake case."""


def block(**arguments: "TracedTree") -> Block:
    """Return a nested block without the arguments that are None."""
    return Block({name: value for name, value in arguments.items() if value is not None})


class Literals:
    """Strings of data that CDKTF would change, by placeholder."""

    def __init__(self) -> None:
        self._texts: list[str] = []

    def hide(self, text: str) -> str:
        """Return a placeholder for `text`, or the text itself when CDKTF keeps it."""
        if CDKTF_MARK not in text and text != CDKTF_COMMENT:
            return text
        self._texts.append(text)
        return f"ddms-literal-{len(self._texts) - 1}-end"

    def show(self, table: dict[str, Tree]) -> dict[str, Tree]:
        """The table with the placeholders replaced by their texts."""
        return {self._text(key): self._shown(value) for key, value in table.items()} if self._texts else table

    def _shown(self, tree: Tree) -> Tree:
        match tree:
            case str():
                return self._text(tree)
            case dict():
                return {self._text(key): self._shown(value) for key, value in tree.items()}
            case list():
                return [self._shown(value) for value in tree]
            case _:
                return tree

    def _text(self, text: str) -> str:
        for number, hidden in enumerate(self._texts):
            text = text.replace(f"ddms-literal-{number}-end", hidden)
        return text


def written(value: TracedTree) -> Tree:
    """Return the tree as Terraform JSON."""
    match value:
        case Expression():
            return value.value
        case Traced():
            return written(value.value)
        case str():
            return escape(value)
        case Mapping():
            return {k if isinstance(value, Block) else escape(k): written(v) for k, v in value.items() if v is not None}
        case Sequence():
            return [written(item) for item in value]
        case _:
            return value


def for_cdktf(value: TracedTree, literals: Literals, *, camel: bool = False) -> Tree:
    """Return the tree for the Python binding.

    A single block has Python's names; a block in a list is passed to the kernel unchanged and needs TypeScript's names,
    as do the blocks inside it.
    """
    match value:
        case Expression():
            return literals.hide(value.value)
        case Traced():
            return for_cdktf(value.value, literals, camel=camel)
        case str():
            return literals.hide(escape(value))
        case Block():
            return {
                camel_case(k) if camel else k: for_cdktf(v, literals, camel=camel)
                for k, v in value.items()
                if v is not None
            }
        case Mapping():
            return {
                literals.hide(escape(k)): for_cdktf(v, literals, camel=True) for k, v in value.items() if v is not None
            }
        case Sequence():
            return [for_cdktf(item, literals, camel=True) for item in value]
        case _:
            return value


@cache
def camel_case(name: str) -> str:
    """Return `cidr_block` as `cidrBlock`."""
    first, *rest = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


def addresses(value: TracedTree) -> Iterator[str]:
    """Yield every address that an expression in the tree refers to."""
    match value:
        case Expression():
            yield from value.addresses
        case Mapping():
            for item in value.values():
                yield from addresses(item)
        case list() | tuple():
            for item in value:
                yield from addresses(item)
        case Traced():
            yield from addresses(value.value)


__all__ = ["Block", "Literals", "addresses", "block", "camel_case", "for_cdktf", "written"]
