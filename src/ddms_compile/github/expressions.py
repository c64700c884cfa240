"""Expressions of GitHub Actions, and the writer of workflows.

Every other string is data: if GitHub would evaluate a part of it, it is written as an expression that returns the text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ddms_compile.gates.document import yaml_artifact
from ddms_compile.provenance.artifact import Artifact
from ddms_compile.provenance.commented import Commented
from ddms_compile.provenance.traced import Keys, Traced, derive
from ddms_compile.tree import CommentedTree, Scalar

OPEN = "${{"


@dataclass(frozen=True, slots=True)
class WorkflowExpression:
    """An expression without its braces; build it with `expression` when it has data in it."""

    text: str
    keys: Keys = frozenset()


_Leaf: TypeAlias = "Scalar | WorkflowExpression | Commented"

WorkflowTree: TypeAlias = "_Leaf | Traced[WorkflowTree] | Sequence[WorkflowTree] | Mapping[str, WorkflowTree]"
"""A part of a workflow, in which expressions are leaves."""

WorkflowTable: TypeAlias = dict[str, "WorkflowTree"]
"""A table of a workflow: a job, a step."""


def expression(template: str, *values: str | Traced[str]) -> WorkflowExpression:
    """Return an expression whose `{}` become string literals."""
    made = derive(lambda *plain: template.format(*(literal(value) for value in plain)), *values)
    return WorkflowExpression(made.value, made.keys)


def secret(name: str, keys: Keys) -> WorkflowExpression:
    """Return the secret of the repository or of the job's environment; its name is a word (`spec.workloads`)."""
    return WorkflowExpression(f"secrets.{name}", keys)


def literal(value: str) -> str:
    """Return a string literal of the expression language: in single quotes, which are doubled inside."""
    return "'" + value.replace("'", "''") + "'"


def as_data(value: str) -> str:
    """Return the text, escaped so that GitHub's evaluation returns it unchanged."""
    return value.replace(OPEN, f"{OPEN} {literal(OPEN)} }}}}")


def workflow_artifact(path: str, tree: Mapping[str, WorkflowTree], *, header: str) -> Artifact:
    """Return the workflow as an artifact of the project."""
    return yaml_artifact(
        path, _written(tree), construct="workflows", environment=None, emitter="workflows", header=header
    )


def _written(tree: WorkflowTree) -> CommentedTree:
    match tree:
        case str():
            return as_data(tree)
        case WorkflowExpression():
            return Traced(f"{OPEN} {tree.text} }}}}", tree.keys)
        case Traced():
            return Traced(_written(tree.value), tree.keys)
        case Commented():
            return Commented(_written(tree.value), tree.comment)
        case Mapping():
            return {key: _written(value) for key, value in tree.items()}
        case Sequence():
            return [_written(item) for item in tree]
        case _:
            return tree


__all__ = [
    "WorkflowExpression",
    "WorkflowTable",
    "WorkflowTree",
    "as_data",
    "expression",
    "literal",
    "secret",
    "workflow_artifact",
]
