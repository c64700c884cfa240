"""The AWS CLI in front of the world: words by its own descriptions, answers in the shapes of the services."""

import json
import sys
from typing import Any

from fake_world.world import RefusedError, World, database, entry_of
from oracles.aws_words import dashed, data, described, members, objections

Options = dict[str, Any]
DAY = "2026-01-01T00:00:00Z"


def answer(world: World, words: list[str], env: dict[str, str], text: str) -> str:
    """What the CLI prints. Raises RefusedError."""
    if wrong := objections(words):
        raise RefusedError(f"aws: {wrong}")
    service, command, *rest = words
    options = _options(rest, text)
    if options.get("region", env.get("AWS_REGION")) != world.region:
        raise RefusedError("aws: no region, or another one")
    found = getattr(Aws(world), f"{service}_{command}".replace("-", "_"), None)
    if found is None:
        raise RefusedError(f"aws {service} {command}: the world has no such operation yet")
    given = found(options)
    if command in ("wait", "update-kubeconfig") or given is None:
        return ""
    _shaped(service, command, given)
    return _printed(given, options)


def _options(words: list[str], text: str) -> Options:
    made: dict[str, list[str]] = {}
    name = ""
    for word in words:
        if word.startswith("--"):
            name = word[2:]
            made[name] = []
        else:
            made.setdefault(name, []).append(text if word == "file:///dev/stdin" else word)
    options: Options = {key: values[0] if len(values) == 1 else values or True for key, values in made.items()}
    if "cli-input-json" in options:
        given = json.loads(options.pop("cli-input-json"))
        for name in given:
            if not given[name] and given[name] is not False:
                raise RefusedError(f"aws: {name} is empty")
        options |= {dashed(name): value for name, value in given.items()}
    return options


def _shaped(service: str, command: str, given: dict[str, Any]) -> None:
    model = described({"s3api": "s3"}.get(service, service), "service-2")
    operation = next(each for name, each in model["operations"].items() if dashed(name) == command)
    known = members(model, operation["output"]["shape"]) if "output" in operation else set()
    unknown = _names(given) - known - {"KeyCount"}
    assert not unknown, f"the world makes up fields of {service} {command}: {unknown}"


def _names(node: Any) -> set[str]:
    match node:
        case dict():
            return set(node).union(*map(_names, node.values()))
        case list():
            return set().union(*map(_names, node))
    return set()


def _printed(given: dict[str, Any], options: Options) -> str:
    if "query" not in options:
        return json.dumps(given)
    library = data()
    assert library is not None
    if str(library.parents[1]) not in sys.path:
        sys.path.append(str(library.parents[1]))
    import jmespath  # type: ignore[import-untyped, unused-ignore]

    found = jmespath.search(options["query"], given)
    return _text(found) if options.get("output") in ("text", "table") else json.dumps(found)


def _text(found: Any) -> str:
    if isinstance(found, list):
        rows = any(isinstance(each, list) for each in found)
        return ("\n" if rows else "\t").join(map(_text, found))
    return str(found)


