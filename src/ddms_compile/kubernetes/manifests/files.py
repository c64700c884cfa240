"""Files of rendered objects: one per object, in the order of installation."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from ddms_compile.kubernetes.helm.engine import TemplateDocument
from ddms_compile.kubernetes.helm.process import HelmError
from ddms_compile.tree import Tree

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
    "SecretStore",
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
"""Kinds in the order of installation. Other kinds come last."""

LARGEST = 2**20
"""Maximum characters of an object; etcd accepts 1.5 MiB (etcd's manual, "System limits")."""

NEVER = ("Secret",)
"""Kinds whose objects are never written to a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One object. `name`: name of its file."""

    name: str
    text: str

    def parse(self) -> Tree:
        """Return the object as plain data."""
        tree: Tree = YAML(typ="safe").load(self.text)
        return tree


@dataclass(frozen=True, slots=True)
class _Identity:
    kind: str
    name: str
    namespace: str


def files(rendered: Iterable[TemplateDocument]) -> tuple[File, ...]:
    """Return the objects that stay in the cluster, ordered, without the pods of `helm test`.

    Raises HelmError for a document that is no object, and for duplicates.
    """
    kept = []
    for document in rendered:
        if not document.template.startswith("templates/tests/"):
            identity = _identity(document)
            if identity.kind not in NEVER:
                kept.append((identity, f"{document.text.strip()}\n"))
    sharing = Counter(_name(identity) for identity, _ in kept)
    made = [File(name=_name(each, full=sharing[_name(each)] > 1), text=text) for each, text in kept]
    twice = [name for name, number in Counter(file.name for file in made).items() if number > 1]
    if twice:
        raise HelmError(f"the chart renders {min(twice).removesuffix('.yaml')} twice")
    return tuple(sorted(made, key=lambda file: file.name))


def _name(identity: _Identity, *, full: bool = False) -> str:
    """Return the file's name. `full`: with the namespace, when another object differs only in that."""
    place = ORDER.index(identity.kind) if identity.kind in ORDER else len(ORDER)
    parts = (identity.kind, identity.name, identity.namespace if full else "")
    return f"{place:02}-{re.sub(r'[^a-z0-9.-]+', '-', '-'.join(filter(None, parts)).lower())}.yaml"


_KIND = re.compile(r'^kind: "?([A-Za-z0-9]+)"?$', re.MULTILINE)
_METADATA = re.compile(r'^metadata:\n(?:  .*\n)*?  name: "?([a-z0-9.:-]+)"?$', re.MULTILINE)
_NAMESPACE = re.compile(r'^metadata:\n(?:  .*\n)*?  namespace: "?([a-z0-9-]+)"?$', re.MULTILINE)


def _identity(document: TemplateDocument) -> _Identity:
    """Return the identity, by a fast pattern that fits our own charts, else by parsing the YAML."""
    if len(document.text) > LARGEST:
        raise HelmError(f"{document.template} renders an object of more than {LARGEST // 2**20} MiB")
    kinds, metadata = _KIND.findall(document.text), _METADATA.search(document.text)
    if len(kinds) == 1 and not kinds[0].endswith("List") and metadata:
        namespace = _NAMESPACE.search(document.text)
        return _Identity(kinds[0], metadata[1], namespace[1] if namespace else "")
    try:
        manifest = YAML(typ="safe").load(document.text)
    except (YAMLError, RecursionError, ValueError) as error:
        raise HelmError(f"{document.template} renders invalid YAML: {str(error)[:1000]}") from error
    match manifest:
        case {"kind": str(kind), "metadata": {"name": str(name)} as metadata}:
            inside = place if isinstance(place := metadata.get("namespace"), str) else ""
        case _:
            raise HelmError(f"{document.template} renders a document that is not an object with a kind and a name")
    if "items" in manifest and kind.endswith("List"):
        raise HelmError(f"{document.template} renders a list: write each object as a document of its own")
    return _Identity(kind, name, inside)
