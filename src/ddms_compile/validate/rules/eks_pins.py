"""Every version that EKS would choose by itself is pinned: by the data, or by the catalog for the cluster's minor.

An old AMI release is a warning, because nodes are patched by a change of the pin only.
"""

import datetime
from collections.abc import Iterator

from ddms_compile.catalog import eks
from ddms_compile.catalog.kubernetes import Support, support_state
from ddms_compile.load import Finding
from ddms_compile.spec import EnvironmentSpec
from ddms_compile.validate.rules.rule import Specs, at, error, warning

CODE = "DDMS251"
OLD = "DDMS253"
OLD_DAYS = 120


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.cloud():
        yield from _addons(specs.today, name, spec)
        yield from _releases(specs.today, name, spec)


def _exists(version: str, today: datetime.date) -> bool:
    """Whether EKS has the version; one that it has not is an error of its own (DDMS205, DDMS250)."""
    return support_state(version, today) in (Support.STANDARD, Support.EXTENDED)


def _addons(today: datetime.date, name: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    version, given = spec.cluster.version, spec.cluster.addons
    missing = [
        addon
        for addon in eks.ADDONS
        if not getattr(given, addon.replace("-", "_")) and eks.addon_version(addon, version) is None
    ]
    if missing and _exists(version, today):
        yield error(
            CODE,
            f"this compiler has no EKS add-on versions pinned for Kubernetes {version}",
            at(name, "cluster", "version", label=f"without a version: {', '.join(missing)}"),
            "look them up:\n"
            f"for addon in {' '.join(missing)}; do\n"
            f'  aws eks describe-addon-versions --kubernetes-version {version} --addon-name "$addon" --output text \\\n'
            "    --query 'addons[].addonVersions[?compatibilities[?defaultVersion]].addonVersion'\n"
            "done",
            "then set them:\n[cluster.addons]\n" + "\n".join(f'{addon} = "v…-eksbuild.…"' for addon in missing),
            notes=("unpinned add-ons change when AWS changes its defaults, without a review",),
        )


def _releases(today: datetime.date, name: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    for group, nodes in sorted(spec.cluster.nodes.items()):
        version = nodes.version or spec.cluster.version
        release = nodes.ami_release or eks.ami_release(nodes.ami, version)
        place = ("cluster", "nodes", group, "ami_release")
        look_up = (
            f"aws ssm get-parameter --query Parameter.Value --output text \\\n  --name {_parameter(nodes.ami, version)}"
        )
        if release is None and _exists(version, today):
            yield error(
                CODE,
                f"this compiler has no release of the AMI `{nodes.ami}` pinned for Kubernetes {version}",
                at(name, *place, label="empty"),
                f"look it up:\n{look_up}",
                f'and write it down:\n[cluster.nodes.{group}]\nami_release = "…"',
            )
        elif release and (day := eks.released(release)) and (age := (today - day).days) > OLD_DAYS:
            yield warning(
                OLD,
                f"the nodes of `{group}` run an AMI that is {age} days old",
                at(name, *place, label=f"release {release}"),
                f"look up a newer one:\n{look_up}",
                notes=("AWS releases a patched AMI about once a week; an apply replaces the nodes one after another",),
            )


def _parameter(ami: str, version: str) -> str:
    """Return the public SSM parameter of an AMI (EKS user guide, "Retrieve recommended … AMI IDs")."""
    if ami == "bottlerocket":
        return f"/aws/service/bottlerocket/aws-k8s-{version}/arm64/latest/image_version"
    return f"/aws/service/eks/optimized-ami/{version}/amazon-linux-2023/arm64/standard/recommended/release_version"
