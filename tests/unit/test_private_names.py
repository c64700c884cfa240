"""Private names of other libraries: each one that the compiler uses is listed here, and it exists.

Releases may rename them without notice. A `getattr` with a default would hide that: it is refused, so that a missing
name fails here and not in somebody's build.
"""

import argparse
import ast
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import jsii
import pytest
from jsii import _reference_map
from jsii._kernel.providers.process import _NodeProcess

PACKAGE = Path(__file__).parents[2] / "src/ddms_compile"


def _process() -> _NodeProcess:
    """jsii's process, never started."""
    process = _NodeProcess()
    process.stop = lambda: None
    return process


OWNERS: Mapping[str, Callable[[], object]] = {
    "_reference_map._assembly_to_module": lambda: _reference_map,
    "_reference_map._refs": lambda: _reference_map,
    "_reference_map._refs._refs": lambda: _reference_map._refs,
    "_reference_map._submodule_fqn_map": lambda: _reference_map,
    "command._actions": argparse.ArgumentParser,
    "jsii._runtime": lambda: jsii,
    "parser._actions": argparse.ArgumentParser,
    "process._serializer": _process,
}
"""As the source writes it: what has the attribute."""


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def _modules() -> Iterator[ast.Module]:
    return (ast.parse(path.read_text("utf-8")) for path in sorted(PACKAGE.rglob("*.py")))


def _defined() -> set[str]:
    """Every name that the compiler itself gives to something."""
    found: set[str] = set()
    for node in (node for module in _modules() for node in ast.walk(module)):
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.Name(id=name, ctx=ast.Store()):
                found.add(name)
            case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store()):
                found.add(name)
    return found


def _imported(module: ast.Module) -> set[str]:
    """The names in a module that belong to other libraries."""
    found: set[str] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            found |= {(name.asname or name.name).partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and not (node.module or "").startswith("ddms_compile"):
            found |= {name.asname or name.name for name in node.names}
    return found


def _used() -> set[str]:
    """Every private attribute of something that is not the compiler's, as the source writes it."""
    own, found = _defined(), set()
    for module in _modules():
        foreign = _imported(module)
        for node in ast.walk(module):
            if isinstance(node, ast.Attribute) and _is_private(node.attr):
                text = ast.unparse(node)
                if text.partition(".")[0] in foreign or node.attr not in own:
                    found.add(text)
    return found


def test_each_private_name_is_listed() -> None:
    """A new one needs a line above; one that is no longer used loses it."""
    assert _used() == set(OWNERS)


@pytest.mark.parametrize("name", OWNERS)
def test_each_private_name_exists(name: str) -> None:
    """In the pinned versions."""
    assert hasattr(OWNERS[name](), name.rpartition(".")[2])


def test_no_default_hides_a_missing_name() -> None:
    """`getattr` is for names that are data: none in the source is a private name of somebody else."""
    private = [
        ast.unparse(node)
        for module in _modules()
        for node in ast.walk(module)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "getattr"
        for argument in node.args[1:2]
        if isinstance(argument, ast.Constant) and _is_private(str(argument.value))
    ]
    assert private == []
