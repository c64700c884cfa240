"""`[edge]`: ingress controller, load balancer, TLS and DNS records."""

from typing import Annotated, Literal

from pydantic import Field

from ddms_compile.spec.base import Cidr, Email, Table


class Tls(Table):
    """Certificates from Let's Encrypt."""

    email: Email
    """Email address of the ACME account; it receives expiry notices."""

    issuer: Literal["production", "staging"]
    """ACME issuer; browsers do not trust `staging` certificates, which have no rate limit."""

    challenge: Literal["http-01", "dns-01"]
    """Challenge type: `http-01` needs a request from the internet; `dns-01` uses a TXT record in Route 53, and works
    for a load balancer that is unreachable from the internet."""


class ExternalDns(Table):
    """DNS records in Route 53 for the Ingress objects."""

    enabled: bool
    """Whether ExternalDNS is installed."""

    policy: Literal["upsert-only", "sync"]
    """`sync` deletes a record together with its Ingress, and only records that its TXT records mark as its own;
    `upsert-only` never deletes a record, so names keep pointing to a deleted load balancer."""


class Edge(Table):
    """Ingress controller, load balancer, TLS and DNS."""

    controller: Literal["ingress-nginx", "traefik"]
    """`ingress-nginx` was retired in March 2026; `traefik` is maintained."""

    replicas: Annotated[int, Field(ge=1, le=50)]
    """Replicas of the ingress controller."""

    scheme: Literal["internet-facing", "internal"]
    """Scheme of the load balancer: public or private addresses."""

    allowed_cidrs: Annotated[tuple[Cidr, ...], Field(strict=False, min_length=1)]
    """CIDR ranges from which the load balancer accepts connections."""

    tls: Tls
    """Certificates."""

    external_dns: ExternalDns
    """DNS records."""
