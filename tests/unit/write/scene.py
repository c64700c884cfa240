"""Small projects on disk, for the tests of writing."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from ddms_compile.provenance.artifact import Artifact
from ddms_compile.write import apply, locked, plan, recover

Files = Mapping[str, str]


def artifacts(files: Files) -> list[Artifact]:
    """One artifact per file. The environment is the folder below generated/, except for `generated/schema`."""
    return [
        Artifact(path=path, text=text, environment=environment_of(path), emitter="test") for path, text in files.items()
    ]


def environment_of(path: str) -> str | None:
    """`prod` for `generated/prod/…`."""
    steps = path.split("/")
    return steps[1] if steps[0] == "generated" and len(steps) > 2 and steps[1] != "schema" else None


def build(
    root: Path,
    files: Files,
    *,
    environments: Iterable[str] | None = None,
    force: bool = False,
    step: Callable[[str], None] = lambda _name: None,
) -> None:
    """What the build command does, without a compiler."""
    chosen = None if environments is None else frozenset(environments)
    with locked(root, wait=20.0):
        recover(root)
        apply(plan(root, artifacts(files), environments=chosen, force=force), step=step)


def put(root: Path, files: Files) -> None:
    """Files that somebody else made."""
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")


def tree(root: Path) -> dict[str, str]:
    """Every file of the project but the compiler's state; a link counts as its target's name."""
    return {
        path.relative_to(root).as_posix(): f"-> {path.readlink()}" if path.is_symlink() else path.read_text("utf-8")
        for path in sorted(root.rglob("*"))
        if (path.is_symlink() or path.is_file()) and ".ddms-compile" not in path.relative_to(root).parts
    }


def directories(root: Path) -> set[str]:
    """Every directory of the project but the compiler's state."""
    return {
        path.relative_to(root).as_posix()
        for path in root.rglob("*")
        if path.is_dir() and ".ddms-compile" not in path.relative_to(root).parts
    }


def staged(root: Path) -> list[str]:
    """What a finished build must not leave in the state directory."""
    kept = {".gitignore", "lock", "builds.json"}
    state = root / ".ddms-compile"
    return sorted(path.name for path in state.iterdir() if path.name not in kept) if state.exists() else []
