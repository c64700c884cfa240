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
    """ClusterIssuer of cert-manager that signs the certificate. Empty: `secretName` holds one already."""

    secret_name: ObjectNameOrNone = ""
    """Secret of the certificate. Empty: the release's name and "-tls", which needs `clusterIssuer`."""


class Ingress(Values):
    enabled: bool = True
    """Whether the chart makes the Ingress."""

    class_name: Name = "nginx"
    """IngressClass."""

    hosts: HostsValues = HostsValues()
    """Public names."""

    tls: TlsValues = TlsValues()
    """Certificate."""

    annotations: Annotations = Field(default_factory=dict)
    """Annotations of the Ingress."""

    controller_namespace: Name = "ingress-nginx"
    """Namespace of the ingress controller; its pods may reach the two components."""

    controller_selector: Annotated[Labels, Field(min_length=1)] = Field(
        default_factory=lambda: {"app.kubernetes.io/name": "ingress-nginx"}
    )
    """Labels of the ingress controller's pods. Helm adds to these labels; one of them set to null is taken away."""


class DnsValues(Values):
    namespace: Name = "kube-system"
    """Namespace of the cluster's DNS."""

    selector: Annotated[Labels, Field(min_length=1)] = Field(default_factory=lambda: {"k8s-app": "kube-dns"})
    """Labels of its pods. Helm adds to these labels; one of them set to null is taken away."""

    cidrs: Cidrs = ()
    """Addresses of a DNS cache on the nodes, such as "169.254.20.10/32"."""


class NetworkPolicies(Values):
    enabled: bool = True
    """Whether all traffic is denied but what is listed. Needs a network that enforces policies."""

    database_cidrs: Cidrs = ()
    """Ranges of the database; the backend alone may reach them."""

    database_port: Port = 5432
    """Port of the database."""

    redis_cidrs: Cidrs = ()
    """Ranges of Redis; the backend alone may reach them."""

    redis_port: Port = 6379
    """Port of Redis."""

    dns: DnsValues = DnsValues()
    """Where names are looked up."""

    monitoring_namespace: Name = "monitoring"
    """Namespace whose pods may read metrics."""


class AlertsValues(Values):
    enabled: bool = False
    """Whether there are alerts; makes a PrometheusRule (kind of the Prometheus operator)."""

    runbook_base_url: UrlOrNone = ""
    """Page on which each alert has a heading of its name. Required when alerts are enabled."""

    controller: Literal["ingress-nginx", "traefik"] = "ingress-nginx"
    """Ingress controller whose metrics tell errors."""

    honor_labels: bool = False
    """Whether the controller's ServiceMonitor keeps the labels `namespace` and `service` of its metrics (honorLabels);
    false: Prometheus has renamed them to `exported_namespace` and `exported_service`."""

    error_ratio: Annotated[float, Field(gt=0, le=1)] = 0.05
    """Share of answers with a status of 500 to 599 at which an alert is raised, 0.05 is 5 %."""

    error_for: Duration = "5m"
    """How long the share must last, in s, m, h or d."""

    minimum_request_rate: Annotated[float, Field(ge=0)] = 0.1
    """Requests per second above which the share means something."""

    replica_shortage_for: Duration = "15m"
    """How long pods must be missing, in s, m, h or d."""

    labels: dict[PromLabel, str] = Field(default_factory=dict)
    """Labels of the alerts beside `severity`; Alertmanager routes by them."""


class Tests(Values):
    image: ImageValues = ImageValues(repository="docker.io/library/busybox", tag="1.37.0")
    """Image of the pods of `helm test`; needs sh and wget."""


class Global(Values):
    environment: NameOrNone = ""
    """Name of the environment; a label of every object. Empty: none."""

    labels: Labels = Field(default_factory=dict)
    """Labels of every object, such as those by which a Prometheus chooses its monitors and rules."""

    image_pull_secrets: Annotated[tuple[Name, ...], Field(strict=False)] = ()
    """Names of Secrets with credentials of image registries."""
