"""Texts: names of every form that the language knows, and texts that other languages would take for code."""

import unicodedata
from typing import Any

from hypothesis import strategies as st

from ddms_compile.exposure import find_secret

Texts = st.SearchStrategy[str]

LOWER = "abcdefghijklmnopqrstuvwxyz"
DIGITS = "0123456789"
ALNUM = LOWER + LOWER.upper() + DIGITS

TRAPS = (
    *("${", "${path.root}", "$${", "%{", "%{ if true }", "%%{", "}", "$", "$(HOME)", "`id`"),
    *("{{", "{{ .Values.global }}", "}}", "{%", "{#", "${{ github.token }}"),
    *("no", "NO", "~", "null", "1e3", "0x10", "010", "1_000", "2026-11-23", "12:30:45", ".inf", "true"),
    *("- ", ": ", " #", "---", "...", "&a", "*a", "!!str", "|", ">-", "@", "%", "? ", "[", "{", "=", "<<"),
    *("'", '"', "\\", "\\n", "\n", "\n\n", "\t", " ", "  \n", "\u00a0", "é", "😀", "𝒳"),
)
"""What Terraform, Helm, YAML, a shell or GitHub would not take for text."""


def data_texts(shortest: int = 0, longest: int = 200, *, lines: bool = False) -> Texts:
    """Any text that is data only: traps among other characters, but nothing that looks like a secret.

    What cannot be seen is left out, as `validate.characters` wants it. `lines`: with line breaks and tabs.
    """
    letters = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf", "Cn", "Zl", "Zp")), max_size=8)
    traps = [trap for trap in TRAPS if lines or not {"\n", "\t"} & set(trap)]
    pieces = st.lists(st.one_of(st.sampled_from(traps), letters), max_size=6).map("".join)
    sized = pieces.map(lambda text: (text + "x" * max(0, shortest - len(text)))[:longest])
    composed = sized.map(lambda text: unicodedata.normalize("NFC", text)).filter(lambda text: len(text) <= longest)
    return composed.filter(lambda text: find_secret("", text) is None)


def unique_lists(values: st.SearchStrategy[Any], least: int = 0, most: int = 4) -> st.SearchStrategy[Any]:
    """A list without repetition."""
    return st.lists(values, min_size=least, max_size=most, unique=True)


def words(first: str, others: str, longest: int, *, last: str = "") -> Texts:
    """One character of `first`, then at most `longest - 1` of `others`; the last is of `last`, if that is given."""
    middle = st.text(st.sampled_from(others), max_size=longest - 2)
    head = st.sampled_from(first)
    ended = st.builds(lambda a, b, c: a + b + c, head, middle, st.sampled_from(last or others))
    # A long word of chance characters is what a key looks like.
    return st.one_of(head.filter(lambda text: not last or text in last), ended.filter(lambda w: not find_secret("", w)))


def named(texts: Texts) -> Texts:
    """Names that do not sound like the name of a secret: the rule DDMS213 goes by them."""
    return texts.filter(lambda text: find_secret(text, "x") is None)


slugs = words(LOWER, LOWER + DIGITS + "-", 16, last=LOWER + DIGITS).filter(lambda text: "--" not in text)
labels_of_dns = words(LOWER + DIGITS, LOWER + DIGITS + "-", 20, last=LOWER + DIGITS)
hosts = st.lists(labels_of_dns, min_size=2, max_size=4).map(".".join)
emails = st.builds("{}@{}".format, words(ALNUM, ALNUM + "._%+-", 20), hosts)
accounts = st.text(st.sampled_from(DIGITS), min_size=12, max_size=12)
identifiers = words(LOWER, LOWER + DIGITS + "_", 40).filter(lambda text: not text.startswith(("pg_", "rds_")))
variables = named(words(LOWER.upper() + "_", LOWER.upper() + DIGITS + "_", 30))
label_values = st.one_of(st.just(""), words(ALNUM, ALNUM + "-_.", 63, last=ALNUM))
label_keys = st.builds(
    lambda domain, name: f"{domain}/{name}" if domain else name,
    st.one_of(st.just(""), hosts.filter(lambda host: not host.endswith((".io", "amazonaws.com")))),
    named(words(ALNUM, ALNUM + "-_.", 30, last=ALNUM)),
)
folders = (
    st.lists(words(ALNUM + "_", ALNUM + "._-", 12), min_size=1, max_size=3)
    .map("/".join)
    .filter(lambda folder: find_secret("context", folder) is None)
)
branches = words(ALNUM, ALNUM + "._-", 20, last=ALNUM).filter(
    lambda name: ".." not in name and not name.endswith(".lock") and name != "HEAD"
)
paths = st.text(st.sampled_from(ALNUM + "._~/-"), max_size=30).map(lambda text: f"/{text}")
tags_of_images = words(ALNUM + "_", ALNUM + "_.-", 40)
_part = st.builds(
    "{}{}{}".format,
    st.text(st.sampled_from(LOWER + DIGITS), min_size=1, max_size=9),
    st.sampled_from((".", "_", "__", "-", "--")),
    st.text(st.sampled_from(LOWER + DIGITS), min_size=1, max_size=9),
)
image_names = st.one_of(
    st.just(""),
    st.builds(
        "{}{}/{}".format,
        hosts.filter(lambda host: "--" not in host),
        st.sampled_from(("", ":5000")),
        st.lists(_part, min_size=1, max_size=3).map("/".join),
    ),
)
tag_keys = named(words(ALNUM, ALNUM + " .:/=+@-_", 40)).filter(lambda text: not text.lower().startswith("aws:"))
tag_values = st.text(st.sampled_from(ALNUM + " .:/=+@-_éß"), max_size=60).filter(
    lambda text: find_secret("", text) is None
)


def durations(units: str, most: int = 900) -> Texts:
    """A whole number and one of the units."""
    return st.builds("{}{}".format, st.integers(1, most), st.sampled_from(units))


def sizes(least: int, most: int, units: tuple[str, ...] = ("Gi",)) -> Texts:
    """A size in one of the binary units."""
    return st.builds("{}{}".format, st.integers(least, most), st.sampled_from(units))


def tables(keys: Texts, values: st.SearchStrategy[Any], most: int = 4, **more: Any) -> st.SearchStrategy[Any]:
    """A table of the user's own naming."""
    return st.dictionaries(keys, values, max_size=most, **more)
