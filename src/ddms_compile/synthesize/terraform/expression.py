"""Text in Terraform's template language.

A user's string is data: `${` and `%{` in it are escaped by `escape`. Only an `Expression` is ever evaluated, and only
this compiler makes one.
"""

from dataclasses import dataclass
from typing import Any

from ddms_compile.traced import NO_KEYS, Keys, Traced, keys_of


@dataclass(frozen=True, slots=True)
class Expression:
    """A string for Terraform to evaluate.

    `text` is ready to write; `addresses` are the elements of the same stack that it refers to; `keys` those of the
    data in it.
    """

    text: str
    addresses: frozenset[str] = frozenset()
    keys: Keys = NO_KEYS

    def because(self, keys: Keys) -> "Expression":
        """The same text, which also depends on `keys`."""
        return Expression(self.text, self.addresses, self.keys | keys)

    @property
    def code(self) -> str:
        """The expression alone, for use inside another. Only for a text that is one `${…}`."""
        assert self.text.startswith("${") and self.text.endswith("}"), self.text
        return self.text[2:-1]


def escape(text: str) -> str:
    """A string that Terraform reads back as `text` (Terraform language, "Strings and templates")."""
    return text.replace("${", "$${").replace("%{", "%%{")


def expression(code: str, *parts: Expression) -> Expression:
    """`${code}` with each `{}` in `code` replaced by the code of a part; braces of Terraform are doubled."""
    return Expression(
        "${" + code.format(*(part.code for part in parts)) + "}",
        frozenset().union(*(part.addresses for part in parts)),
        frozenset().union(*(part.keys for part in parts)),
    )


def template(pattern: str, *parts: Any) -> Expression:
    """`pattern` with each `{}` replaced: an `Expression` is evaluated, anything else is data."""
    texts = (p.text if isinstance(p, Expression) else escape(str(plain(p))) for p in parts)
    expressions = [p for p in parts if isinstance(p, Expression)]
    return Expression(
        pattern.format(*texts),
        frozenset().union(*(e.addresses for e in expressions)),
        keys_of(parts).union(*(e.keys for e in expressions)),
    )


def plain(value: Any) -> Any:
    """What a `Traced` holds, or the value itself."""
    return value.value if isinstance(value, Traced) else value
