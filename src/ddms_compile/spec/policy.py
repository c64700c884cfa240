"""`[policy]`: exceptions from the production rules."""

import datetime
from typing import Annotated

from pydantic import Field

from ddms_compile.diagnostics.keys import parse_key
from ddms_compile.spec.base import Table, matching, parsed


class Waiver(Table):
    """One exception, for a while."""

    code: Annotated[str, matching(r"DDMS3[0-9]{2}", "the code of a production rule, DDMS3xx")]
    """The rule."""

    reason: Annotated[str, Field(min_length=16, max_length=500)]
    """Why it is right to break it, for whoever reads it later."""

    expires: datetime.date
    """The last day on which it counts."""


class Loss(Table):
    """What holds state and may be lost, once: a resource, or all of an environment or an account."""

    address: Annotated[
        str,
        matching(
            r"aws_[a-z0-9_]+\.[a-z0-9_]+|environment\.[a-z][a-z0-9-]{0,15}|account\.[0-9]{12}",
            "an address in Terraform, such as aws_db_instance.postgres; or environment.qa or account.111122223333 for "
            "all that it holds",
        ),
    ]
    """Its address in Terraform; `environment.<name>` or `account.<number>`: all that is there."""

    reason: Annotated[str, Field(min_length=16, max_length=500)]
    """Why nothing is lost that anybody needs."""

    expires: datetime.date
    """The last day on which it counts."""


class Vulnerability(Table):
    """A critical vulnerability in an image, which may be released for a while."""

    id: Annotated[
        str, matching(r"[A-Z][A-Z0-9]{1,15}-[A-Za-z0-9-]{1,40}", 'the name of a vulnerability, such as "CVE-2026-1234"')
    ]
    """Its name, as ECR reports it."""

    reason: Annotated[str, Field(min_length=16, max_length=500)]
    """Why it does no harm here, or what is done about it."""

    expires: datetime.date
    """The last day on which it is accepted."""


class FalsePositive(Table):
    """A value that looks like a secret and is none."""

    key: Annotated[
        str,
        Field(min_length=1, max_length=300),
        parsed(parse_key, 'the path of a key, such as "workloads.backend.environment.ASSETS_DIGEST"'),
    ]
    """The path of its key; never the value."""

    reason: Annotated[str, Field(min_length=16, max_length=500)]
    """Why anybody may know it."""

    expires: datetime.date
    """The last day on which it counts."""


class Policy(Table):
    """Exceptions."""

    waivers: Annotated[tuple[Waiver, ...], Field(strict=False)]
    """Exceptions from the production rules; each needs a reason and an end."""

    vulnerabilities: Annotated[tuple[Vulnerability, ...], Field(strict=False, max_length=50)]
    """Critical vulnerabilities that a release may have, each for a while."""

    losses: Annotated[tuple[Loss, ...], Field(strict=False)]
    """What holds state and may be lost; without an entry that is an error."""

    false_positives: Annotated[tuple[FalsePositive, ...], Field(strict=False)]
    """Values that look like a secret (DDMS213) and are none; each needs a reason and an end."""
