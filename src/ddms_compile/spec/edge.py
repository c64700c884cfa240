"""`[edge]`: what stands between the internet and the pods."""

from typing import Annotated, Literal

from pydantic import Field

from ddms_compile.spec.base import Cidr, Email, Table


class Tls(Table):
    """Certificates from Let's Encrypt."""

    email: Email
    """Contact of the account; notices of expiry go there."""

    issuer: Literal["production", "staging"]
    """`staging` certificates are not trusted by browsers, and not limited in number."""

    challenge: Literal["http-01", "dns-01"]
    """How Let's Encrypt validates a host: by a request from the internet, or by a TXT record in Route 53, which also
    works for a load balancer that the internet cannot reach."""


class ExternalDns(Table):
    """Records in Route 53 that follow the Ingress objects."""

    enabled: bool
    """Whether ExternalDNS runs."""

    policy: Literal["upsert-only", "sync"]
    """`sync` deletes a record with its Ingress, and only records that it owns by their TXT record; `upsert-only` never

    deletes one, so that names go on pointing at a load balancer that is gone."""


class Edge(Table):
    """Ingress controller, load balancer, TLS and DNS."""

    controller: Literal["ingress-nginx", "traefik"]
    """`ingress-nginx` was retired by its project in March 2026; `traefik` is maintained."""

    replicas: Annotated[int, Field(ge=1, le=50)]
    """Pods of the ingress controller."""

    scheme: Literal["internet-facing", "internal"]
    """Whether the load balancer has public addresses."""

    allowed_cidrs: Annotated[tuple[Cidr, ...], Field(strict=False, min_length=1)]
    """From which ranges the load balancer takes connections."""

    tls: Tls
    """Certificates."""

    external_dns: ExternalDns
    """DNS records."""
