"""Velero: backups of the cluster's objects and volumes."""

from ddms_compile.addons.addon import Addon
from ddms_compile.addons.pods import account, restricted, room, unprivileged_pod
from ddms_compile.catalog.images import image_digest
from ddms_compile.resolve import Environment
from ddms_compile.spec.units import hours
from ddms_compile.tree import TracedTable

NAME = "velero"
NAMESPACE = "velero"
SERVICE_ACCOUNT = "velero-server"
PLUGIN_TAG = "v1.14.2"
"""The plugin of Velero 1.18 (its README, table of compatibility)."""

PLUGIN_IMAGE = f"velero/velero-plugin-for-aws:{PLUGIN_TAG}@{image_digest('velero-plugin-for-aws', PLUGIN_TAG)}"


def addon(environment: Environment) -> Addon:
    """Return the release; wanted with `backup.velero.enabled`."""
    enabled = environment.read(lambda s: s.backup.velero.enabled)
    return Addon(
        name=NAME,
        chart=NAME,
        repository="https://vmware-tanzu.github.io/helm-charts",
        version=environment.read(lambda s: s.versions.charts.velero),
        namespace=NAMESPACE,
        values=values(environment),
        exists=enabled.keys,
        wanted=enabled.value,
    )


def values(environment: Environment) -> TracedTable:
    """Return the values, without credentials: the service account has a role (IRSA)."""
    read = environment.read
    region = read(lambda s: s.aws.region)
    return {
        "initContainers": [
            {
                "name": "velero-plugin-for-aws",
                "image": PLUGIN_IMAGE,
                "securityContext": restricted(),
                "resources": room("10m", "64Mi"),
                "volumeMounts": [{"mountPath": "/target", "name": "plugins"}],
            }
        ],
        "credentials": {"useSecret": False},
        "serviceAccount": {"server": account(environment, SERVICE_ACCOUNT, NAME)},
        "configuration": {
            "backupStorageLocation": [
                {
                    "name": "default",
                    "default": True,
                    "provider": "aws",
                    "bucket": environment.names.velero_bucket,
                    "config": {"region": region},
                }
            ],
            "volumeSnapshotLocation": [{"name": "default", "provider": "aws", "config": {"region": region}}],
        },
        "schedules": {
            "scheduled": {
                "schedule": read(lambda s: s.backup.velero.schedule),
                "template": {
                    "includeClusterResources": True,
                    "snapshotVolumes": True,
                    "storageLocation": "default",
                    "ttl": read(lambda s: hours(s.backup.velero.ttl)),
                },
            }
        },
        "upgradeJobResources": room("10m", "128Mi"),
        "podSecurityContext": unprivileged_pod(),
        "containerSecurityContext": restricted(),
        "resources": room("100m", "512Mi"),
        "metrics": {
            "serviceMonitor": {"enabled": True},
            "prometheusRule": {"enabled": True, "spec": _alerts()},
        },
    }


def _alerts() -> list[TracedTable]:
    """Return alerting rules for a failed backup and for a missing one."""
    return [
        {
            "alert": "VeleroBackupFailed",
            "expr": 'velero_backup_last_status{schedule!=""} != 1',
            "for": "15m",
            "labels": {"severity": "warning"},
            "annotations": {"summary": "The last backup of schedule {{ $labels.schedule }} failed"},
        },
        {
            "alert": "VeleroBackupMissing",
            "expr": 'time() - velero_backup_last_successful_timestamp{schedule!=""} > 26 * 3600',
            "for": "15m",
            "labels": {"severity": "critical"},
            "annotations": {"summary": "Schedule {{ $labels.schedule }} has had no successful backup for over a day"},
        },
    ]
