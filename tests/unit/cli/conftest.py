"""Fixtures of the command line's tests."""

import sys
from pathlib import Path

import pytest

import ddms_compile.pipeline
from cli import fake_pipeline
from cli.scene import Project


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fake pipeline in place of the real one."""
    monkeypatch.setitem(sys.modules, "ddms_compile.pipeline.compile", fake_pipeline)
    monkeypatch.setattr(ddms_compile.pipeline, "compile", fake_pipeline, raising=False)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fake: None) -> Project:
    """A fresh project that nobody has built."""
    return fresh_project(tmp_path, monkeypatch)


def fresh_project(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project and its cache in a folder, without settings of the terminal."""
    for name in ("NO_COLOR", "TERM", "CDKTF_OUTDIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    made = Project(folder / "project", folder / "cache", monkeypatch)
    made.put("ddms.toml", "name = 'x'\n")
    made.put("environments/prod.toml", "tier = 'production'\n")
    made.put("environments/staging.toml", "tier = 'staging'\n")
    return made
