"""What the pipeline's roles may do and may not, by a simulation of IAM on the policies that bootstrap makes."""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import pytest

from ddms_compile.cdktf import Binding
from ddms_compile.resolve import resolve_all
from ddms_compile.resolve.accounts import make_accounts
from ddms_compile.terraform.stacks.bootstrap import bootstrap
from terraform import iam_lint
from terraform.documents import Document, Stack
from terraform.iam_simulator import POWER_USER, Request, Statement, allowed
from terraform.shapes import SHAPES, environment, spec

ACTIONS = tomllib.loads((Path(__file__).parents[1] / "apply_actions.toml").read_text("utf-8"))
NUMBER = "111111111111"
OWN, OTHER = "staging", "prod"
BUCKET = "arn:aws:s3:::ddms-111111111111-tfstate"
STATE_KEY = f"arn:aws:kms:eu-west-1:{NUMBER}:key/state"
BOUNDARY = f"arn:aws:iam::{NUMBER}:policy/ddms-{OWN}-boundary"


class May(Protocol):
    """Whether staging's role may do something."""

    def __call__(self, role: str, action: str, resource: str, context: Mapping[str, str] | None = None, /) -> bool: ...


@pytest.fixture(scope="module")
def document(binding: Binding) -> Document:
    """The stack of an account in which both environments are."""
    changes = {"aws.account": NUMBER, "project.account": NUMBER}
    both = {name: spec(name, {**changes}) for name in (OWN, OTHER)}
    (account,) = make_accounts(resolve_all(both))
    return bootstrap(binding, account).finish()[0]


def statements(document: Document, name: str) -> list[Document]:
    """A policy with what Terraform would put in for its references."""
    known = {
        r"${data.aws_partition.current.partition}": "aws",
        r"${data.aws_caller_identity.current.account_id}": NUMBER,
        r"${aws_s3_bucket.state_ddms_111111111111_tfstate.arn}": BUCKET,
        r"${aws_kms_key.state.arn}": STATE_KEY,
    }
    text = json.dumps(document["data"]["aws_iam_policy_document"][name]["statement"])
    for reference, value in known.items():
        text = text.replace(reference, value)
    assert "${" not in text
    found: list[Document] = json.loads(text)
    return found


@pytest.fixture(scope="module")
def may(document: Document) -> May:
    """Whether staging's role may do something: `may("apply", action, resource, context)`."""
    boundary = statements(document, f"boundary_{OWN}")
    policies: dict[str, tuple[Sequence[Statement], list[Document] | None]] = {
        "apply": ([*POWER_USER, *statements(document, f"apply_{OWN}")], boundary),
        "plan": (statements(document, f"plan_{OWN}"), None),
        "deploy": (statements(document, f"deploy_{OWN}"), None),
        # A role that the apply role has made, with all rights that it could give it.
        "made": ([{"effect": "Allow", "actions": ["*"], "resources": ["*"]}], boundary),
    }

    def ask(role: str, action: str, resource: str, context: Mapping[str, str] | None = None) -> bool:
        return allowed(Request(action, resource, context or {}), *policies[role])

    return ask


OWN_TAGS = {
    "aws:ResourceTag/project": "ddms",
    "aws:ResourceTag/environment": OWN,
    "iam:PermissionsBoundary": BOUNDARY,
    "kms:ResourceAliases": f"alias/ddms-{OWN}-data",
    "kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com",
}
FOREIGN_TAGS = {**OWN_TAGS, "aws:ResourceTag/environment": OTHER}


def on(kind: str, name: str = OWN) -> str:
    form: str = ACTIONS[kind]["on"]
    return form.replace("PREFIX", f"ddms-{name}").replace("PROJECT", "ddms").replace("NAME", name)


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_every_kind_of_resource_has_its_actions_in_the_table(stack: Stack, shape: str) -> None:
    """A resource that is new here fails until somebody has said what an apply needs for it."""
    kinds = set(stack(shape, "foundation")["resource"])
    assert kinds <= set(ACTIONS)


def test_every_action_of_the_table_exists() -> None:
    """The names are those of the service authorization reference."""
    if reason := iam_lint.unavailable():
        pytest.skip(f"UNCHECKED: {reason}")
    for kind, row in ACTIONS.items():
        made = {"sid": "Row", "actions": row["read"] + row["write"], "resources": ["*"]}
        assert list(iam_lint.findings(made)) == [], kind


@pytest.mark.parametrize("kind", sorted(ACTIONS))
def test_an_apply_may_do_all_that_it_needs(may: May, kind: str) -> None:
    """Each action for each kind of resource that is emitted is allowed inside the boundary, for its own environment."""
    for action in ACTIONS[kind]["read"] + ACTIONS[kind]["write"]:
        assert may("apply", action, on(kind), OWN_TAGS), action


