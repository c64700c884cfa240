"""Parse text by `tomllib`, and convert its error to a diagnostic with positions and advice."""

import ast
import re
import tomllib

from ddms_compile.diagnostics import Diagnostic, Label, Severity, Span, dotted
from ddms_compile.load.source import Source, file_problem
from ddms_compile.tree import Tree

# Up to Python 3.13 the position is only in the text of tomllib's error.
_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_TUPLE = re.compile(r"\((?:'[^']*'|\"[^\"]*\")(?:, (?:'[^']*'|\"[^\"]*\"))*,?\)")
_UNCLOSED = ("unclosed", "unterminated", "illegal character '\\n'", "expected '\"", "expected \"'", "expected ']")
_LONG_NUMBER = re.compile(r"\d[\d_]{4299,}")

DEEPEST = 32
"""Maximum nesting of tables and arrays, so that no later stage overflows the stack."""
MOST_VALUES = 10_000
"""Maximum keys and elements of arrays in one document, so that no later stage takes seconds for one file."""

_ENDLESS_KEY = re.compile(rf"""(?<![\w-])(?:(?:[\w-]++|"")[ \t]*+\.[ \t]*+){{{DEEPEST}}}""")


def parse(source: Source) -> tuple[dict[str, Tree] | None, Diagnostic | None]:
    """Return the data of a TOML 1.0 document, or its problem."""
    if _has_endless_key(source.text):
        return None, _too_deep(source)
    try:
        data = tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        return None, _malformed(source, str(error))
    except RecursionError:
        return None, _too_deep(source)
    except ValueError:  # int() refuses more than 4300 digits
        match = _LONG_NUMBER.search(source.text)
        return None, _problem(source, match.start() if match else 0, "a number with thousands of digits", "")
    values = _values_within(data, DEEPEST)
    if values is None:
        return None, _too_deep(source)
    return (data, None) if values <= MOST_VALUES else (None, _too_many(source))


def _malformed(source: Source, text: str) -> Diagnostic:
    # Imported for errors only.
    from ddms_compile.exposure import masked
    from ddms_compile.load.mistakes import Failure, advice
    from ddms_compile.load.openers import innermost_open
    from ddms_compile.load.redefinition import redefinition

    match = _AT.search(text)
    message = text[: match.start()] if match else text
    offset = _offset(source.text, match)
    message = _plain(message)
    if message.startswith(("cannot overwrite", "cannot declare", "duplicate", "cannot mutate", "cannot redefine")):
        twice = redefinition(source)
        if twice is not None:
            return twice
    shown = masked(source.text)  # advice quotes parts of the line
    failure = Failure(message=message, text=shown, offset=offset)
    related: tuple[Label, ...] = ()
    opener = innermost_open(source.text, offset)
    if opener is not None and message.startswith(_UNCLOSED):
        place, what = opener
        related = (Label(span=point(source, place), message=f"{what} opened here"),)
        if what == "string":
            message = "a string is not closed"
            failure = Failure(message=message, text=shown, offset=offset)
    return Diagnostic(
        code="DDMS003",
        severity=Severity.ERROR,
        message=f"{source.path} is not valid TOML: {message}",
        primary=Label(span=point(source, offset)),
        related=related,
        help=advice(failure),
    )


def point(source: Source, offset: int, length: int = 1) -> Span:
    """Return the span of `length` code points at an offset of the text; they must be on one line."""
    line = source.text.count("\n", 0, offset) + 1
    column = offset - (source.text.rfind("\n", 0, offset) + 1) + 1
    return Span(path=source.path, line=line, column=column, end_line=line, end_column=column + length)


def _offset(text: str, match: re.Match[str] | None) -> int:
    """Return the offset of tomllib's line and column, which it counts after converting CRLF to LF."""
    if match is None or match[1] is None:
        return max(len(text.rstrip()), 0)
    start = 0
    for _ in range(int(match[1]) - 1):
        start = text.index("\n", start) + 1
    return min(start + int(match[2]) - 1, len(text))


def _plain(message: str) -> str:
    """Return tomllib's message in our style: lower case, dotted keys."""
    message = _TUPLE.sub(lambda match: f"`{dotted(ast.literal_eval(match[0]))}`", message)
    return message[:1].lower() + message[1:]


def _values_within(data: dict[str, Tree], limit: int) -> int | None:
    """Return the number of keys and elements; None when one is nested too deeply. Iterative, since data may be deep."""
    level: list[dict[str, Tree] | list[Tree]] = [data]
    values = 0
    for _ in range(limit):
        values += sum(map(len, level))
        level = [
            child
            for parent in level
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, dict | list)
        ]
        if not level:
            return values
    return None


def _too_deep(source: Source) -> Diagnostic:
    return _problem(source, _deep_place(source.text), f"more than {DEEPEST} levels of nesting", "")


def _too_many(source: Source) -> Diagnostic:
    message = f"{source.path} holds more than {MOST_VALUES:,} keys and elements of arrays"
    advice = "a configuration file has a few hundred; is this the right file?"
    return file_problem("DDMS004", source.path, message, help=(advice,))


def _deep_place(text: str) -> int:
    """Return an approximate offset at which brackets, or parts of a dotted key, exceed the limit."""
    depth = 0
    for match in re.finditer(r"[\[{\]}]", text):
        depth += 1 if match[0] in "[{" else -1
        if depth > DEEPEST:
            return match.start()
    dots = re.search(rf"^(?:[^.\n]*+\.){{{DEEPEST // 2}}}", text, re.MULTILINE)
    return dots.start() if dots else 0


def _has_endless_key(text: str) -> bool:
    """Return whether a dotted key has too many parts, for which `tomllib` takes quadratic memory."""
    if not any(line.count(".") > DEEPEST for line in text.split("\n")):
        return False
    from ddms_compile.load.openers import without_texts

    return _ENDLESS_KEY.search(without_texts(text)) is not None


def _problem(source: Source, offset: int, what: str, label: str) -> Diagnostic:
    return Diagnostic(
        code="DDMS003",
        severity=Severity.ERROR,
        message=f"{source.path} cannot be read as TOML: {what}",
        primary=Label(span=point(source, offset), message=label),
    )
