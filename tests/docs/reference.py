"""The reference, from the code: keys from the models, commands from the parser, codes from their pages."""

import datetime
import inspect
import json
import re
import tomllib
from argparse import SUPPRESS, ArgumentParser, HelpFormatter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AfterValidator, BaseModel
from pydantic.fields import FieldInfo

from ddms_compile.cli.commands import COMMANDS
from ddms_compile.cli.parser import build_parser
from ddms_compile.diagnostics import codes
from ddms_compile.spec.base import matching
from ddms_compile.spec.documentation import field_docs, read_defaults
from ddms_compile.spec.environment import ENVIRONMENT_ONLY, PROJECT_ONLY, EnvironmentSpec
from example_project import DATA

ROOT = Path(__file__).parents[2]
WRITTEN = "<!-- Written by `make update-docs` from the code; edit the docstrings instead. -->\n"
UNITS = {"_days": "days", "_percent": "percent", "_seconds": "seconds", "port": "TCP port", "_cidrs": "CIDR"}
"""The unit of a number, by the end of its key; every other number counts things."""
TIERS = ("local", "staging", "production")
NAME = "<name>"
EACH = "[]"
"""In a route: a name that the user chooses, and each table of a list."""
Tree = Mapping[str, Any]


# Keys


def keys() -> str:
    """The page of all keys, one table for each table of the TOML."""
    head = f"""{WRITTEN}
# Keys

Every key of `ddms.toml` and `environments/<environment>.toml`: what it means, which values it takes, its default, and
its value in the example project. Layers, from low to high: defaults, defaults of the tier, `ddms.toml`, the
environment's file. Tables merge; lists and scalars replace. A default of a tier stands behind the name of the tier.

`{NAME}` stands for a name that you choose. A dash: no default; the key must be given where its table is used.
"""
    tables: dict[str, list[str]] = {}
    intro: dict[str, str] = {}
    for route, name, info, model in _fields(EnvironmentSpec, ()):
        tables.setdefault(".".join(route), []).append(_row(route, name, info, model))
        intro.setdefault(".".join(route), " ".join((model.__doc__ or "").split()))
    return head + "".join(_table(table, intro[table], rows) for table, rows in tables.items())


@cache
def routes() -> tuple[tuple[str, ...], ...]:
    """The route of each key, with NAME for a chosen name and EACH for each table of a list."""
    return tuple((*route, name) for route, name, _, _ in _fields(EnvironmentSpec, ()))


def _table(table: str, intro: str, rows: list[str]) -> str:
    name = table.removesuffix(f".{EACH}")
    heading = f"`[{table}]`" if name == table else f"`[[{name}]]`"
    first = table.partition(".")[0]
    where = " Only in `ddms.toml`." if first in PROJECT_ONLY else ""
    where = " Only in an environment's file." if not table and ENVIRONMENT_ONLY else where
    columns = "| key | meaning | type | default | example project |\n|---|---|---|---|---|\n"
    return f"\n## {heading if table else 'Top level'}\n\n{intro}{where}\n\n{columns}{''.join(rows)}"


def _fields(model: type[BaseModel], route: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str, FieldInfo, type]]:
    """Each key that is no table, then those of the tables below."""
    tables: list[tuple[tuple[str, ...], type[BaseModel]]] = []
    for field, info in model.model_fields.items():
        name = info.alias or field
        below, steps = _model_below(info.annotation)
        if below is None:
            yield route, name, info, model
        else:
            tables.append(((*route, name, *steps), below))
    for inner, below in tables:
        yield from _fields(below, inner)


