"""Promises about what the foundation adds to network, cluster and data tier."""

import json

import pytest

from terraform.documents import Document, Make, Stack
from terraform.shapes import SHAPES, environment, of

BUCKET_PARTS = (
    "aws_s3_bucket_versioning",
    "aws_s3_bucket_server_side_encryption_configuration",
    "aws_s3_bucket_ownership_controls",
    "aws_s3_bucket_public_access_block",
    "aws_s3_bucket_lifecycle_configuration",
    "aws_s3_bucket_policy",
)
STACKS = ("foundation", "bootstrap")


def resources(document: Document, kind: str) -> Document:
    found: Document = document["resource"].get(kind, {})
    return found


def statements(document: Document, name: str) -> list[Document]:
    found: list[Document] = document["data"]["aws_iam_policy_document"][name]["statement"]
    return found


@pytest.mark.parametrize("name", STACKS)
@pytest.mark.parametrize("shape", ["prod", "staging", "full"])
def test_every_bucket_is_private_versioned_encrypted_and_tls_only(stack: Stack, shape: str, name: str) -> None:
    """No bucket lacks a part of the hardening."""
    document = stack(shape, name)
    for bucket in resources(document, "aws_s3_bucket"):
        parts = {kind: resources(document, kind)[bucket] for kind in BUCKET_PARTS}
        assert all(part["bucket"] == f"${{aws_s3_bucket.{bucket}.id}}" for part in parts.values())
        assert parts["aws_s3_bucket_versioning"]["versioning_configuration"] == {"status": "Enabled"}
        (encryption,) = parts["aws_s3_bucket_server_side_encryption_configuration"]["rule"]
        assert encryption["apply_server_side_encryption_by_default"]["sse_algorithm"] == "aws:kms"
        access = parts["aws_s3_bucket_public_access_block"]
        assert [v for k, v in sorted(access.items()) if k != "bucket"] == [True] * 4
        assert parts["aws_s3_bucket_ownership_controls"]["rule"] == {"object_ownership": "BucketOwnerEnforced"}
        (rule,) = parts["aws_s3_bucket_lifecycle_configuration"]["rule"]
        assert rule["abort_incomplete_multipart_upload"] and rule["status"] == "Enabled"
        deny = statements(document, f"{bucket}_bucket")[0]
        assert (deny["effect"], deny["actions"]) == ("Deny", ["s3:*"])
        assert deny["condition"] == [{"test": "Bool", "variable": "aws:SecureTransport", "values": ["false"]}]


def test_velero_never_loses_a_current_object_to_the_lifecycle(stack: Stack) -> None:
    """Velero removes old backups itself."""
    (rule,) = resources(stack("prod", "foundation"), "aws_s3_bucket_lifecycle_configuration")["velero"]["rule"]
    assert "expiration" not in rule


def test_velero_reaches_its_bucket_and_snapshots_only(stack: Stack) -> None:
    """No statement of Velero's role writes to `*`."""
    document = stack("prod", "foundation")
    assert resources(document, "aws_s3_bucket")["velero"]["bucket"] == "ddms-prod-velero-backups"
    for statement in statements(document, "velero"):
        if "*" in statement["resources"]:
            assert all(action.partition(":")[2].startswith("Describe") for action in statement["actions"])


def test_the_database_is_in_the_vaults_plan(stack: Stack) -> None:
    """The selection's tag is one that the database carries, and the plan keeps what data say."""
    document = stack("prod", "foundation")
    (tag,) = resources(document, "aws_backup_selection")["main"]["selection_tag"]
    assert resources(document, "aws_db_instance")["postgres"]["tags"][tag["key"]] == tag["value"]
    (rule,) = resources(document, "aws_backup_plan")["main"]["rule"]
    assert rule["lifecycle"] == {"delete_after": 30}
    assert rule["schedule"] == "cron(0 5 * * ? *)"
    assert "enable_continuous_backup" not in rule
    assert resources(document, "aws_backup_vault")["main"]["kms_key_arn"] == "${aws_kms_key.backup.arn}"


def test_a_day_of_the_month_or_of_the_week_takes_two_rules(stack: Stack) -> None:
    """Cron's `1 * mon-wed` means either; AWS wants one rule for each."""
    rules = resources(stack("rare_schedule", "foundation"), "aws_backup_plan")["main"]["rule"]
    assert [rule["schedule"] for rule in rules] == [
        "cron(0,30 2 1 * ? *)",
        "cron(0,30 2 ? * MON,TUE,WED *)",
    ]


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_no_value_of_a_secret_is_in_the_json(stack: Stack, shape: str) -> None:
    """Entries have no value, or take it from a sensitive variable by a write-only argument."""
    document = stack(shape, "foundation")
    for version in resources(document, "aws_secretsmanager_secret_version").values():
        assert "secret_string" not in version
        assert version["secret_string_wo"].startswith("${jsonencode({")
    for name, variable in document.get("variable", {}).items():
        assert variable["sensitive"] is (name != "secrets_version")
    assert "app" in resources(document, "aws_secretsmanager_secret")


