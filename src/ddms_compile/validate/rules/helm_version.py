"""The pipeline deploys with Helm 4: its script gives options that Helm 3 does not know."""

from collections.abc import Iterator

from ddms_compile.load import Finding
from ddms_compile.validate.rules.rule import Specs, at, error

CODE = "DDMS260"
NEEDED = 4
"""`--rollback-on-failure` is an option of Helm 4.0 and later (Helm's documentation, "Helm 4 Overview")."""


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.cloud():
        major = spec.ci.helm.removeprefix("v").partition(".")[0]
        if int(major) != NEEDED:
            yield error(
                CODE,
                f"the pipeline would install Helm {spec.ci.helm}, but it deploys with Helm {NEEDED}",
                at(name, "ci", "helm", label="unsupported major version"),
                "set a release of Helm 4, or remove the key to use the tested one",
                notes=("security fixes for Helm 3 end on 2027-02-10",) if int(major) < NEEDED else (),
            )