def _model_below(annotation: Any) -> tuple[type[BaseModel] | None, tuple[str, ...]]:
    """The model of a table, and the steps to it: none, a chosen name, or `[]` for a list of tables."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, ()
    arguments = get_args(annotation)
    if get_origin(annotation) is Annotated:
        return _model_below(arguments[0])
    if get_origin(annotation) is dict:
        below, steps = _model_below(arguments[1])
        return below, (NAME, *steps)
    if get_origin(annotation) is tuple:
        return _model_below(arguments[0])[0], (EACH,)
    return None, ()


def _row(route: tuple[str, ...], name: str, info: FieldInfo, model: type[BaseModel]) -> str:
    field = next(each for each, held in model.model_fields.items() if held is info)
    meaning = field_docs(model).get(field, f"Version of the chart `{name.replace('_', '-')}`.")
    cells = (
        f"`{name}`",
        meaning,
        _type(info.annotation, info.metadata, name),
        _default((*route, name)),
        _examples((*route, name)),
    )
    return f"| {' | '.join(cell.replace('|', '&#124;').replace(chr(10), ' ') for cell in cells)} |\n"


def _type(annotation: Any, metadata: list[Any], name: str = "") -> str:
    """The values that a key takes, in words, with the unit of a number."""
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        return _type(inner, [*more, *metadata], name)
    for held in metadata:
        if meaning := _meaning(held):
            return meaning
    if get_origin(annotation) is Literal:
        choices = ", ".join(f"`{json.dumps(each)}`" for each in get_args(annotation))
        return f"one of {choices}{_unit(name)}"
    if get_origin(annotation) is tuple:
        return f"list{_length(metadata, '')}; each {_type(get_args(annotation)[0], [])}"
    if get_origin(annotation) is dict:
        key, value = get_args(annotation)
        return f"table; each key {_type(key, [])}, each value {_type(value, [])}"
    assert get_origin(annotation) not in (Union, UnionType)
    plain = {str: "string", bool: "boolean", int: "integer", float: "number"}.get(annotation, "date")
    unit = _unit(name) if annotation in (int, float) else ""
    return f"{plain}{_bounds(metadata)}{unit}{_such_as(metadata)}"


def _meaning(held: Any) -> str:
    if isinstance(held, matching):
        return held.meaning
    if isinstance(held, AfterValidator):
        return str(inspect.getclosurevars(held.func).nonlocals.get("meaning", ""))
    return ""


def _bounds(metadata: list[Any]) -> str:
    """` from 1 to 9`, ` of at most 63 characters`."""
    found = _limits(metadata)
    low = next((f" {word} {found[at]:g}" for at, word in (("ge", "from"), ("gt", "above")) if at in found), "")
    high = f" to {found['le']:g}" if "le" in found else ""
    return low + high + _length(metadata, " characters")


def _length(metadata: list[Any], what: str) -> str:
    found = _limits(metadata)
    least, most = found.get("min_length"), found.get("max_length")
    if least and most:
        return f" of {least} to {most}{what}"
    return f" of at least {least}{what}" if least else f" of at most {most}{what}" if most else ""


def _limits(metadata: list[Any]) -> dict[str, Any]:
    parts = [part for held in metadata for part in (held, *getattr(held, "metadata", ()))]
    return {at: getattr(part, at) for part in parts for at in _BOUNDS if getattr(part, at, None) is not None}


def _such_as(metadata: list[Any]) -> str:
    examples = [each for held in metadata for each in getattr(held, "examples", None) or ()]
    return f", such as `{json.dumps(examples[0])}`" if examples else ""


def _unit(name: str) -> str:
    return next((f", {unit}" for end, unit in UNITS.items() if name.endswith(end)), "")


_BOUNDS = ("ge", "gt", "le", "min_length", "max_length")
_NONE = object()


def _at(tree: Tree, route: tuple[str, ...]) -> Any:
    """The value of a route in one layer; for a chosen name the default of each entry."""
    found: Any = tree
    for step in route:
        step = "*" if step == NAME else step
        if not isinstance(found, Mapping) or step not in found:
            return _NONE
        found = found[step]
    return found


@cache
def _tier(tier: str) -> Tree:
    return tomllib.loads((ROOT / f"src/ddms_compile/spec/tiers/{tier}.toml").read_text("utf-8"))


def _default(route: tuple[str, ...]) -> str:
    base = _at(read_defaults(), route)
    told = ["—" if base is _NONE else _shown(base)]
    told += [f"{tier}: {_shown(value)}" for tier in TIERS if (value := _at(_tier(tier), route)) is not _NONE]
    return "; ".join(told)


@cache
def _documents() -> dict[str, Tree]:
    paths = (DATA / "ddms.toml", *sorted((DATA / "environments").glob("*.toml")))
    return {path.name: tomllib.loads(path.read_text("utf-8")) for path in paths}


def _examples(route: tuple[str, ...]) -> str:
    told = [
        f"{document}: {', '.join(dict.fromkeys(map(_shown, values)))}"
        for document, tree in _documents().items()
        if (values := list(_values(tree, route)))
    ]
    return "; ".join(told)


def _values(tree: Any, route: tuple[str, ...]) -> Iterator[Any]:
    """What a document holds at a route, for every chosen name and every entry of a list."""
    if not route:
        yield tree
    elif route[0] == EACH:
        for entry in tree:
            yield from _values(entry, route[1:])
    elif isinstance(tree, Mapping):
        for step in tree if route[0] == NAME else (route[0],):
            if step in tree:
                yield from _values(tree[step], route[1:])


def _shown(value: Any) -> str:
    return f"`{toml(value)}`"


def toml(value: Any) -> str:
    """One value as TOML writes it."""
    if isinstance(value, Mapping):
        inside = ", ".join(f"{_bare(key)} = {toml(each)}" for key, each in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    return str(value) if isinstance(value, datetime.date) else json.dumps(value, ensure_ascii=False)


def _bare(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else json.dumps(key)


# Commands


def commands(outputs: Mapping[str, str]) -> str:
    """The page of all commands; `outputs`: what each example printed."""
    parser, _ = build_parser()
    sections = "".join(_command(command, outputs) for command in COMMANDS)
    return f"""{WRITTEN}
