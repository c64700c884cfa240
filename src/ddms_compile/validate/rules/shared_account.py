"""What an account and region can have once only, and the form of a bucket's name."""

import re
from collections.abc import Iterator

from ddms_compile.load import Finding, KeyLabel
from ddms_compile.validate.rules.rule import Specs, at, error

CODE = "DDMS226"
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_ADDRESS = re.compile(r"[0-9]+(?:\.[0-9]+){3}")


def check(specs: Specs) -> Iterator[Finding]:
    watched: dict[tuple[str, str], str] = {}
    for name, spec in specs.cloud():
        where = (spec.aws.account, spec.aws.region)
        if spec.security.guardduty and (other := watched.setdefault(where, name)) != name:
            yield error(
                CODE,
                f"{other} already enables GuardDuty in account {where[0]}, {where[1]}, which allows one detector",
                at(name, "security", "guardduty", label="a second time"),
                "enable it in one environment of the account only: its detector covers the whole region",
                related=_first(specs, name, other),
            )
        bucket = spec.state.bucket
        if bucket and not _is_bucket(bucket):
            yield error(
                CODE,
                "`state.bucket` is not a valid S3 bucket name",
                at(name, "state", "bucket", label="invalid bucket name"),
                "3 to 63 lowercase letters, digits, hyphens and dots; it starts and ends with a letter or digit",
            )


def _first(specs: Specs, name: str, other: str) -> tuple[KeyLabel, ...]:
    """Return the label in the other environment, unless one line of ddms.toml is the value of both."""
    key = ("security", "guardduty")
    here, there = (specs.project.environments[each].origins(key)[:1] for each in (name, other))
    return () if here == there else (at(other, *key, label=f"by {other}"),)


def _is_bucket(name: str) -> bool:
    """Amazon S3 user guide, "General purpose bucket naming rules"."""
    forbidden = ".." in name or name.startswith(("xn--", "sthree-")) or name.endswith(("-s3alias", "--ol-s3"))
    return bool(_BUCKET.fullmatch(name)) and not forbidden and not _ADDRESS.fullmatch(name)
