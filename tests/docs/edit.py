"""Applies the edit that a page shows as a diff without line numbers."""

import re
from pathlib import Path

_FILE = re.compile(r"^--- (?P<old>\S+)\n\+\+\+ (?P<new>\S+)\n(?P<body>(?:(?!--- \S+\n\+\+\+ ).*\n)*)", re.MULTILINE)
NOWHERE = "/dev/null"


def named(diff: str) -> list[str]:
    """The files that a diff changes."""
    return [found["old"] if found["new"] == NOWHERE else found["new"] for found in _FILE.finditer(diff)]


def apply(diff: str, root: Path) -> None:
    """Change the files under a root. Each hunk must stand in its file exactly once; `/dev/null` creates and deletes."""
    matches = list(_FILE.finditer(diff))
    assert matches and "".join(found[0] for found in matches) == diff, f"this is no diff of files:\n{diff}"
    for found in matches:
        if found["new"] == NOWHERE:
            (root / found["old"]).unlink()
        elif found["old"] == NOWHERE:
            assert not (root / found["new"]).exists()
            (root / found["new"]).parent.mkdir(parents=True, exist_ok=True)
            (root / found["new"]).write_text(_side(found["body"], "+"), "utf-8")
        else:
            path = root / found["new"]
            path.write_text(_edited(path.read_text("utf-8"), found["body"], found["new"]), "utf-8")


def _edited(text: str, body: str, name: str) -> str:
    for hunk in re.split(r"^@@.*\n", body, flags=re.MULTILINE):
        if not hunk:
            continue
        old, new = _side(hunk, "-"), _side(hunk, "+")
        if old.strip():
            times = len(re.findall(rf"^{re.escape(old)}", text, re.MULTILINE))
            assert times == 1, f"{name} has these lines {times} times, not once:\n{old}"
            text = text.replace(old, new, 1) if text.startswith(old) else text.replace(f"\n{old}", f"\n{new}", 1)
        else:
            text = f"{text.rstrip()}\n{new}"
    return text


def _side(hunk: str, sign: str) -> str:
    kept = (line for line in hunk.splitlines(keepends=True) if not line.startswith("-" if sign == "+" else "+"))
    return "".join(line[1:] or "\n" for line in kept)
