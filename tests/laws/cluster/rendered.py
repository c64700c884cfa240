"""What an environment's cluster receives from the charts of the project, as plain objects."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ddms_compile.addons import Addon, addons
from ddms_compile.gates.document import untraced
from ddms_compile.kubernetes.helm.engine import render
from ddms_compile.kubernetes.values.application import app_values
from ddms_compile.resolve import Environment
from terraform.shapes import ROOT

Manifest = dict[str, Any]


@dataclass(frozen=True)
class Cluster:
    """One environment's cluster."""

    environment: Environment

    @cached_property
    def objects(self) -> tuple[Manifest, ...]:
        """Those of the application and of the platform's own charts; each with its namespace."""
        own = [item for item in addons(self.environment) if item.repository is None]
        made = [
            (item.manifest, release.namespace)
            for release in own
            for item in render(
                ROOT / "helm" / release.chart, self.values(release.name), name=release.name, namespace=release.namespace
            )
        ]
        application = untraced(app_values(self.environment))
        space = self.environment.names.project.value
        made += [
            (item.manifest, space)
            for item in render(ROOT / "helm/application", application, name=space, namespace=space)
        ]
        for manifest, namespace in made:
            manifest["metadata"].setdefault("namespace", namespace)
        return tuple(manifest for manifest, _ in made)

    def kind(self, *kinds: str) -> list[Manifest]:
        """The objects of these kinds."""
        return [item for item in self.objects if item["kind"] in kinds]

    def addon(self, name: str) -> Addon:
        """A release of the platform. Raises StopIteration when the environment does not have it."""
        return next(item for item in addons(self.environment) if item.name == name)

    def values(self, name: str) -> Any:
        """Its values."""
        return untraced(self.addon(name).values)
