"""ingress-nginx gets no security fixes any more: the Kubernetes project retired it."""

import datetime
from collections.abc import Iterator

from ddms_compile.load import Finding
from ddms_compile.validate.rules.rule import Specs, at, note

CODE = "DDMS403"
RETIRED = datetime.date(2026, 3, 24)
"""Announcement of SIG Network and the Security Response Committee, 2025-11-11; last release on 2026-03-20."""


def check(specs: Specs) -> Iterator[Finding]:
    """Once for all environments: the first one that uses it."""
    using = [name for name, spec in specs.cloud() if spec.edge.controller == "ingress-nginx"]
    if using and specs.today >= RETIRED:
        yield note(
            CODE,
            f"ingress-nginx was retired in March 2026 and receives no security fixes; used by {', '.join(using)}",
            at(using[0], "edge", "controller"),
            'use a maintained controller that supports most of its annotations: controller = "traefik" under [edge]',
        )
