"""The app is files that nginx serves: variables reach it when it is built, and secrets never."""

from collections.abc import Iterator

from ddms_compile.load import Finding, KeyLabel
from ddms_compile.validate.rules.rule import Specs, error

CODE = "DDMS270"
PREFIX = "VITE_"
ADDRESS = "VITE_API_URL"


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.environments.items():
        app = spec.workloads.frontend
        if app.image.repository and spec.tier != "local":
            continue  # what an image from elsewhere reads is not known
        for table in ("environment", "secrets"):
            for variable in getattr(app, table):
                key = KeyLabel(environment=name, key=("workloads", "frontend", table, variable), part="key")
                if table == "secrets":
                    yield error(
                        CODE,
                        f"the secret {variable} cannot be used by the frontend: its files are public",
                        key,
                        "move it to the backend, under [workloads.backend.secrets]",
                    )
                elif variable == ADDRESS:
                    yield error(
                        CODE, f"the platform sets {ADDRESS} itself", key, "remove it; it follows from dns.hosts.api"
                    )
                elif not variable.startswith(PREFIX):
                    yield error(
                        CODE,
                        f"the variable {variable} has no effect in the frontend: Vite includes only {PREFIX}*",
                        key,
                        "remove it; the platform sets VITE_API_URL"
                        if f"{PREFIX}{variable}" == ADDRESS
                        else f"rename it to {PREFIX}{variable}, or remove it",
                    )
