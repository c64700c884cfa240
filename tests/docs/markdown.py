"""The parts of a Markdown page that tests run: fenced blocks, and the regions that a tool writes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_PARTS = re.compile(
    r"^(?P<fence>`{3,})(?P<language>[a-z]*)[^\n]*\n(?P<body>.*?)^(?P=fence)$"
    r"|^<!-- effect(?P<options>[^>]*?) -->\n(?P<effect>.*?)^<!-- end of effect -->$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A block with its language, or a region with the language `effect` and its options. `line` counts from 1."""

    language: str
    body: str
    line: int
    span: tuple[int, int]
    options: tuple[str, ...] = ()


def parts(text: str) -> Iterator[Part]:
    """Blocks and regions, in order; blocks inside a region are part of it."""
    for found in _PARTS.finditer(text):
        effect = found["effect"] is not None
        group = "effect" if effect else "body"
        yield Part(
            language="effect" if effect else found["language"],
            body=found[group],
            line=text.count("\n", 0, found.start()) + 1,
            span=found.span(group),
            options=tuple((found["options"] or "").split()),
        )


def replaced(text: str, bodies: dict[tuple[int, int], str]) -> str:
    """The page with other bodies, by their spans."""
    for (start, end), body in sorted(bodies.items(), reverse=True):
        text = text[:start] + body + text[end:]
    return text
