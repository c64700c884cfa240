"""The runbook's template: Markdown in blocks, with placeholders for names of an environment.

`<<name>>` becomes the value: quoted for the shell in a code block, unquoted as the beginning of a word
(`<<alert>>HighErrorRate`, whose value has letters and digits only), and as a code span elsewhere. A block after
`<!-- when: condition -->` is conditional.
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
    """A heading, a paragraph or a code block. `place`: section and number, independent of omitted blocks."""

    place: str
    text: Traced[str]
    """Empty: the block is omitted."""


def blocks(
    template: str, names: Mapping[str, Traced[str]], conditions: Mapping[str, Traced[bool]]
) -> list[RunbookBlock]:
    """Return all blocks in order. Raises KeyError for an unknown name or condition."""
    made: list[RunbookBlock] = []
    section, number = "", 0
    for raw in _split(template):
        if raw.startswith(("# ", "## ")):
            section, number = anchor(raw.lstrip("# ")) if raw.startswith("## ") else "runbook", 0
        made.append(RunbookBlock(f"{section}[{number}]", _block(raw, names, conditions)))
        number += 1
    return made


def anchor(heading: str) -> str:
    """Return the fragment of GitHub's link to a heading."""
    return re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")


def _split(template: str) -> Iterator[str]:
    """Yield the blocks, separated by empty lines; a code block may contain some."""
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
    """Return the code block with a fence that is longer than any in its text."""
    body = block[len(_FENCE) : -len(_FENCE)]
    longest = max((len(run) for run in re.findall("`+", body)), default=0)
    fence = "`" * max(len(_FENCE), longest + 1)
    return f"{fence}{body}{fence}"


def span(text: str) -> str:
    """Return a code span on one line, between more backticks than it contains."""
    line = " ".join(text.split())
    longest = max((len(run) for run in re.findall("`+", line)), default=0)
    mark = "`" * (longest + 1)
    return f"{mark} {line} {mark}" if longest else f"{mark}{line}{mark}"
