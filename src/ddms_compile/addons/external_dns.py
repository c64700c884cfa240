"""ExternalDNS: records in Route 53 that follow the Ingress objects."""

from ddms_compile.addons.addon import Addon
from ddms_compile.addons.pods import account, room
from ddms_compile.resolve import Environment
from ddms_compile.tree import TracedTable

NAME = "external-dns"
NAMESPACE = "external-dns"


def addon(environment: Environment) -> Addon:
    """Return the release; wanted with `edge.external_dns.enabled`."""
    enabled = environment.read(lambda s: s.edge.external_dns.enabled)
    return Addon(
        name=NAME,
        chart=NAME,
        repository="https://kubernetes-sigs.github.io/external-dns/",
        version=environment.read(lambda s: s.versions.charts.external_dns),
        namespace=NAMESPACE,
        values=values(environment),
        exists=enabled.keys,
        wanted=enabled.value,
    )


def values(environment: Environment) -> TracedTable:
    """Return the values, without a ServiceMonitor: kube-prometheus-stack, installed later, brings its CRD and one."""
    read = environment.read
    return {
        "sources": ["ingress"],
        "policy": read(lambda s: s.edge.external_dns.policy),
        "annotationPrefix": "external-dns.kubernetes.io/",
        "domainFilters": [environment.hosts.zone],
        # Two clusters may share a hosted zone; each owns the records with its own ID.
        "txtOwnerId": environment.names.cluster,
        # A prefix that is a label, so that the TXT record of a zone's apex stays inside the zone.
        "txtPrefix": "externaldns-%{record_type}.",
        "extraArgs": ["--aws-zone-type=public"],
        "env": [{"name": "AWS_DEFAULT_REGION", "value": read(lambda s: s.aws.region)}],
        "serviceAccount": account(environment, NAME, NAME),
        "resources": room("20m", "128Mi"),
        "triggerLoopOnEvent": True,
    }
