"""The account that is made up: what exists in it, and what an apply makes there.

It is a JSON file, so that a test can put things there before Terraform comes, and look at what is left afterwards. What
AWS would refuse is in `laws`.
"""

import copy
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

State = Mapping[str, Any]

IDS: Mapping[str, str] = {
    "aws_backup_vault": "{name}",
    "aws_cloudtrail": "{arn}",
    "aws_cloudwatch_log_group": "{name}",
    "aws_db_instance": "db-{serial}",
    "aws_db_parameter_group": "{name}",
    "aws_db_subnet_group": "{name}",
    "aws_ecr_repository": "{name}",
    "aws_eip": "eipalloc-{hex}",
    "aws_eks_addon": "{cluster_name}:{addon_name}",
    "aws_eks_cluster": "{name}",
    "aws_eks_node_group": "{cluster_name}:{node_group_name}",
    "aws_elasticache_parameter_group": "{name}",
    "aws_elasticache_replication_group": "{replication_group_id}",
    "aws_elasticache_subnet_group": "{name}",
    "aws_iam_openid_connect_provider": "{arn}",
    "aws_iam_role": "{name}",
    "aws_internet_gateway": "igw-{hex}",
    "aws_kms_alias": "{name}",
    "aws_launch_template": "lt-{hex}",
    "aws_nat_gateway": "nat-{hex}",
    "aws_route_table": "rtb-{hex}",
    "aws_s3_bucket": "{bucket}",
    "aws_secretsmanager_secret": "{arn}",
    "aws_security_group": "sg-{hex}",
    "aws_subnet": "subnet-{hex}",
    "aws_vpc": "vpc-{hex}",
}
"""How AWS makes the id of a resource (pages of the provider, "Attribute Reference" and "Import"); else `<kind>-<n>`."""

_OF_A_BUCKET = re.compile(r"aws_s3_bucket_\w+")
_SERVICE = re.compile(r"aws_([a-z0-9]+)")
_NAMES = ("name", "identifier", "replication_group_id", "bucket", "description", "url")
_PREFIXES = {"name": "name_prefix", "node_group_name": "node_group_name_prefix"}


@dataclass(kw_only=True)
class Account:
    """`resources`: kind -> id -> state. `left`: kind -> name -> why AWS still has it after a deletion.

    `keys`: ARN of a KMS key that is scheduled for deletion or gone -> nothing; `sealed`: what is left -> its key.
    """

    number: str = "444455556666"
    region: str = "eu-west-1"
    serial: int = 0
    resources: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    left: dict[str, dict[str, str]] = field(default_factory=dict)
    sealed: dict[str, str] = field(default_factory=dict)
    doomed_keys: list[str] = field(default_factory=list)
    history: list[list[str]] = field(default_factory=list)
    """Every change in its order: what was done, kind, id."""

    @classmethod
    def load(cls, path: Path) -> "Account":
        """The account of a file; a new one where there is none."""
        return cls(**json.loads(path.read_text("utf-8"))) if path.exists() else cls()

    def save(self, path: Path) -> None:
        """Write the file."""
        path.write_text(json.dumps(asdict(self)), "utf-8")

    def of(self, kind: str) -> Mapping[str, dict[str, Any]]:
        """All resources of a kind, by id."""
        return self.resources.get(kind, {})

    def put(self, kind: str, ident: str, state: State) -> None:
        """Something that somebody else has made, or that Terraform makes."""
        self.resources.setdefault(kind, {})[ident] = dict(state)

    def drop(self, kind: str, ident: str) -> None:
        """It is gone."""
        self.resources.get(kind, {}).pop(ident, None)

    def find(self, kind: str, wanted: State) -> dict[str, Any] | None:
        """The one resource whose state has the wanted values, for a data source of the same name."""
        given = {name: value for name, value in wanted.items() if value not in (None, [], {})}
        for state in self.of(kind).values():
            if all(_alike(state.get(name), value) for name, value in given.items() if name in state):
                return copy.deepcopy(state)
        return None

    def lost_with_their_keys(self) -> Iterator[str]:
        """What is still there, and unreadable as soon as a key is deleted that is scheduled for it."""
        return (what for what, key in self.sealed.items() if key in self.doomed_keys)

    def invent(self, kind: str, planned: State, prior: State | None) -> "Inventor":
        """Values for what is known only after the apply of one resource."""
        self.serial += 1
        return Inventor(account=self, kind=kind, planned=planned, prior=prior, number=self.serial)


