"""The stable codes and what each of them means. A code is a file `codes/DDMSnnn.md`: adding a code is adding a file."""

import re
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "codes"
_CODE = re.compile(r"DDMS\d{3}")


def all_codes() -> tuple[str, ...]:
    """Every code, ascending."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("DDMS*.md") if _CODE.fullmatch(path.stem)))


@cache
def explanation(code: str) -> str:
    """The Markdown text about a code: a title line, why it is an error, a wrong example and a right one.

    Raises KeyError when there is no such code.
    """
    path = _FOLDER / f"{code}.md"
    if not _CODE.fullmatch(code) or not path.is_file():
        raise KeyError(code)
    return path.read_text(encoding="utf-8")


def title(code: str) -> str:
    """The title of a code in a few words. Raises KeyError like `explanation`."""
    return explanation(code).partition("\n")[0].removeprefix("# ").strip()
