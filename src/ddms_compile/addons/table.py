"""The add-ons in the order in which they are installed; they are removed in the reverse one.

Two rules make the order: whoever makes something outside the cluster (load balancers, records) comes before what causes
it, so that on the way out it can still clean up; whoever defines kinds comes before those who use them.
"""

from collections.abc import Callable

from ddms_compile.addons import (
    aws_load_balancer_controller,
    cert_manager,
    cluster_autoscaler,
    cluster_base,
    cluster_issuers,
    external_dns,
    external_secrets,
    ingress_nginx,
    kube_prometheus_stack,
    metrics_server,
    monitoring_secrets,
    secret_store,
    traefik,
    velero,
)
from ddms_compile.addons.addon import Addon
from ddms_compile.resolve import Environment

ADDONS: tuple[Callable[[Environment], Addon], ...] = (
    cluster_base.addon,  # the storage class, for the volumes of Prometheus
    aws_load_balancer_controller.addon,  # before every Service of type LoadBalancer
    external_dns.addon,  # before every Ingress: on the way out it removes their records
    monitoring_secrets.addon,  # Alertmanager does not start without its configuration
    kube_prometheus_stack.addon,  # defines ServiceMonitor and PrometheusRule
    external_secrets.addon,  # defines ExternalSecret and SecretStore
    secret_store.addon,
    cert_manager.addon,  # defines ClusterIssuer
    ingress_nginx.addon,
    traefik.addon,
    cluster_issuers.addon,  # proves hosts through the ingress controller
    metrics_server.addon,
    cluster_autoscaler.addon,
    velero.addon,
)


def candidates(environment: Environment) -> tuple[Addon, ...]:
    """All of them, in order; `wanted` says which the environment has."""
    return tuple(make(environment) for make in ADDONS)


def addons(environment: Environment) -> tuple[Addon, ...]:
    """Those that the environment has, in order."""
    return tuple(addon for addon in candidates(environment) if addon.wanted)