def test_a_master_password_of_ours_is_never_in_the_state(stack: Stack) -> None:
    """The variable is ephemeral, and only write-only arguments take it."""
    document = stack("password_variable", "foundation")
    assert document["variable"]["database_password"]["ephemeral"] is True
    text = json.dumps(document["resource"])
    assert text.count("var.database_password") == 2
    assert resources(document, "aws_db_instance")["postgres"]["password_wo"] == "${var.database_password}"
    entry = resources(document, "aws_secretsmanager_secret_version")["postgres"]
    assert entry["secret_string_wo"] == '${jsonencode({"password" = var.database_password})}'


@pytest.mark.parametrize(
    ("shape", "owner"), [("prod", "aws_db_instance"), ("password_variable", "aws_secretsmanager_")]
)
def test_where_the_master_password_is_can_be_asked(stack: Stack, shape: str, owner: str) -> None:
    """One output names the entry, whoever made it."""
    assert stack(shape, "foundation")["output"]["postgres_secret_arn"]["value"].startswith(f"${{{owner}")


def test_cert_manager_changes_challenge_records_of_its_hosts_only(stack: Stack) -> None:
    """DNS-01's role writes TXT records of three names in one zone; with HTTP-01 there is no role."""
    document = stack("dns_01", "foundation")
    found = {s["sid"]: s for s in statements(document, "cert_manager")}
    change = found["ChangeChallengeRecords"]
    assert change["resources"] == ["${data.aws_route53_zone.acme.arn}"]
    (kinds, names) = change["condition"]
    assert (kinds["test"], kinds["values"]) == ("ForAllValues:StringEquals", ["TXT"])
    assert names["variable"] == "route53:ChangeResourceRecordSetsNormalizedRecordNames"
    assert names["values"] == [f"_acme-challenge.{host}.ddms.example.com" for host in ("app", "api", "grafana.app")]
    assert {action for s in found.values() for action in s["actions"]} == {
        "route53:ChangeResourceRecordSets",
        "route53:GetChange",
        "route53:ListHostedZonesByName",
        "route53:ListResourceRecordSets",
    }
    assert "cert_manager" not in resources(stack("prod", "foundation"), "aws_iam_role")


def test_external_dns_changes_names_of_its_environment_only(stack: Stack) -> None:
    """Changes are limited to the zone, and in it to names under the root domain."""
    (change,) = [s for s in statements(stack("prod", "foundation"), "external_dns") if s["sid"].startswith("Change")]
    assert change["resources"] == ["${data.aws_route53_zone.public.arn}"]
    (limit,) = change["condition"]
    assert limit["values"] == ["ddms.example.com", "*.ddms.example.com"]


def test_the_autoscaler_resizes_groups_of_its_cluster_only(stack: Stack) -> None:
    """What it changes must carry the cluster's tag."""
    (change,) = [s for s in statements(stack("prod", "foundation"), "cluster_autoscaler") if "Resize" in s["sid"]]
    (limit,) = change["condition"]
    assert limit["variable"] == "autoscaling:ResourceTag/kubernetes.io/cluster/ddms-prod"


def test_every_role_of_a_service_account_checks_subject_and_audience(stack: Stack) -> None:
    """A token for another audience, or of another service account, opens nothing."""
    document = stack("prod", "foundation")
    found = 0
    for name, policy in document["data"]["aws_iam_policy_document"].items():
        for statement in policy["statement"]:
            if "sts:AssumeRoleWithWebIdentity" in statement["actions"]:
                found += 1
                ends = sorted(c["variable"].rpartition(":")[2] for c in statement["condition"])
                assert ends == ["aud", "sub"], name
                assert all(c["test"] == "StringEquals" for c in statement["condition"])
    assert found == 7


def test_the_pipelines_roles_have_access_entries(stack: Stack) -> None:
    """The apply role administers, the deploy role edits one namespace; nobody gets in by having made the cluster."""
    document = stack("prod", "foundation")
    entries = resources(document, "aws_eks_access_entry")
    assert entries["github_apply"]["principal_arn"].endswith(":role/ddms-prod-github-apply")
    scope = resources(document, "aws_eks_access_policy_association")["github_deploy"]["access_scope"]
    assert scope == {"type": "namespace", "namespaces": ["ddms"]}
    access = resources(document, "aws_eks_cluster")["main"]["access_config"]
    assert access["bootstrap_cluster_creator_admin_permissions"] is False


@pytest.mark.parametrize("shape", ["access_keys", "state_local"])
def test_without_roles_there_are_no_entries_for_them(stack: Stack, shape: str) -> None:
    """An entry for a role that does not exist would fail."""
    entries = resources(stack(shape, "foundation"), "aws_eks_access_entry")
    assert not any(":role/" in str(entry["principal_arn"]) for n, entry in entries.items() if n.startswith("github_"))


