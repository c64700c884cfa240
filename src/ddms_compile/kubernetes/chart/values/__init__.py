"""The values of the ddms chart: the model of which values.yaml, its schema and its README are made."""

from ddms_compile.kubernetes.chart.values.base import Values
from ddms_compile.kubernetes.chart.values.chart import ChartValues
from ddms_compile.kubernetes.chart.values.edge import (
    Alerts,
    Dns,
    Global,
    Hosts,
    Ingress,
    NetworkPolicies,
    Tests,
    Tls,
)
from ddms_compile.kubernetes.chart.values.image import Image
from ddms_compile.kubernetes.chart.values.parts import (
    Autoscaling,
    DisruptionBudget,
    Egress,
    Metrics,
    Probe,
    Probes,
    Replicas,
    Resources,
    ServiceAccount,
    Toleration,
    TopologySpread,
    WritablePath,
)
from ddms_compile.kubernetes.chart.values.secrets import Entry, ExistingSecret, ExternalSecrets, Secrets, Store
from ddms_compile.kubernetes.chart.values.workload import Workload

__all__ = [
    "Alerts",
    "Autoscaling",
    "ChartValues",
    "DisruptionBudget",
    "Dns",
    "Egress",
    "Entry",
    "ExistingSecret",
    "ExternalSecrets",
    "Global",
    "Hosts",
    "Image",
    "Ingress",
    "Metrics",
    "NetworkPolicies",
    "Probe",
    "Probes",
    "Replicas",
    "Resources",
    "Secrets",
    "ServiceAccount",
    "Store",
    "Tests",
    "Tls",
    "Toleration",
    "TopologySpread",
    "Values",
    "Workload",
    "WritablePath",
]
