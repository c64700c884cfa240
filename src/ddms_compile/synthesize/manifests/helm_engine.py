"""The only place that runs Helm: its SDK from the package helm-python-sdk, or a `helm` binary.

Both render without a cluster. The templates of a chart that is rendered here must look at neither the cluster
(`lookup`) nor its version (`.Capabilities`): the SDK cannot be told one.
"""

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import helm_python
from ruamel.yaml import YAML


class HelmError(Exception):
    """Helm refused the values or a template failed; the message is Helm's own and names the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """One object of a chart: the template that made it ("templates/…"), and the object as plain data."""

    template: str
    manifest: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One finding of `helm lint`; severities are "info", "warning" and "error"."""

    severity: str
    path: str
    text: str


def render(
    chart: Path, values: Mapping[str, Any], *, name: str, namespace: str, binary: str | None = None
) -> tuple[Rendered, ...]:
    """Every object of the chart, hooks included, ordered by template and then by place in it.

    `binary`: the program to run instead of the SDK. Raises HelmError.
    """
    texts = _by_binary(binary, chart, values, name, namespace) if binary else _by_sdk(chart, values, name, namespace)
    return tuple(
        Rendered(template=template, manifest=manifest)
        for template, text in sorted(texts.items())
        if template.endswith((".yaml", ".yml"))
        for manifest in _documents(text)
    )


def notes(chart: Path, values: Mapping[str, Any], *, name: str, namespace: str) -> str:
    """What Helm tells the user after an installation. Raises HelmError."""
    return _by_sdk(chart, values, name, namespace).get("templates/NOTES.txt", "")


def lint(chart: Path, values: Mapping[str, Any]) -> tuple[Message, ...]:
    """Findings of `helm lint`. A chart that cannot be loaded is a finding too."""
    severities = ("unknown", "info", "warning", "error")
    report = helm_python.lint(chart, dict(values))
    return tuple(
        Message(severity=severities[entry["severity"]], path=entry["path"], text=str(entry["error"]))
        for entry in report["messages"] or ()
    )


def _by_sdk(chart: Path, values: Mapping[str, Any], name: str, namespace: str) -> dict[str, str]:
    try:
        with helm_python.Chart.load(chart) as loaded:
            loaded.validate_schema(dict(values))
            texts = loaded.render(dict(values), name=name, namespace=namespace, is_install=True)
            prefix = f"{loaded.name}/"
    except helm_python.HelmError as error:
        raise HelmError(str(error)) from error
    return {path.removeprefix(prefix): text for path, text in texts.items()}


_SOURCE = re.compile(r"^# Source: [^/\n]+/(.+)$", re.MULTILINE)


def _by_binary(binary: str, chart: Path, values: Mapping[str, Any], name: str, namespace: str) -> dict[str, str]:
    command = [binary, "template", name, str(chart), "--namespace", namespace, "--values", "-"]
    try:
        done = subprocess.run(command, input=json.dumps(values), capture_output=True, text=True, check=False)  # noqa: S603
    except OSError as error:
        raise HelmError(f"cannot run {binary}: {error.strerror}") from error
    if done.returncode:
        raise HelmError(done.stderr.strip())
    texts: dict[str, str] = {}
    for document in re.split(r"^---$", done.stdout, flags=re.MULTILINE):
        source = _SOURCE.search(document)
        if source:
            texts[source[1]] = f"{texts.get(source[1], '')}---{document}"
    return texts


def _documents(text: str) -> Iterator[dict[str, Any]]:
    """The objects of a template's text, read as YAML 1.1 as Kubernetes does."""
    yaml = YAML(typ="safe", pure=True)
    yaml.version = (1, 1)  # type: ignore[assignment]
    for document in yaml.load_all(text):
        if document is not None:
            yield document
