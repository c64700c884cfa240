"""ECR: one repository per workload, in the project's account."""

import json

from ddms_compile.provenance.traced import text
from ddms_compile.resolve.accounts import Account
from ddms_compile.terraform.arguments import block
from ddms_compile.terraform.components.iam import PARTITION, policy_document, statement
from ddms_compile.terraform.components.keys import project_key
from ddms_compile.terraform.expression import Expression, template
from ddms_compile.terraform.stack import Scope, Stack
from ddms_compile.tree import TracedTable, TracedTree

KEPT_IMAGES = 300
"""Number of unreleased images of a workload to keep; the oldest expire first."""

RELEASED = "released-"
"""Prefix of the pipeline's tags for deployed images (`protect-images.sh`)."""

KEPT_RELEASES = 1000
"""Number of released images to keep for rollbacks."""

LEFT_DAYS = 90
"""Days to keep untagged images. If ECR counts signatures as untagged, recent releases keep theirs."""

PULL = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")


def registry(stack: Stack, account: Account) -> list[Expression]:
    """Add the repositories and return their ARNs; none in an account without images."""
    images = account.images
    if images is None:
        return []
    scope, mode = stack.component("registry"), account.existing.images
    if mode.value == "reuse":
        return [
            scope.data("aws_ecr_repository", workload, exists=mode.keys, name=name).ref("arn")
            for workload, name in images.repositories
        ]
    key = project_key(scope, "images", text("alias/{}-images", account.project), "Images in ECR")
    arns = []
    for workload, name in images.repositories:
        made = scope.resource(
            "aws_ecr_repository",
            workload,
            name=name,
            force_delete=False,
            # Immutable tags: the deployed image is the tested one.
            image_tag_mutability="IMMUTABLE",
            image_scanning_configuration=block(scan_on_push=True),
            encryption_configuration=[block(encryption_type="KMS", kms_key=key)],
        )
        scope.resource("aws_ecr_lifecycle_policy", workload, repository=made.ref("name"), policy=_lifecycle())
        _pull_policy(scope, account, workload, made.ref("name"))
        scope.output(f"repository_{workload}", made.ref("repository_url"), f"Images of the {workload}")
        arns.append(made.ref("arn"))
    return arns


def _lifecycle() -> str:
    def rule(priority: int, description: str, **selection: TracedTree) -> TracedTable:
        return {
            "action": {"type": "expire"},
            "description": description,
            "rulePriority": priority,
            "selection": selection,
        }

    # What has a tag of the first rule, no later rule expires (Amazon ECR user guide, "Examples of lifecycle policies").
    released = rule(
        1,
        "Deployed images",
        tagStatus="tagged",
        tagPrefixList=[RELEASED],
        countType="imageCountMoreThan",
        countNumber=KEPT_RELEASES,
    )
    # Images of an index and signatures have no tag. The former stay while the index does, the latter go within a day
    # after their image (Amazon ECR user guide, "Automate the cleanup of images by using lifecycle policies").
    untagged = rule(
        2,
        "Failed pushes and expired images",
        tagStatus="untagged",
        countType="sinceImagePushed",
        countUnit="days",
        countNumber=LEFT_DAYS,
    )
    # Of what has a tag: images of indexes and signatures are counted too when the rule is about everything.
    oldest = rule(
        3,
        "The oldest",
        tagStatus="tagged",
        tagPatternList=["*"],
        countType="imageCountMoreThan",
        countNumber=KEPT_IMAGES,
    )
    return json.dumps({"rules": [released, untagged, oldest]}, sort_keys=True)


def _pull_policy(scope: Scope, account: Account, workload: str, repository: Expression) -> None:
    """Allow the accounts of other environments to pull; their IAM policies grant it to principals."""
    pullers = account.images.pullers if account.images else ()
    if not pullers:
        return
    exists = frozenset().union(*(number.keys for number in pullers))
    accounts = [template("arn:{}:iam::{}:root", PARTITION, number) for number in pullers]
    document = policy_document(
        scope,
        f"pull_{workload}",
        statement("Pull", PULL, [], principals=[block(type="AWS", identifiers=accounts)]),
        exists=exists,
    )
    scope.resource("aws_ecr_repository_policy", workload, exists=exists, repository=repository, policy=document)
