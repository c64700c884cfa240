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
        return f"the application's namespace is called like the project, and `{name}` is the cluster's or an add-on's"
    if name == "sg" or name.startswith("sg-"):
        return "the names of security groups begin with the project's, and EC2 does not allow `sg-` there"
    if name in GROUPS:
        return f"the group of those who deploy is called `{name}:deployers`, and EKS keeps `{name}:` to itself"
    for start in BUCKETS:
        if f"{name}-".startswith(f"{start}-"):
            return f"the names of buckets begin with the project's, and S3 does not allow `{start}-` there"
    return None


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.environments.items():
        project = spec.project.name
        if (why := reason(project)) is not None:
            longer = f"{project[:12].rstrip('-')}-app"
            yield error(
                CODE,
                f'no project can be called "{project}"',
                at(name, "project", "name", label="taken"),
                f'write another name, such as name = "{longer if reason(longer) is None else "shop"}"',
                notes=(why,),
            )
