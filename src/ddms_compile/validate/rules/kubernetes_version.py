"""EKS makes no cluster of a version after its extended support; before that, it costs more (EKS release calendar)."""

from collections.abc import Iterator

from ddms_compile.catalog.kubernetes import KubernetesVersion, Support, kubernetes_versions, support_state
from ddms_compile.load import Finding
from ddms_compile.validate.rules.rule import Specs, at, error, warning

CODE = "DDMS205"
EXTENDED = "DDMS401"
SOON = "DDMS402"
SOON_DAYS = 60


def check(specs: Specs) -> Iterator[Finding]:
    known = {version.version: version for version in kubernetes_versions()}
    offered = [v for v in known.values() if specs.today <= v.standard_end]
    listed = ", ".join(f"{v.version} (until {v.standard_end})" for v in offered) or "none known to this compiler"
    for name, spec in specs.cloud():
        version, place = spec.cluster.version, ("cluster", "version")
        state = support_state(version, specs.today)
        supported = f"in standard support: {listed}"
        if state is Support.UNKNOWN:
            yield error(CODE, f"EKS does not offer Kubernetes {version}", at(name, *place, label="unknown"), supported)
        elif state is Support.ENDED:
            ended = known[version].extended_end
            yield error(
                CODE,
                f"EKS no longer supports Kubernetes {version}: support ended on {ended}",
                at(name, *place, label="clusters cannot be created with it"),
                supported,
                notes=_stepwise(version, offered),
            )
        elif state is Support.EXTENDED:
            facts = known[version]
            yield warning(
                EXTENDED,
                f"Kubernetes {version} is in extended support, which costs six times as much per cluster and hour",
                at(name, *place, label=f"standard support ended on {facts.standard_end}"),
                supported,
                notes=(f"after {facts.extended_end} EKS upgrades the cluster automatically",),
            )
        elif (left := (known[version].standard_end - specs.today).days) <= SOON_DAYS:
            yield warning(
                SOON,
                f"the standard support of Kubernetes {version} ends in {left} day{'' if left == 1 else 's'}",
                at(name, *place, label=f"until {known[version].standard_end}"),
                f"plan the upgrade to {_later(version, offered)}",
            )


def _later(version: str, offered: list[KubernetesVersion]) -> str:
    """The next version, which is the only one that a cluster goes up to."""
    minor = int(version.split(".")[1])
    found = (v for v in offered if v.version == f"1.{minor + 1}")
    return next((f"{v.version} (until {v.standard_end})" for v in found), "a later one")


def _stepwise(version: str, offered: list[KubernetesVersion]) -> tuple[str, ...]:
    minor = int(version.split(".")[1])
    if offered and int(offered[0].version.split(".")[1]) > minor + 1:
        return ("upgrade an existing cluster one minor version at a time",)
    return ()
