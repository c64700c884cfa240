"""The stable codes and their pages: one file `codes/DDMSnnn.md` per code."""

import re
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "codes"
_CODE = re.compile(r"DDMS\d{3}")


def all_codes() -> tuple[str, ...]:
    """Return every code, ascending."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("DDMS*.md") if _CODE.fullmatch(path.stem)))


@cache
def explanation(code: str) -> str:
    """Return the Markdown page of a code: title, what it means, why it matters, an example, how to fix it.

    Raises KeyError when there is no such code.
    """
    path = _FOLDER / f"{code}.md"
    if not _CODE.fullmatch(code) or not path.is_file():
        raise KeyError(code)
    return path.read_text(encoding="utf-8")


def title(code: str) -> str:
    """Return the title of a code. Raises KeyError like `explanation`."""
    return explanation(code).partition("\n")[0].removeprefix("# ").strip()
