"""Random TOML documents in every style of writing that TOML 1.0 has."""

import json
from typing import Any

from hypothesis import strategies as st

# What has upset parsers before: line separators that TOML does not know, wide, combining and astral characters.
_CHARACTERS = st.one_of(
    st.sampled_from("abz09_- .#=[]{},'\"\\\t\n\u2028\u2029\u0085é漢👍\u0301\U0001f3fd"),
    st.characters(exclude_categories=["Cs", "Cc"]),
)
_TEXT = st.text(_CHARACTERS, max_size=8)
_NAMES = st.one_of(st.text("abAB01_-", min_size=1, max_size=3), st.text(_CHARACTERS, max_size=4))
_OTHER_SCALARS = st.sampled_from(
    [
        *("0", "-17", "+99", "1_000", "0xDEAD_beef", "0o755", "0b1101", "true", "false"),
        *("3.14", "-0.0", "1e10", "6.626e-34", "1_0.0_1", "inf", "-inf", "+nan", "nan"),
        *("1979-05-27T07:32:00Z", "1979-05-27 07:32:00Z", "1979-05-27t00:32:00.999999-07:00"),
        *("1979-05-27T07:32:00", "1979-05-27", "07:32:00", "00:32:00.999"),
    ]
)


def _tables(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.dictionaries(_NAMES, children, max_size=3)


_SCALARS = st.one_of(st.builds(lambda text: ("text", text), _TEXT), st.builds(lambda raw: ("raw", raw), _OTHER_SCALARS))
_VALUES = st.recursive(_SCALARS, lambda inner: st.one_of(_tables(inner), st.lists(inner, max_size=3)), max_leaves=6)


@st.composite
def documents(draw: st.DrawFn) -> str:
    """The text of a valid document with LF or CRLF."""
    writer = _Writer(draw)
    writer.table(draw(st.dictionaries(_NAMES, _VALUES, max_size=4)), ())
    text = "".join(writer.parts)
    return text.replace("\n", "\r\n") if draw(st.booleans()) else text


class _Writer:
    """Writes plain data, drawing one of the possible styles wherever there is a choice."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self.parts: list[str] = []

    def table(self, data: dict[str, Any], path: tuple[str, ...]) -> None:
        """The entries of a table, and then those of its tables that get headers."""
        later: list[tuple[str, Any]] = []
        for name, value in data.items():
            style = self._draw(st.sampled_from(["header", "dotted", "inline"]))
            if isinstance(value, dict) and style == "header":
                later.append((name, value))
            elif isinstance(value, dict) and value and style == "dotted":
                self._dotted((name,), value)
            elif self._is_list_of_tables(value) and style != "inline":
                later.append((name, value))
            else:
                self._pair((name,), value)
        for name, value in later:
            inner = (*path, name)
            if isinstance(value, dict):
                self._line(f"[{self._space()}{self._key(inner)}{self._space()}]")
                self.table(value, inner)
            else:
                for element in value:
                    self._line(f"[[{self._key(inner)}{self._space()}]]")
                    self.table(element, inner)

    @staticmethod
    def _is_list_of_tables(value: Any) -> bool:
        return isinstance(value, list) and bool(value) and all(isinstance(element, dict) for element in value)

    def _dotted(self, path: tuple[str, ...], data: dict[str, Any]) -> None:
        for name, value in data.items():
            self._pair((*path, name), value)

    def _pair(self, path: tuple[str, ...], value: Any) -> None:
        self._line(f"{self._key(path)}{self._space()}={self._space()}{self._value(value, many_lines=True)}")

    def _line(self, text: str) -> None:
        ending = self._draw(st.sampled_from(["", "", " # c é", "\t", "\n", "\n# [a]"]))
        self.parts.append(f"{self._space()}{text}{ending}\n")

    def _space(self) -> str:
        return self._draw(st.sampled_from(["", " ", "\t "]))

    def _key(self, path: tuple[str, ...]) -> str:
        return f"{self._space()}.{self._space()}".join(self._name(name) for name in path)

    def _name(self, name: str) -> str:
        bare = bool(name) and name.isascii() and all(c.isalnum() or c in "_-" for c in name)
        if bare and self._draw(st.booleans()):
            return name
        if _literal(name) and self._draw(st.booleans()):
            return f"'{name}'"
        return _basic(name)

    def _value(self, value: Any, *, many_lines: bool) -> str:
        if isinstance(value, list):
            return self._array(value, many_lines=many_lines)
        if isinstance(value, dict):
            entries = [
                f"{self._key((k,))}{self._space()}= {self._value(v, many_lines=False)}" for k, v in value.items()
            ]
            return f"{{{self._space()}{', '.join(entries)}{self._space()}}}"
        kind, text = value
        return self._string(text, many_lines=many_lines) if kind == "text" else text

    def _array(self, value: list[Any], *, many_lines: bool) -> str:
        # An array may have lines even within an inline table, which may not.
        gap = self._draw(st.sampled_from(["", " ", "\n", " # c ]\n  "]))
        entries = [gap + self._value(element, many_lines=many_lines) + gap for element in value]
        comma = "," if bool(entries) and self._draw(st.booleans()) else ""
        return f"[{','.join(entries)}{comma}{gap}]"

    def _string(self, text: str, *, many_lines: bool) -> str:
        styles = ["basic"]
        if _literal(text):
            styles.append("literal")
        if many_lines:
            styles.append("lines")
            if "'" not in text and all(c in "\t\n" or ord(c) >= 32 for c in text):
                styles.append("literal lines")
        match self._draw(st.sampled_from(styles)):
            case "basic":
                return _basic(text)
            case "literal":
                return f"'{text}'"
            case "lines":
                escaped = _basic(text)[1:-1].replace("\\n", "\n")
                return f'"""{self._draw(st.sampled_from(["", chr(10)]))}{escaped}"""'
            case _:
                return f"'''\n{text}'''"


def _literal(text: str) -> bool:
    return "'" not in text and all(c == "\t" or ord(c) >= 32 for c in text) and "\x7f" not in text


def _basic(text: str) -> str:
    # JSON's escapes are TOML's, but for DEL, which JSON leaves bare.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
