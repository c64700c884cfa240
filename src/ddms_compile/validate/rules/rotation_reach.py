"""A rotation reaches the pods by itself only when something in the cluster follows Secrets Manager."""

from collections.abc import Iterator

from ddms_compile.load import Finding
from ddms_compile.spec import EnvironmentSpec
from ddms_compile.validate.rules.rule import Specs, at, warning

CODE = "DDMS266"


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.cloud():
        rotated = spec.postgres.password == "managed"  # noqa: S105  (a choice, not a password)
        if spec.security.secrets == "kubernetes" and rotated and _read(spec):
            yield warning(
                CODE,
                "RDS rotates the database password, but pods receive it only with the next deployment",
                at(name, "security", "secrets", label="only a deployment updates the Secret"),
                'write secrets = "external-secrets" under [security]: pods then receive it within two minutes',
                'or write password = "variable" under [postgres]: it then changes only when you change it',
                related=(at(name, "postgres", "password", label="rotated by RDS"),),
            )


def _read(spec: EnvironmentSpec) -> bool:
    """Whether any workload reads the password."""
    return any(secret.source == "postgres" for _, workload in spec.workloads for secret in workload.secrets.values())