@dataclass(frozen=True, kw_only=True)
class Inventor:
    """The made-up values of one resource."""

    account: Account
    kind: str
    planned: State
    prior: State | None
    number: int

    def __call__(self, name: str, kind: str, prior: Any) -> Any:
        """A value for an attribute of that name and type ("string", "number", "bool")."""
        match kind:
            case "string":
                return self._text(name, prior)
            case "number":
                return prior + 1 if isinstance(prior, int) else 1
            case "bool":
                return prior if isinstance(prior, bool) else False
        return prior

    @property
    def id(self) -> str:
        """The id of the resource; one that exists keeps it."""
        if self.prior is not None:
            return str(self.prior["id"])
        if _OF_A_BUCKET.fullmatch(self.kind):
            return str(self.planned["bucket"])
        names = {name: value for name, value in self.planned.items() if isinstance(value, str)}
        names |= {name: self._text(name, None) for name in ("name", "node_group_name") if name not in names}
        pattern = IDS.get(self.kind, f"{self.kind.removeprefix('aws_').replace('_', '-')}-{{serial}}")
        filled = {**names, "arn": self._arn(), "hex": f"{self.number:08x}{0:09x}", "serial": self.number}
        return pattern.format(**filled)

    def _text(self, name: str, prior: Any) -> str:
        if name == "id":
            return self.id
        if isinstance(prior, str):
            return prior
        if self.kind == "aws_eks_node_group" and name in ("version", "release_version"):
            # EKS API reference, CreateNodegroup: without a version the cluster's, without a release the newest.
            version = str(self.account.of("aws_eks_cluster")[self.planned["cluster_name"]]["version"])
            return version if name == "version" else f"{version}.99-20990101"
        if name == "arn" or name.endswith(("_arn", "_arns")):
            return self._arn(name)
        if name in _PREFIXES and isinstance(prefix := self.planned.get(_PREFIXES[name]), str):
            return f"{prefix}{self.number}"
        if name in ("issuer", "url"):
            return f"https://oidc.eks.{self.account.region}.amazonaws.com/id/{self.number:032X}"
        if name.endswith("security_group_id"):
            return f"sg-{self.number:08x}{1:09x}"
        if name == "data":
            return "bWFkZSB1cA=="
        if name.endswith(("endpoint", "address", "endpoint_address", "hostname")):
            return f"{self.kind.removeprefix('aws_').replace('_', '-')}-{self.number}.example.com"
        return f"{name}-{self.number}"

    def _arn(self, attribute: str = "arn") -> str:
        match = _SERVICE.match(self.kind)
        service = match[1] if match else "service"
        named = next((str(self.planned[n]) for n in _NAMES if isinstance(self.planned.get(n), str)), "")
        end = re.sub(r"[^A-Za-z0-9/_.-]", "", named.removeprefix("https://")) or str(self.number)
        if self.kind == "aws_iam_role":
            return f"arn:aws:iam::{self.account.number}:role/{end}"
        if self.kind == "aws_iam_openid_connect_provider":
            return f"arn:aws:iam::{self.account.number}:oidc-provider/{end}"
        if self.kind == "aws_s3_bucket":
            return f"arn:aws:s3:::{end}"
        part = "" if attribute == "arn" else f"/{attribute}"
        where = f"arn:aws:{service}:{self.account.region}:{self.account.number}"
        return f"{where}:{self.kind.removeprefix('aws_')}/{end}-{self.number}{part}"


def _alike(held: Any, wanted: Any) -> bool:
    """URLs of identity providers are written with and without their scheme."""
    if isinstance(held, str) and isinstance(wanted, str):
        return held.removeprefix("https://") == wanted.removeprefix("https://")
    return bool(held == wanted)
