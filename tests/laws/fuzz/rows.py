"""What each command may touch: the table of `docs/threat-model.md`, which is thereby true or a finding."""

import re
import sys
import sysconfig
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fuzz.sandbox import Sandbox
from fuzz.watch import Event

DOCUMENT = Path(__file__).parents[3] / "docs/threat-model.md"
_ROW = re.compile(
    r"^\| `(?P<command>[a-z-]+(?: [a-z-]+)?)` \|(?P<reads>[^|]*)\|(?P<writes>[^|]*)\|(?P<starts>[^|]*)\|$", re.M
)
_WORD = re.compile(r"`([^`]+)`")
_SYSTEM = (
    "/dev/null", "/dev/urandom", "/etc/localtime", "/etc/ld.so.cache", "/lib", "/proc/cpuinfo", "/proc/meminfo",
    "/proc/self", "/proc/stat", "/proc/sys", "/sys", "/usr/lib", "/usr/share/zoneinfo",
)  # fmt: skip
"""What Python and its libraries read of a system. `/proc/self` is among them: see `watch` for links that lead there."""


@dataclass(frozen=True, slots=True)
class Row:
    """Paths of the project (a folder ends with `/`), and the words `<cache>` and `<temp>`; programs by their names."""

    reads: tuple[str, ...]
    writes: tuple[str, ...]
    starts: tuple[str, ...]


@cache
def rows() -> dict[str, Row]:
    """The table, by command as one writes it: `build`, `build --check`."""
    text = DOCUMENT.read_text("utf-8")
    return {
        match["command"]: Row(*(tuple(_WORD.findall(match[column])) for column in ("reads", "writes", "starts")))
        for match in _ROW.finditer(text)
    }


def row_of(arguments: tuple[str, ...]) -> Row:
    """The row of a command line."""
    for place, word in enumerate(arguments):
        for name in ("build --check" if "--check" in arguments else word, word, " ".join(arguments[place : place + 2])):
            if name in rows():
                return rows()[name]
    raise KeyError(arguments)


def beyond(row: Row, events: list[Event], sandbox: Sandbox) -> list[str]:
    """The events that the row does not allow, in words."""
    return sorted({f"{e.kind} {_named(e.what, sandbox)}" for e in events if not _allowed(row, e, sandbox)})


def _allowed(row: Row, event: Event, sandbox: Sandbox) -> bool:
    if event.kind == "connect":
        return False
    if event.kind == "start":
        return any(
            Path(event.what).name == {"Node": "node", "Helm": "helm", "Python": Path(sys.executable).name}[w]
            for w in row.starts
        )
    listed = row.writes if event.kind == "write" else (*row.reads, *row.writes)
    name = _named(event.what, sandbox)
    if event.kind == "read" and f"{_places(sandbox)[0][0]}/".startswith(f"{event.what}/".replace("//", "/")):
        return True  # the folder itself and those above it, held open: somewhere there is a repository
    if event.kind == "read" and name in (".git", ".git/index"):
        return True
    if any(covers(word, name) for word in listed):
        return True
    return (event.kind == "read" and _is_own(event.what)) or event.what in ("/dev/null",)


def covers(word: str, name: str) -> bool:
    """Whether a word of the table speaks of a path; making the folders above a path belongs to writing it."""
    if word in ("<cache>", "<temp>"):
        return name == word or name.startswith(f"{word}/")
    folder = word.rstrip("/")
    return name == folder or (word.endswith("/") and name.startswith(word)) or word.startswith(f"{name}/")


def _named(path: str, sandbox: Sandbox) -> str:
    """A path relative to the project, or behind the word for the folder that it is in."""
    for folder, word in _places(sandbox):
        if path == folder:
            return word or "."
        if path.startswith(f"{folder}/"):
            return f"{word}/{path[len(folder) + 1 :]}" if word else path[len(folder) + 1 :]
    return path


@cache
def _places(sandbox: Sandbox) -> tuple[tuple[str, str], ...]:
    return (str(sandbox.project), ""), (str(sandbox.cache), "<cache>"), (str(sandbox.temp), "<temp>")


@cache
def _own() -> tuple[str, ...]:
    import ddms_compile

    folders = {
        *sysconfig.get_paths().values(),
        sys.prefix,
        sys.base_prefix + "/lib",
        str(Path(ddms_compile.__file__).parent),
    }
    return tuple(sorted({str(Path(folder).resolve()) for folder in folders} | {sys.prefix}))


def _is_own(path: str) -> bool:
    """A file of the compiler, of Python, of a library, or of the system that says nothing of anybody."""
    return any(path == folder or path.startswith(f"{folder}/") for folder in (*_own(), *_SYSTEM))
