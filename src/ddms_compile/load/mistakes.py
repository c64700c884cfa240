"""Advice for common mistakes in TOML: one function each, tried in order; the first advice is used."""

import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A parse error. `message`: the parser's message; `text`: the whole text; `offset`: position of the error."""

    message: str
    text: str
    offset: int

    @property
    def line(self) -> str:
        """The line of the error."""
        start = self.text.rfind("\n", 0, self.offset) + 1
        return self.text[start:].partition("\n")[0].removesuffix("\r")

    @property
    def before(self) -> str:
        """The line up to the error."""
        return self.text[self.text.rfind("\n", 0, self.offset) + 1 : self.offset]

    @property
    def after(self) -> str:
        """The line from the error on."""
        return self.text[self.offset :].partition("\n")[0].removesuffix("\r")


Mistake = Callable[[Failure], str | None]

_LONGEST = 160
_SMART = "“”„«»‘’‚"
_ALMOST_DATE = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}")
_ASSIGNMENT = re.compile(r"\s*([^=\s#\[]+)\s*=\s*(.*?)\s*(?:#.*)?$")
_COLON = re.compile(r"\s*([A-Za-z0-9_-]+|\"[^\"]*\")\s*:\s*(.*?)\s*(?:#.*)?$")
_NO_SIGN = re.compile(r"\s*([A-Za-z0-9_-]+)[ \t]+(\S.*?)\s*(?:#.*)?$")
_WORD = re.compile(r"[^\s,\]}#]+")


