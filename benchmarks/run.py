"""Speed and memory, as ratios within one run: `make benchmark`.

Plain CDKTF is the same constructs with the packages imported the way that its documentation shows. Every row is a new
process; the figures are medians. Absolute times hold on a quiet machine, ratios always.
"""

import argparse
import compileall
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from measure import Measured, measure

ROOT = Path(__file__).parents[1]
COMMAND = str(Path(sys.executable).with_name("ddms-compile"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table. `limit`: seconds that the project promises; `memory`: megabytes."""

    name: str
    measured: Measured
    limit: float | None = None
    memory: float | None = None


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="runs of each row but the slow ones")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        project = _copy(Path(folder) / "project")
        # Else the first program to import a package pays for compiling it.
        for package in ("cdktf_cdktf_provider_aws", "cdktf_cdktf_provider_helm", "ddms_compile"):
            compileall.compile_dir(find_spec(package).submodule_search_locations[0], quiet=2)  # type: ignore[union-attr,index]
        cache = Path(folder) / "cache"
        print_table(_rows(project, {"XDG_CACHE_HOME": str(cache)}, options.runs))


def _rows(project: Path, environ: dict[str, str], runs: int) -> list[Row]:
    def build(*arguments: str, fresh: bool = True) -> list[str]:
        # Without its memory of the last build a build does all its work.
        forget = f"rm -rf {project}/.ddms-compile && " if fresh else ""
        return ["sh", "-c", f"{forget}exec {COMMAND} build {' '.join(arguments)}"]

    plain = [sys.executable, str(Path(__file__).with_name("plain_cdktf.py")), "prod"]
    rows = [
        Row(name="plain CDKTF, prod", measured=measure(plain, runs=1, directory=project, environ=environ)),
        Row(
            name="first build ever, all",
            measured=measure(build(), runs=1, directory=project, environ=environ),
            limit=10,
        ),
    ]
    for name, command, limit, memory in (
        ("build prod", build("prod"), 1.2, 160),
        ("build, all", build(), 1.5, None),
        ("build, nothing changed", build(fresh=False), 0.2, None),
        ("check", [COMMAND, "check"], 0.3, None),
    ):
        measured = measure(command, runs=runs, directory=project, environ=environ)
        rows.append(Row(name=name, measured=measured, limit=limit, memory=memory))
    return rows


def print_table(rows: list[Row]) -> None:
    """Markdown, so that it can be pasted."""
    plain = rows[0].measured
    print(f"| {'what':<24} | seconds | limit | times faster | MB  | limit | times smaller |")
    print(f"|{'-' * 26}|--------:|------:|-------------:|----:|------:|--------------:|")
    for row in rows:
        seconds, megabytes = row.measured.seconds, row.measured.megabytes
        print(
            f"| {row.name:<24} | {seconds:7.2f} | {row.limit or '':>5} | {plain.seconds / seconds:12.1f} "
            f"| {megabytes:3.0f} | {row.memory or '':>5} | {plain.megabytes / max(megabytes, 0.1):13.1f} |"
        )


def _copy(target: Path) -> Path:
    target.mkdir()
    for name in ("ddms.toml", "environments", "helm"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name)
        elif source.exists():
            shutil.copy(source, target / name)
    return target


if __name__ == "__main__":
    os.chdir(ROOT)
    main()
