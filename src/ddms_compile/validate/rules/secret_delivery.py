"""The External Secrets operator reads Secrets Manager, and must know the name of what it reads."""

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
                place = at(name, "workloads", part, "secrets", variable, label="out of its reach")
                if secret.source == "github":
                    yield error(
                        CODE,
                        f"{variable} of the {part} is a secret of GitHub, which External Secrets cannot read",
                        place,
                        'keep it in the entry of the application: { from = "app", key = "…" }',
                        related=(chosen,),
                    )
                elif secret.source == "postgres" and spec.postgres.password == "managed":  # noqa: S105
                    yield error(
                        CODE,
                        f"{variable} of the {part} is in an entry that RDS names itself, so that no file can name it",
                        place,
                        'write password = "variable" under [postgres]: this program then chooses the name of the entry',
                        related=(chosen, at(name, "postgres", "password", label="managed by RDS")),
                    )