def advice(failure: Failure) -> tuple[str, ...]:
    """Return the advice: nothing or one sentence."""
    for mistake in _MISTAKES:
        text = mistake(failure)
        if text is not None:
            return (text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…",)
    return ()


def _smart_quotes(failure: Failure) -> str | None:
    if failure.after[:1] in tuple(_SMART):
        return "these are typographic quotes; TOML allows only straight ones: \" and '"
    return None


def _nul(failure: Failure) -> str | None:
    if failure.after[:1] == "\x00":
        return "the file contains a NUL byte: it is damaged or not a text file"
    return None


def _control(failure: Failure) -> str | None:
    number = ord(failure.after[:1] or " ")
    if "illegal character" in failure.message and number not in (0, 10, 13):
        return f"the text contains a control character; in double quotes it can be written \\u{number:04X}"
    return None


def _old_line_ends(failure: Failure) -> str | None:
    if "\r" in failure.text[failure.offset : failure.offset + 1] and failure.text[failure.offset + 1 :][:1] != "\n":
        return "a lone carriage return; end lines with LF or CRLF"
    return None


def _backslash(failure: Failure) -> str | None:
    if "unescaped" in failure.message or "hex value" in failure.message or "unicode scalar" in failure.message:
        return "a backslash starts an escape sequence; write \\\\ or use single quotes: 'C:\\dir'"
    return None


def _open_string(failure: Failure) -> str | None:
    if "string" not in failure.message:
        return None
    return "close it with the same quote; write a multi-line string between three quotes"


def _no_value(failure: Failure) -> str | None:
    if failure.message == "invalid value" and re.search(r"=\s*$", failure.before) and failure.after[:1] in ("", "#"):
        return 'the value after `=` is missing; an empty string is ""'
    return None


def _other_words(failure: Failure) -> str | None:
    word = _WORD.match(failure.after)
    if failure.message != "invalid value" or word is None:
        return None
    if word[0].lower() in ("true", "yes", "on"):
        return "write `true`"
    if word[0].lower() in ("false", "no", "off"):
        return "write `false`"
    if word[0].lower() in ("null", "none", "nil", "~"):
        return "TOML has no null; omit the key"
    return None


def _unquoted(failure: Failure) -> str | None:
    if failure.message != "invalid value":
        return None
    found = _ASSIGNMENT.match(failure.line)
    if found and re.search(r"=\s*$", failure.before) and not found[2].startswith(("[", "{", '"', "'")):
        return f'a string needs quotes: {found[1]} = "{found[2]}"'
    word = _WORD.match(failure.after)
    return f'a string needs quotes: "{word[0]}"' if word else None


def _list_of_yaml(failure: Failure) -> str | None:
    following = failure.text[failure.offset + len(failure.after) :].lstrip()
    empty = failure.message == "invalid value" and not failure.after.strip()
    if (empty and following.startswith("- ")) or (re.match(r"\s*-\s", failure.line) and "=" in failure.message):
        return "this is a YAML list; in TOML write key = [1, 2, 3]"
    return None


def _colon(failure: Failure) -> str | None:
    found = _COLON.match(failure.line)
    if found is None or "'='" not in failure.message:
        return None
    if not found[2]:
        return f"this is a YAML mapping; in TOML write a table with a header: [{found[1]}]"
    return f"TOML uses `=` instead of YAML's colon: {found[1]} = {_quoted(found[2])}"


def _equals(failure: Failure) -> str | None:
    if "'='" not in failure.message:
        return None
    found = _NO_SIGN.match(failure.line)
    if found and "=" in found[2]:
        name = failure.line.partition("=")[0].strip()
        return f'a key with spaces or punctuation needs quotes: "{name}"'
    if found:
        return f"put `=` between key and value: {found[1]} = {_quoted(found[2])}"
    return "every line is `key = value`, `[table]` or a comment"


def _leading_zero(failure: Failure) -> str | None:
    found = _ASSIGNMENT.match(failure.line)
    if found and "expected newline" in failure.message and re.fullmatch(r"[+-]?0\d[\d_]*", found[2]):
        number = found[2].replace("_", "").lstrip("+-0") or "0"
        return f'a number cannot start with 0; write {number}, or "{found[2]}" for a string'
    return None


def _date(failure: Failure) -> str | None:
    if "invalid date" in failure.message:
        return "no such date or time exists in the calendar"
    found = _ASSIGNMENT.match(failure.line)
    if found and "expected newline" in failure.message and _ALMOST_DATE.fullmatch(found[2]):
        return f'write a date as 2027-01-31; a string needs quotes: "{found[2]}"'
    return None


def _number_and_more(failure: Failure) -> str | None:
    found = _ASSIGNMENT.match(failure.line)
    if found and "expected newline" in failure.message and re.match(r"[+-]?\d[^\s,]*$", found[2]):
        return f'this is a string, not a number, so it needs quotes: {found[1]} = "{found[2]}"'
    return None


def _second_on_line(failure: Failure) -> str | None:
    if "expected newline" not in failure.message:
        return None
    if failure.after.startswith(","):
        return "no comma after a value, except in an array or an inline table"
    if failure.after.startswith("//"):
        return "a comment starts with #"
    if failure.after[:1].isalpha() and failure.before.rstrip().endswith("'"):
        return "write a string with an apostrophe in double quotes"
    return "one key per line"


def _inline_table(failure: Failure) -> str | None:
    if "key part" not in failure.message or not failure.before.rstrip().endswith((",", "{")):
        return None
    if failure.after.startswith("}"):
        return "no comma after the last entry of an inline table"
    if not failure.after.strip() or failure.after.startswith("#"):
        return "an inline table is on one line; for several lines write it under a [table] header"
    return None


def _array(failure: Failure) -> str | None:
    if failure.message != "unclosed array":
        return None
    if failure.after[:1] in ("", "#") or re.match(r"\s*[A-Za-z0-9_-]+\s*=|\[", failure.after):
        return "a closing ] is missing"
    return "add a comma between the entries, or ] after the last one"


def _inline_end(failure: Failure) -> str | None:
    return (
        "a closing } is missing; an inline table is on one line" if failure.message == "unclosed inline table" else None
    )


def _header(failure: Failure) -> str | None:
    if "table declaration" in failure.message or "array declaration" in failure.message:
        return "a header is [table] or [[array of tables]], on a line of its own"
    return None


def _statement(failure: Failure) -> str | None:
    if failure.message != "invalid statement":
        return None
    if failure.after.startswith(("//", "/*", ";", "--", "<!--")):
        return "a comment starts with #"
    if failure.after.startswith("{"):
        return "this looks like JSON; in TOML a line is `key = value` or `[table]`"
    if failure.after[:1].isalpha():
        return "a key with letters other than A to Z needs quotes"
    return "every line is `key = value`, `[table]` or a comment"


def _quoted(value: str) -> str:
    """Return a value as valid TOML: bare if possible, else in quotes."""
    bare = re.fullmatch(r"true|false|[+-]?(0|[1-9]\d*)(\.\d+)?", value)
    return value if bare or value.startswith(('"', "'", "[", "{")) else f'"{value}"'


# Specific ones before general ones.
_MISTAKES: tuple[Mistake, ...] = (
    _nul,
    _control,
    _smart_quotes,
    _old_line_ends,
    _backslash,
    _open_string,
    _list_of_yaml,
    _no_value,
    _other_words,
    _unquoted,
    _colon,
    _equals,
    _leading_zero,
    _date,
    _number_and_more,
    _second_on_line,
    _inline_table,
    _array,
    _inline_end,
    _header,
    _statement,
)