# Commands

Global options stand before or after a command. Exit codes: 0 success, 1 problems or outdated files, 2 wrong usage, 3
I/O or environment error, 70 internal error, 130 interrupted.

{_options(parser)}{sections}"""


class _Wide(HelpFormatter):
    """One line, whatever the terminal."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=1000)


def _command(command: Any, outputs: Mapping[str, str]) -> str:
    own = ArgumentParser(prog=f"ddms-compile {' '.join(command.PATH)}", add_help=False, formatter_class=_Wide)
    command.add_arguments(own)
    usage = " ".join(own.format_usage().removeprefix("usage: ").split())
    name = " ".join(command.PATH)
    examples = "".join(
        f"```console\n$ {line}\n{output}```\n\n"
        for line, output in outputs.items()
        if re.match(rf"ddms-compile(?: -q)? {name}(?: |$)", line)
    )
    return f"\n## `{name}`\n\n{command.SUMMARY}\n\n```text\n{usage}\n```\n\n{_options(own)}{examples}".rstrip() + "\n"


def _options(parser: ArgumentParser) -> str:
    rows = []
    for action in parser._actions:
        if action.help in (SUPPRESS, None) or action.nargs == "A...":
            continue
        value = action.metavar or (f"{{{','.join(action.choices)}}}" if action.choices else "")
        takes = f" {value}" if value and action.option_strings else ""
        name = ", ".join(action.option_strings) + takes if action.option_strings else str(value or action.dest)
        rows.append(f"| `{name}` | {action.help} |\n".replace("%(prog)s", parser.prog))
    return f"| argument | meaning |\n|---|---|\n{''.join(rows)}\n" if rows else ""


# Codes

GROUPS = {
    "0": "Reading the files",
    "1": "Keys and types",
    "2": "Values that do not fit together",
    "3": "Guarantees of production",
    "4": "Keys without effect",
    "5": "Writing",
    "6": "Changes that lose data or cannot be applied",
    "7": "Charts",
    "9": "Internal errors",
}


def diagnostics() -> str:
    """The page of all codes, each with its title and a link to its page."""
    head = f"""{WRITTEN}
# Diagnostic codes

Every error, warning and note has a code. `ddms-compile explain-code CODE` prints the page of a code.
"""
    text, group = head, ""
    for code in codes.all_codes():
        if code[4] != group:
            group = code[4]
            text += f"\n## {GROUPS[group]}\n\n| code | title |\n|---|---|\n"
        text += f"| [{code}](../../src/ddms_compile/diagnostics/codes/{code}.md) | {codes.title(code)} |\n"
    return text


def runbook(text: str) -> str:
    """The page of a runbook: that of the example's production."""
    return f"{WRITTEN}\n{text}"