@pytest.mark.parametrize("kind", sorted(ACTIONS))
def test_a_plan_may_read_all_that_it_needs_and_change_nothing(may: May, kind: str) -> None:
    """A refresh is allowed, and no action that changes something."""
    for action in ACTIONS[kind]["read"]:
        assert may("plan", action, on(kind), OWN_TAGS), action
    for action in ACTIONS[kind]["write"]:
        assert not may("plan", action, on(kind), OWN_TAGS), action


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:eu-west-1:{NUMBER}:secret:ddms/{OWN}/app-AbCdEf"),
        ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:eu-west-1:{NUMBER}:secret:rds!db-1-AbCdEf"),
        (
            "secretsmanager:GetSecretValue",
            f"arn:aws:secretsmanager:eu-west-1:{NUMBER}:secret:ddms/{OTHER}/redis-AbCdEf",
        ),
        ("s3:GetObject", f"{BUCKET}/ddms/{OTHER}/foundation.tfstate"),
        ("s3:GetObject", f"{BUCKET}/ddms/bootstrap/{NUMBER}.tfstate"),
        ("s3:PutObject", f"{BUCKET}/ddms/{OWN}/foundation.tfstate"),
        ("s3:PutObject", f"{BUCKET}/ddms/{OWN}/foundation.tfstate.tflock"),
        ("s3:GetObject", f"arn:aws:s3:::ddms-{OWN}-velero-backups/backups/x"),
        ("dynamodb:Scan", f"arn:aws:dynamodb:eu-west-1:{NUMBER}:table/x"),
        ("logs:GetLogEvents", f"arn:aws:logs:eu-west-1:{NUMBER}:log-group:/ddms/{OWN}/x"),
        ("ssm:GetParameter", f"arn:aws:ssm:eu-west-1:{NUMBER}:parameter/x"),
        ("rds-db:connect", f"arn:aws:rds-db:eu-west-1:{NUMBER}:dbuser:x/y"),
        ("ecr:BatchGetImage", f"arn:aws:ecr:eu-west-1:{NUMBER}:repository/ddms/backend"),
    ],
)
def test_a_pull_request_reads_no_data(may: May, action: str, resource: str) -> None:
    """Whoever may open a pull request acts as the plan role: how things are set up, not what is kept in them."""
    assert not may("plan", action, resource, OWN_TAGS)


def test_a_plan_reads_the_states_of_its_environment(may: May) -> None:
    """Both stacks, and the list in which it sees a lock."""
    for name in ("foundation", "platform"):
        assert may("plan", "s3:GetObject", f"{BUCKET}/ddms/{OWN}/{name}.tfstate")
    assert may("plan", "s3:ListBucket", BUCKET)
    assert may("plan", "kms:Decrypt", STATE_KEY)


