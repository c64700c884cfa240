"""The projects that are mutated: those that ship, the golden inputs, a built one."""

import json
from functools import cache
from pathlib import Path

from fuzz.entries import Entry, Files, file, read

ROOT = Path(__file__).parents[3]
DATA = ROOT / "tests/support/example_project/data"
GOLDEN = ROOT / "tests/unit/diagnostics/golden"

MINIMAL = {
    "ddms.toml": file('[project]\nname = "x"\nrepository = "a/b"\naccount = "111122223333"\n'),
    "environments/dev.toml": file('tier = "local"\n\n[dns]\nroot_domain = "dev.example.com"\n'),
}


@cache
def bases() -> dict[str, dict[str, Entry]]:
    """Projects by name, without charts: what `check` reads."""
    shipped = read(DATA, "ddms.toml", "environments")
    found = {"shipped": shipped, "minimal": dict(MINIMAL)}
    for name in ("local", "staging", "prod"):
        found[name] = {path: shipped[path] for path in ("ddms.toml", f"environments/{name}.toml")}
    return found | {f"golden:{path.parent.name}": golden(path) for path in sorted(GOLDEN.glob("*/case.json"))}


def golden(path: Path) -> dict[str, Entry]:
    """The project of a golden case: the base of all, with the edits of its `case.json` as far as they are texts."""
    base = read(GOLDEN.parent / "base", ".")
    for name, edits in json.loads(path.read_text("utf-8")).get("edit", {}).items():
        if name in base and isinstance(edits, list):
            text = base[name].content.decode()
            for old, new in edits:
                text = text.replace(old, new, 1)
            base[name] = file(text)
    return base


@cache
def charts() -> Files:
    """The folder `helm/` of the shipped project."""
    return read(ROOT, "helm")


@cache
def names() -> tuple[str, ...]:
    """All bases, sorted."""
    return tuple(sorted(bases()))


@cache
def documents() -> tuple[bytes, ...]:
    """Every TOML file of every base, to splice from."""
    return tuple(sorted({entry.content for base in bases().values() for entry in base.values()}))
