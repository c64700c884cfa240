"""Every name that follows from the data is one that AWS takes, for the longest and oddest names that are valid."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings

from ddms_compile.cdktf import Binding
from ddms_compile.resolve import resolve_all
from ddms_compile.resolve.accounts import make_accounts
from ddms_compile.terraform.stacks.bootstrap import bootstrap
from ddms_compile.validate.rules.project_name import reason
from strategies import texts
from terraform.documents import Make
from terraform.shapes import spec

LONGEST = "z" * 16
NAMES = ((LONGEST, "y" * 16), ("a", "b"), ("a-1-2-3-4-5-6-7b", "c-9-8-7-6-5-4-3d"), ("xn-0", "q0-1"))
"""Project and environment."""

GENERATED = 26
"""What Terraform's provider puts after a prefix: a time and a counter."""

_HYPHENS = r"(?!.*--)(?!.*-$)"
LIMITS: dict[tuple[str, str], tuple[int, str]] = {
    # AWS Backup API: BackupVaultName, BackupPlanName, SelectionName.
    ("aws_backup_vault", "name"): (50, r"[A-Za-z0-9_-]{2,}"),
    ("aws_backup_plan", "name"): (50, r"[A-Za-z0-9_.-]+"),
    ("aws_backup_selection", "name"): (50, r"[A-Za-z0-9_.-]+"),
    # CloudTrail user guide, "Naming requirements": three characters or more, no two signs in a row.
    ("aws_cloudtrail", "name"): (128, r"(?!.*[._-]{2})[A-Za-z0-9][A-Za-z0-9._-]+[A-Za-z0-9]"),
    # CloudWatch Logs API: logGroupName.
    ("aws_cloudwatch_log_group", "name"): (512, r"(?!aws/)[A-Za-z0-9_./#-]+"),
    # RDS API: CreateDBInstance, CreateDBParameterGroup, CreateDBSubnetGroup.
    ("aws_db_instance", "identifier"): (63, _HYPHENS + r"[a-z][a-z0-9-]*"),
    # RDS API: CreateDBInstance, DBName and MasterUsername for PostgreSQL.
    ("aws_db_instance", "db_name"): (63, r"[A-Za-z_][A-Za-z0-9_]*"),
    ("aws_db_instance", "username"): (63, r"[a-z][a-z0-9_]*"),
    ("aws_db_parameter_group", "name_prefix"): (255 - GENERATED, r"(?!.*--)[a-z][a-z0-9-]*"),
    ("aws_db_subnet_group", "name"): (255, r"(?!default$)[a-z][a-z0-9._ -]*"),
    # ECR API: repositoryName.
    ("aws_ecr_repository", "name"): (256, r"[a-z0-9]+(?:[._-][a-z0-9]+)*(?:/[a-z0-9]+(?:[._-][a-z0-9]+)*)*"),
    # EKS API: CreateCluster.
    ("aws_eks_cluster", "name"): (100, r"[A-Za-z0-9][A-Za-z0-9_-]*"),
    # ElastiCache API: CreateReplicationGroup, CreateCacheParameterGroup, CreateCacheSubnetGroup.
    ("aws_elasticache_replication_group", "replication_group_id"): (40, _HYPHENS + r"[a-z][a-z0-9-]*"),
    ("aws_elasticache_parameter_group", "name"): (255, _HYPHENS + r"[a-z][a-z0-9-]*"),
    ("aws_elasticache_subnet_group", "name"): (255, r"[a-z0-9-]+"),
    # IAM API: PolicyName, RoleName.
    ("aws_iam_policy", "name"): (128, r"[\w+=,.@-]+"),
    ("aws_iam_role", "name"): (64, r"[\w+=,.@-]+"),
    # KMS API: AliasName.
    ("aws_kms_alias", "name"): (256, r"alias/(?!aws/)[A-Za-z0-9/_-]+"),
    # EC2 API: CreateLaunchTemplate, CreateSecurityGroup.
    ("aws_launch_template", "name_prefix"): (128 - GENERATED, r"[A-Za-z0-9().\-/_]+"),
    ("aws_security_group", "name"): (255, r"(?!sg-)[A-Za-z0-9 ._\-:/()#,@\[\]+=&;{}!$*]+"),
    # S3 user guide, "General purpose bucket naming rules".
    ("aws_s3_bucket", "bucket"): (
        63,
        r"(?!xn--|sthree-|amzn-s3-demo-)(?!.*(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$)[a-z0-9][a-z0-9-]+[a-z0-9]",
    ),
    # Secrets Manager API: CreateSecret; what ends in a hyphen and six characters is mistaken for a part of an ARN.
    ("aws_secretsmanager_secret", "name"): (512, r"(?!.*-[A-Za-z0-9]{6}$)[A-Za-z0-9/_+=.@-]+"),
}
"""A resource's argument, the most characters that it may have, and their form."""