ROLE = f"arn:aws:iam::{NUMBER}:role/ddms-{OWN}-x"
TRAIL = f"arn:aws:cloudtrail:eu-west-1:{NUMBER}:trail/ddms-{OWN}"
WITHOUT = {key: value for key, value in OWN_TAGS.items() if key != "iam:PermissionsBoundary"}
ANOTHER = {**OWN_TAGS, "iam:PermissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess"}
DENIED = [
    ("iam:CreateRole", ROLE, WITHOUT),
    ("iam:CreateRole", ROLE, ANOTHER),
    ("iam:AttachRolePolicy", ROLE, WITHOUT),
    ("iam:PutRolePolicy", ROLE, WITHOUT),
    ("iam:PutRolePermissionsBoundary", ROLE, ANOTHER),
    ("iam:DeleteRolePermissionsBoundary", ROLE, OWN_TAGS),
    *(
        (action, f"arn:aws:iam::{NUMBER}:role/ddms-{OWN}-github-{role}", OWN_TAGS)
        for role in ("apply", "deploy", "plan")
        for action in ("iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy", "iam:DeleteRole", "iam:PassRole")
    ),
    *((action, BOUNDARY, OWN_TAGS) for action in ("iam:CreatePolicyVersion", "iam:DeletePolicy")),
    ("iam:CreatePolicy", f"arn:aws:iam::{NUMBER}:policy/ddms-{OWN}-x", OWN_TAGS),
    ("iam:CreateUser", f"arn:aws:iam::{NUMBER}:user/x", OWN_TAGS),
    ("iam:CreateAccessKey", f"arn:aws:iam::{NUMBER}:user/x", OWN_TAGS),
    ("iam:CreateRole", f"arn:aws:iam::{NUMBER}:role/ddms-{OTHER}-x", OWN_TAGS),
    ("iam:PassRole", f"arn:aws:iam::{NUMBER}:role/ddms-{OTHER}-nodes", OWN_TAGS),
    *(
        (action, f"arn:aws:iam::{NUMBER}:oidc-provider/token.actions.githubusercontent.com", {})
        for action in ("iam:DeleteOpenIDConnectProvider", "iam:AddClientIDToOpenIDConnectProvider")
    ),
    *((a, BUCKET, {}) for a in ("s3:PutBucketPolicy", "s3:DeleteBucketPolicy", "s3:PutBucketVersioning")),
    ("s3:DeleteBucket", BUCKET, {}),
    ("s3:DeleteObjectVersion", f"{BUCKET}/ddms/{OWN}/foundation.tfstate", {}),
    *(
        (action, f"{BUCKET}/ddms/{folder}/foundation.tfstate", {})
        for action in ("s3:GetObject", "s3:PutObject", "s3:DeleteObject")
        for folder in (OTHER, "bootstrap")
    ),
    *((action, STATE_KEY, {}) for action in ("kms:ScheduleKeyDeletion", "kms:PutKeyPolicy", "kms:DisableKey")),
    ("cloudtrail:StopLogging", TRAIL, OWN_TAGS),
    ("cloudtrail:DeleteTrail", TRAIL, OWN_TAGS),
    ("guardduty:DeleteDetector", f"arn:aws:guardduty:eu-west-1:{NUMBER}:detector/1", OWN_TAGS),
    ("organizations:LeaveOrganization", "*", {}),
    ("account:CloseAccount", "*", {}),
    ("rds:DeleteDBInstance", on("aws_db_instance", OTHER), FOREIGN_TAGS),
    ("eks:DeleteCluster", on("aws_eks_cluster", OTHER), FOREIGN_TAGS),
    ("eks:CreateAccessEntry", on("aws_eks_cluster", OTHER), FOREIGN_TAGS),
    ("secretsmanager:GetSecretValue", on("aws_secretsmanager_secret", OTHER), FOREIGN_TAGS),
    ("kms:Decrypt", f"arn:aws:kms:eu-west-1:{NUMBER}:key/other", FOREIGN_TAGS),
    ("ec2:DeleteVpc", on("aws_vpc"), FOREIGN_TAGS),
]


@pytest.mark.parametrize("role", ["apply", "made"])
@pytest.mark.parametrize(("action", "resource", "context"), DENIED)
def test_nobody_gets_past_the_boundary(
    may: May, role: str, action: str, resource: str, context: Mapping[str, str]
) -> None:
    """Neither the apply role, nor a role that it makes and gives all rights, raises itself or reaches its neighbors."""
    assert not may(role, action, resource, context)


def test_what_is_made_carries_the_boundary(stack: Stack, document: Document) -> None:
    """Each role of an environment, and the apply role itself; where bootstrap makes none, no role names one."""
    for shape in sorted(SHAPES):
        env = environment(shape)
        roles = stack(shape, "foundation")["resource"]["aws_iam_role"].values()
        used = {role.get("permissions_boundary") for role in roles}
        bound = stack(shape, "bootstrap")["resource"].get("aws_iam_policy", {}).get(f"boundary_{env.name}")
        if bound is None:
            assert used == {None}, shape
        else:
            (arn,) = used
            assert re.fullmatch(rf"arn:aws[\w-]*:iam::\d+:policy/{bound['name']}", arn), shape
    limit = document["resource"]["aws_iam_role"][f"apply_{OWN}"]["permissions_boundary"]
    assert limit == f"${{aws_iam_policy.boundary_{OWN}.arn}}"


def test_a_boundary_fits_into_a_policy(document: Document) -> None:
    """A managed policy has at most 6,144 characters (IAM quotas)."""
    for name in (OWN, OTHER):
        assert len(json.dumps(statements(document, f"boundary_{name}"), separators=(",", ":"))) < 6_144


def test_the_simulator_follows_the_rules() -> None:
    """An explicit denial wins, a boundary alone gives nothing, and an absent key fails all but negations."""
    allow = {"effect": "Allow", "actions": ["s3:*"], "resources": ["*"]}
    request = Request("s3:GetObject", "arn:aws:s3:::b/k")
    assert allowed(request, [allow]) and allowed(request, [allow], [allow])
    assert not allowed(request, []) and not allowed(request, [], [allow]) and not allowed(request, [allow], [])
    assert not allowed(request, [allow, {**allow, "effect": "Deny"}])
    for test, holds in (("StringEquals", False), ("StringNotEquals", True), ("StringLike", False)):
        limited = {**allow, "condition": [{"test": test, "variable": "aws:ResourceTag/x", "values": ["1"]}]}
        assert allowed(request, [limited]) is holds
