"""The files of helm/ddms that follow from the model of its values: values.yaml, values.schema.json and README.md.

Pure functions from the model to text. `python -m ddms_compile.synthesize.helm.chart_files <folder>` writes them.
"""

import json
import sys
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ddms_compile.synthesize.helm.chart_values import ChartValues

_WIDTH = 110
_DRAFT = "http://json-schema.org/draft-07/schema#"
_TITLE = "Values of the chart ddms"
_GENERATED = "Generated from the chart's model of values. Do not edit by hand."


def chart_files() -> dict[str, str]:
    """File name in helm/ddms -> text."""
    return {"README.md": readme(), "values.schema.json": values_schema(), "values.yaml": values_yaml()}


def values_yaml() -> str:
    """Every key with its default and, above it, a comment."""
    return f"# {_GENERATED}\n\n" + "\n".join(_yaml_lines(ChartValues(), 0)) + "\n"


def values_schema() -> str:
    """JSON Schema draft-07, closed, without references: Helm 3 and 4 read it, and their errors name the path.

    Every key is required: values.yaml gives each, so that only a user's `null` could remove one.
    """
    schema = ChartValues.model_json_schema(by_alias=True)
    tree = _inlined(schema, schema.get("$defs", {}), required=True)
    return json.dumps({"$schema": _DRAFT, "title": _TITLE, **tree}, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def readme() -> str:
    """What the chart is, how to use it, and a table of every value."""
    rows = [f"| `{leaf.path}` | `{leaf.default}` | {_cell(leaf.comment)} |" for leaf in leaves()]
    return _README.format(generated=_GENERATED, rows="\n".join(rows))


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One option: its dotted path, its default as JSON, its comment."""

    path: str
    default: str
    comment: str


def leaves() -> tuple[Leaf, ...]:
    """Every option of values.yaml, in its order."""
    return tuple(_leaves(ChartValues(), ""))


def _leaves(model: BaseModel, prefix: str) -> Iterator[Leaf]:
    for key, field, value in _fields(model):
        if isinstance(value, BaseModel):
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield Leaf(path=prefix + key, default=_json(value), comment=_comment(field))


def _yaml_lines(model: BaseModel, depth: int) -> Iterator[str]:
    indent = "  " * depth
    for number, (key, field, value) in enumerate(_fields(model)):
        if depth == 0 and number:
            yield ""
        for line in textwrap.wrap(_comment(field), _WIDTH - len(indent) - 2):
            yield f"{indent}# {line}"
        if isinstance(value, BaseModel):
            yield f"{indent}{key}:"
            yield from _yaml_lines(value, depth + 1)
        else:
            yield f"{indent}{key}: {_json(value)}"


def _fields(model: BaseModel) -> Iterator[tuple[str, FieldInfo, Any]]:
    for name, field in type(model).model_fields.items():
        yield str(field.serialization_alias or field.alias or name), field, getattr(model, name)


def _comment(field: FieldInfo) -> str:
    """The description; for a list of tables, followed by the keys of one entry."""
    text = " ".join((field.description or "").split())
    item = _item(field.annotation)
    if item is None:
        return text
    keys = (f"{_alias(name, entry)} ({_lowered(entry.description)})" for name, entry in item.model_fields.items())
    return f"{text} Each entry: {', '.join(keys)}."


def _item(annotation: Any) -> type[BaseModel] | None:
    for inner in get_args(annotation):
        if isinstance(inner, type) and not isinstance(inner, UnionType) and issubclass(inner, BaseModel):
            return inner
    return None


def _alias(name: str, field: FieldInfo) -> str:
    return str(field.serialization_alias or field.alias or name)


def _lowered(description: str | None) -> str:
    text = " ".join((description or "").split()).rstrip(".")
    return text[:1].lower() + text[1:]


def _json(value: Any) -> str:
    return json.dumps(_plain(value), ensure_ascii=False)


def _plain(value: Any) -> Any:
    match value:
        case BaseModel():
            return value.model_dump(mode="json", by_alias=True)
        case tuple() | list():
            return [_plain(item) for item in value]
        case _:
            return value


def _inlined(node: Any, definitions: Mapping[str, Any], *, required: bool) -> Any:
    """The schema with references replaced by what they name: in draft-07 keywords beside `$ref` would be ignored.

    `required`: every property of a table is. Not so in the entries of a list, for which Helm knows no defaults.
    """
    match node:
        case {"$ref": str(reference), **beside}:
            target = definitions[reference.rsplit("/", 1)[-1]]
            return {
                **_inlined(target, definitions, required=required),
                **_inlined(beside, definitions, required=required),
            }
        case Mapping():
            return _table(node, definitions, required=required)
        case list():
            return [_inlined(item, definitions, required=required) for item in node]
        case _:
            return node


def _table(node: Mapping[str, Any], definitions: Mapping[str, Any], *, required: bool) -> dict[str, Any]:
    tree = {
        key: _inlined(value, definitions, required=required and key != "items")
        for key, value in node.items()
        if key not in ("$defs", "title", "default", "description", "properties")
    }
    if "properties" in node:
        properties = node["properties"].items()
        tree["properties"] = {name: _inlined(part, definitions, required=required) for name, part in properties}
        if required:
            tree["required"] = sorted(tree["properties"])
    if "patternProperties" in node:
        tree["additionalProperties"] = False
    if "description" in node:
        tree["description"] = " ".join(node["description"].split())
    return tree


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


_README = """<!-- {generated} -->

# ddms

The ddms application: a backend (the API) and a frontend (a single-page app), with an Ingress for both hosts, network
policies, autoscaling, disruption budgets, and, where the Prometheus operator runs, a monitor and alerts.

## Use

```sh
helm upgrade --install ddms helm/ddms --namespace ddms --create-namespace -f my-values.yaml
helm test ddms --namespace ddms
```

The least that `my-values.yaml` must say:

```yaml
backend:
  image: {{ repository: "example.com/ddms/backend", tag: "1.0.0" }}
frontend:
  image: {{ repository: "example.com/ddms/frontend", tag: "1.0.0" }}
ingress:
  hosts: {{ app: "app.example.com", api: "api.example.com" }}
  tls: {{ clusterIssuer: "letsencrypt-production" }}
```

A key that does not exist, or a value of the wrong form, is an error that names its path. So is a contradiction between
two values; all of them are reported at once.

## What the cluster needs

- Kubernetes 1.32 or later: the pause before a container is stopped is the kubelet's own (`preStop.sleep`), no shell.
- An ingress controller; cert-manager for `ingress.tls.clusterIssuer`.
- A network that enforces policies. On EKS that is the VPC CNI add-on with `enableNetworkPolicy`.
- metrics-server, for the HorizontalPodAutoscalers.
- The Prometheus operator for `backend.metrics.enabled` and `alerts.enabled`; External Secrets for
  `backend.secrets.mode: externalSecrets`.

## What the pods are

They meet the Pod Security Standard "restricted": an unprivileged user of at least 10000, no capability, no privilege
escalation, a read-only root file system with the `writablePaths` as the only exception, and no token of the cluster's
API. Rolling updates add a pod before they take one. Pods of one component spread over zones and avoid sharing a node.

## Who may talk to whom

| from | to | port |
|---|---|---|
| pods of the ingress controller | backend, frontend | `backend.port`, `frontend.port` |
| namespace `networkPolicy.monitoringNamespace` | a component with metrics | that of the metrics |
| backend | `networkPolicy.databaseCidrs`, `redisCidrs` | `databasePort`, `redisPort` |
| backend, frontend | DNS | 53 |
| backend, frontend | their `egress` | its ports |
| pods of the ingress controller | the solver of cert-manager's HTTP-01 challenge | 8089 |
| pods of `helm test`, while it runs | backend, frontend, DNS | their ports |

Everything else to or from the pods of the release is denied.

## Values

| key | default | meaning |
|---|---|---|
{rows}
"""


if __name__ == "__main__":
    for file, text in chart_files().items():
        (Path(sys.argv[1]) / file).write_text(text, encoding="utf-8", newline="\n")
