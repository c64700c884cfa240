"""Render charts with Helm: by its SDK (package helm-python-sdk) in a separate process, or by a `helm` binary.

Both render without a cluster. Templates must use neither `lookup` nor `.Capabilities`: the SDK accepts no cluster
version.
"""

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from ddms_compile.kubernetes.helm.process import HelmError, helm
from ddms_compile.tree import PlainTable


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateDocument:
    """One object of a chart: its template ("templates/…"), and its YAML."""

    template: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """One object of a chart: its template ("templates/…"), and the object as plain data."""

    template: str
    manifest: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One finding of `helm lint`; severities are "info", "warning" and "error"."""

    severity: str
    path: str
    text: str


def render(
    chart: Path, values: PlainTable, *, name: str, namespace: str, binary: str | None = None
) -> tuple[Rendered, ...]:
    """Return every object of the chart, hooks included, ordered by template and position.

    `binary`: the program to run instead of the SDK. Raises HelmError.
    """
    return tuple(
        Rendered(template=document.template, manifest=_parsed(document.text))
        for document in documents(chart, values, name=name, namespace=namespace, binary=binary)
    )


def documents(
    chart: Path, values: PlainTable, *, name: str, namespace: str, binary: str | None = None
) -> tuple[TemplateDocument, ...]:
    """Return the objects as `render` does, without parsing the YAML, which takes longer than Helm."""
    texts = (
        _by_binary(binary, chart, values, name, namespace)
        if binary
        else helm().texts(chart, values, name=name, namespace=namespace)
    )
    return tuple(
        TemplateDocument(template=template, text=text)
        for template, whole in sorted(texts.items())
        if template.endswith((".yaml", ".yml"))
        for text in _split(whole)
    )


def notes(chart: Path, values: PlainTable, *, name: str, namespace: str) -> str:
    """Return the rendered NOTES.txt. Raises HelmError."""
    return helm().texts(chart, values, name=name, namespace=namespace).get("templates/NOTES.txt", "")


def lint(chart: Path, values: PlainTable) -> tuple[Message, ...]:
    """Return the findings of `helm lint`, including a failure to load the chart."""
    severities = ("unknown", "info", "warning", "error")
    report = _sdk().lint(chart, dict(values))
    found = [
        Message(severity=severities[entry["severity"]], path=entry["path"], text=str(entry["error"]))
        for entry in report["messages"] or ()
    ]
    if not report["total_charts_linted"]:
        found += (Message(severity="error", path="", text=text) for text in report["errors"] or ())
    return tuple(found)


def _sdk() -> Any:
    """Return the SDK, imported late: it has tens of megabytes, and most commands render nothing."""
    try:
        import helm_python
    except (ImportError, OSError) as error:
        raise HelmError(f"cannot load the package helm-python-sdk ({error}); install it, or a helm program") from error
    return helm_python


_SOURCE = re.compile(r"^# Source: [^/\n]+/(.+)$", re.MULTILINE)


def _by_binary(binary: str, chart: Path, values: PlainTable, name: str, namespace: str) -> dict[str, str]:
    command = [binary, "template", name, str(chart), "--namespace", namespace, "--values", "-"]
    try:
        done = subprocess.run(command, input=json.dumps(values), capture_output=True, text=True, check=False)
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


_LINE_OF_A_COMMENT = re.compile(r"^\s*(#.*)?$")


def _split(text: str) -> Iterator[str]:
    """Yield the documents of a template that hold more than comments, each with one final newline."""
    for document in re.split(r"^---$", text, flags=re.MULTILINE):
        if not all(_LINE_OF_A_COMMENT.match(line) for line in document.split("\n")):
            yield document.strip("\n") + "\n"


def _parsed(text: str) -> dict[str, Any]:
    """Parse a document as YAML 1.1, as Kubernetes does."""
    yaml = YAML(typ="safe", pure=True)
    yaml.version = (1, 1)
    manifest: dict[str, Any] = yaml.load(text)
    return manifest
