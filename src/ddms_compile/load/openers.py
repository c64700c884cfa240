"""Which string or bracket is still open at a place: where an unclosed one began."""

import re
from collections.abc import Iterator

# What can stand in TOML text as far as opening and closing goes, longest first.
_TOKEN = re.compile(
    r"""
    (?P<comment>\#[^\n]*)
  | (?P<closed>
        \"{3}(?:[^\\]|\\.)*?\"{3,5} | '{3}.*?'{3,5}
      | (?!\"{3})"(?:[^"\\\n]|\\[^\n])*" | (?!'{3}) '[^'\n]*' )
  | (?P<string>\"{3}|'{3}|"|')
  | (?P<open>[\[{])
  | (?P<close>[\]}])
  | (?P<line>\n)
    """,
    re.VERBOSE | re.DOTALL,
)
_NAMES = {"[": "bracket", "{": "brace"}


def without_texts(text: str) -> str:
    """The text with its strings emptied and its comments gone."""
    return _TOKEN.sub(lambda m: {"closed": '""', "comment": ""}.get(m.lastgroup or "", m[0]), text)


def comments(text: str) -> Iterator[tuple[int, str]]:
    """Offset and text of each comment, with its sign."""
    return ((match.start(), match[0]) for match in _TOKEN.finditer(text) if match.lastgroup == "comment")


def innermost_open(text: str, offset: int) -> tuple[int, str] | None:
    """Offset of what is open at `offset`, and its name: `string`, `bracket` or `brace`.

    A failed parse left the text before `offset` well formed but for what is open, so a scan by tokens is enough.
    """
    open_at: list[tuple[int, str]] = []
    for match in _TOKEN.finditer(text):
        start = match.start()
        if start >= offset:
            break
        if match.lastgroup == "closed":
            if match.end() > offset:
                return (start, "string")
        elif match.lastgroup == "string":
            # A lone quote runs to the end of its line, three quotes to the end of the text.
            end = text.find("\n", start) if len(match[0]) == 1 else len(text)
            if end in (-1, offset) or offset <= end:
                return (start, "string")
        elif match.lastgroup == "open":
            open_at.append((start, _NAMES[match[0]]))
        elif match.lastgroup == "close" and open_at:
            open_at.pop()
    return open_at[-1] if open_at else None
