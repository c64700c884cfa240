"""A project in memory: its artifacts, with one Terraform binding for any number of projects."""

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ddms_compile.cdktf import Binding
from ddms_compile.cdktf.engine import EngineName
from ddms_compile.cdktf.session import Session
from ddms_compile.diagnostics import Severity
from ddms_compile.emitter import Inputs
from ddms_compile.pipeline.compile import check
from ddms_compile.pipeline.emitters import EMITTERS
from ddms_compile.pipeline.request import Request
from ddms_compile.provenance.artifact import Artifact
from ddms_compile.resolve import resolve_all
from strategies import Project
from strategies.projects import CHARTS
from strategies.today import TODAY

ROOT = Path(__file__).parents[3]
CACHE = Path.home() / ".cache" / "ddms-compile"


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """What a project became."""

    project: Project
    artifacts: tuple[Artifact, ...]

    def of(self, environment: str) -> Mapping[str, str]:
        """The texts of an environment's files by their paths."""
        return {each.path: each.text for each in self.artifacts if each.environment == environment}


class OneEngine(Session):
    """Both engines give the same (tests/unit/cdktf): one of them serves all, without starting Node again and again."""

    def binding(self, engine: EngineName) -> Binding:  # noqa: ARG002
        return super().binding("cdktf")


@dataclass(slots=True)
class Compiler:
    """Compiles in folders of its own, all in one session."""

    folder: Path
    session: Session

    def build(self, project: Project, wanted: tuple[str, ...] = ()) -> Build:
        """Every artifact of the project and of the wanted environments (none named: of all). No error is accepted."""
        root = Path(tempfile.mkdtemp(dir=self.folder)) / "project"
        project.write(root)
        add_charts(root)
        checked = check(Request(root=root, today=TODAY, cache_dir=CACHE))
        assert [d for d in checked.diagnostics if d.severity is Severity.ERROR] == []
        inputs = Inputs(
            environments=resolve_all(checked.specs),
            wanted=wanted or tuple(checked.specs),
            root=root,
            today=TODAY,
            cdktf=self.session,
        )
        return Build(project=project, artifacts=tuple(made for emit in EMITTERS for made in emit(inputs)))


def add_charts(root: Path) -> None:
    """The platform's charts, and the application's in each folder that a project may name."""
    shutil.copytree(ROOT / "helm", root / "helm")
    for chart in CHARTS:
        if not (root / chart).exists():
            shutil.copytree(ROOT / "helm" / "application", root / chart)
