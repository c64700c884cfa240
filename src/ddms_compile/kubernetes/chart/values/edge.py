"""`ingress`, `networkPolicy`, `alerts` and `tests`: what stands around the two components."""

from typing import Annotated, Literal

from pydantic import Field

from ddms_compile.kubernetes.chart.values.base import (
    Annotations,
    Cidr,
    Duration,
    HostOrNone,
    Labels,
    Name,
    NameOrNone,
    ObjectNameOrNone,
    Port,
    PromLabel,
    UrlOrNone,
    Values,
)
from ddms_compile.kubernetes.chart.values.image import ImageValues

Cidrs = Annotated[tuple[Cidr, ...], Field(strict=False)]


class HostsValues(Values):
    app: HostOrNone = ""
    """Host of the frontend, such as "app.example.com". Required."""

    api: HostOrNone = ""
    """Host of the backend, such as "api.example.com". Required."""


class TlsValues(Values):
    enabled: bool = True
    """Whether the hosts are served over TLS."""

    cluster_issuer: ObjectNameOrNone = ""
    """ClusterIssuer of cert-manager that signs the certificate. Empty: `secretName` already contains one."""

    secret_name: ObjectNameOrNone = ""
    """Secret of the certificate. Empty: the release's name and "-tls", which needs `clusterIssuer`."""


class Ingress(Values):
    enabled: bool = True
    """Whether the chart creates the Ingress."""

    class_name: Name = "nginx"
    """IngressClass of the Ingress."""

    hosts: HostsValues = HostsValues()
    """Public hosts."""

    tls: TlsValues = TlsValues()
    """Certificate."""

    annotations: Annotations = Field(default_factory=dict)
    """Annotations of the Ingress."""

    controller_namespace: Name = "ingress-nginx"
    """Namespace of the ingress controller; its pods may connect to both components."""

    controller_selector: Annotated[Labels, Field(min_length=1)] = Field(
        default_factory=lambda: {"app.kubernetes.io/name": "ingress-nginx"}
    )
    """Labels of the ingress controller's pods. Helm merges these labels; set one to null to remove it."""


class DnsValues(Values):
    namespace: Name = "kube-system"
    """Namespace of the cluster's DNS."""

    selector: Annotated[Labels, Field(min_length=1)] = Field(default_factory=lambda: {"k8s-app": "kube-dns"})
    """Labels of its pods. Helm merges these labels; set one to null to remove it."""

    cidrs: Cidrs = ()
    """Addresses of a DNS cache on the nodes, such as "169.254.20.10/32"."""


class NetworkPolicies(Values):
    enabled: bool = True
    """Whether traffic is denied by default. Needs a network plugin that enforces policies."""

    database_cidrs: Cidrs = ()
    """CIDR ranges of the database; only the backend may connect to them."""

    database_port: Port = 5432
    """Port of the database."""

    redis_cidrs: Cidrs = ()
    """CIDR ranges of Redis; only the backend may connect to them."""

    redis_port: Port = 6379
    """Port of Redis."""

    dns: DnsValues = DnsValues()
    """DNS resolution."""

    monitoring_namespace: Name = "monitoring"
    """Namespace whose pods may scrape metrics."""


class AlertsValues(Values):
    enabled: bool = False
    """Whether alerting rules are created, as a PrometheusRule (a kind of the Prometheus operator)."""

    runbook_base_url: UrlOrNone = ""
    """Runbook page with one heading per alert, by its name. Required when alerts are enabled."""

    controller: Literal["ingress-nginx", "traefik"] = "ingress-nginx"
    """Ingress controller whose metrics contain the errors."""

    honor_labels: bool = False
    """Whether the controller's ServiceMonitor keeps the labels `namespace` and `service` of its metrics (honorLabels);
    false: Prometheus has renamed them to `exported_namespace` and `exported_service`."""

    error_ratio: Annotated[float, Field(gt=0, le=1)] = 0.05
    """Share of responses with a status of 500 to 599 above which an alert fires; 0.05 is 5 %."""

    error_for: Duration = "5m"
    """Time for which the share must stay above the threshold, in s, m, h or d."""

    minimum_request_rate: Annotated[float, Field(ge=0)] = 0.1
    """Minimum requests per second for the share to be significant."""

    replica_shortage_for: Duration = "15m"
    """Time for which pods must be missing, in s, m, h or d."""

    labels: dict[PromLabel, str] = Field(default_factory=dict)
    """Labels of the alerts in addition to `severity`; Alertmanager routes by them."""


class Tests(Values):
    image: ImageValues = ImageValues(repository="docker.io/library/busybox", tag="1.37.0")
    """Image of the pods of `helm test`; needs sh and wget."""


class Global(Values):
    environment: NameOrNone = ""
    """Name of the environment; a label of every object. Empty: none."""

    labels: Labels = Field(default_factory=dict)
    """Labels of every object, such as those by which Prometheus selects its monitors and rules."""

    image_pull_secrets: Annotated[tuple[Name, ...], Field(strict=False)] = ()
    """Names of Secrets with credentials of image registries."""