class Aws:
    """One method for each operation, named like it."""

    def __init__(self, world: World) -> None:
        self.world = world

    def _database(self, name: str) -> dict[str, Any]:
        if name not in self.world.databases:
            raise RefusedError(f"DBInstanceNotFound: {name}")
        return self.world.databases[name]

    def _cache(self, name: str) -> dict[str, Any]:
        if name not in self.world.caches:
            raise RefusedError(f"ReplicationGroupNotFoundFault: {name}")
        return self.world.caches[name]

    def _secret(self, name: str) -> list[str]:
        if name not in self.world.secrets or name in self.world.deleted_secrets:
            raise RefusedError(f"ResourceNotFoundException: {name}")
        return self.world.secrets[name]

    def _cluster(self, name: str) -> None:
        if name != self.world.cluster or self.world.destroyed:
            raise RefusedError(f"ResourceNotFoundException: no cluster {name}")

    # --- accounts, registry, nodes ---

    def sts_get_caller_identity(self, _: Options) -> dict[str, Any]:
        return {"Account": self.world.account, "Arn": f"arn:aws:iam::{self.world.account}:role/admin"}

    def iam_list_open_id_connect_providers(self, _: Options) -> dict[str, Any]:
        return {"OpenIDConnectProviderList": [{"Arn": "arn:aws:iam::1:oidc-provider/x"}]}

    def guardduty_list_detectors(self, _: Options) -> dict[str, Any]:
        return {"DetectorIds": ["0" * 32]}

    def ecr_describe_repositories(self, _: Options) -> dict[str, Any]:
        return {"repositories": [{"repositoryName": "ddms/backend"}]}

    def ssm_get_parameter(self, o: Options) -> dict[str, Any]:
        if not o["name"].startswith("/aws/service/"):
            raise RefusedError("ParameterNotFound")
        return {"Parameter": {"Value": "1.35.0-20260101"}}

    def autoscaling_terminate_instance_in_auto_scaling_group(self, o: Options) -> dict[str, Any]:
        if not o["instance-id"].startswith("i-"):
            raise RefusedError("ValidationError: no instance id")
        self.world.terminated.append(o["instance-id"])
        return {"Activity": {"StatusCode": "InProgress"}}

    # --- EKS ---

    def eks_update_kubeconfig(self, o: Options) -> dict[str, Any]:
        self._cluster(o["name"])
        return {}

    def eks_describe_cluster(self, o: Options) -> dict[str, Any]:
        self._cluster(o["name"])
        held = {"endpointPublicAccess": True, "publicAccessCidrs": ["203.0.113.0/24"], "endpointPrivateAccess": True}
        return {"cluster": {"version": "1.35", "status": "ACTIVE", "resourcesVpcConfig": held}}

    def eks_list_access_entries(self, o: Options) -> dict[str, Any]:
        self._cluster(o["cluster-name"])
        return {"accessEntries": [f"arn:aws:iam::{self.world.account}:role/admin"]}

    def eks_list_insights(self, o: Options) -> dict[str, Any]:
        self._cluster(o["cluster-name"])
        return {"insights": []}

    def eks_list_addons(self, o: Options) -> dict[str, Any]:
        self._cluster(o["cluster-name"])
        return {"addons": ["coredns", "vpc-cni"]}

    def eks_describe_addon(self, o: Options) -> dict[str, Any]:
        self._cluster(o["cluster-name"])
        made = {"addonName": o["addon-name"], "addonVersion": "v1", "status": "ACTIVE", "health": {"issues": []}}
        return {"addon": made}

    def eks_list_nodegroups(self, o: Options) -> dict[str, Any]:
        self._cluster(o["cluster-name"])
        return {"nodegroups": ["general-0"]}

    def eks_describe_nodegroup(self, o: Options) -> dict[str, Any]:
        self._cluster(o["cluster-name"])
        made = {"nodegroupName": o["nodegroup-name"], "version": "1.35", "status": "ACTIVE", "amiType": "AL2023"}
        return {"nodegroup": made | {"releaseVersion": "1.35.0-20260101", "health": {"issues": []}}}

    # --- RDS ---

    def rds_describe_db_instances(self, o: Options) -> dict[str, Any]:
        name = o["db-instance-identifier"]
        held = self._database(name)
        made: dict[str, Any] = {
            "DBInstanceIdentifier": name,
            "DBInstanceClass": "db.r7g.large",
            "DBParameterGroups": [{"DBParameterGroupName": f"{name}-17", "ParameterApplyStatus": "in-sync"}],
            "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-0123456789abcdef0"}],
            "MultiAZ": True,
            "LatestRestorableTime": DAY,
            "EngineVersion": held["version"],
            "DBInstanceStatus": "available",
        }
        if held["entry"]:
            made["MasterUserSecret"] = {"SecretArn": held["entry"], "SecretStatus": "active"}
        return {"DBInstances": [made]}

    def rds_restore_db_instance_to_point_in_time(self, o: Options) -> dict[str, Any]:
        self._database(o["source-db-instance-identifier"])
        return self._restored(o["target-db-instance-identifier"], o)

    def rds_restore_db_instance_from_db_snapshot(self, o: Options) -> dict[str, Any]:
        if o["db-snapshot-identifier"] not in self.world.database_snapshots:
            raise RefusedError(f"DBSnapshotNotFound: {o['db-snapshot-identifier']}")
        return self._restored(o["db-instance-identifier"], o)

    def _restored(self, name: str, o: Options) -> dict[str, Any]:
        if name in self.world.databases:
            raise RefusedError(f"DBInstanceAlreadyExists: {name}")
        if not {"multi-az", "no-multi-az"} & set(o) or o["db-subnet-group-name"] not in self._subnet_groups():
            raise RefusedError("InvalidParameterValue")
        self.world.databases[name] = database(name, managed=False) | {"restored": True, "protected": False}
        return {"DBInstance": {"DBInstanceIdentifier": name}}

    def _subnet_groups(self) -> set[str]:
        groups = self.world.foundation["resource"]["aws_db_subnet_group"]
        return {group["name"] for group in groups.values()}

    def rds_modify_db_instance(self, o: Options) -> dict[str, Any]:
        name = o["db-instance-identifier"]
        held = self._database(name)
        if "manage-master-user-password" in o:
            held["entry"] = f"{entry_of(name)}-new"
            self.world.secrets[held["entry"]] = ['{"password": "new"}']
        if "no-deletion-protection" in o:
            held["protected"] = False
        held["version"] = o.get("engine-version", held["version"])
        if new := o.get("new-db-instance-identifier"):
            if new in self.world.databases:
                raise RefusedError(f"DBInstanceAlreadyExists: {new}")
            self.world.databases[new] = self.world.databases.pop(name)
        return {"DBInstance": {"DBInstanceIdentifier": new or name}}

    def rds_delete_db_instance(self, o: Options) -> dict[str, Any]:
        name = o["db-instance-identifier"]
        if self._database(name)["protected"]:
            raise RefusedError("InvalidParameterCombination: deletion protection is on")
        self.world.database_snapshots[o["final-db-snapshot-identifier"]] = name
        del self.world.databases[name]
        return {"DBInstance": {"DBInstanceIdentifier": name}}

    def rds_reboot_db_instance(self, o: Options) -> dict[str, Any]:
        name = o["db-instance-identifier"]
        self._database(name)["rebooted"] = "force-failover" in o
        return {"DBInstance": {"DBInstanceIdentifier": name}}

    def rds_create_db_snapshot(self, o: Options) -> dict[str, Any]:
        self._database(o["db-instance-identifier"])
        self.world.database_snapshots[o["db-snapshot-identifier"]] = o["db-instance-identifier"]
        return {"DBSnapshot": {"DBSnapshotIdentifier": o["db-snapshot-identifier"]}}

    def rds_describe_db_snapshots(self, o: Options) -> dict[str, Any]:
        found = [name for name, of in self.world.database_snapshots.items() if of == o["db-instance-identifier"]]
        return {"DBSnapshots": [{"DBSnapshotIdentifier": name, "SnapshotCreateTime": DAY} for name in found]}

    def rds_describe_db_engine_versions(self, _: Options) -> dict[str, Any]:
        return {"DBEngineVersions": [{"EngineVersion": "17.9"}]}

    def rds_describe_events(self, o: Options) -> dict[str, Any]:
        self._database(o["source-identifier"])
        return {"Events": []}

    def rds_wait(self, o: Options) -> dict[str, Any]:
        if "db-snapshot-identifier" in o:
            if o["db-snapshot-identifier"] not in self.world.database_snapshots:
                raise RefusedError("DBSnapshotNotFound")
        else:
            self._database(o["db-instance-identifier"])
        return {}

    # --- ElastiCache ---

    def elasticache_describe_replication_groups(self, o: Options) -> dict[str, Any]:
        name = o["replication-group-id"]
        self._cache(name)
        made = {"ReplicationGroupId": name, "Description": "cache", "MemberClusters": [f"{name}-001", f"{name}-002"]}
        made |= {"CacheNodeType": "cache.r7g.large", "AutomaticFailover": "enabled", "MultiAZ": "enabled"}
        return {"ReplicationGroups": [made | {"KmsKeyId": "arn:aws:kms:eu-west-1:1:key/1"}]}

    def elasticache_describe_cache_clusters(self, _: Options) -> dict[str, Any]:
        found = [f"{name}-001" for name in self.world.caches]
        made: dict[str, Any] = {"Engine": "redis", "EngineVersion": "7.1.0", "CacheClusterStatus": "available"}
        made |= {"CacheSubnetGroupName": "g", "SecurityGroups": [{"SecurityGroupId": "sg-0123456789abcdef0"}]}
        made |= {"CacheParameterGroup": {"CacheParameterGroupName": "p"}}
        return {"CacheClusters": [made | {"CacheClusterId": name} for name in found]}

    def elasticache_describe_snapshots(self, o: Options) -> dict[str, Any]:
        wanted = o.get("snapshot-name")
        found = [n for n, of in self.world.cache_snapshots.items() if wanted in (None, n)]
        made = {"SnapshotStatus": "available", "NodeSnapshots": [{"SnapshotCreateTime": DAY}]}
        return {"Snapshots": [made | {"SnapshotName": name} for name in found]}

    def elasticache_create_snapshot(self, o: Options) -> dict[str, Any]:
        self._cache(o["replication-group-id"])
        self.world.cache_snapshots[o["snapshot-name"]] = o["replication-group-id"]
        return {"Snapshot": {"SnapshotName": o["snapshot-name"]}}

    def elasticache_copy_snapshot(self, o: Options) -> dict[str, Any]:
        if o["source-snapshot-name"] not in self.world.cache_snapshots:
            raise RefusedError("SnapshotNotFoundFault")
        self.world.cache_snapshots[o["target-snapshot-name"]] = "copy"
        return {"Snapshot": {"SnapshotName": o["target-snapshot-name"]}}

    def elasticache_delete_replication_group(self, o: Options) -> dict[str, Any]:
        name = o["replication-group-id"]
        self._cache(name)
        if "copy" not in self.world.cache_snapshots.values():
            self.world.trouble.append("the cache was deleted without a copy of its snapshot")
        self.world.cache_snapshots = {n: of for n, of in self.world.cache_snapshots.items() if of != name}
        del self.world.caches[name]
        return {"ReplicationGroup": {"Status": "deleting"}}

    def elasticache_create_replication_group(self, o: Options) -> dict[str, Any]:
        if o["snapshot-name"] not in self.world.cache_snapshots:
            raise RefusedError("SnapshotNotFoundFault")
        self.world.caches[o["replication-group-id"]] = {"token": o.get("auth-token"), "old": None}
        return {"ReplicationGroup": {"Status": "creating"}}

    def elasticache_modify_replication_group(self, o: Options) -> dict[str, Any]:
        held = self._cache(o["replication-group-id"])
        if o["auth-token-update-strategy"] == "SET":
            held |= {"token": o["auth-token"], "old": None}
        return {"ReplicationGroup": {"Status": "modifying"}}

    def elasticache_describe_events(self, o: Options) -> dict[str, Any]:
        self._cache(o["source-identifier"])
        return {"Events": []}

    def elasticache_wait(self, o: Options) -> dict[str, Any]:
        if (o["replication-group-id"] in self.world.caches) is ("replication-group-deleted" in str(o[""])):
            raise RefusedError("Waiter failed: max attempts exceeded")
        return {}

    # --- Secrets Manager ---

    def secretsmanager_get_secret_value(self, o: Options) -> dict[str, Any]:
        held = self._secret(o["secret-id"])
        version = len(held) if o.get("version-stage", "AWSCURRENT") == "AWSCURRENT" else len(held) - 1
        if version < 1:
            raise RefusedError("ResourceNotFoundException: no AWSPREVIOUS")
        return {"SecretString": held[version - 1], "VersionId": str(version)}

    def secretsmanager_put_secret_value(self, o: Options) -> dict[str, Any]:
        json.loads(o["secret-string"])
        self._secret(o["secret-id"]).append(o["secret-string"])
        return {"VersionId": "new"}

    def secretsmanager_update_secret_version_stage(self, o: Options) -> dict[str, Any]:
        held = self._secret(o["secret-id"])
        if o["remove-from-version-id"] != str(len(held)):
            raise RefusedError("InvalidParameterException: the stage is at another version")
        held.append(held[int(o["move-to-version-id"]) - 1])
        return {"Name": o["secret-id"]}

    def secretsmanager_describe_secret(self, o: Options) -> dict[str, Any]:
        self._secret(o["secret-id"])
        return {"LastChangedDate": DAY, "LastRotatedDate": DAY}

    def secretsmanager_rotate_secret(self, o: Options) -> dict[str, Any]:
        self._secret(o["secret-id"]).append('{"password": "rotated"}')
        self.world.rotated.append(o["secret-id"])
        return {"VersionId": "new"}

    def secretsmanager_list_secrets(self, o: Options) -> dict[str, Any]:
        prefix = o["filters"].partition("Values=")[2]
        found = [name for name in self.world.secrets if name.startswith(prefix)]
        gone = self.world.deleted_secrets
        made = [{"Name": n, "LastChangedDate": DAY} | ({"DeletedDate": DAY} if n in gone else {}) for n in found]
        return {"SecretList": made}

    def secretsmanager_restore_secret(self, o: Options) -> dict[str, Any]:
        self.world.deleted_secrets.remove(o["secret-id"])
        return {"ARN": f"arn:aws:secretsmanager:{self.world.region}:1:secret:{o['secret-id']}-AbCdEf"}

    # --- S3 ---

    def s3api_head_bucket(self, o: Options) -> None:
        if o["bucket"] != self.world.state_bucket:
            raise RefusedError("404 Not Found")

    def s3api_list_objects_v2(self, o: Options) -> dict[str, Any]:
        self.s3api_head_bucket(o)
        held = [self.world.locked] if self.world.locked else []
        return {"Contents": [{"LastModified": DAY, "Key": f"{self._state(stack)}.tflock"} for stack in held]}

    def _state(self, stack: str) -> str:
        return str(self.world.stacks[stack]["terraform"]["backend"]["s3"]["key"])

    def s3api_get_object(self, o: Options) -> dict[str, Any]:
        self.s3api_head_bucket(o)
        if not self.world.locked or o["key"][0] != f"{self._state(self.world.locked)}.tflock":
            raise RefusedError("NoSuchKey")
        with open(o["key"][1], "w") as file:  # noqa: PTH123  (the file that the caller named)
            json.dump({"ID": "6d0f", "Who": "runner"}, file)
        return {"ContentLength": 1}

    def s3api_list_object_versions(self, o: Options) -> dict[str, Any]:
        left = self.world.buckets[o["bucket"]]
        return {"Versions": [{"Key": f"k{n}", "VersionId": "v"} for n in range(left)], "DeleteMarkers": []}

    def s3api_delete_objects(self, o: Options) -> dict[str, Any]:
        self.world.buckets[o["bucket"]] -= len(json.loads(o["delete"])["Objects"])
        return {"Deleted": []}
