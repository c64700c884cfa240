"""Strings of users are data on a laptop too."""

from typing import Any

import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from ddms_compile.local.compose import emit_compose
from delivery_cases.project import changed, emitted, specs
from oracles.interpolation import interpolated
from strategies import texts

SHIPPED = specs()["local"]


def _api(environment: dict[str, str]) -> list[dict[str, str]]:
    """The variables of the API as two readers of YAML find them."""
    of = {"local": changed(SHIPPED, workloads__backend__environment=environment)}
    text = emitted(emit_compose, of)["generated/local/compose/compose.yaml"].text
    readers: tuple[Any, ...] = (yaml.safe_load, YAML(typ="safe").load)
    return [read(text)["services"]["api"]["environment"] for read in readers]


@given(st.dictionaries(texts.variables, texts.data_texts(lines=True), max_size=4))
@example({"A": "$", "B": "$$", "C": "${HOME}", "D": "${A:?no}", "E": "$HOME", "F": "$$$x${"})
@example({"A": "no", "B": "1e3", "C": "~", "D": "0o7", "E": "line\nline\n", "F": "\ttab", "G": "'\"\\", "H": "😀"})
def test_a_variable_arrives_as_it_was_written(environment: dict[str, str]) -> None:
    """Whatever YAML or compose would make of it, the container gets the very text."""
    for found in _api(environment):
        assert {name: interpolated(found[name], {}) for name in environment} == environment


def test_a_dollar_that_is_not_doubled_is_found() -> None:
    """The reader above tells apart what compose would replace from what it would leave."""
    assert interpolated("$$HOME $HOME ${HOME}", {"HOME": "x"}) == "$HOME x x"
