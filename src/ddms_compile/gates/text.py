"""The writer of plain text: lines with traced parts; each line is a leaf, `L1` the first."""

from collections.abc import Iterable, Iterator

from ddms_compile.provenance.artifact import Artifact, LeafOrigin
from ddms_compile.provenance.traced import NO_KEYS, Traced

Line = str | Traced[str]


def text_artifact(
    path: str, lines: Iterable[Line], *, construct: str, environment: str | None, emitter: str
) -> Artifact:
    """Return a text file. An item with line breaks is several leaves with the same keys."""
    found = list(_lines(lines))
    return Artifact(
        path=path,
        text="".join(f"{text}\n" for text, _ in found),
        environment=environment,
        emitter=emitter,
        origins={
            f"L{number}": LeafOrigin(keys=keys, construct=construct, value=text)
            for number, (text, keys) in enumerate(found, start=1)
        },
    )


def _lines(lines: Iterable[Line]) -> Iterator[tuple[str, frozenset[str]]]:
    for line in lines:
        value, keys = (line.value, line.keys) if isinstance(line, Traced) else (line, NO_KEYS)
        for text in value.split("\n"):
            yield text, keys


def filled(template: str, **parts: Traced[str]) -> Iterator[Line]:
    """Yield the lines of a template with parts in the place of `@NAME@`; a line has the keys of its parts."""
    for line in template.rstrip("\n").split("\n"):
        keys = NO_KEYS
        for name, part in parts.items():
            mark = f"@{name.upper()}@"
            if mark in line:
                line, keys = line.replace(mark, part.value), keys | part.keys
        yield Traced(line, keys)
