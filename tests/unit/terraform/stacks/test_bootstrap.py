"""Promises about what is once in an account."""

import json

import pytest

from ddms_compile.cdktf import Binding
from ddms_compile.resolve.accounts import make_accounts
from ddms_compile.terraform.stacks.bootstrap import bootstrap
from terraform.documents import Document, Make, Stack
from terraform.shapes import SHAPES, environment, of


def test_the_state_bucket_is_the_one_that_backends_name(stack: Stack) -> None:
    """Each environment's backend names a bucket that the bootstrap of its account makes, in the same region."""
    for shape in ("prod", "staging"):
        backend = stack(shape, "foundation")["terraform"]["backend"]["s3"]
        document = stack(shape, "bootstrap")
        names = [bucket["bucket"] for bucket in document["resource"]["aws_s3_bucket"].values()]
        assert backend["bucket"] in names
        assert document["provider"]["aws"][0]["region"] == backend["region"]
        assert backend["use_lockfile"] is True and backend["encrypt"] is True


@pytest.mark.parametrize("shape", ["prod", "staging"])
def test_states_are_encrypted_with_the_key_of_their_bucket(stack: Stack, shape: str) -> None:
    """Every backend names the key: `encrypt` alone would put the state under AES256, past the key of the bucket."""
    bootstrapped = stack(shape, "bootstrap")
    alias = bootstrapped["resource"]["aws_kms_alias"]["state"]["name"]
    account = bootstrapped["provider"]["aws"][0]["allowed_account_ids"][0]
    for name in ("foundation", "platform"):
        backend = stack(shape, name)["terraform"]["backend"]["s3"]
        assert backend["kms_key_id"] == f"arn:aws:kms:{backend['region']}:{account}:{alias}"


def trust(document: Document, role: str) -> dict[str, list[str]]:
    (statement,) = document["data"]["aws_iam_policy_document"][f"{role}_trust"]["statement"]
    return {c["variable"].rpartition(":")[2]: c["values"] for c in statement["condition"]}


def test_each_job_takes_on_its_own_role(stack: Stack) -> None:
    """Plan for pull requests and the branch, apply and deploy for the environment, push for the branch alone."""
    prod, home = stack("prod", "bootstrap"), stack("staging", "bootstrap")
    assert trust(prod, "plan_prod")["sub"] == [
        "repo:example/ddms:pull_request",
        "repo:example/ddms:ref:refs/heads/main",
    ]
    assert trust(prod, "apply_prod")["sub"] == ["repo:example/ddms:environment:prod"]
    assert trust(prod, "deploy_prod")["sub"] == ["repo:example/ddms:environment:prod"]
    assert trust(home, "push")["sub"] == ["repo:example/ddms:ref:refs/heads/main"]
    assert trust(prod, "plan_prod")["aud"] == ["sts.amazonaws.com"]


def test_a_plan_of_the_branch_alone_admits_no_pull_request(binding: Binding) -> None:
    """`deploy.plan_on = "branch"`: nobody acts as the plan role who cannot push to the deployed branch."""
    accounts = make_accounts({"prod": of("prod", deploy__plan_on="branch")})
    (document,) = [
        found for each in accounts if "plan_prod_trust" in str(found := bootstrap(binding, each).finish()[0])
    ]
    assert trust(document, "plan_prod")["sub"] == ["repo:example/ddms:ref:refs/heads/main"]


def test_both_forms_of_the_subject_are_admitted_when_the_numbers_are_known(stack: Stack) -> None:
    """Repositories made since July 2026 carry their numbers in the subject."""
    assert trust(stack("full", "bootstrap"), "apply_prod")["sub"] == [
        "repo:example/ddms:environment:prod",
        "repo:example@101/ddms@202:environment:prod",
    ]


