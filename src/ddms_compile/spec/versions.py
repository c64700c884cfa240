"""`[versions]`: pinned versions."""

from typing import Annotated, Literal

from pydantic import Field

from ddms_compile.spec.base import Table, matching

Pin = Annotated[
    str, matching(r"v?[0-9]+(?:\.[0-9]+){1,2}(?:[-+][0-9A-Za-z.-]+)?", 'an exact version, such as "4.15.1"')
]
Tag = Annotated[
    str,
    matching(
        r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}(?:@sha256:[0-9a-f]{64})?",
        "an image tag, with or without a digest",
    ),
]

_CONDITION = r"(?:(?:=|!=|>=|<=|>|<|~>) *)?[0-9]{1,4}(?:\.[0-9]{1,4}){0,2}"
Constraint = Annotated[
    str,
    matching(
        rf" *{_CONDITION} *(?:, *{_CONDITION} *)*",
        'comma-separated version constraints: =, !=, >, >=, <, <= or ~>, as in ">= 1.11.0, < 2.0.0"',
    ),
    Field(max_length=100),
]
"""Terraform's documentation, "Version constraints". Releases only."""


class Charts(Table):
    """Versions of the add-ons' Helm charts."""

    aws_load_balancer_controller: Pin
    cert_manager: Pin
    cluster_autoscaler: Pin
    external_dns: Pin
    external_secrets: Pin
    ingress_nginx: Pin
    kube_prometheus_stack: Pin
    metrics_server: Pin
    traefik: Pin
    velero: Pin


class Images(Table):
    """Tags of the base images, optionally with a digest."""

    node: Tag
    """node: base image of the API, and of the frontend's build."""

    nginx: Tag
    """nginxinc/nginx-unprivileged: serves the frontend."""

    postgres: Tag
    """postgres, in local environments; an empty tag is not allowed: see the rule `local_versions`."""

    redis: Tag
    """redis, in local environments."""


class Versions(Table):
    """Pinned versions."""

    terraform: Constraint
    """Version constraint of Terraform itself."""

    engine: Literal["cdktf", "cdktn"]
    """Engine that synthesizes the Terraform JSON: CDKTF, or its fork CDK Terrain."""

    charts: Charts
    """Helm charts."""

    images: Images
    """Base images."""