SAYS = ("description", "policy", "repository", "values", "query", "manifest", "permissions_boundary", "principal_arn")
"""Arguments that hold the names of other things, or sentences."""

Build = Callable[[str, str], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def stacks(make: Make, binding: Binding) -> Build:
    """All stacks of an environment with the names of a project and of its own, cached."""

    @cache
    def build(project: str, environment: str) -> list[dict[str, Any]]:
        # In the account of the images.
        changes = {"project.name": project, "aws.account": "111122223333", "security.cloudtrail": True}
        made = resolve_all({environment: spec("prod", changes)})[environment]
        (account,) = make_accounts({environment: made})
        once = bootstrap(binding, account).finish()[0]
        return [once, *(make(made, stack) for stack in ("foundation", "platform"))]

    return build


def named(documents: list[dict[str, Any]], project: str) -> Iterator[tuple[str, str, str]]:
    """Kind, argument and text of each argument that is made from the project's name."""
    for document in documents:
        for kind, elements in document.get("resource", {}).items():
            for body in elements.values():
                for argument, value in body.items():
                    if isinstance(value, str) and "${" not in value and re.search(rf"(?<!\w){project}\b", value):
                        yield kind, argument, value


@pytest.mark.parametrize("names", NAMES, ids="/".join)
def test_aws_takes_every_name(stacks: Build, names: tuple[str, str]) -> None:
    """Each is as long and of the form that the API of its service says."""
    for kind, argument, text in named(stacks(*names), names[0]):
        if (kind, argument) in LIMITS:
            longest, form = LIMITS[kind, argument]
            assert len(text) <= longest and re.fullmatch(form, text), (kind, argument, text)


def test_every_kind_of_name_has_a_limit(stacks: Build) -> None:
    """A resource with a name of ours that the table does not know is a gap in it, and so is a limit of nothing."""
    found = {(kind, argument) for kind, argument, _ in named(stacks(LONGEST, "y" * 16), LONGEST)}
    ours = {each for each in found if each[0].startswith("aws_") and each[1] not in SAYS}
    assert sorted(ours - set(LIMITS)) == []
    assert sorted(set(LIMITS) - ours) == []


@settings(max_examples=200)
@given(texts.slugs.filter(lambda name: reason(name) is None), texts.slugs, texts.accounts)
def test_no_valid_name_is_one_that_a_service_refuses(project: str, environment: str, account: str) -> None:
    """The forms hold for any names, not only for those that stacks are made of above."""
    prefix = f"{project}-{environment}"
    for key, text in {
        ("aws_s3_bucket", "bucket"): f"{prefix}-velero-backups",
        ("aws_db_instance", "identifier"): f"{prefix}-postgres",
        ("aws_elasticache_replication_group", "replication_group_id"): f"{prefix}-redis",
        ("aws_cloudtrail", "name"): f"{prefix}-trail",
        ("aws_security_group", "name"): f"{prefix}-nodes",
        ("aws_ecr_repository", "name"): f"{project}/backend",
    }.items():
        longest, form = LIMITS[key]
        assert len(text) <= longest and re.fullmatch(form, text), (key, text)
    assert len(f"{project}-{account}-tfstate") <= 63


def test_no_project_has_the_namespace_of_an_add_on(make: Make) -> None:
    """Every namespace that the platform makes is refused as a project's name, with either controller."""
    for controller in ("ingress-nginx", "traefik"):
        env = resolve_all({"prod": spec("prod", {"edge.controller": controller})})["prod"]
        releases = make(env, "platform")["resource"]["helm_release"].values()
        taken = {release["namespace"] for release in releases} - {env.names.project.value}
        assert [name for name in sorted(taken) if reason(name) is None] == []