def test_a_pull_request_cannot_change_anything(stack: Stack) -> None:
    """The plan role reads, and has no policy but its own."""
    document = stack("prod", "bootstrap")
    assert not [name for name in document["resource"]["aws_iam_role_policy_attachment"] if "plan" in name]
    for statement in document["data"]["aws_iam_policy_document"]["plan_prod"]["statement"]:
        for action in statement["actions"]:
            assert action.partition(":")[2].startswith(("Get", "List", "Describe", "Decrypt")), action


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_the_plan_role_reads_the_entries_that_terraform_writes_and_no_other(stack: Stack, shape: str) -> None:
    """The provider reads these when it refreshes. What people fill in, and what RDS made, is out of reach."""
    resources = stack(shape, "foundation")["resource"]
    entries = resources.get("aws_secretsmanager_secret", {})
    written = {entries[name]["name"] for name in resources.get("aws_secretsmanager_secret_version", {})}
    policy = stack(shape, "bootstrap")["data"]["aws_iam_policy_document"].get(
        f"plan_{environment(shape).name}", {"statement": []}
    )
    read = {
        resource.split(":secret:")[1].removesuffix("-??????")
        for statement in policy["statement"]
        if "secretsmanager:GetSecretValue" in statement["actions"]
        for resource in statement["resources"]
    }
    assert read == (written if policy["statement"] else set())


def test_images_are_in_the_projects_account_alone(stack: Stack) -> None:
    """Repositories are immutable, scanned, encrypted and tidied; the other accounts may pull."""
    home, other = stack("staging", "bootstrap"), stack("prod", "bootstrap")
    assert "aws_ecr_repository" not in other["resource"]
    repositories = home["resource"]["aws_ecr_repository"]
    assert [r["name"] for _, r in sorted(repositories.items())] == ["ddms/backend", "ddms/frontend"]
    for workload, made in repositories.items():
        assert made["image_tag_mutability"] == "IMMUTABLE"
        assert made["image_scanning_configuration"] == {"scan_on_push": True}
        assert made["encryption_configuration"][0]["encryption_type"] == "KMS"
        assert json.loads(home["resource"]["aws_ecr_lifecycle_policy"][workload]["policy"])["rules"]
        (pull,) = home["data"]["aws_iam_policy_document"][f"pull_{workload}"]["statement"]
        assert pull["principals"][0]["identifiers"] == [
            "arn:${data.aws_partition.current.partition}:iam::444455556666:root"
        ]


def test_the_deploy_role_reads_entries_only_when_it_carries_them(stack: Stack) -> None:
    """With the External Secrets operator the pipeline sees no secret."""
    carries = stack("carried_secrets", "bootstrap")["data"]["aws_iam_policy_document"]["deploy_staging"]["statement"]
    assert any("secretsmanager:GetSecretValue" in s["actions"] for s in carries)
    leaves = stack("staging", "bootstrap")["data"]["aws_iam_policy_document"]["deploy_staging"]["statement"]
    assert [s["actions"] for s in leaves] == [["eks:DescribeCluster"]]


def test_without_oidc_there_is_no_role_for_the_environment(stack: Stack) -> None:
    """With access keys the account has no role that a token could take on for it."""
    assert "apply_prod" not in stack("access_keys", "bootstrap")["resource"].get("aws_iam_role", {})


def test_without_oidc_there_is_no_role_to_push(binding: Binding) -> None:
    """Where the pipeline has keys, images are pushed with them."""
    (account,) = make_accounts({"staging": of("staging", ci__auth="access-keys")})
    document: Document = bootstrap(binding, account).finish()[0]
    assert document["resource"]["aws_ecr_repository"]
    assert "push" not in document["resource"].get("aws_iam_role", {})


def test_one_stack_for_each_account() -> None:
    """Two environments in one account share its bucket, provider and plan role."""
    both = {"staging": environment("staging"), "prod": of("prod", aws__account="111122223333")}
    (account,) = make_accounts(both)
    assert [tenant.name for tenant in account.tenants] == ["prod", "staging"]
    assert len(account.state_buckets) == 1


@pytest.mark.parametrize("bucket", ["0-states", "a.b-c"])
def test_any_name_of_a_bucket_makes_a_good_address(make: Make, bucket: str) -> None:
    """Addresses of Terraform begin with a letter and have no dots."""
    document = make(of("prod", state__bucket=bucket), "bootstrap")
    (name,) = document["resource"]["aws_s3_bucket"]
    assert name.isidentifier()


def test_keys_of_an_account_name_their_environment() -> None:
    """An account is nobody's alone: each key says of which environment it is."""
    accounts = make_accounts({name: environment(name) for name in ("prod", "staging")})
    keys = {key for account in accounts for key in account.number.keys | account.region.keys}
    assert keys and all(key.partition(":")[0] in ("prod", "staging") for key in keys)
