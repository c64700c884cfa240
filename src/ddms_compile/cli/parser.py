"""The argument parser: global options before or after the command, suggestions for misspelled names."""

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

from ddms_compile import __version__
from ddms_compile.cli.commands import COMMANDS
from ddms_compile.cli.usage import UsageError

FORMATS = ("plain", "json", "sarif", "github")
COLORS = ("auto", "always", "never")
_WITH_VALUE = ("-C", "--directory", "--format", "--color")


class _Parser(argparse.ArgumentParser):
    """An ArgumentParser that raises UsageError instead of exiting."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}\nusage: see `{self.prog} --help`")

    def print_help(self, file: "SupportsWrite[str] | None" = None) -> None:
        """Write the help. argparse's own method ignores a broken pipe."""
        (sys.stdout if file is None else file).write(self.format_help())


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Return the options of one command line, with the command's function as `run` and the whole parser as `parser`.

    Raises UsageError.
    """
    parser, names = build_parser()
    _refuse_unknown_command(argv, names)
    options, rest = parser.parse_known_args(argv)
    rest = _late_environments(options, rest)
    if rest:
        kind = "option" if rest[0].startswith("-") else "argument"
        raise UsageError(_unknown(kind, rest[0], _option_strings(parser, argv) if kind == "option" else ()))
    if not hasattr(options, "run"):
        raise UsageError("missing command\nusage: see `ddms-compile --help`")
    return options


def build_parser() -> tuple[argparse.ArgumentParser, dict[str, tuple[str, ...]]]:
    """Return the whole parser, and the command names: the first word of each to its second words."""
    everywhere = _Parser(add_help=False, argument_default=argparse.SUPPRESS)
    _add_global_options(everywhere)
    parser = _Parser(
        prog="ddms-compile",
        description=(
            "Compiles ddms.toml and environments/*.toml to Terraform, Helm, Kubernetes, Compose and CI files."
        ),
        epilog=(
            "Exit codes: 0 success, 1 problems or outdated files, 2 usage, 3 I/O or "
            "environment error, 70 internal error."
        ),
    )
    _add_global_options(parser)
    parser.add_argument("--version", action="version", version=f"ddms-compile {__version__}")
    parser.set_defaults(directory=".", format="plain", color="auto", quiet=False, parser=parser)
    groups = {"": parser.add_subparsers(metavar="COMMAND", title="commands", parser_class=_Parser)}
    names: dict[str, tuple[str, ...]] = {}
    for command in COMMANDS:
        first, *second = command.PATH
        names[first] = (*names.get(first, ()), *second)
        if second and first not in groups:
            group = groups[""].add_parser(first, help=command.SUMMARY, parents=[everywhere])
            groups[first] = group.add_subparsers(metavar="COMMAND", title="commands", parser_class=_Parser)
        place = groups[first] if second else groups[""]
        own = place.add_parser(
            command.PATH[-1], help=command.SUMMARY, description=command.SUMMARY, parents=[everywhere]
        )
        command.add_arguments(own)
        own.set_defaults(run=command.run, command=own)
    return parser, names


def _add_global_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-C", "--directory", metavar="DIR", help="run as if started in DIR")
    parser.add_argument("--format", choices=FORMATS, help="output format of diagnostics (default: plain)")
    parser.add_argument("--color", choices=COLORS, help="color in plain output (default: auto)")
    parser.add_argument("-q", "--quiet", action="store_true", help="print errors only: no summary, notes or progress")


def _refuse_unknown_command(argv: Sequence[str], names: dict[str, tuple[str, ...]]) -> None:
    """Raise UsageError with the nearest name; argparse would list every choice."""
    words = _words(argv)
    first = next(words, None)
    if first is None:
        return
    if first not in names:
        raise UsageError(_unknown("command", first, names))
    second = next(words, None) if names[first] else None
    if second is not None and second not in names[first]:
        raise UsageError(_unknown("command", f"{first} {second}", (f"{first} {name}" for name in names[first])))


def _words(argv: Sequence[str]) -> Iterator[str]:
    """Yield the arguments that are neither options nor values of global options."""
    skip = False
    for argument in argv:
        if skip:
            skip = False
        elif argument.startswith("-") and argument != "-":
            skip = argument in _WITH_VALUE
        else:
            yield argument


def _late_environments(options: argparse.Namespace, rest: list[str]) -> list[str]:
    """Add names after an option to `environments` (`build prod --check staging`); return the remaining arguments."""
    if not hasattr(options, "environments"):
        return rest
    options.environments = [*options.environments, *(word for word in rest if not word.startswith("-"))]
    return [word for word in rest if word.startswith("-")]


def _option_strings(parser: argparse.ArgumentParser, argv: Sequence[str]) -> Iterable[str]:
    command = getattr(parser.parse_known_args(argv)[0], "command", parser)
    return [string for action in command._actions for string in action.option_strings]


def _unknown(kind: str, word: str, known: Iterable[str]) -> str:
    from ddms_compile.diagnostics.nearest import nearest

    near = nearest(word.partition("=")[0], sorted(known))
    hint = f'; did you mean "{near}"?' if near else ""
    return f'unknown {kind} "{word}"{hint}\nusage: see `ddms-compile --help`'
