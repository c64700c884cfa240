"""The start of an unclosed string or bracket."""

import re
from collections.abc import Iterator

# The tokens that open and close, longest first.
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
    """Return the text with empty strings and without comments."""
    return _TOKEN.sub(lambda m: {"closed": '""', "comment": ""}.get(m.lastgroup or "", m[0]), text)


def comments(text: str) -> Iterator[tuple[int, str]]:
    """Yield offset and text of each comment, including `#`."""
    return ((match.start(), match[0]) for match in _TOKEN.finditer(text) if match.lastgroup == "comment")


def innermost_open(text: str, offset: int) -> tuple[int, str] | None:
    """Return the offset of the innermost token that is open at `offset`, and its name: `string`, `bracket` or `brace`.

    The parser accepted the text before `offset`, so a scan by tokens suffices.
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
            # One quote extends to the end of its line, three quotes to the end of the text.
            end = text.find("\n", start) if len(match[0]) == 1 else len(text)
            if end in (-1, offset) or offset <= end:
                return (start, "string")
        elif match.lastgroup == "open":
            open_at.append((start, _NAMES[match[0]]))
        elif match.lastgroup == "close" and open_at:
            open_at.pop()
    return open_at[-1] if open_at else None
