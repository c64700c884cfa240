"""The real compiler reads nothing of the project that its fingerprint does not know."""

import datetime
import json
import subprocess
import sys
from pathlib import Path

from ddms_compile.write.fingerprint import PACKAGE, fingerprint, inputs
from ddms_compile.write.paths import OWNED_FILES, OWNED_TREE
from example_project import lay_out

OWNED = (OWNED_TREE, *OWNED_FILES)

WATCH = """
import datetime, json, os, sys
from pathlib import Path

root = Path(sys.argv[1])
opened = set()

def watch(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, bytes, os.PathLike)):
        path = Path(os.fsdecode(arguments[0])).absolute()
        if path.is_relative_to(root) and path.is_file():
            opened.add(path.relative_to(root).as_posix())

sys.addaudithook(watch)
from ddms_compile.disk import door

read = door.read

def noted(folder, path, **limits):
    # The door opens files relative to a descriptor, of which the audit hook knows nothing.
    if folder == root:
        opened.add(path)
    return read(folder, path, **limits)

door.read = noted
from ddms_compile.pipeline.compile import compile
from ddms_compile.pipeline.request import Request
compiled = compile(Request(root=root, today=datetime.date(2026, 6, 1), cache_dir=Path(sys.argv[2])))
assert compiled.artifacts, compiled.checked.diagnostics
print(json.dumps(sorted(opened)))
"""


def test_every_file_that_a_build_reads_is_an_ingredient(tmp_path: Path) -> None:
    """A whole compilation of the shipped environments, watched from its first to its last file."""
    root = tmp_path / "project"
    lay_out(root)
    ran = subprocess.run(
        [sys.executable, "-c", WATCH, str(root), str(tmp_path / "cache")],
        env={"PYTHONPATH": str(PACKAGE.parent), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    # What earlier builds wrote is looked at too; it is compared with the manifest before a memory counts.
    opened = {name for name in json.loads(ran.stdout.splitlines()[-1]) if not name.startswith(OWNED)}
    assert {"ddms.toml", "environments/prod.toml"} <= opened
    assert opened <= inputs(root)


def test_the_compilers_own_charts_are_ingredients(tmp_path: Path) -> None:
    """A project without charts is built with them: in a checkout they are beside the package, in a wheel in it."""
    root, source = tmp_path / "project", tmp_path / "checkout"
    (root / "environments").mkdir(parents=True)
    (root / "ddms.toml").write_text("")
    package = source / "src/ddms_compile"
    package.mkdir(parents=True)
    for folder in (source / "helm", package / "charts"):
        made = []
        for text in ("a", "b"):
            (folder / "x").mkdir(parents=True, exist_ok=True)
            (folder / "x/Chart.yaml").write_text(text)
            made.append(fingerprint(root, environments=(), today=datetime.date(2026, 6, 1), package=package, search=()))
        assert None not in made and made[0] != made[1], folder
