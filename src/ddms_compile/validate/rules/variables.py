"""A variable has one value: from the environment, from a secret, or from the platform."""

from collections.abc import Iterator

from ddms_compile.load import Finding, KeyLabel
from ddms_compile.validate.rules.rule import Specs, at, error

CODE = "DDMS222"
PLATFORM = {
    "DATABASE_CA_FILE": "the certificate that the chart mounts",
    "DATABASE_HOST": "the address of the database",
    "DATABASE_NAME": "postgres.database",
    "DATABASE_PORT": "the port of the database",
    "DATABASE_SSL": "TLS, which is always on",
    "DATABASE_USER": "postgres.username",
    "METRICS_PORT": "workloads.<name>.metrics.port",
    "PORT": "workloads.<name>.port",
    "REDIS_HOST": "the address of Redis",
    "REDIS_PORT": "the port of Redis",
    "REDIS_TLS": "TLS, which is always on",
    "SECRETS_DIR": "the folder of the secret files",
    "SHUTDOWN_GRACE_SECONDS": "workloads.<name>.shutdown_grace",
    "WEB_ORIGIN": "dns.hosts.app",
}
"""What the platform sets, and from what."""


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.environments.items():
        for part, workload in spec.workloads:
            for table, variables in (("environment", workload.environment), ("secrets", workload.secrets)):
                for variable in variables:
                    if variable in PLATFORM and (part == "backend" or variable == "PORT"):
                        yield error(
                            CODE,
                            f"the platform sets {variable} of the {part} itself",
                            KeyLabel(environment=name, key=("workloads", part, table, variable), part="key"),
                            f"remove it; its value follows from {PLATFORM[variable].replace('<name>', part)}"
                            if "." in PLATFORM[variable]
                            else f"remove it; its value is {PLATFORM[variable]}",
                        )
            for variable in sorted(set(workload.environment) & set(workload.secrets)):
                yield error(
                    CODE,
                    f"{variable} of the {part} is both a variable and a secret",
                    KeyLabel(environment=name, key=("workloads", part, "environment", variable), part="key"),
                    "keep one, and remove or rename the other",
                    related=(at(name, "workloads", part, "secrets", variable, label="the secret"),),
                )
