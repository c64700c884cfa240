"""The way back. Runs after everything else: an environment that is gone cannot be looked at."""

import re
from pathlib import Path

import pytest

from e2e_aws.conftest import Scene, unprotected


def left(scene: Scene) -> dict[str, list[str]]:
    """What is in the account that costs, or holds data, or opens doors."""
    ec2 = scene.client("ec2")
    return {
        "networks": [vpc["VpcId"] for vpc in ec2.describe_vpcs()["Vpcs"] if not vpc["IsDefault"]],
        "addresses": [item["AllocationId"] for item in ec2.describe_addresses()["Addresses"]],
        "databases": [
            item["DBInstanceIdentifier"] for item in scene.client("rds").describe_db_instances()["DBInstances"]
        ],
        "clusters": scene.client("eks").list_clusters()["clusters"],
        "buckets": [item["Name"] for item in scene.client("s3").list_buckets()["Buckets"]],
        "repositories": [
            item["repositoryName"] for item in scene.client("ecr").describe_repositories()["repositories"]
        ],
        "roles": [
            item["RoleName"]
            for item in scene.client("iam").list_roles()["Roles"]
            if item["RoleName"].startswith("ddms-")
        ],
        "providers": [
            item["Arn"] for item in scene.client("iam").list_open_id_connect_providers()["OpenIDConnectProviderList"]
        ],
        "logs": [item["logGroupName"] for item in scene.client("logs").describe_log_groups()["logGroups"]],
    }


def test_everything_goes_in_reverse_order(scene: Scene, tmp_path: Path) -> None:
    """Production refuses until its data say otherwise; then nothing of ours is left but the last snapshot."""
    if scene.environment == "prod":
        with pytest.raises(AssertionError, match=r"(?i)deletion\s*protect"):
            scene.foundation.down("-target=aws_db_instance.postgres")
        scene.write(scene.foundation, unprotected(tmp_path, "prod"))
        # Alone: what moto forgets of a cluster (`FORGOTTEN`) would have it made anew.
        scene.foundation.up("-target=aws_db_instance.postgres")
    scene.foundation.down()
    assert scene.foundation.addresses() == []
    scene.bootstrap.down()
    assert scene.bootstrap.addresses() == []
    assert {kind: found for kind, found in left(scene).items() if found} == {}
    snapshots = scene.client("rds").describe_db_snapshots(SnapshotType="manual")["DBSnapshots"]
    (name,) = (item["DBSnapshotIdentifier"] for item in snapshots)
    assert re.fullmatch(f"ddms-{scene.environment}-postgres-final-[0-9a-f]{{8}}", name)  # a part of the VPC's id
