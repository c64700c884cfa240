"""`ddms-compile explain-code`: the page of a diagnostic code."""

from argparse import ArgumentParser, Namespace

from ddms_compile.cli.context import Context
from ddms_compile.cli.exits import OK
from ddms_compile.cli.usage import UsageError

PATH = ("explain-code",)
SUMMARY = "Explain a diagnostic code such as DDMS201, or list all codes"


def add_arguments(parser: ArgumentParser) -> None:
    """`[CODE]`."""
    parser.add_argument("code", nargs="?", metavar="CODE", help="a code, in any case, with or without DDMS")


def run(context: Context, options: Namespace) -> int:
    """Print the page, or the list of codes with their titles."""
    from ddms_compile.diagnostics.codes import all_codes, explanation

    known = all_codes()
    if options.code is None:
        for code in known:
            title = explanation(code).partition("\n")[0].lstrip("# ")
            context.out(f"{code}  {title}\n")
        return OK
    wanted = options.code.upper()
    wanted = wanted if wanted.startswith("DDMS") else f"DDMS{wanted}"
    if wanted not in known:
        from ddms_compile.diagnostics.nearest import nearest

        near = nearest(wanted, known)
        hint = f'; did you mean "{near}"?' if near else ""
        raise UsageError(f'unknown code "{options.code}"{hint}\n`ddms-compile explain-code` lists all')
    context.out(explanation(wanted))
    return OK
