"""What stands in the account after the README's commands, asked of the account and not of Terraform."""

import ipaddress
import json
from typing import Any
from urllib.parse import unquote

from e2e_aws.conftest import TOKEN, Scene
from e2e_aws.left_out import FORGOTTEN


def names(items: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Things by their tag `Name`."""
    tagged = ((item, {tag["Key"]: tag["Value"] for tag in item.get("Tags", [])}) for item in items)
    return {tags["Name"]: item for item, tags in tagged if tags.get("project") == "ddms" and "Name" in tags}


def subnets(scene: Scene) -> dict[str, dict[str, Any]]:
    """Our subnets by name."""
    return names(scene.client("ec2").describe_subnets()["Subnets"])


def document(text: str | dict[str, Any]) -> dict[str, Any]:
    """A policy."""
    found: dict[str, Any] = text if isinstance(text, dict) else json.loads(unquote(text))
    return found


def test_all_that_moto_knows_is_applied(scene: Scene) -> None:
    """The states hold every resource of the stacks but those that the table names."""
    assert sorted(scene.bootstrap.addresses()) == sorted(scene.stacks["bootstrap"].applied)
    assert sorted(scene.foundation.addresses()) == sorted(scene.stacks["foundation"].applied)


def test_a_second_plan_finds_what_was_written(scene: Scene) -> None:
    """Each value comes back as it was written, but for exactly the arguments that moto forgets by the table."""
    assert scene.bootstrap.changes() == set()
    assert scene.foundation.changes() == set(FORGOTTEN)


def test_subnets_lie_in_the_network_and_apart(scene: Scene) -> None:
    """Each kind has one subnet a zone, in two zones or more; none overlaps; none gives public addresses."""
    found = subnets(scene)
    (vpc,) = names(scene.client("ec2").describe_vpcs()["Vpcs"]).values()
    blocks = [ipaddress.ip_network(item["CidrBlock"]) for item in found.values()]
    assert all(block.subnet_of(ipaddress.ip_network(vpc["CidrBlock"])) for block in blocks)
    assert not any(a.overlaps(b) for a in blocks for b in blocks if a is not b)
    zones = {
        kind: sorted(item["AvailabilityZone"] for name, item in found.items() if f"-{kind}-" in name)
        for kind in ("public", "private", "data")
    }
    assert zones["public"] == zones["private"] == zones["data"]
    assert len(set(zones["public"])) == len(zones["public"]) >= 2
    assert not any(item["MapPublicIpOnLaunch"] for item in found.values())


def test_each_kind_of_subnet_has_its_way_out(scene: Scene) -> None:
    """Public: the internet gateway. Private: a NAT gateway, in production that of its zone. Data: none."""
    ec2 = scene.client("ec2")
    tables = {
        association["SubnetId"]: {route.get("DestinationCidrBlock"): route for route in table["Routes"]}
        for table in ec2.describe_route_tables()["RouteTables"]
        for association in table["Associations"]
        if "SubnetId" in association
    }
    zone_of = {item["SubnetId"]: item["AvailabilityZone"] for item in subnets(scene).values()}
    nats = {
        item["NatGatewayId"]: zone_of[item["SubnetId"]]
        for item in ec2.describe_nat_gateways()["NatGateways"]
        if item["State"] == "available"
    }
    used = set()
    for name, item in subnets(scene).items():
        out = tables[item["SubnetId"]].get("0.0.0.0/0", {})
        if "-public-" in name:
            assert out["GatewayId"].startswith("igw-"), name
        elif "-private-" in name:
            assert scene.environment != "prod" or nats[out["NatGatewayId"]] == item["AvailabilityZone"], name
            used.add(out["NatGatewayId"])
        else:
            assert not out, name
    assert used == set(nats)


def test_only_the_nodes_reach_the_data(scene: Scene) -> None:
    """The groups of database and cache admit one port, from the nodes' group, and nothing else."""
    groups = {item["GroupName"]: item for item in scene.client("ec2").describe_security_groups()["SecurityGroups"]}
    prefix = f"ddms-{scene.environment}"
    for name, port in (("postgres", 5432), ("redis", 6379)):
        (rule,) = groups[f"{prefix}-{name}"]["IpPermissions"]
        assert (rule["IpProtocol"], rule["FromPort"], rule["ToPort"]) == ("tcp", port, port)
        assert [pair["GroupId"] for pair in rule["UserIdGroupPairs"]] == [groups[f"{prefix}-nodes"]["GroupId"]]
        assert not rule["IpRanges"]
        assert not rule.get("Ipv6Ranges")


def test_the_database_is_closed_and_encrypted(scene: Scene) -> None:
    """Encrypted with a key of ours, not public, in the data subnets; in production on two zones and protected."""
    (found,) = scene.client("rds").describe_db_instances()["DBInstances"]
    assert found["StorageEncrypted"]
    assert ":key/" in found["KmsKeyId"]
    assert not found["PubliclyAccessible"]
    assert found["MultiAZ"] is (scene.environment == "prod")
    assert found["DeletionProtection"] is (scene.environment == "prod")
    assert found["BackupRetentionPeriod"] >= 7
    used = {item["SubnetIdentifier"] for item in found["DBSubnetGroup"]["Subnets"]}
    assert used == {item["SubnetId"] for name, item in subnets(scene).items() if "-data-" in name}
    (parameters,) = (group["DBParameterGroupName"] for group in found["DBParameterGroups"])
    values = scene.client("rds").describe_db_parameters(DBParameterGroupName=parameters)["Parameters"]
    assert {item["ParameterName"]: item.get("ParameterValue") for item in values}["rds.force_ssl"] == "1"


def test_keys_rotate(scene: Scene) -> None:
    """Every key that Terraform made is rotated."""
    kms = scene.client("kms")
    made = [
        values["key_id"]
        for root in (scene.bootstrap, scene.foundation)
        for address, values in root.attributes().items()
        if address.startswith("aws_kms_key.")
    ]
    assert made
    assert all(kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] for key in made)


