"""The runbook as it is written: Markdown in blocks, with the names of an environment to be put in.

`<<name>>` becomes the value: in a block of code quoted for the shell, elsewhere as a span of code, or as it is where it
begins a word (`<<alert>>HighErrorRate`): such a value consists of letters and digits. Before a block,
`<!-- when: condition -->` says that it is there only then.
"""

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ddms_compile.provenance.traced import NO_KEYS, Traced, derive

_NAME = re.compile(r"<<([a-z_]+)>>(?=([A-Za-z])?)")
_WHEN = re.compile(r"<!-- when: ([a-z_]+) -->\n")
_FENCE = "```"


@dataclass(frozen=True, slots=True)
class RunbookBlock:
    """A heading, a paragraph or a block of code. `place`: section and number, which no other block moves."""

    place: str
    text: Traced[str]
    """Empty: it is not there."""


def blocks(
    template: str, names: Mapping[str, Traced[str]], conditions: Mapping[str, Traced[bool]]
) -> list[RunbookBlock]:
    """All blocks in order. Raises KeyError for a name or a condition that is not given."""
    made: list[RunbookBlock] = []
    section, number = "", 0
    for raw in _split(template):
        if raw.startswith(("# ", "## ")):
            section, number = anchor(raw.lstrip("# ")) if raw.startswith("## ") else "runbook", 0
        made.append(RunbookBlock(f"{section}[{number}]", _block(raw, names, conditions)))
        number += 1
    return made


def anchor(heading: str) -> str:
    """The fragment by which GitHub links to a heading."""
    return re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")


def _split(template: str) -> Iterator[str]:
    """Blocks are parted by empty lines; a block of code may hold some."""
    block: list[str] = []
    in_code = False
    for line in template.splitlines():
        in_code ^= line.startswith(_FENCE)
        if line or in_code:
            block.append(line)
        elif block:
            yield "\n".join(block)
            block = []
    if block:
        yield "\n".join(block)


def _block(raw: str, names: Mapping[str, Traced[str]], conditions: Mapping[str, Traced[bool]]) -> Traced[str]:
    when = _WHEN.match(raw)
    if when is None:
        return _filled(raw, names)
    condition = conditions[when[1]]
    return _filled(raw[when.end() :], names).because(condition.keys) if condition.value else Traced("", condition.keys)


def _filled(raw: str, names: Mapping[str, Traced[str]]) -> Traced[str]:
    wanted = sorted({match[1] for match in _NAME.finditer(raw)})

    def fill(*values: str) -> str:
        given = dict(zip(wanted, values, strict=True))
        if raw.startswith(_FENCE):
            return _fenced(_NAME.sub(lambda match: shlex.quote(given[match[1]]), raw))
        return _NAME.sub(lambda match: given[match[1]] if match[2] else span(given[match[1]]), raw)

    return derive(fill, *(names[name] for name in wanted)) if wanted else Traced(raw, NO_KEYS)


def _fenced(block: str) -> str:
    """With a fence that is longer than any in what has been put in."""
    body = block[len(_FENCE) : -len(_FENCE)]
    longest = max((len(run) for run in re.findall("`+", body)), default=0)
    fence = "`" * max(len(_FENCE), longest + 1)
    return f"{fence}{body}{fence}"


def span(text: str) -> str:
    """A span of code on one line, between more backticks than it holds."""
    line = " ".join(text.split())
    longest = max((len(run) for run in re.findall("`+", line)), default=0)
    mark = "`" * (longest + 1)
    return f"{mark} {line} {mark}" if longest else f"{mark}{line}{mark}"
