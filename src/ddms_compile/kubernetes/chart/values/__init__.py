"""Values of the application's chart: the model that values.yaml, its schema and its README are generated from."""

from ddms_compile.kubernetes.chart.values.base import Values
from ddms_compile.kubernetes.chart.values.chart import ChartValues
from ddms_compile.kubernetes.chart.values.edge import (
    AlertsValues,
    DnsValues,
    Global,
    HostsValues,
    Ingress,
    NetworkPolicies,
    Tests,
    TlsValues,
)
from ddms_compile.kubernetes.chart.values.image import ImageValues
from ddms_compile.kubernetes.chart.values.parts import (
    Autoscaling,
    DisruptionBudget,
    EgressValues,
    MetricsValues,
    ProbesValues,
    ProbeValues,
    ReplicasValues,
    ResourcesValues,
    ServiceAccount,
    Toleration,
    TopologySpread,
    WritablePath,
)
from ddms_compile.kubernetes.chart.values.secrets import EntryValues, ExistingSecret, ExternalSecrets, Secrets, Store
from ddms_compile.kubernetes.chart.values.workload import WorkloadValues

__all__ = [
    "AlertsValues",
    "Autoscaling",
    "ChartValues",
    "DisruptionBudget",
    "DnsValues",
    "EgressValues",
    "EntryValues",
    "ExistingSecret",
    "ExternalSecrets",
    "Global",
    "HostsValues",
    "ImageValues",
    "Ingress",
    "MetricsValues",
    "NetworkPolicies",
    "ProbeValues",
    "ProbesValues",
    "ReplicasValues",
    "ResourcesValues",
    "Secrets",
    "ServiceAccount",
    "Store",
    "Tests",
    "TlsValues",
    "Toleration",
    "TopologySpread",
    "Values",
    "WorkloadValues",
    "WritablePath",
]
