"""A pipeline of the right shape that only copies, for tests of what is around it.

It reads the TOML files as text. Words in `ddms.toml` steer it: `BROKEN` is an error, `CRASH` a bug, `SLOW` takes two
seconds, `NODE` cannot start Node, `SWALLOW`
is interrupted and hides it. It appends one letter to the file `calls` in the cache directory per compilation.
"""

import os
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from ddms_compile.diagnostics import Diagnostic, Label, Severity, Span
from ddms_compile.pipeline.request import Request
from ddms_compile.provenance.artifact import Artifact


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeProject:
    """As far as the command line looks into it."""

    sources: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """As `pipeline.Checked`."""

    project: FakeProject
    specs: Mapping[str, str]
    diagnostics: tuple[Diagnostic, ...]
    failed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """As `pipeline.Compiled`."""

    checked: Checked
    artifacts: tuple[Artifact, ...] = field(default=())


def check(request: Request) -> Checked:
    """One note per project; an error where the text says BROKEN."""
    text = (request.root / "ddms.toml").read_text("utf-8")
    if "SWALLOW" in text:
        try:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(5)
        except KeyboardInterrupt:
            raise ValueError("what a library makes of it") from None
    if "CRASH" in text:
        raise KeyError("a bug")
    files = sorted((request.root / "environments").glob("*.toml"))
    specs = {f.stem: f.read_text("utf-8") for f in files if not request.environments or f.stem in request.environments}
    label = Label(span=Span(path="ddms.toml", line=1, column=1, end_line=1, end_column=2))
    found = [Diagnostic(code="DDMS401", severity=Severity.NOTE, message="a note", primary=label)]
    if "BROKEN" in text:
        found.append(Diagnostic(code="DDMS101", severity=Severity.ERROR, message="broken", primary=label))
    if "NODE" in text:
        found.append(Diagnostic(code="DDMS901", severity=Severity.ERROR, message="Node does not start"))
    failed = any(d.severity is Severity.ERROR for d in found)
    project = FakeProject(sources={"ddms.toml": text})
    return Checked(project=project, specs=specs, diagnostics=tuple(found), failed=failed)


def compile(request: Request) -> Compiled:
    """Two files per environment, a schema and the workflow."""
    request.progress("copying")
    assert request.cache_dir is not None
    request.cache_dir.mkdir(parents=True, exist_ok=True)
    with (request.cache_dir / "calls").open("a") as calls:
        calls.write("x")
    checked = check(request)
    if checked.failed:
        return Compiled(checked=checked)
    if "SLOW" in checked.project.sources["ddms.toml"]:
        time.sleep(2)
    chart = request.root / "helm/application/values.yaml"
    extra = chart.read_text("utf-8") if chart.exists() else ""
    made = [
        Artifact(path=f"generated/{name}/{file}", text=text + extra, environment=name, emitter="fake")
        for name, text in checked.specs.items()
        for file in ("copy.toml", "deep/copy.toml")
    ]
    made.append(Artifact(path="generated/schema/x.json", text="{}\n", environment=None, emitter="schema"))
    workflow = Artifact(path=".github/workflows/ci-cd.yml", text="on: {}\n", environment=None, emitter="workflows")
    return Compiled(checked=checked, artifacts=(*made, workflow))
