"""The chart `helm/cluster-issuers`: Let's Encrypt, which validates hosts by HTTP-01 or DNS-01.

A separate release, because cert-manager installs the CRD ClusterIssuer.
"""

from ddms_compile.addons.addon import Addon
from ddms_compile.resolve import Environment
from ddms_compile.tree import TracedTable

NAME = "cluster-issuers"
NAMESPACE = "cert-manager"


def addon(environment: Environment) -> Addon:
    """Return the release; every environment has it, after cert-manager and the ingress controller."""
    return Addon(name=NAME, chart=NAME, repository=None, version=None, namespace=NAMESPACE, values=values(environment))


def values(environment: Environment) -> TracedTable:
    """Return the values. Both issuers exist everywhere, so that one Ingress can switch to the other."""
    return {
        "email": environment.read(lambda s: s.edge.tls.email),
        **_solver(environment),
        "issuers": {
            "letsencrypt-production": {"server": "https://acme-v02.api.letsencrypt.org/directory"},
            "letsencrypt-staging": {"server": "https://acme-staging-v02.api.letsencrypt.org/directory"},
        },
    }


def _solver(environment: Environment) -> TracedTable:
    """Return the ACME solver: HTTP-01 through the ingress controller, or DNS-01 through Route 53."""
    challenge = environment.read(lambda s: s.edge.tls.challenge)
    if challenge.value == "http-01":
        return {"challenge": challenge, "ingressClassName": environment.edge.ingress_class.because(challenge.keys)}
    region = environment.read(lambda s: s.aws.region)
    return {"challenge": challenge, "region": region.because(challenge.keys)}
