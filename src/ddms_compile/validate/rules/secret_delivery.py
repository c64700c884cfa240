"""The External Secrets operator reads Secrets Manager, and nothing else."""

from collections.abc import Iterator

from ddms_compile.load import Finding
from ddms_compile.validate.rules.rule import Specs, at, error

CODE = "DDMS227"


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.cloud():
        if spec.security.secrets != "external-secrets":
            continue
        chosen = at(name, "security", "secrets", label="chosen here")
        for part, workload in spec.workloads:
            for variable, secret in workload.secrets.items():
                place = at(name, "workloads", part, "secrets", variable, label="cannot read it")
                if secret.source == "github":
                    yield error(
                        CODE,
                        f"{variable} of the {part} is a GitHub secret, which External Secrets cannot read",
                        place,
                        'store it in the application\'s entry in Secrets Manager: { from = "app", key = "…" }',
                        related=(chosen,),
                    )
