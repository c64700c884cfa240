"""Text in Terraform's template language.

A user's string is data: `escape` escapes `${` and `%{` in it. Terraform evaluates an `Expression` only, which only the
compiler creates.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from ddms_compile.provenance.traced import NO_KEYS, Keys, Traced, keys_of
from ddms_compile.tree import TracedTree


@dataclass(frozen=True, slots=True)
class Expression(Traced[str]):
    """A string for Terraform to evaluate; `value` is its escaped text.

    `addresses`: the elements of the same stack that it refers to.
    """

    addresses: frozenset[str] = frozenset()

    def because(self, keys: Iterable[str]) -> "Expression":
        """Return the same text, which also depends on `keys`."""
        return type(self)(self.value, self.keys | frozenset(keys), self.addresses)

    @property
    def code(self) -> str:
        """The expression alone, for use inside another. Only for a text that is one `${…}`."""
        assert self.value.startswith("${") and self.value.endswith("}"), self.value
        return self.value[2:-1]


@dataclass(frozen=True, slots=True)
class NumberExpression(Expression):
    """An expression for an argument that CDKTF's class accepts as a number only: inserted after the synthesis."""


def reference(address: str, attribute: str = "", keys: Keys = NO_KEYS) -> Expression:
    """Return `${address.attribute}`."""
    path = f"{address}.{attribute}" if attribute else address
    return Expression(f"${{{path}}}", keys, frozenset({address}))


def escape(text: str) -> str:
    """Return a string that Terraform reads as `text` (Terraform language, "Strings and templates")."""
    return text.replace("${", "$${").replace("%{", "%%{")


def expression(code: str, *parts: Expression) -> Expression:
    """Return `${code}` with each `{}` in `code` replaced by the code of a part; double the braces of Terraform."""
    return Expression("${" + code.format(*(p.code for p in parts)) + "}", keys_of(parts), _addresses(parts))


def template(pattern: str, *parts: TracedTree) -> Expression:
    """Return `pattern` with each `{}` replaced: an `Expression` is evaluated, other parts are data."""
    texts = (p.value if isinstance(p, Expression) else escape(str(plain(p))) for p in parts)
    return Expression(pattern.format(*texts), keys_of(parts), _addresses(parts))


def plain(value: TracedTree) -> TracedTree:
    """Return the value of a `Traced`, or the value itself."""
    return value.value if isinstance(value, Traced) else value


def _addresses(parts: Iterable[TracedTree]) -> frozenset[str]:
    return frozenset().union(*(part.addresses for part in parts if isinstance(part, Expression)))
