"""Keys without effect, because another key switches their feature off.

`tests/unit/validate/test_ignored_keys.py` holds this table against the trace: a key without any output.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ddms_compile.diagnostics.keys import Key, dotted
from ddms_compile.load import Finding, KeyLabel, LayeredTree, LayerKind
from ddms_compile.spec import EnvironmentSpec
from ddms_compile.validate.rules.rule import Specs, at, warning

CODE = "DDMS272"


@dataclass(frozen=True, slots=True)
class Switch:
    """A switch: `keys` have no effect when `off` is true of a spec; `cause` is the key that decides it."""

    cause: str
    off: Callable[[EnvironmentSpec], bool]
    keys: tuple[str, ...]


SWITCHES = (
    Switch("cluster.endpoint.public", lambda s: not s.cluster.endpoint.public, ("cluster.endpoint.public_cidrs",)),
    Switch("cluster.autoscaler", lambda s: not s.cluster.autoscaler, ("versions.charts.cluster_autoscaler",)),
    Switch(
        "observability.grafana.enabled",
        lambda s: not s.observability.grafana.enabled,
        ("dns.hosts.grafana", "observability.grafana.storage"),
    ),
    Switch(
        "edge.external_dns.enabled",
        lambda s: not s.edge.external_dns.enabled,
        ("edge.external_dns.policy", "versions.charts.external_dns"),
    ),
    Switch(
        "edge.external_dns.enabled",
        lambda s: not s.edge.external_dns.enabled and s.edge.tls.challenge == "http-01",
        ("dns.zone",),
    ),
    Switch("edge.controller", lambda s: s.edge.controller != "traefik", ("versions.charts.traefik",)),
    Switch("edge.controller", lambda s: s.edge.controller != "ingress-nginx", ("versions.charts.ingress_nginx",)),
    Switch(
        "backup.velero.enabled",
        lambda s: not s.backup.velero.enabled,
        ("backup.velero.schedule", "backup.velero.ttl", "versions.charts.velero"),
    ),
    Switch(
        "network.flow_logs.enabled",
        lambda s: not s.network.flow_logs.enabled,
        ("network.flow_logs.retention_days", "network.flow_logs.traffic"),
    ),
    Switch(
        "redis.snapshots.retention_days", lambda s: s.redis.snapshots.retention_days == 0, ("redis.snapshots.window",)
    ),
    Switch("security.secrets", lambda s: s.security.secrets == "kubernetes", ("versions.charts.external_secrets",)),
    Switch(
        "state.backend",
        lambda s: s.state.backend == "local",
        (
            "ci.arm_runner",
            "ci.cosign",
            "ci.drift_check",
            "ci.helm",
            "ci.sign_images",
            "ci.terraform",
            "deploy.plan_on",
            "deploy.user",
            "policy.vulnerabilities",
        ),
    ),
    Switch("ci.sign_images", lambda s: not s.ci.sign_images, ("ci.cosign",)),
    Switch("tier", lambda s: s.tier != "production", ("policy.vulnerabilities",)),
    Switch("security.guardduty", lambda s: not s.security.guardduty, ("aws.existing.guardduty",)),
    Switch(
        "workloads.backend.image.repository",
        lambda s: bool(s.workloads.backend.image.repository and s.workloads.frontend.image.repository),
        ("ci.arm_runner", "ci.cosign", "ci.sign_images", "policy.vulnerabilities"),
    ),
    Switch(
        "ci.auth",
        lambda s: s.ci.auth == "access-keys",
        ("aws.existing.github_oidc", "project.github.owner_id", "project.github.repository_id"),
    ),
    Switch(
        "tier",
        lambda s: s.tier != "local",
        ("local", "versions.images.postgres", "versions.images.redis"),
    ),
    Switch(
        "workloads.backend.metrics.enabled",
        lambda s: not s.workloads.backend.metrics.enabled,
        ("workloads.backend.metrics.interval", "workloads.backend.metrics.path"),
    ),
    Switch(
        "workloads.frontend.metrics.enabled",
        lambda s: not s.workloads.frontend.metrics.enabled,
        (
            "workloads.frontend.metrics.interval",
            "workloads.frontend.metrics.path",
            "workloads.frontend.metrics.port",
        ),
    ),
    Switch(
        "workloads.backend.replicas.max",
        lambda s: s.workloads.backend.replicas.min == s.workloads.backend.replicas.max,
        ("workloads.backend.replicas.cpu_percent",),
    ),
    Switch(
        "workloads.frontend.replicas.max",
        lambda s: s.workloads.frontend.replicas.min == s.workloads.frontend.replicas.max,
        ("workloads.frontend.replicas.cpu_percent",),
    ),
)


def ignored(spec: EnvironmentSpec) -> Iterator[tuple[Key, Key]]:
    """Each key without effect in an environment in the cloud, and the key that makes it so."""
    for switch in SWITCHES:
        if switch.off(spec):
            for key in switch.keys:
                yield tuple(key.split(".")), tuple(switch.cause.split("."))


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.cloud():
        tree = specs.project.environments[name]
        for key, cause in ignored(spec):
            layer = _written(tree, key)
            # A key in ddms.toml is for all environments, and may have an effect in another one.
            if layer is LayerKind.ENVIRONMENT or (layer is LayerKind.PROJECT and _everywhere(specs, key, cause)):
                place = KeyLabel(environment=name, key=key, part="key", layer=layer)
                yield warning(
                    CODE,
                    f"`{dotted(key)}` has no effect in {name if layer is LayerKind.ENVIRONMENT else 'any environment'}",
                    place,
                    f"remove it, or change `{dotted(cause)}`",
                    related=(at(name, *cause, label="disabled here"),),
                )


def _written(tree: LayeredTree, key: Key) -> LayerKind | None:
    """Return the layer of the user that assigns something at or below the key."""
    found = (origin.kind for origin in tree.origins(key))
    return next((kind for kind in found if kind in (LayerKind.PROJECT, LayerKind.ENVIRONMENT)), None)


def _everywhere(specs: Specs, key: Key, cause: Key) -> bool:
    if cause == ("tier",) and any(spec.tier == "local" for spec in specs.environments.values()):
        return False
    return all(key in {off for off, _ in ignored(spec)} for _, spec in specs.cloud())
