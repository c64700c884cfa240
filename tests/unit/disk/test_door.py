"""No module but `disk/` opens, lists, writes, moves or removes a file of a project, a working folder or a cache."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import ddms_compile

PACKAGE = Path(ddms_compile.__file__).parent
DOOR = "disk/"

PLAIN = {"open"}
MODULES = {"os", "shutil", "tempfile", "io", "pathlib", "subprocess", "glob", "mmap", "tarfile", "zipfile"}
"""Modules whose functions touch files or start programs; those that do neither are `HARMLESS`."""
HARMLESS = {
    "os.environ",
    "os.cpu_count",
    "os.fspath",
    "os.fsencode",
    "os.getpid",
    "os.strerror",
    "os.curdir",
    "os.pardir",
    "os.sep",
    "os.defpath",
    "os.devnull",
    "os.close",
    "os.WNOHANG",
    "os.waitpid",
    "os.kill",
    "os.dup2",
    "os.fstat",
    "os.truncate",
    "os.pwrite",
    "os.stat_result",
    "os.PathLike",
    "io.BytesIO",
    "io.StringIO",
    "pathlib.Path",
    "pathlib.PurePosixPath",
}
METHODS = {
    "open",
    "read_text",
    "read_bytes",
    "write_text",
    "write_bytes",
    "mkdir",
    "unlink",
    "rename",
    "rmdir",
    "iterdir",
    "glob",
    "rglob",
    "walk",
    "touch",
    "chmod",
    "lchmod",
    "symlink_to",
    "hardlink_to",
    "readlink",
    "exists",
    "is_file",
    "is_dir",
    "is_symlink",
    "stat",
    "lstat",
    "samefile",
    "resolve",
    "expanduser",
}
"""Of `pathlib.Path`. `replace` is of strings too: a call of it counts with one argument."""
FIELDS = {"exists"}
"""Those that are also what fields of ours are called: only calls count."""

ALLOWED: dict[str, tuple[str, set[str]]] = {
    # The program's own data, beside its code.
    "catalog/table.py": ("own data", {"read_text"}),
    "diagnostics/codes.py": ("own data", {"glob", "is_file", "read_text"}),
    "load/project.py": ("own defaults", {"read_text"}),
    "spec/documentation.py": ("own sources", {"read_text"}),
    "kubernetes/chart/files.py": (
        "own template; writes our chart when its maintainer runs it",
        {"read_text", "write_text"},
    ),
    "kubernetes/chart/shipped.py": ("own charts", {"is_dir", "is_file", "read_text", "rglob"}),
    "local/images/emit.py": ("own templates", {"read_text"}),
    "runbook/emit.py": ("own template", {"read_text"}),
    "github/emit.py": ("own scripts", {"glob", "read_text"}),
    "write/fingerprint.py": ("own files, and the names of what is installed", {"is_dir", "os.scandir", "stat"}),
    # Packages that are installed with it.
    "cli/version.py": ("names of what is installed; own defaults", {"os.listdir", "read_text"}),
    "cdktf/assembly.py": ("installed packages", {"is_file", "tarfile.open"}),
    "cdktf/build.py": (
        "installed packages",
        {"read_bytes", "rglob", "tarfile.TarInfo", "tarfile.open"},
    ),
    "cdktf/engine.py": ("installed packages", {"glob", "is_dir"}),
    "cdktf/store.py": ("installed packages", {"glob", "stat"}),
    "cdktf/node.py": (
        "starts Node from its wheel",
        {"is_file", "os.POSIX_SPAWN_DUP2", "os.POSIX_SPAWN_OPEN", "os.O_RDONLY", "os.SEEK_END", "os.posix_spawn"},
    ),
    "cdktf/full.py": ("gives jsii our folder as the temporary one", {"tempfile.tempdir"}),
    "cdktf/surroundings.py": ("the name of a folder", {"tempfile.gettempdir"}),
    # Memory and names, and no files.
    "cli/synth.py": ("paths as text", {"os.path"}),
    # What the user named on the command line, before there is a project.
    "cli/app.py": ("the null device", {"os.O_WRONLY", "os.open"}),
    "cli/dispatch.py": ("the null device", {"open"}),
    "cli/project.py": ("finds the project, and its owner", {"lstat", "os.geteuid", "os.path", "stat"}),
    "load/discover.py": ("says that -C is no directory", {"is_dir"}),
    "kubernetes/helm/process.py": (
        "starts Helm's SDK, with its pipes",
        {"os.read", "subprocess.DEVNULL", "subprocess.PIPE", "subprocess.Popen", "subprocess.TimeoutExpired"},
    ),
    "kubernetes/helm/engine.py": ("a helm program, for tests only", {"subprocess.run"}),
}


def modules() -> list[str]:
    return sorted(
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if not path.relative_to(PACKAGE).as_posix().startswith(DOOR)
    )


def touches(source: str) -> Iterator[tuple[int, str]]:
    """Line and name of whatever could touch a file."""
    tree = ast.parse(source)
    imported = {
        (alias.asname or alias.name): f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in MODULES
        for alias in node.names
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in imported and imported[node.id] not in HARMLESS:
            yield node.lineno, imported[node.id]
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in MODULES:
            name = f"{node.value.id}.{node.attr}"
            if name not in HARMLESS:
                yield node.lineno, name
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in PLAIN:
            yield node.lineno, node.func.id
        elif isinstance(node, ast.Attribute) and node.attr in METHODS - FIELDS and not _is_the_door(node.value):
            yield node.lineno, node.attr
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name, few = node.func.attr, len(node.args) == (1 if node.func.attr == "replace" else 0)
            if name in ("replace", *FIELDS) and few and not node.keywords and not _is_the_door(node.func.value):
                yield node.lineno, name


def _is_the_door(value: ast.expr) -> bool:
    """`door.…`, or a value of which the name says that it is no path."""
    return isinstance(value, ast.Name) and value.id in ("door", "self", "read", "webbrowser", "tar")


@pytest.mark.parametrize("module", modules())
def test_only_the_door_touches_files(module: str) -> None:
    """Whatever else does is in the table, with what it reads and by which calls."""
    allowed = ALLOWED.get(module, ("", set()))[1]
    found = [(line, name) for line, name in touches((PACKAGE / module).read_text("utf-8")) if name not in allowed]
    assert found == [], f"use ddms_compile.disk, or say in ALLOWED what {module} reads"


def test_the_table_has_nothing_that_is_not_there() -> None:
    """An entry goes with the call that it allows."""
    for module, (_reason, allowed) in ALLOWED.items():
        assert allowed <= {name for _, name in touches((PACKAGE / module).read_text("utf-8"))}, module


@pytest.mark.parametrize(
    "line",
    [
        "open('x')",
        "Path('x').open()",
        "import os; os.open('x', 0)",
        "from os import replace; replace('a', 'b')",
        "import shutil; shutil.rmtree('x')",
        "from shutil import rmtree as gone; gone('x')",
        "import tempfile; tempfile.mkdtemp()",
        "path.replace(other)",
        "path.unlink()",
        "for x in path.iterdir(): pass",
        "(root / 'x').write_text('')",
        "import subprocess; subprocess.run(['x'])",
        "read = path.read_text",
    ],
)
def test_the_search_finds_every_way(line: str) -> None:
    """The net has no hole where somebody would slip through without noticing."""
    assert list(touches(line))
