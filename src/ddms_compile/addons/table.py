"""The add-ons in the order of installation; removal is in reverse.

Two rules make the order. A controller of resources outside the cluster (load balancers, records) comes before the
objects that cause them, so that it can still clean up during removal. CRDs come before the objects that use them.
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
    external_dns.addon,  # before every Ingress, whose records it deletes during removal
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
    """Return all add-ons in order; `wanted` tells whether the environment has one."""
    return tuple(make(environment) for make in ADDONS)


def addons(environment: Environment) -> tuple[Addon, ...]:
    """Return the add-ons of the environment, in order."""
    return tuple(addon for addon in candidates(environment) if addon.wanted)
