"""A laptop has no AWS: what describes AWS does nothing there, whatever it says."""

from collections.abc import Iterator

from ddms_compile.load import Finding, LayerKind, Place
from ddms_compile.validate.rules.rule import Specs, warning

CODE = "DDMS404"
WITHOUT_EFFECT = ("aws", "state", "network", "cluster", "edge", "observability", "backup", "security", "policy")


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.environments.items():
        if spec.tier == "local":
            own = specs.project.environments[name].layers[-1]
            for table in WITHOUT_EFFECT:
                if own.kind is LayerKind.ENVIRONMENT and table in own.tree:
                    place = Place(environment=name, key=(table,), part="key", layer=LayerKind.ENVIRONMENT)
                    yield warning(
                        CODE,
                        f"`{table}` does nothing in an environment of the tier local",
                        place,
                        "remove it here; what a laptop has is under [local], [workloads] and [versions.images]",
                    )
