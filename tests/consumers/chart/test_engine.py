"""The module that runs Helm."""

import json
import sys
from pathlib import Path

import pytest

from chart.rendering import CHART, FULL, MINIMAL, NAME, NAMESPACE, changed, objects
from ddms_compile.kubernetes.helm.engine import documents, lint, notes, render
from ddms_compile.kubernetes.helm.process import HelmError


def test_objects_are_ordered_and_read_as_kubernetes_reads_them() -> None:
    """Objects come by template and place, and are the same that libyaml reads."""
    made = render(CHART, FULL, name=NAME, namespace=NAMESPACE)
    assert [entry.template for entry in made] == sorted(entry.template for entry in made)
    expected = objects(FULL)
    assert {(entry.manifest["kind"], entry.manifest["metadata"]["name"]): entry.manifest for entry in made} == expected


def test_documents_are_text() -> None:
    """The text of each object ends with one line break and holds neither a separator nor a template's empty result."""
    for document in documents(CHART, MINIMAL, name=NAME, namespace=NAMESPACE):
        assert document.text.endswith("\n")
        assert not document.text.endswith("\n\n")
        assert "apiVersion: " in document.text
        assert "---" not in document.text.splitlines()


def _program(folder: Path, body: str) -> str:
    path = folder / "helm"
    path.write_text(f"#!{sys.executable}\n{body}", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def test_what_a_program_prints_is_read_as_the_sdk_gives_it(tmp_path: Path) -> None:
    """The values go in by a pipe; `helm template`'s one stream, in the order of kinds, becomes the same objects."""
    expected = documents(CHART, FULL, name=NAME, namespace=NAMESPACE)
    printed = "".join(f"---\n# Source: ddms/{each.template}\n{each.text}" for each in reversed(expected))
    asked = str(tmp_path / "asked")
    record = f"import sys, json\njson.dump([sys.argv[1:], json.load(sys.stdin)], open({asked!r}, 'w'))\n"
    program = _program(tmp_path, f"{record}sys.stdout.write({printed!r})\n")
    made = render(CHART, FULL, name=NAME, namespace=NAMESPACE, binary=program)
    by_sdk = render(CHART, FULL, name=NAME, namespace=NAMESPACE)
    assert [entry.template for entry in made] == [entry.template for entry in by_sdk]
    assert sorted(map(repr, made)) == sorted(map(repr, by_sdk))
    arguments, values = json.loads(Path(asked).read_text("utf-8"))
    assert arguments == ["template", NAME, str(CHART), "--namespace", NAMESPACE, "--values", "-"]
    assert values == FULL


def test_what_a_program_complains_of_is_told(tmp_path: Path) -> None:
    """A program that fails is an error with its own words."""
    program = _program(tmp_path, "import sys\nsys.exit('Error: no such value')\n")
    with pytest.raises(HelmError, match=r"^Error: no such value$"):
        render(CHART, MINIMAL, name=NAME, namespace=NAMESPACE, binary=program)


def test_a_program_that_is_not_there_is_an_error() -> None:
    """A missing program is told, not raised as an operating system's error."""
    with pytest.raises(HelmError, match="cannot run"):
        render(CHART, MINIMAL, name=NAME, namespace=NAMESPACE, binary="/nonexistent/helm")


def test_a_folder_without_a_chart_is_an_error(tmp_path: Path) -> None:
    """A folder that holds no chart is told as Helm tells it."""
    with pytest.raises(HelmError):
        render(tmp_path, {}, name=NAME, namespace=NAMESPACE)
    assert [message.severity for message in lint(tmp_path, {}) if message.severity == "error"]


def test_notes_say_where_it_is() -> None:
    """After an installation the user reads both addresses and how to test."""
    text = notes(CHART, MINIMAL, name=NAME, namespace=NAMESPACE)
    for part in ("https://app.example.com", "https://api.example.com", f"helm test {NAME} --namespace {NAMESPACE}"):
        assert part in text
    assert "enabled is false" not in text
    assert "inline" not in text


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"ingress.tls.enabled": False}, "http://app.example.com"),
        ({"ingress.enabled": False}, "ingress.enabled is false: the policies allow no ingress"),
        ({}, "networkPolicy.databaseCidrs is empty: the backend cannot reach a database"),
        ({"networkPolicy.enabled": False}, "networkPolicy.enabled is false: every pod of the cluster may reach these"),
        (
            {"backend.metrics.enabled": True},
            "backend.metrics.port is the application's port: every client",
        ),
        ({"frontend.secrets.mode": "inline"}, 'frontend.secrets.mode is "inline"'),
    ],
    ids=str,
)
def test_notes_warn_of_what_is_open_or_shut(changes: dict[str, object], told: str) -> None:
    """Each choice that leaves something open, or shuts somebody out, is told after an installation."""
    assert told in notes(CHART, changed(MINIMAL, changes), name=NAME, namespace=NAMESPACE)
    assert told not in notes(CHART, FULL, name=NAME, namespace=NAMESPACE)
