"""kube-prometheus-stack: Prometheus, Alertmanager, Grafana, and the CRDs that the other add-ons' monitors need."""

from ddms_compile.addons import external_dns, monitoring_secrets
from ddms_compile.addons.addon import Addon
from ddms_compile.addons.pods import room
from ddms_compile.provenance.traced import Traced, text
from ddms_compile.resolve import Environment
from ddms_compile.spec.units import gibibytes
from ddms_compile.tree import TracedTable, TracedTree

NAME = "kube-prometheus-stack"
NAMESPACE = "monitoring"


def addon(environment: Environment) -> Addon:
    """Return the release; every environment has it."""
    return Addon(
        name=NAME,
        chart=NAME,
        repository="https://prometheus-community.github.io/helm-charts",
        version=environment.read(lambda s: s.versions.charts.kube_prometheus_stack),
        namespace=NAMESPACE,
        values=values(environment),
    )


def values(environment: Environment) -> TracedTable:
    """Return the values. Control-plane components that EKS does not expose are off: their alerts would always fire."""
    return {
        "kubeControllerManager": {"enabled": False},
        "kubeScheduler": {"enabled": False},
        "kubeEtcd": {"enabled": False},
        # The EKS add-on binds kube-proxy's metrics to the loopback address.
        "kubeProxy": {"enabled": False},
        "prometheusOperator": {"resources": room("100m", "256Mi")},
        "kube-state-metrics": {"resources": room("20m", "128Mi")},
        "prometheus-node-exporter": {"resources": room("20m", "64Mi")},
        "prometheus": {"prometheusSpec": _prometheus(environment), "additionalServiceMonitors": _monitors(environment)},
        "alertmanager": {"alertmanagerSpec": _alertmanager(environment)},
        "grafana": _grafana(environment),
    }


def _prometheus(environment: Environment) -> TracedTable:
    read = environment.read
    return {
        "retention": read(lambda s: s.observability.prometheus.retention),
        # A full volume stops Prometheus: delete the oldest data before that.
        "retentionSize": read(lambda s: f"{gibibytes(s.observability.prometheus.storage) * 1024 * 85 // 100}MB"),
        "externalLabels": {"environment": environment.names.environment, "project": environment.names.project},
        "resources": room("250m", "2Gi"),
        "storageSpec": _volume(read(lambda s: s.observability.prometheus.storage)),
        # Select the rules and monitors of every release, whatever their labels.
        "podMonitorSelectorNilUsesHelmValues": False,
        "probeSelectorNilUsesHelmValues": False,
        "ruleSelectorNilUsesHelmValues": False,
        "scrapeConfigSelectorNilUsesHelmValues": False,
        "serviceMonitorSelectorNilUsesHelmValues": False,
    }


def _monitors(environment: Environment) -> TracedTree:
    """Return ServiceMonitors of releases that are installed earlier, before the CRD exists."""
    enabled = environment.read(lambda s: s.edge.external_dns.enabled)
    monitor: TracedTable = {
        "name": external_dns.NAME,
        "namespaceSelector": {"matchNames": [external_dns.NAMESPACE]},
        "selector": {"matchLabels": {"app.kubernetes.io/name": external_dns.NAME}},
        "endpoints": [{"port": "http"}],
    }
    return enabled.map(lambda wanted: [monitor] if wanted else [])


def _alertmanager(environment: Environment) -> TracedTable:
    return {
        "useExistingSecret": True,
        "configSecret": monitoring_secrets.ALERTMANAGER_CONFIG,
        "secrets": [monitoring_secrets.SLACK_WEBHOOK],
        "resources": room("20m", "64Mi"),
        "storage": _volume(environment.read(lambda s: s.observability.alertmanager.storage)),
    }


def _volume(size: Traced[str]) -> TracedTable:
    """Return a PersistentVolumeClaim of the default StorageClass."""
    return {
        "volumeClaimTemplate": {
            "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}}
        }
    }


def _grafana(environment: Environment) -> TracedTable:
    enabled = environment.read(lambda s: s.observability.grafana.enabled)
    if not enabled.value:
        return {"enabled": enabled}
    host, edge = environment.hosts.grafana, environment.edge
    shown: TracedTable = {
        "admin": {"existingSecret": monitoring_secrets.GRAFANA_ADMIN},
        "grafana.ini": {
            "analytics": {"check_for_updates": False, "reporting_enabled": False},
            "security": {"cookie_secure": True},
            "server": {"root_url": text("https://{}", host)},
            "users": {"allow_sign_up": False},
        },
        "ingress": {
            "enabled": True,
            "ingressClassName": edge.ingress_class,
            "annotations": {"cert-manager.io/cluster-issuer": edge.issuer},
            "hosts": [host],
            "tls": [{"hosts": [host], "secretName": "grafana-tls"}],
        },
        "persistence": {
            "enabled": True,
            "size": environment.read(lambda s: s.observability.grafana.storage),
        },
        # ReadWriteOnce: the old pod must end before the new one can mount the volume.
        "deploymentStrategy": {"type": "Recreate"},
        "resources": room("100m", "256Mi"),
    }
    return {"enabled": enabled, **{key: Traced(value, enabled.keys) for key, value in shown.items()}}
