"""`ddms-compile completion`: a shell script that completes commands, options and environment names."""

from argparse import Action, ArgumentParser, Namespace

from ddms_compile.cli.context import Context
from ddms_compile.cli.exits import OK

PATH = ("completion",)
SUMMARY = "Print a shell completion script to source or to save in your shell's completion folder"
SHELLS = ("bash", "zsh", "fish")

_ENVIRONMENTS = {
    "bash": "_ddms_compile_environments",
    "zsh": "_ddms_compile_environments",
    "fish": "(_ddms_compile_environments)",
}
_PREAMBLE = {
    "bash": """\
_ddms_compile_environments() {
  local file
  for file in environments/"$1"*.toml; do
    [ -e "$file" ] && file="${file#environments/}" && printf '%s\\n' "${file%.toml}"
  done
}
""",
    "zsh": """\
_ddms_compile_environments() {
  local -a names
  names=(environments/*.toml(N:t:r))
  _describe environment names
}
""",
    "fish": """\
function _ddms_compile_environments
  for file in environments/*.toml
    string replace -r '.*/(.*)\\.toml$' '$1' $file
  end
end
""",
}


def add_arguments(parser: ArgumentParser) -> None:
    """`bash|zsh|fish`."""
    parser.add_argument("shell", choices=SHELLS, help="your shell")


def run(context: Context, options: Namespace) -> int:
    """Print the script, from the parser that parsed these options."""
    import shtab

    parser: ArgumentParser = options.parser
    for action in _positionals(parser):
        action.complete = _ENVIRONMENTS  # type: ignore[attr-defined]
    context.out(shtab.complete(parser, options.shell, preamble=_PREAMBLE))
    return OK


def _positionals(parser: ArgumentParser) -> list[Action]:
    """Return the positionals of all commands that take environment names."""
    found: list[Action] = []
    for action in parser._actions:
        if action.metavar == "ENV":
            found.append(action)
        for child in (action.choices or {}).values() if isinstance(action.choices, dict) else ():
            found.extend(_positionals(child))
    return found
