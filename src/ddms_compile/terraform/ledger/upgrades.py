"""Updates in place, according to the plan, that AWS rejects or that need acceptance.

Each check compares an argument of the last build with this one. A change of a build that was never applied can be
accepted in `policy.losses` by the address of the resource.
"""

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ddms_compile.diagnostics import Severity
from ddms_compile.load import Finding
from ddms_compile.spec.policy import Loss
from ddms_compile.terraform.ledger.ledger import ACCEPTED, Ledger, Owner, acceptance, replaced
from ddms_compile.tree import Document, Tree

VPC = "aws_vpc.main"
"""By its address the whole network is accepted."""

REMOVABLE = ("auth_token",)
"""Arguments that a resource may lack."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArgumentChange:
    """An argument with another value than in the last build; `new` is None if it was removed."""

    address: str
    argument: str
    old: Tree
    new: Tree
    body: Document
    """The resource in this build."""


def refusals(
    owner: Owner,
    before: Ledger,
    after: Ledger,
    documents: Mapping[str, Document],
    accepted: tuple[Loss, ...],
    today: datetime.date,
    causes: Mapping[str, frozenset[str]],
) -> Iterator[Finding]:
    """Yield an error for each change that AWS rejects. `documents`: the stacks by name; `causes`: as in `losses`."""
    if any(before.ground[name] != after.ground[name] for name in before.ground.keys() & after.ground.keys()):
        return  # everything is created again
    judge = _Judge(owner=owner, causes=causes, last=today + ACCEPTED)
    allowed = {loss.address for loss in accepted if loss.expires >= today}
    if VPC not in allowed and (gone := _subnets_gone(before, after)):
        yield judge.zones(gone)
    ranges = []
    for change in _changes(before, after, documents):
        if change.argument == "cidr_block":
            ranges.append(change)
        elif change.address not in allowed:
            yield from judge.version(change)
    if ranges and VPC not in allowed:
        yield judge.network(ranges)


def _subnets_gone(before: Ledger, after: Ledger) -> list[str]:
    return sorted(
        address
        for stack, addresses in before.stacks.items()
        for address in addresses
        if address.startswith("aws_subnet.") and address not in after.stacks.get(stack, {})
    )


def _changes(before: Ledger, after: Ledger, documents: Mapping[str, Document]) -> Iterator[ArgumentChange]:
    for stack, addresses in sorted(before.stacks.items()):
        now, moves = after.stacks.get(stack, {}), after.moved.get(stack, {})
        for address, identity in sorted(addresses.items()):
            current = moves.get(address, address)
            for argument, old in sorted(identity.items()):
                if current in now and now[current].get(argument, old if argument not in REMOVABLE else None) != old:
                    kind, _, name = current.partition(".")
                    body = documents[stack]["resource"][kind][name]
                    new = now[current].get(argument)
                    yield ArgumentChange(address=current, argument=argument, old=old, new=new, body=body)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judge:
    owner: Owner
    causes: Mapping[str, frozenset[str]]
    last: datetime.date

    def version(self, change: ArgumentChange) -> Iterator[Finding]:
        """Yield the findings of one resource type."""
        match change.address.partition(".")[0], change.argument:
            case "aws_eks_cluster", "version":
                step = _minor(str(change.new)) - _minor(str(change.old))
                if step < 0:
                    yield self._back(
                        change,
                        "EKS rolls a control plane back by one minor within 7 days of its upgrade, by no apply: see "
                        '"Upgrade Kubernetes" in its RUNBOOK.md',
                    )
                elif step > 1:
                    yield self._skips(change)
            case "aws_eks_node_group", _ if change.address.endswith("_0"):  # once for all its zones
                earlier, later = _release(str(change.old)), _release(str(change.new))
                if len(earlier) == len(later) and later < earlier:  # another kind of AMI is another group
                    yield self._back(
                        change, "EKS does not roll a node group back to an earlier Kubernetes or AMI version"
                    )
            case "aws_db_instance", "engine_version":
                if int(str(change.new)) < int(str(change.old)):
                    yield self._back(change, "RDS never downgrades a database to an older major version")
                elif not change.body.get("allow_major_version_upgrade"):
                    yield self._undeclared(change)
            case "aws_db_instance", "allocated_storage":
                old, new = change.old, change.new
                if isinstance(old, int) and isinstance(new, int) and new < old:
                    yield self._back(change, "RDS can grow a volume but never shrink it")
            case "aws_elasticache_replication_group", "auth_token" if change.new is None:
                yield self._token_stays(change)
            case "aws_elasticache_replication_group", ("engine" | "engine_version"):
                if _cache_back(change):
                    keys = self._keys(change)
                    yield replaced(self.owner, change.address, change.argument, change.old, change.new, keys, self.last)

    def zones(self, gone: Sequence[str]) -> Finding:
        """Availability Zones that the network would lose."""
        return self._finding(
            "DDMS617",
            f"the network of {self.owner.name} would lose an Availability Zone",
            frozenset({"network.zones"}),  # no argument is left that has the key
            (
                f"{', '.join(gone[:3])} would be destroyed",
                "AWS removes no subnet in which a database, a cache or a load balancer is, and a volume does not leave "
                "its zone: its pod would stay pending",
            ),
            (
                "revert the change",
                "for fewer zones create a second environment beside this one, copy the data, and destroy this one",
                self._never_applied(VPC),
            ),
        )

    def network(self, changes: list[ArgumentChange]) -> Finding:
        """Return one finding for all CIDR blocks, which depend on each other."""
        first = changes[0]
        keys = frozenset().union(*(self._keys(change) for change in changes))
        shown = [f"{change.address} would change from {change.old} to {change.new}" for change in changes[:3]]
        more = [f"and {len(changes) - 3} more ranges"] if len(changes) > 3 else []
        return self._finding(
            "DDMS612",
            f"the CIDR ranges of the network of {self.owner.name} would change, which cannot be applied",
            keys,
            (
                *shown,
                *more,
                "subnets would be replaced while the database, the cache and load balancers still use the old ones",
                "AWS rejects new subnets that overlap the old ones, and does not move a database into another VPC",
            ),
            (
                "revert the change; space for more zones is already reserved (`network.zones`)",
                "for another range create a second environment beside this one, copy the data, and destroy this one",
                self._never_applied(VPC if first.address.startswith("aws_subnet") else first.address),
            ),
        )

    def _back(self, change: ArgumentChange, law: str) -> Finding:
        return self._finding(
            "DDMS610",
            f"`{change.argument}` of {change.address} would be downgraded from {change.old} to {change.new}",
            self._keys(change),
            (law, "Terraform plans an update, and AWS rejects it in the middle of the apply"),
            (
                f"revert the change: {change.old}",
                "to use an older version or a smaller volume, restore the data into a new resource: see RUNBOOK.md",
                self._never_applied(change.address),
            ),
        )

    def _skips(self, change: ArgumentChange) -> Finding:
        after = f"{str(change.old).split('.')[0]}.{_minor(str(change.old)) + 1}"
        return self._finding(
            "DDMS613",
            f"the cluster of {self.owner.name} would be upgraded from {change.old} to {change.new} in one step",
            self._keys(change),
            ("EKS upgrades a control plane by one minor version at a time",),
            (
                f"upgrade to {after} first: build, apply, and check the nodes; then the next version",
                self._never_applied(change.address),
            ),
        )

    def _undeclared(self, change: ArgumentChange) -> Finding:
        return self._finding(
            "DDMS611",
            (
                f"the database of {self.owner.name} would be upgraded from PostgreSQL {change.old}"
                f" to {change.new} without a declaration"
            ),
            self._keys(change),
            (
                "RDS rejects a major upgrade unless it is explicitly allowed",
                "the database is unavailable for minutes, and the only rollback is a restore",
            ),
            (
                'read "Upgrade PostgreSQL" in its RUNBOOK.md; then, under [postgres]:\n'
                "allow_major_upgrade = true\napply_immediately = true",
                f'to stay: version = "{change.old}"',
            ),
        )

    def _token_stays(self, change: ArgumentChange) -> Finding:
        return self._finding(
            "DDMS614",
            f"the cache of {self.owner.name} would lose its token, which cannot be applied",
            frozenset({"redis.auth"}),  # no argument is left that has the key
            (
                "ElastiCache removes a token only from a cache that changes to role-based access control",
                "the pods would send no token, but the cache would still require one",
            ),
            ('revert the change: auth = "token" under [redis]', self._never_applied(change.address)),
        )

    def _never_applied(self, address: str) -> str:
        text = acceptance(self.owner.accepts, address, self.last)
        return text.replace(
            "if the loss is intended", "if none of it was ever applied, or AWS has done it already"
        ).replace("why no data that is still needed is lost", "it was built and never applied")

    def _keys(self, change: ArgumentChange) -> frozenset[str]:
        return self.causes.get(f"{change.address}.{change.argument}", frozenset())

    def _finding(
        self, code: str, message: str, keys: frozenset[str], notes: tuple[str, ...], advice: tuple[str, ...]
    ) -> Finding:
        places = [place for key in sorted(keys) if (place := self.owner.place(key)) is not None]
        return Finding(
            code=code,
            severity=Severity.ERROR,
            message=message,
            place=places[0] if places else None,
            related=tuple(places[1:]),
            notes=notes,
            help=advice,
        )


def _cache_back(change: ArgumentChange) -> bool:
    """Valkey is one way, and a lower version is a new, empty cache (pages of the provider, and asked of it)."""
    if change.argument == "engine":
        return bool(change.old == "valkey")
    return change.body.get("engine") == "redis" and _number(str(change.new)) < _number(str(change.old))


def _release(version: str) -> tuple[int, ...]:
    """Of `1.35`, `1.35.7-20260903` (AL2023, with its day), or `1.65.0-0be31b34` (Bottlerocket, with its commit)."""
    number, _, day = version.partition("-")
    return (*_number(number), int(day)) if re.fullmatch(r"20[0-9]{6}", day) else _number(number)


def _minor(version: str) -> int:
    return int(version.split(".")[1])


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
