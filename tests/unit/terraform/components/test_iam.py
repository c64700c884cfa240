"""Every permission that we give is one that exists, on something that it works on."""

import json
from collections.abc import Iterable

import pytest

from terraform import iam_lint
from terraform.documents import Document, Stack
from terraform.shapes import SHAPES

STACKS = ("foundation", "bootstrap")

UPSTREAM = "aws_load_balancer_controller"
"""The controller's own policy, as published: it names actions of several kinds in one statement."""


def documents(stack: Stack) -> Iterable[tuple[str, list[Document]]]:
    seen = {}
    for shape in SHAPES:
        for name in STACKS:
            for element, policy in stack(shape, name)["data"]["aws_iam_policy_document"].items():
                seen[json.dumps(policy, sort_keys=True)] = (element, policy["statement"])
    return seen.values()


@pytest.fixture(scope="module", autouse=True)
def lint() -> None:
    """Says loudly when there is no linter."""
    if reason := iam_lint.unavailable():
        pytest.skip(f"UNCHECKED: {reason}")


def test_every_statement_says_something_that_aws_understands(stack: Stack) -> None:
    """Actions and condition keys exist, and resources are of kinds that the actions work on."""
    found = [
        f"{element}: {finding}"
        for element, statements in documents(stack)
        for statement in statements
        for finding in iam_lint.findings(statement)
    ]
    assert found == []


def test_no_statement_of_ours_allows_everything(stack: Stack) -> None:
    """Wildcards of actions are those of a key's own policy, of denials and of reading only."""
    for element, statements in documents(stack):
        for statement in statements:
            for action in statement.get("actions", []):
                if "*" in action and statement["effect"] == "Allow":
                    reading = action.partition(":")[2].startswith(("Get", "List", "Describe"))
                    assert reading or element.endswith("_key"), (element, action)


def test_changes_are_never_allowed_on_everything(stack: Stack) -> None:
    """What can change something has a resource or a condition, but where AWS has neither."""
    reading = ("Describe", "Get", "List")
    for element, statements in documents(stack):
        for statement in statements:
            if statement["effect"] == "Deny" or "not_actions" in statement:
                continue
            if statement.get("resources") == ["*"] and element != UPSTREAM and not element.endswith("_key"):
                changes = [a for a in statement["actions"] if not a.partition(":")[2].startswith(reading)]
                assert not changes or statement.get("condition"), (element, changes)


def test_statement_ids_are_unique_in_a_document(stack: Stack) -> None:
    """IAM refuses a policy with two statements of one id."""
    for element, statements in documents(stack):
        ids = [statement["sid"] for statement in statements]
        assert len(ids) == len(set(ids)), element


def test_a_policy_fits_into_its_role(stack: Stack) -> None:
    """The inline policies of a role have at most 10,240 characters together (IAM quotas)."""
    for element, statements in documents(stack):
        assert len(json.dumps(statements, separators=(",", ":"))) < 10_240, element


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"actions": ["s3:PutObjekt"]}, "no action is called s3:PutObjekt"),
        ({"resources": ["arn:aws:ec2:eu-west-1:1:volume/*"]}, "works on arn:aws:ec2"),
        (
            {"condition": [{"test": "StringEquals", "variable": "s3:colour", "values": ["red"]}]},
            "condition key s3:colour",
        ),
        ({"sid": "not-good"}, "letters and digits"),
    ],
)
def test_the_linter_finds_mistakes(changes: Document, finding: str) -> None:
    """A good statement passes, and each kind of mistake is found."""
    good = {"sid": "Good", "effect": "Allow", "actions": ["s3:PutObject"], "resources": ["arn:aws:s3:::b/*"]}
    assert list(iam_lint.findings(good)) == []
    (message,) = iam_lint.findings({**good, **changes})
    assert finding in message


def test_nodes_are_reached_by_the_control_plane(stack: Stack) -> None:
    """Nodes are in the cluster's own group, whose members reach each other: webhooks need no rule of their own.

    The group of ours beside it carries no tag of the cluster: the load balancer controller wants exactly one that does.
    """
    document = stack("prod", "foundation")["resource"]
    for template in document["aws_launch_template"].values():
        assert template["vpc_security_group_ids"] == [
            "${aws_eks_cluster.main.vpc_config[0].cluster_security_group_id}",
            "${aws_security_group.nodes.id}",
        ]
    assert not any("kubernetes.io" in key for key in document["aws_security_group"]["nodes"]["tags"])
