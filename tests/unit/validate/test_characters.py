"""What nobody can see is in no text of the data; the names that git and cron judge are judged as they do."""

import copy
import subprocess
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddms_compile.diagnostics import Severity
from ddms_compile.load import Layer, LayeredTree, LayerKind, LoadedProject, load_project
from ddms_compile.load.source import Source
from ddms_compile.spec.cron import problem
from ddms_compile.validate import validate
from ddms_compile.validate.characters import check_characters
from example_project import DATA
from strategies.today import TODAY

ROOT = Path(__file__).parents[3]

HOSTILE = {
    "NUL": "\0",
    "bell": "\a",
    "line break": "\n",
    "vertical tab": "\v",
    "carriage return": "\r",
    "escape": "\x1b",
    "delete": "\x7f",
    "C1": "\x85",
    "soft hyphen": "\xad",
    "zero width space": "\u200b",
    "right-to-left mark": "\u200f",
    "line separator": "\u2028",
    "right-to-left override": "\u202e",
    "word joiner": "\u2060",
    "isolate": "\u2066",
    "byte order mark": "\ufeff",
    "tag": "\U000e0041",
    "no character": "\uffff",
}


def texts(tree: Any, key: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The key of every text."""
    if isinstance(tree, str):
        yield key
    elif isinstance(tree, dict):
        for name, item in tree.items():
            yield from texts(item, (*key, name))
    elif isinstance(tree, list):
        for number, item in enumerate(tree):
            yield from texts(item, (*key, number))


def project(tree: dict[str, Any]) -> LoadedProject:
    """A project of one environment, which is all of `tree`; in no layer is a table out of place."""
    layer = Layer(kind=LayerKind.DEFAULTS, source=Source("environments/prod.toml", ""), tree=tree)
    environments = MappingProxyType({"prod": LayeredTree("prod", (layer,))})
    return LoadedProject(root=ROOT, environments=environments, sources={}, shared=None)


def errors(tree: dict[str, Any]) -> set[str]:
    """The codes of all errors."""
    return {f.code for f in validate(project(tree), TODAY).findings if f.severity is Severity.ERROR}


TREE = load_project(DATA)[0].environments["prod"].tree
KEYS = [key for key in texts(TREE) if key[-1] not in ("tier",)]


def with_(key: tuple[Any, ...], text: str) -> dict[str, Any]:
    tree: dict[str, Any] = copy.deepcopy(TREE)
    place = tree
    for step in key[:-1]:
        place = place[step]
    place[key[-1]] = text
    return tree


def at(key: tuple[Any, ...]) -> str:
    place: Any = TREE
    for step in key:
        place = place[step]
    return str(place)


@pytest.mark.parametrize("name", HOSTILE)
def test_no_key_takes_what_cannot_be_seen(name: str) -> None:
    """At the beginning, inside and at the end of each text of the data: always an error."""
    character = HOSTILE[name]
    assert errors(TREE) == set()
    for key in KEYS:
        text = at(key)
        for hostile in (character + text, f"{text[:1]}{character}{text[1:]}", text + character):
            free = character == "\n" and "environment" in key
            assert free or errors(with_(key, hostile)), (key, hostile)


def test_names_that_users_choose_have_nothing_hidden_either() -> None:
    """A key of a table is as visible as a value."""
    for table in (("aws", "tags"), ("postgres", "parameters"), ("workloads", "backend", "environment")):
        for character in HOSTILE.values():
            assert errors(with_((*table, f"A{character}B"), "value")), (table, character)


@given(st.text())
def test_what_is_let_through_is_as_it_looks(text: str) -> None:
    """Whatever passes has nothing hidden and is in the normal form C, and what is neither passes."""
    found = list(check_characters(project({"x": text}).environments["prod"]))
    plain = all(unicodedata.category(c) not in ("Cc", "Cf", "Cn", "Cs", "Zl", "Zp") for c in text)
    assert not (plain and unicodedata.is_normalized("NFC", text) and found)
    assert found or unicodedata.is_normalized("NFC", text)
    assert found or all(c == "\u200d" for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cn", "Cs", "Zl", "Zp"))


BRANCHES = st.one_of(
    st.text(st.sampled_from("ab./-_lockHEAD@{~^:?*[\\ "), min_size=1, max_size=12),
    st.lists(st.sampled_from(("main", ".", "..", "/", "x.lock", ".lock", "-", "@", "@{", "HEAD", "1", "_")), max_size=5)
    .map("".join)
    .filter(bool),
)


@pytest.mark.parametrize(
    "name", ["a..b", "x.lock", "x.lock/y", "main/", "/main", "a//b", "@{", "@", "-x", "HEAD", "a."]
)
def test_git_refuses_these_branches_and_so_do_we(name: str) -> None:
    assert "DDMS105" in errors(with_(("ci", "branch"), name))


@given(BRANCHES)
def test_a_branch_that_we_take_git_takes(name: str) -> None:
    """`git check-ref-format --branch` is the judge."""
    if not errors(with_(("ci", "branch"), name)):
        asked = subprocess.run(["git", "check-ref-format", "--branch", name], capture_output=True, check=False)
        assert asked.returncode == 0, name


@pytest.mark.parametrize(
    "folder",
    [
        ".git",
        ".GIT",
        "helm/.git/x",
        ".ddms-compile",
        ".ddms-compile/x",
        "generated",
        "Generated/prod",
        "..",
        "/etc",
        "a/../b",
    ],
)
@pytest.mark.parametrize("key", [("project", "chart"), ("workloads", "backend", "image", "context")])
def test_a_folder_of_the_data_is_one_of_the_users(folder: str, key: tuple[str, ...]) -> None:
    """Neither git's nor the compiler's own, nor one outside."""
    assert "DDMS105" in errors(with_(key, folder))


@pytest.mark.parametrize("space", [c for c in map(chr, range(0x3001)) if c.isspace() and c != " "])
def test_the_fields_of_a_schedule_are_separated_by_spaces(space: str) -> None:
    """Not by whatever else Python splits at."""
    assert problem("0 3 * * *") is None
    assert problem(f"0{space}3 * * *") is not None
    assert problem(f"0 3 * * *{space}") is not None


@pytest.mark.parametrize("cidr", ["10.0.0.0/255.255.0.0", "10.0.0.0/016", "10.0.0.0", "١٠.0.0.0/16"])
def test_a_network_is_written_as_aws_writes_it(cidr: str) -> None:
    assert "DDMS105" in errors(with_(("network", "cidr"), cidr))
