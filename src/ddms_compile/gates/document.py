"""The writer of YAML and JSON documents: from a tree with traced leaves to text and the origin of each leaf."""

import json
from collections.abc import Mapping, Sequence
from typing import overload

from ddms_compile.gates.yaml_text import to_yaml
from ddms_compile.provenance.artifact import Artifact
from ddms_compile.provenance.commented import Commented
from ddms_compile.provenance.origins import origins
from ddms_compile.provenance.traced import Traced
from ddms_compile.tree import CommentedTree, TracedTree, Tree


def yaml_artifact(
    path: str, tree: CommentedTree, *, construct: str, environment: str | None, emitter: str, header: str = ""
) -> Artifact:
    """Return a YAML file of one document, with `header` as a comment. Keys keep the order of the tree."""
    return Artifact(
        path=path,
        text=comment(header) + to_yaml(untraced(tree)),
        environment=environment,
        emitter=emitter,
        origins=dict(origins(tree, construct)),
    )


def json_artifact(path: str, tree: CommentedTree, *, construct: str, environment: str | None, emitter: str) -> Artifact:
    """Return a JSON file with sorted keys."""
    return Artifact(
        path=path,
        text=to_json(untraced(tree)),
        environment=environment,
        emitter=emitter,
        origins=dict(origins(tree, construct)),
    )


@overload
def untraced(tree: Mapping[str, TracedTree]) -> dict[str, Tree]: ...


@overload
def untraced(tree: CommentedTree) -> CommentedTree: ...


def untraced(tree: CommentedTree) -> CommentedTree:
    """Return the tree of plain data, without entries that are None."""
    match tree:
        case str():
            return tree
        case Traced():
            return untraced(tree.value)
        case Commented():
            return Commented(untraced(tree.value), tree.comment)
        case Mapping():
            return {str(key): untraced(value) for key, value in tree.items() if value is not None}
        case Sequence():
            return [untraced(item) for item in tree]
        case _:
            return tree


def to_json(tree: CommentedTree) -> str:
    """Return JSON with an indent of two spaces, sorted keys, unescaped Unicode and a final newline."""
    return json.dumps(tree, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def comment(header: str) -> str:
    """Return the header as comment lines; empty for an empty header."""
    return "".join(f"# {line}".rstrip() + "\n" for line in header.splitlines())


__all__ = ["comment", "json_artifact", "to_json", "to_yaml", "untraced", "yaml_artifact"]
