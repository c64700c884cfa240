"""Settings of an environment that no Terraform argument shows: volumes of the monitoring, and the load balancer.

They are values of Helm charts, so the ledger records them by their keys, and the next build compares them. Kubernetes
never shrinks a claim (Kubernetes documentation, "Expanding Persistent Volumes Claims"), and Grafana's claim is an
object of its release, which Helm deletes with Grafana.
"""

import datetime
import re
from collections.abc import Iterator, Mapping

from ddms_compile.diagnostics import Severity
from ddms_compile.load import Finding
from ddms_compile.provenance.traced import Traced
from ddms_compile.resolve import Environment
from ddms_compile.spec.policy import Loss
from ddms_compile.spec.units import gibibytes
from ddms_compile.terraform.ledger.ledger import ACCEPTED, Ledger, Owner, acceptance

VOLUMES: Mapping[str, str] = {
    "volume.prometheus": "observability.prometheus.storage",
    "volume.alertmanager": "observability.alertmanager.storage",
    "volume.grafana": "observability.grafana.storage",
}
"""Address in `policy.losses` -> key of the size. Grafana, which can be turned off, has a size only while it is on."""

CONTROLLER, SCHEME = "edge.controller", "edge.scheme"
"""Keys whose change replaces the load balancer."""

_GRAFANA = "observability.grafana.enabled"
_DISK = re.compile(r"[1-9][0-9]{0,5}(?:Gi|Ti)")


def settings(environment: Environment) -> dict[str, Traced[str]]:
    """Return the recorded settings by key."""
    read = environment.read
    found = {
        VOLUMES["volume.prometheus"]: read(lambda s: s.observability.prometheus.storage),
        VOLUMES["volume.alertmanager"]: read(lambda s: s.observability.alertmanager.storage),
        CONTROLLER: read(lambda s: s.edge.controller),
        SCHEME: read(lambda s: s.edge.scheme),
    }
    grafana = read(lambda s: s.observability.grafana.enabled)
    if grafana.value:
        size = read(lambda s: s.observability.grafana.storage)
        found[VOLUMES["volume.grafana"]] = size.because(grafana.keys)
    return found


def lost_volumes(before: Ledger, after: Ledger) -> frozenset[str]:
    """Return the addresses of volumes that are removed, or smaller than in the last build."""
    now = _sizes(after)
    return frozenset(address for address, size in _sizes(before).items() if now.get(address, 0) < size)


def grown_volumes(before: Ledger, after: Ledger) -> frozenset[str]:
    """Return the addresses of volumes that are larger than in the last build."""
    now = _sizes(after)
    return frozenset(address for address, size in _sizes(before).items() if now.get(address, 0) > size)


def volume_losses(
    owner: Owner, before: Ledger, after: Ledger, accepted: tuple[Loss, ...], today: datetime.date
) -> Iterator[Finding]:
    """Yield an error for each volume that would be lost, unless the data accept it."""
    if any(before.ground[name] != after.ground[name] for name in before.ground.keys() & after.ground.keys()):
        return  # everything is created again
    allowed = {loss.address for loss in accepted if loss.expires >= today}
    for address in sorted(lost_volumes(before, after) - allowed):
        key = VOLUMES[address]
        advice = acceptance(owner.accepts, address, today + ACCEPTED)
        if key in after.settings:
            yield _shrunk(owner, address, before.settings[key], after.settings[key], advice)
        else:
            yield _removed(owner, before.settings[key], advice)


def _shrunk(owner: Owner, address: str, old: str, new: str, advice: str) -> Finding:
    return Finding(
        code="DDMS616",
        severity=Severity.ERROR,
        message=f"the volume of {title(address)} of {owner.name} would shrink from {old} to {new}",
        place=owner.place(VOLUMES[address]),
        notes=("Kubernetes never shrinks a volume: a smaller one is a new, empty one",),
        help=(
            f"keep the size: {old}",
            f'to give up its data, follow "Shrink a monitoring volume" in generated/{owner.name}/RUNBOOK.md',
            advice,
        ),
    )


def _removed(owner: Owner, size: str, advice: str) -> Finding:
    return Finding(
        code="DDMS618",
        severity=Severity.ERROR,
        message=f"the volume of Grafana of {owner.name}, {size}, would be deleted",
        place=owner.place(_GRAFANA),
        notes=("Helm deletes its claim with Grafana, and dashboards created by hand with it",),
        help=("export the dashboards that are still needed", advice),
    )


def title(address: str) -> str:
    """Return the product that has the volume."""
    return address.removeprefix("volume.").capitalize()


def _sizes(ledger: Ledger) -> dict[str, int]:
    """Return GiB by address, without sizes that no build wrote."""
    known = {address: ledger.settings.get(key, "") for address, key in VOLUMES.items()}
    return {address: gibibytes(size) for address, size in known.items() if _DISK.fullmatch(size)}
