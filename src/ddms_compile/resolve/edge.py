"""Names of the edge: the ingress class, and the issuer of certificates."""

from dataclasses import dataclass

from ddms_compile.provenance.reading import Reader
from ddms_compile.provenance.traced import Traced

_CLASSES = {"ingress-nginx": "nginx", "traefik": "traefik"}


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeNames:
    """Names inside the cluster."""

    ingress_class: Traced[str]
    namespace: Traced[str]
    """Namespace of the ingress controller."""

    issuer: Traced[str]
    """The ClusterIssuer that signs this environment's certificates."""


def make_edge(read: Reader) -> EdgeNames:
    """Return the names of the controller and the issuer."""
    return EdgeNames(
        ingress_class=read(lambda s: _CLASSES[s.edge.controller]),
        namespace=read(lambda s: s.edge.controller),
        issuer=read(lambda s: f"letsencrypt-{s.edge.tls.issuer}"),
    )
