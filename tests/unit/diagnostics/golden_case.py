"""Golden cases: a broken project and the exact text that its user sees.

A case is a directory `golden/<CODE>-<what>/`: `in/` is laid over the small sound project in `base/`, and `expected.txt`
is the whole plain rendering. `case.json` is optional: `remove` lists paths of the base to take away, `repeat` maps a
path to the bytes that its file is to be repeated to, `edit` maps a path to pairs of a text in that file and the one to
put in its place, `append` maps a path to lines to add at its end, `root` is the directory that the command runs in,
`command` is a
list of arguments, `["check"]` by default, `today` is the date of the check, `2026-01-15` by default.

With `DDMS_UPDATE_GOLDEN=1` in the environment the tests write `expected.txt` anew; read the difference before you
commit it.
"""

import json
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

HERE = Path(__file__).parent
BASE = HERE / "base"
UPDATE = os.environ.get("DDMS_UPDATE_GOLDEN") == "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    name: str
    folder: Path
    command: tuple[str, ...]
    root: str
    remove: tuple[str, ...]
    repeat: dict[str, int]
    edit: dict[str, list[list[str]]]
    append: dict[str, list[str]]
    today: date

    @property
    def code(self) -> str:
        return self.name.partition("-")[0]


def cases(golden: Path = HERE / "golden") -> list[Case]:
    """All cases under a directory, by name."""
    return [_case(folder) for folder in sorted(golden.iterdir()) if folder.is_dir()]


def lay_out(case: Case, target: Path) -> Path:
    """The case's project under `target`; the directory to run in."""
    project = target / "project"
    shutil.copytree(BASE, project)
    for path in case.remove:
        _remove(project / path)
    if (case.folder / "in").is_dir():
        _overlay(case.folder / "in", project)
    for path, size in case.repeat.items():
        data = (project / path).read_bytes()
        (project / path).write_bytes((data * (size // len(data) + 1))[:size])
    for path, pairs in case.edit.items():
        _edit(project / path, pairs)
    for path, lines in case.append.items():
        with (project / path).open("a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in ["", *lines])
    return project / case.root


def verify(case: Case, target: Path, run: Callable[[Path, tuple[str, ...]], str]) -> None:
    """`run(directory, command)` gives the rendering; it must be the expected one and speak of the case's code."""
    text = steady(run(lay_out(case, target), case.command))
    expected = case.folder / "expected.txt"
    if UPDATE:
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")
    assert f"[{case.code}]" in text
    assert str(target) not in text


def steady(text: str) -> str:
    """The text with `#` for line numbers in the program's own files: a comment added there changes no message."""
    rows = text.split("\n")
    own = False
    for number, row in enumerate(rows):
        if re.match(r" +(-->|:::) ", row):
            own = "ddms-compile:" in row
            if own:
                rows[number] = re.sub(r":\d+:(\d+)$", r":#:\1", row)
        elif own:
            rows[number] = re.sub(r"^ +\d+ \|", lambda match: "# |".rjust(len(match[0])), row)
    return "\n".join(rows)


def _case(folder: Path) -> Case:
    settings = folder / "case.json"
    data = json.loads(settings.read_text(encoding="utf-8")) if settings.exists() else {}
    unknown = set(data) - {"command", "root", "remove", "repeat", "edit", "append", "today"}
    assert not unknown, f"{settings}: {unknown}"
    return Case(
        name=folder.name,
        folder=folder,
        command=tuple(data.get("command", ["check"])),
        root=data.get("root", "."),
        remove=tuple(data.get("remove", [])),
        repeat=data.get("repeat", {}),
        edit=data.get("edit", {}),
        append=data.get("append", {}),
        today=date.fromisoformat(data.get("today", "2026-01-15")),
    )


def _edit(path: Path, pairs: list[list[str]]) -> None:
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert text.count(old) == 1, f"{path.name} must have {old!r} once"
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def _overlay(source: Path, target: Path) -> None:
    """Copies a tree; what is in the way of another kind is replaced, links are copied as links."""
    for entry in sorted(source.iterdir()):
        place = target / entry.name
        if entry.is_symlink() or not entry.is_dir():
            _remove(place)
            shutil.copy2(entry, place, follow_symlinks=False)
        else:
            if place.is_symlink() or place.is_file():
                _remove(place)
            place.mkdir(exist_ok=True)
            _overlay(entry, place)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    elif path.is_symlink() or path.exists():
        path.unlink()