def test_buckets_are_private_versioned_encrypted_and_tls_only(scene: Scene) -> None:
    """All buckets: the state's, the backups' and the trail's."""
    s3 = scene.client("s3")
    buckets = [item["Name"] for item in s3.list_buckets()["Buckets"]]
    assert {f"ddms-{scene.account.number}-tfstate", f"ddms-{scene.environment}-velero-backups"} <= set(buckets)
    for bucket in buckets:
        assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled", bucket
        (rule,) = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
        assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] in {"aws:kms", "AES256"}, bucket
        assert all(s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"].values()), bucket
        policy = document(s3.get_bucket_policy(Bucket=bucket)["Policy"])
        assert any(
            item["Effect"] == "Deny" and item.get("Condition", {}).get("Bool", {}).get("aws:SecureTransport") == "false"
            for item in policy["Statement"]
        ), bucket


def test_federated_roles_name_who_may_be_them(scene: Scene) -> None:
    """Each role that a token opens asks for its audience and its exact subject."""
    answer = scene.client("iam").get_paginator("list_roles").paginate()
    roles = {role["RoleName"]: document(role["AssumeRolePolicyDocument"]) for page in answer for role in page["Roles"]}
    federated = {
        name: statement
        for name, policy in roles.items()
        for statement in policy["Statement"]
        if "Federated" in statement["Principal"]
    }
    assert {f"ddms-{scene.environment}-github-apply", f"ddms-{scene.environment}-velero"} <= set(federated)
    for name, statement in federated.items():
        wanted = {key.rsplit(":", 1)[1]: value for key, value in statement["Condition"]["StringEquals"].items()}
        assert wanted["aud"] == "sts.amazonaws.com", name
        subjects = [wanted["sub"]] if isinstance(wanted["sub"], str) else wanted["sub"]
        assert subjects, name
        assert not any("*" in subject for subject in subjects), name


def test_images_cannot_be_overwritten(scene: Scene) -> None:
    """Repositories are in the project's account, immutable and scanned."""
    found = scene.client("ecr").describe_repositories()["repositories"]
    assert {item["repositoryName"] for item in found} == (
        {"ddms/backend", "ddms/frontend"} if scene.environment == "staging" else set()
    )
    for item in found:
        assert item["imageTagMutability"] == "IMMUTABLE"
        assert item["imageScanningConfiguration"]["scanOnPush"]


def test_logs_end_and_are_encrypted(scene: Scene) -> None:
    """Every log group has an end and a key."""
    groups = scene.client("logs").describe_log_groups()["logGroups"]
    assert f"/aws/eks/ddms-{scene.environment}/cluster" in {group["logGroupName"] for group in groups}
    assert all(group.get("retentionInDays") and group.get("kmsKeyId") for group in groups)


def test_the_token_of_the_cache_is_kept_where_it_belongs(scene: Scene) -> None:
    """It arrived in Secrets Manager; the state does not know it."""
    found = scene.client("secretsmanager").get_secret_value(SecretId=f"ddms/{scene.environment}/redis")
    assert TOKEN in found["SecretString"]
    assert TOKEN not in (scene.foundation.folder / "terraform.tfstate").read_text("utf-8")
