"""`[policy]`: exceptions from the production rules, and accepted losses and vulnerabilities."""

import datetime
from typing import Annotated

from pydantic import Field

from ddms_compile.diagnostics.keys import parse_key
from ddms_compile.spec.base import Table, matching, parsed


class Waiver(Table):
    """A temporary exception from a production rule."""

    code: Annotated[str, matching(r"DDMS3[0-9]{2}", "the code of a production rule, DDMS3xx")]
    """Code of the rule."""

    reason: Annotated[str, Field(min_length=16, max_length=500)]
    """Why the exception is acceptable."""

    expires: datetime.date
    """Last day on which the exception applies."""


class Loss(Table):
    """A stateful resource, environment or account that may be destroyed or replaced once."""

    address: Annotated[
        str,
        matching(
            r"aws_[a-z0-9_]+\.[a-z0-9_]+|volume\.(?:prometheus|alertmanager|grafana)|environment\.[a-z][a-z0-9-]{0,15}"
            r"|account\.[0-9]{12}",
            (
                "a Terraform address, such as aws_db_instance.postgres; volume.prometheus, volume.alertmanager or "
                "volume.grafana; or environment.qa or account.111122223333 for everything in it"
            ),
        ),
    ]
    """Terraform address of the resource; `volume.<name>`: a volume of the monitoring; `environment.<name>` or
    `account.<number>`: everything in it."""

    reason: Annotated[str, Field(min_length=16, max_length=500)]
    """Why no data that is still needed is lost."""

    expires: datetime.date
    """Last day on which the loss is accepted."""


class Vulnerability(Table):
    """A critical vulnerability of an image that may be released for a limited time."""

    id: Annotated[
        str, matching(r"[A-Z][A-Z0-9]{1,15}-[A-Za-z0-9-]{1,40}", 'a vulnerability ID, such as "CVE-2026-1234"')
    ]
    """Vulnerability ID, as ECR reports it."""

    reason: Annotated[str, Field(min_length=16, max_length=500)]
    """Why it is harmless here, or how it is mitigated."""

    expires: datetime.date
    """Last day on which the vulnerability is accepted."""


class FalsePositive(Table):
    """A value that looks like a secret but is none."""

    key: Annotated[
        str,
        Field(min_length=1, max_length=300),
        parsed(parse_key, 'the path of a key, such as "workloads.backend.environment.ASSETS_DIGEST"'),
    ]
    """Path of the key; never the value."""

    reason: Annotated[str, Field(min_length=16, max_length=500)]
    """Why the value may be public."""

    expires: datetime.date
    """Last day on which the exception applies."""


class Policy(Table):
    """Exceptions."""

    waivers: Annotated[tuple[Waiver, ...], Field(strict=False)]
    """Exceptions from the production rules, each with a reason and an expiry date."""

    vulnerabilities: Annotated[tuple[Vulnerability, ...], Field(strict=False, max_length=50)]
    """Critical vulnerabilities that a release may contain, each for a limited time."""

    losses: Annotated[tuple[Loss, ...], Field(strict=False)]
    """Stateful resources that may be destroyed or replaced; without an entry this is an error."""

    false_positives: Annotated[tuple[FalsePositive, ...], Field(strict=False)]
    """Values that look like a secret (DDMS213) but are none, each with a reason and an expiry date."""
