"""`ddms-compile schema`: JSON Schema of the TOML documents, for editors."""

from argparse import ArgumentParser, Namespace

from ddms_compile.cli.context import Context
from ddms_compile.cli.exits import OK

PATH = ("schema",)
SUMMARY = "Print the JSON Schema of ddms.toml (project) or environments/*.toml (environment)"


def add_arguments(parser: ArgumentParser) -> None:
    """`[project|environment]`."""
    parser.add_argument(
        "document",
        nargs="?",
        choices=("project", "environment"),
        default="environment",
        help="which document (default: environment)",
    )


def run(context: Context, options: Namespace) -> int:
    """Print the schema; the same text that `build` writes to generated/schema/."""
    from ddms_compile.gates.document import json_artifact
    from ddms_compile.spec.schema import json_schema

    schema = json_schema(options.document)
    context.out(json_artifact("", schema, construct="schema", environment=None, emitter="schema").text)
    return OK
