"""The gate of documents: text and origins describe the same tree."""

import json

import yaml

from ddms_compile.gates.document import json_artifact, yaml_artifact
from ddms_compile.provenance.traced import Traced
from ddms_compile.tree import CommentedTree

TREE: CommentedTree = {
    "replicas": Traced(2, frozenset({"workloads.backend.replicas.min"})),
    "absent": None,
    "list": [{"name": "a", "value": Traced("x", frozenset({"k"}))}],
}
PLAIN = {"replicas": 2, "list": [{"name": "a", "value": "x"}]}


def test_text_and_origins_agree() -> None:
    """An entry that is None is in neither."""
    document = yaml_artifact("v.yaml", TREE, construct="c", environment="prod", emitter="e", header="one\ntwo")
    data = json_artifact("v.json", TREE, construct="c", environment="prod", emitter="e")
    assert document.text.startswith("# one\n# two\n")
    assert yaml.safe_load(document.text) == json.loads(data.text) == PLAIN
    assert set(document.origins) == set(data.origins) == {"replicas", 'list["a"].name', 'list["a"].value'}
