"""Notes and warnings of a successful build about the build before it.

DDMS291: entries of `policy.losses` that accept nothing; until its last day, each would accept a later loss.
DDMS296: volumes that no apply grows. DDMS297: a load balancer that would be replaced.
DDMS615: a cache that has a token from now on, and still accepts clients without one.
"""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ddms_compile.diagnostics import Severity
from ddms_compile.diagnostics.keys import parse_key
from ddms_compile.guard.guard import Guarded
from ddms_compile.load import Finding, KeyLabel
from ddms_compile.spec import EnvironmentSpec
from ddms_compile.terraform.ledger.ledger import Ledger, changed, elsewhere, read_ledger
from ddms_compile.terraform.ledger.settings import CONTROLLER, SCHEME, VOLUMES, grown_volumes, lost_volumes, title
from ddms_compile.terraform.ledger.upgrades import VPC
from ddms_compile.terraform.paths import ledger_of_account, ledger_of_environment

NEEDLESS = "DDMS291"
GROWN = "DDMS296"
BALANCER = "DDMS297"
HALF_OPEN = "DDMS615"


@dataclass(frozen=True, slots=True)
class _Step:
    """A ledger of the build before, and its successor."""

    before: Ledger
    after: Ledger


def remarks(
    specs: Mapping[str, EnvironmentSpec], guarded: Guarded, texts: Mapping[str, str], today: datetime.date
) -> Iterator[Finding]:
    """Yield notes and warnings. `specs`: the compiled environments; `texts`: the artifacts by path."""
    steps = {path: _Step(before, read_ledger(texts[path])) for path, before in guarded.ledgers.items() if path in texts}
    for name, spec in specs.items():
        yield from _needless(name, spec, guarded, steps, today)
        if (step := steps.get(ledger_of_environment(name))) is not None:
            yield from _half_open(name, step)
            if not elsewhere(step.before, step.after):
                yield from _grown(name, step)
                yield from _balancer(name, spec, step)


def _needless(
    name: str, spec: EnvironmentSpec, guarded: Guarded, steps: Mapping[str, _Step], today: datetime.date
) -> Iterator[Finding]:
    """Yield entries without which the same build would succeed; expired ones have DDMS293."""
    for index, loss in enumerate(spec.policy.losses):
        if loss.expires >= today and not _needed(loss.address, name, guarded, steps):
            yield Finding(
                code=NEEDLESS,
                severity=Severity.NOTE,
                message=f"the loss of {loss.address} is accepted, but this build destroys nothing there",
                place=KeyLabel(environment=name, key=("policy", "losses", index, "address")),
                notes=("a loss is accepted once: a remaining entry would silently accept the next one",),
                help=("remove the entry",),
            )


def _needed(address: str, environment: str, guarded: Guarded, steps: Mapping[str, _Step]) -> bool:
    kind, _, owner = address.partition(".")
    if kind in ("environment", "account"):
        path = (ledger_of_environment if kind == "environment" else ledger_of_account)(owner)
        if path in guarded.ledgers and path not in steps:  # removed, or not part of this build
            return True
        return address in guarded.accepted or (path in steps and elsewhere(steps[path].before, steps[path].after))
    foreign = {path for path in steps if path.endswith("/ledger.json")} - {ledger_of_environment(environment)}
    own = [step for path, step in steps.items() if path not in foreign]
    losing = {each for s in own for each in changed(s.before, s.after) | lost_volumes(s.before, s.after)}
    # The entry of the VPC also accepts other CIDR ranges of its subnets.
    return address in losing or (address == VPC and any(each.startswith("aws_subnet.") for each in losing))


def _half_open(name: str, step: _Step) -> Iterator[Finding]:
    """Yield DDMS615: `ROTATE` adds a token and keeps the earlier access (ElastiCache API, ModifyReplicationGroup)."""
    for stack, addresses in step.before.stacks.items():
        for address, identity in addresses.items():
            now = step.after.stacks.get(stack, {}).get(address, {})
            if address.startswith("aws_elasticache_") and "auth_token" in now and "auth_token" not in identity:
                yield Finding(
                    code=HALF_OPEN,
                    severity=Severity.WARNING,
                    message=f"the cache of {name} will accept its new token, and also clients without a token",
                    place=KeyLabel(environment=name, key=("redis", "auth")),
                    notes=("ElastiCache adds a first token without invalidating previous access",),
                    help=(
                        f'after the deployment, follow "Rotate an exposed cache token" in generated/{name}/RUNBOOK.md',
                    ),
                )


def _grown(name: str, step: _Step) -> Iterator[Finding]:
    """Yield DDMS296: an operator makes the claims of a StatefulSet only once (prometheus-operator, "Resizing volumes").

    Grafana's claim is an object of its release: Helm grows it.
    """
    for address in sorted(grown_volumes(step.before, step.after) - {"volume.grafana"}):
        key = VOLUMES[address]
        yield Finding(
            code=GROWN,
            severity=Severity.WARNING,
            message=f"no apply grows the volume of {title(address)} of {name}",
            place=KeyLabel(environment=name, key=parse_key(key)),
            notes=(
                f"it stays at {step.before.settings[key]}: the Prometheus Operator does not expand existing claims",
            ),
            help=(f'before the apply, follow "Grow a monitoring volume" in generated/{name}/RUNBOOK.md',),
        )


def _balancer(name: str, spec: EnvironmentSpec, step: _Step) -> Iterator[Finding]:
    """Yield DDMS297: each controller has a Service of its own, and the scheme of a load balancer never changes."""
    before, after = step.before.settings, step.after.settings
    differ = [key for key in (CONTROLLER, SCHEME) if key in before and before[key] != after[key]]
    if not differ:
        return
    first, *others = (KeyLabel(environment=name, key=parse_key(key), message="decides it") for key in differ)
    records = (
        "ExternalDNS then moves the records"
        if spec.edge.external_dns.enabled
        else "ExternalDNS is off: nothing moves the records"
    )
    yield Finding(
        code=BALANCER,
        severity=Severity.WARNING,
        message=f"the load balancer of {name} would be replaced, which is an outage of minutes",
        place=first,
        related=tuple(others),
        notes=(
            *(f"`{key}` would change from {before[key]} to {after[key]}" for key in differ),
            f"the new load balancer has another name and other addresses; {records}",
        ),
        help=(f'follow "Replace the load balancer" in generated/{name}/RUNBOOK.md',),
    )
