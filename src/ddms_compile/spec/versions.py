"""`[versions]`: what is pinned."""

from typing import Annotated, Literal

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


class Charts(Table):
    """Versions of the add-ons' Helm charts."""

    aws_load_balancer_controller: Pin
    cert_manager: Pin
    cluster_autoscaler: Pin
    external_dns: Pin
    ingress_nginx: Pin
    kube_prometheus_stack: Pin
    metrics_server: Pin
    traefik: Pin
    velero: Pin


class Images(Table):
    """Tags of the base images; a digest may follow the tag."""

    node: Tag
    """node: the API is built and runs on it; the app is built on it."""

    nginx: Tag
    """nginxinc/nginx-unprivileged: serves the app."""

    postgres: Tag
    """postgres, on a laptop; empty tag is not allowed: see the rule `local_versions`."""

    redis: Tag
    """redis, on a laptop."""


class Versions(Table):
    """What is pinned."""

    terraform: Annotated[
        str, matching(r"[0-9<>=!~., ]{3,60}", 'a Terraform version constraint, such as ">= 1.11.0, < 2.0.0"')
    ]
    """Constraint on Terraform itself."""

    engine: Literal["cdktf", "cdktn"]
    """Which binding makes the Terraform JSON: CDKTF, or its fork CDK Terrain."""

    charts: Charts
    """Helm charts."""

    images: Images
    """Base images."""
