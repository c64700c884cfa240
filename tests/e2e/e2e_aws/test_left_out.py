"""Each kind that is left out is tried: an entry of the table goes as soon as moto learns what it lacks."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError
from moto import mock_aws

from e2e_aws.left_out import LEFT_OUT
from oracles.moto import Account, account, cloud

NAME = "tried"
ROLE = "arn:aws:iam::111122223333:role/tried"

REFUSED: Mapping[str, tuple[str, str, dict[str, Any]]] = {
    "aws_backup_selection": (
        "backup",
        "create_backup_selection",
        {"BackupPlanId": NAME, "BackupSelection": {"SelectionName": NAME, "IamRoleArn": ROLE}},
    ),
    "aws_eks_access_entry": ("eks", "create_access_entry", {"clusterName": NAME, "principalArn": ROLE}),
    "aws_eks_access_policy_association": (
        "eks",
        "associate_access_policy",
        {"clusterName": NAME, "principalArn": ROLE, "policyArn": ROLE, "accessScope": {"type": "cluster"}},
    ),
    "aws_eks_addon": ("eks", "create_addon", {"clusterName": NAME, "addonName": NAME}),
    "aws_elasticache_parameter_group": (
        "elasticache",
        "create_cache_parameter_group",
        {"CacheParameterGroupName": NAME, "CacheParameterGroupFamily": "redis7", "Description": NAME},
    ),
    "aws_elasticache_subnet_group": ("elasticache", "delete_cache_subnet_group", {"CacheSubnetGroupName": NAME}),
}
"""The call that moto does not know, by kind: service, operation and arguments."""


def has_members(owner: Account) -> bool:
    """A replication group's nodes can be read back, as many as were asked for."""
    caches = owner.client("elasticache")
    made = caches.create_replication_group(
        ReplicationGroupId=NAME, ReplicationGroupDescription=NAME, NumCacheClusters=2, AutomaticFailoverEnabled=True
    )
    nodes = {node["CacheClusterId"] for node in caches.describe_cache_clusters()["CacheClusters"]}
    return len(nodes) == 2 and nodes == set(made["ReplicationGroup"]["MemberClusters"])


def ends_rotation(owner: Account) -> bool:
    """A rotation without a function of ours can be cancelled."""
    secrets = owner.client("secretsmanager")
    secrets.create_secret(Name=NAME, SecretString=NAME)
    secrets.rotate_secret(SecretId=NAME, RotationRules={"AutomaticallyAfterDays": 7})
    try:
        secrets.cancel_rotate_secret(SecretId=NAME)
    except ClientError as error:
        assert error.response["Error"]["Code"] == "InvalidRequestException"
        return False
    return True


def keeps_features(owner: Account) -> bool:
    """A feature of a detector is there after another was set."""
    guard = owner.client("guardduty")
    detector = guard.create_detector(Enable=True)["DetectorId"]
    for name in ("S3_DATA_EVENTS", "EKS_AUDIT_LOGS"):
        guard.update_detector(DetectorId=detector, Features=[{"Name": name, "Status": "ENABLED"}])
    return len(guard.get_detector(DetectorId=detector)["Features"]) == 2


INCOMPLETE: Mapping[str, Callable[[Account], bool]] = {
    "aws_elasticache_replication_group": has_members,
    "aws_guardduty_detector_feature": keeps_features,
    "aws_secretsmanager_secret_rotation": ends_rotation,
}
"""What does not hold, by kind."""


@pytest.fixture(scope="module")
def owner() -> Iterator[Account]:
    """An empty account."""
    with cloud() as address:
        yield account(address, "111122223333", "eu-west-1")


def test_every_kind_is_tried() -> None:
    """No kind is left out without a test below."""
    assert set(LEFT_OUT) == set(REFUSED) | set(INCOMPLETE)


@pytest.mark.parametrize("kind", REFUSED)
def test_the_call_is_not_known(kind: str, owner: Account) -> None:
    """The answer is a page of a web server, not one of AWS."""
    service, operation, arguments = REFUSED[kind]
    with pytest.raises((ClientError, ResponseParserError), match="<!doctype html>"):
        getattr(owner.client(service), operation)(**arguments)


@pytest.mark.parametrize("kind", INCOMPLETE)
def test_the_answer_is_incomplete(kind: str, owner: Account) -> None:
    """What the provider needs to read back is not there."""
    assert not INCOMPLETE[kind](owner)


def test_a_bucket_that_wants_https_refuses_it() -> None:
    """The reason why the states are files: a policy's condition is not read, over HTTPS (no server) either."""
    denied = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{NAME}", f"arn:aws:s3:::{NAME}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")
        assert s3.meta.endpoint_url.startswith("https://")
        s3.create_bucket(Bucket=NAME)
        s3.put_object(Bucket=NAME, Key="before", Body=b"")
        s3.put_bucket_policy(Bucket=NAME, Policy=json.dumps({"Version": "2012-10-17", "Statement": [denied]}))
        with pytest.raises(ClientError, match=r"AccessDenied|403|Forbidden"):
            s3.put_object(Bucket=NAME, Key="after", Body=b"")
