"""From what Helm renders to files: one for each object, in the order in which a cluster wants them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML

from ddms_compile.synthesize.manifests.helm_engine import Document

ORDER = (
    "Namespace",
    "ResourceQuota",
    "LimitRange",
    "StorageClass",
    "ClusterIssuer",
    "ClusterRole",
    "ClusterRoleBinding",
    "Role",
    "RoleBinding",
    "ServiceAccount",
    "NetworkPolicy",
    "ConfigMap",
    "ExternalSecret",
    "Service",
    "Deployment",
    "HorizontalPodAutoscaler",
    "PodDisruptionBudget",
    "Ingress",
    "ServiceMonitor",
    "PrometheusRule",
)
"""What others need comes before them. A kind that is not here comes last."""

NEVER = ("Secret",)
"""Kinds whose objects are never written into a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One object. `name`: of its file."""

    name: str
    text: str

    def parse(self) -> Any:
        """The object as plain data."""
        return YAML(typ="safe").load(self.text)


def files(rendered: Iterable[Document]) -> tuple[File, ...]:
    """The objects that stay in the cluster, ordered; the pods of `helm test` do not."""
    found = [
        File(name=_name(document.text), text=f"{document.text.strip()}\n")
        for document in rendered
        if not document.template.startswith("templates/tests/") and _field(document.text, "kind") not in NEVER
    ]
    return tuple(sorted(found, key=lambda file: file.name))


def _name(text: str) -> str:
    kind = _field(text, "kind")
    place = ORDER.index(kind) if kind in ORDER else len(ORDER)
    name = re.sub(r"[^a-z0-9.-]+", "-", _field(text, "  name").lower())
    return f"{place:02}-{kind.lower()}-{name}.yaml"


def _field(text: str, key: str) -> str:
    """The first `key: value` of that indentation: `kind`, or the name in `metadata`."""
    match = re.search(rf'^{key}: "?([^"\n]+)"?$', text, re.MULTILINE)
    return match[1].strip() if match else ""
