"""Keys about AWS have no effect in the tier `local`."""

from collections.abc import Iterator

from ddms_compile.diagnostics.keys import dotted
from ddms_compile.load import Finding, KeyLabel, LayerKind
from ddms_compile.spec.postgres import Postgres
from ddms_compile.validate.rules.rule import Specs, warning

CODE = "DDMS404"
USED_OF_POSTGRES = ("database", "username")
_WORKLOAD = (
    *("egress", "image.repository", "image.tag", "replicas", "resources", "shutdown_grace", "probes.startup"),
    *("probes.readiness", "probes.liveness.failures", "probes.liveness.period", "probes.liveness.timeout"),
    *("metrics.enabled", "metrics.interval", "metrics.path"),
)
WITHOUT_EFFECT: tuple[tuple[str, ...], ...] = tuple(
    tuple(key.split("."))
    for key in (
        *(
            "aws",
            "state",
            "network",
            "cluster",
            "dns",
            "edge",
            "observability",
            "backup",
            "security",
            "policy",
            "redis",
        ),
        "deploy",
        *("ci.arm_runner", "ci.auth", "ci.cosign", "ci.drift_check", "ci.helm", "ci.sign_images", "ci.terraform"),
        *("versions.charts", "versions.engine", "versions.terraform"),
        *(f"postgres.{field}" for field in Postgres.model_fields if field not in USED_OF_POSTGRES),
        *(f"workloads.{part}.{key}" for part in ("backend", "frontend") for key in _WORKLOAD),
        "workloads.frontend.metrics.port",
    )
)


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.environments.items():
        if spec.tier == "local":
            tree = specs.project.environments[name]
            for key in WITHOUT_EFFECT:
                if any(origin.kind is LayerKind.ENVIRONMENT for origin in tree.origins(key)):
                    yield warning(
                        CODE,
                        f"`{dotted(key)}` has no effect in an environment of the tier local",
                        KeyLabel(environment=name, key=key, part="key", layer=LayerKind.ENVIRONMENT),
                        "remove it; local environments use [local], [workloads] and [versions.images]",
                    )
