"""cert-manager: certificates from Let's Encrypt."""

from ddms_compile.addons.addon import Addon
from ddms_compile.addons.pods import account, copies, guarded, room, spread
from ddms_compile.provenance.traced import Traced
from ddms_compile.resolve import Environment
from ddms_compile.tree import TracedTable

NAME = "cert-manager"
NAMESPACE = "cert-manager"


def addon(environment: Environment) -> Addon:
    """Return the release; every environment has it."""
    return Addon(
        name=NAME,
        chart=NAME,
        repository="https://charts.jetstack.io",
        version=environment.read(lambda s: s.versions.charts.cert_manager),
        namespace=NAMESPACE,
        values=values(environment),
    )


def values(environment: Environment) -> TracedTable:
    """Return the values. The CRDs outlive the release (the chart's default): deleting them deletes all certificates."""
    count, budget = copies(environment), {"enabled": guarded(environment)}
    return {
        "crds": {"enabled": True},
        "global": {"leaderElection": {"namespace": NAMESPACE}},
        "replicaCount": count,
        "podDisruptionBudget": budget,
        **_identity(environment),
        "resources": room("20m", "128Mi"),
        "topologySpreadConstraints": spread(component="controller", name=NAME),
        "prometheus": {"servicemonitor": {"enabled": True}},
        "webhook": {
            "replicaCount": count,
            "podDisruptionBudget": budget,
            "resources": room("20m", "64Mi"),
            "topologySpreadConstraints": spread(component="webhook", name="webhook"),
        },
        "cainjector": {
            "replicaCount": count,
            "podDisruptionBudget": budget,
            "resources": room("20m", "128Mi"),
            "topologySpreadConstraints": spread(component="cainjector", name="cainjector"),
        },
        "startupapicheck": {"resources": room("10m", "32Mi")},
    }


def _identity(environment: Environment) -> TracedTable:
    """Return the IRSA role for DNS-01, which writes records in Route 53; HTTP-01 needs no access to AWS."""
    challenge = environment.read(lambda s: s.edge.tls.challenge)
    if challenge.value == "http-01":
        return {}
    return {"serviceAccount": Traced(account(environment, NAME, NAME), challenge.keys)}
