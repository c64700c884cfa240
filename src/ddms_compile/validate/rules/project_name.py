"""Names that a project cannot have, because something made from its name belongs to AWS or to the cluster."""

from collections.abc import Iterator

from ddms_compile.load import Finding
from ddms_compile.validate.rules.rule import Specs, at, error

CODE = "DDMS232"

NAMESPACES = (
    "cert-manager",
    "default",
    "external-dns",
    "external-secrets",
    "ingress-nginx",
    "monitoring",
    "traefik",
    "velero",
)
"""Namespaces that have other tenants: those of the add-ons, and Kubernetes' own."""

BUCKETS = ("amzn-s3-demo", "sthree")
"""Amazon S3 user guide, "General purpose bucket naming rules": how no bucket's name begins, up to a hyphen."""


GROUPS = ("amazon", "aws", "eks", "iam", "system")
"""EKS user guide, "Create access entries": names in a cluster that begin with one of these and a colon are reserved."""


def reason(name: str) -> str | None:
    """Why no project can be called this; None when one can."""
    if name in NAMESPACES or name.startswith("kube-"):
        return f"the project's name is the application's namespace, and `{name}` belongs to the cluster or an add-on"
    if name == "sg" or name.startswith("sg-"):
        return "security group names start with the project's name, and EC2 reserves `sg-`"
    if name in GROUPS:
        return f"the Kubernetes group for deployments is `{name}:deployers`, and EKS reserves `{name}:`"
    for start in BUCKETS:
        if f"{name}-".startswith(f"{start}-"):
            return f"bucket names start with the project's name, and S3 reserves `{start}-`"
    return None


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.environments.items():
        project = spec.project.name
        if (why := reason(project)) is not None:
            longer = f"{project[:12].rstrip('-')}-app"
            yield error(
                CODE,
                f"`{project}` is not a valid project name",
                at(name, "project", "name", label="taken"),
                f'use another name, such as name = "{longer if reason(longer) is None else "shop"}"',
                notes=(why,),
            )