def test_the_user_of_access_keys_reaches_the_cluster(stack: Stack) -> None:
    """The user that the data name is the only principal of the pipeline, with what the apply role would have."""
    document = stack("access_keys", "foundation")
    entry = resources(document, "aws_eks_access_entry")["github_user"]
    assert entry["principal_arn"] == "arn:aws:iam::444455556666:user/ddms-pipeline"
    held = resources(document, "aws_eks_access_policy_association")["github_user"]
    assert held["policy_arn"].endswith("AmazonEKSClusterAdminPolicy")
    assert "github_user" not in resources(stack("prod", "foundation"), "aws_eks_access_entry")


def test_guardduty_and_the_trail_are_there_when_data_say_so(stack: Stack) -> None:
    """Both in prod, neither in staging."""
    prod, staging = stack("prod", "foundation"), stack("staging", "foundation")
    for kind in ("aws_guardduty_detector", "aws_cloudtrail"):
        assert resources(prod, kind) and not resources(staging, kind)


def test_the_trail_is_whole_and_sealed(stack: Stack) -> None:
    """All regions, digests, a key of its own, and only the trail itself may write into the bucket."""
    document = stack("prod", "foundation")
    trail = resources(document, "aws_cloudtrail")["main"]
    assert trail["is_multi_region_trail"] and trail["enable_log_file_validation"]
    assert trail["kms_key_id"] == "${aws_kms_key.trail.arn}"
    write = next(s for s in statements(document, "trail_bucket") if s["sid"] == "TrailMayWrite")
    assert any(c["variable"] == "aws:SourceArn" for c in write["condition"])


@pytest.mark.parametrize("name", STACKS)
def test_every_key_rotates(stack: Stack, name: str) -> None:
    """KMS keys rotate by themselves, and each has an alias."""
    document = stack("prod", name)
    keys = resources(document, "aws_kms_key")
    assert keys and all(key["enable_key_rotation"] is True for key in keys.values())
    assert sorted(keys) == sorted(resources(document, "aws_kms_alias"))


def test_the_default_storage_class_encrypts(stack: Stack) -> None:
    """The class is of our own chart; the EBS driver's would leave volumes in the clear."""
    addon = resources(stack("prod", "foundation"), "aws_eks_addon")["aws_ebs_csi_driver"]
    assert "configuration_values" not in addon
    base = stack("prod", "platform")["resource"]["helm_release"]["cluster_base"]["values"][0]
    assert "encrypted: true" in base


def test_nothing_optional_remains_when_all_is_off(stack: Stack) -> None:
    """An environment without Velero, ExternalDNS and autoscaler has neither their roles nor their buckets."""
    document = stack("bare", "foundation")
    assert not {"velero", "external_dns", "cluster_autoscaler"} & set(resources(document, "aws_iam_role"))
    assert not resources(document, "aws_s3_bucket")
    assert environment("bare").tier == "staging"


def test_every_tag_that_we_promise_is_on_everything(make: Make) -> None:
    """The provider's default tags hold the environment, the project, who manages it, and those of the data."""
    document = make(of("staging", aws__tags={"team": "a"}), "foundation")
    (provider,) = document["provider"]["aws"]
    assert provider["default_tags"] == [
        {"tags": {"environment": "staging", "managed-by": "ddms-compile", "project": "ddms", "team": "a"}}
    ]


@pytest.mark.parametrize("protected", [True, False])
def test_one_switch_decides_whether_production_can_be_taken_down(make: Make, protected: bool) -> None:
    """What the README tells a person to turn off is all that stands in the way of `destroy`."""
    document = make(of("prod", postgres__deletion_protection=protected), "foundation")
    kinds = ("aws_db_instance", "aws_eks_cluster")
    assert [body["deletion_protection"] for kind in kinds for body in resources(document, kind).values()] == [
        protected,
        protected,
    ]


@pytest.mark.parametrize("shape", ["prod", "staging", "four_zones"])
def test_each_zone_has_a_node_group_of_its_own(stack: Stack, shape: str) -> None:
    """A node group has one subnet, so that the autoscaler knows its zone; the shares are those of the data."""
    groups = resources(stack(shape, "foundation"), "aws_eks_node_group")
    wanted = environment(shape)
    zones = wanted.network.zones
    for name, group in wanted.read(lambda s: s.cluster.nodes).value.items():
        parts = [groups[f"{name}_{zone.index}"] for zone in zones]
        assert [part["subnet_ids"] for part in parts] == [
            [f"${{aws_subnet.private_{zone.index}.id}}"] for zone in zones
        ]
        sizes = [part["scaling_config"] for part in parts]
        assert sum(size["min_size"] for size in sizes) == group.min
        assert sum(size["max_size"] for size in sizes) == group.max
        assert min(size["max_size"] for size in sizes) >= 1
    assert len(groups) == len(zones) * len(wanted.read(lambda s: s.cluster.nodes).value)
