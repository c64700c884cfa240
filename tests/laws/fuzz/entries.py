"""A project on disk as plain data, so that a case can be made, written, printed and kept."""

import base64
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

Kind = Literal["file", "link", "fifo", "directory"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One path. `content`: the bytes of a file; `target`: that of a link; `mode` is set when it is not None."""

    kind: Kind = "file"
    content: bytes = b""
    target: str = ""
    mode: int | None = None


Files = Mapping[str, Entry]
"""Entries by path, relative to the project, with `/`. Bytes that are no UTF-8 in a name are surrogates, as in `os`."""


def file(content: bytes | str) -> Entry:
    """A regular file."""
    return Entry(content=content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)


def link(target: str) -> Entry:
    """A symbolic link."""
    return Entry(kind="link", target=target)


FIFO = Entry(kind="fifo")
DIRECTORY = Entry(kind="directory")


def read(root: Path, *parts: str) -> dict[str, Entry]:
    """The regular files at and below each of `parts` of `root`."""
    found: dict[str, Entry] = {}
    for part in parts:
        place = root / part
        for path in [place] if place.is_file() else sorted(place.rglob("*")):
            if path.is_file() and not path.is_symlink():
                found[path.relative_to(root).as_posix()] = file(path.read_bytes())
    return found


def write(root: Path, entries: Files) -> None:
    """Makes `root` anew with exactly these entries. What no file system takes (a NUL in a name) is left out."""
    remove(root)
    root.mkdir()
    for path, entry in entries.items():
        try:
            _write(root / path, entry)
        except (OSError, ValueError):
            continue
    for path, entry in entries.items():
        if entry.mode is not None and entry.kind != "link" and os.path.lexists(root / path):
            (root / path).chmod(entry.mode)


def remove(root: Path) -> None:
    """Deletes a tree whose directories may have lost their modes."""
    if not os.path.lexists(root):
        return

    def again(function: Any, path: str, _error: object) -> None:
        for place in (Path(path).parent, Path(path)):
            if place.is_dir() and not place.is_symlink():
                place.chmod(0o700)
        function(path)

    shutil.rmtree(root, onerror=again)


def _write(path: Path, entry: Entry) -> None:
    if not path.parent.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True)
    if entry.kind == "link":
        path.symlink_to(entry.target)
    elif entry.kind == "fifo":
        os.mkfifo(path)
    elif entry.kind == "directory":
        path.mkdir(parents=True, exist_ok=True)
    else:
        # A path that is written through a link of the same case would be our own hole.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644)
        with os.fdopen(descriptor, "wb") as out:
            out.write(entry.content)


def to_json(entry: Entry | None) -> Any:
    """An entry as a person would write it down; None: the path is absent."""
    if entry is None:
        return None
    if entry.kind == "link":
        return {"link": entry.target}
    if entry.kind != "file":
        return {"kind": entry.kind} | ({} if entry.mode is None else {"mode": oct(entry.mode)})
    try:
        text = entry.content.decode("utf-8")
        shown: dict[str, Any] = {"lines": text.split("\n")} if "\n" in text else {"text": text}
        if len(text) > 1000 and text == text[0] * len(text):
            shown = {"text": text[0], "repeat": len(text)}
    except UnicodeDecodeError:
        shown = {"base64": base64.b64encode(entry.content).decode()}
    return shown | ({} if entry.mode is None else {"mode": oct(entry.mode)})


def from_json(value: Any) -> Entry | None:
    """The inverse of `to_json`. `repeat` multiplies a text, so that a file of a megabyte is one line.

    A `text` with the sign § has a number in its place, another one each time; `before` and `after` stand around it.
    """
    if value is None:
        return None
    if "link" in value:
        return link(value["link"])
    mode = int(value["mode"], 8) if "mode" in value else None
    if "kind" in value:
        return Entry(kind=value["kind"], mode=mode)
    if "base64" in value:
        return replace(file(base64.b64decode(value["base64"])), mode=mode)
    text = "\n".join(value["lines"]) if "lines" in value else value["text"]
    repeated = "".join(text.replace("§", f"{number:x}") for number in range(value.get("repeat", 1)))
    return replace(file(value.get("before", "") + repeated + value.get("after", "")), mode=mode)
