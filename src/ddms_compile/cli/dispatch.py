"""Select the command of a command line, run it, and report every failure."""

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path

from ddms_compile.cli.context import Context, OutputError
from ddms_compile.cli.exits import USAGE
from ddms_compile.cli.parser import parse
from ddms_compile.cli.usage import UsageError


def dispatch(argv: Sequence[str], interrupted: Callable[[], bool]) -> int:
    """Run one command line and return the exit code. `interrupted`: returns whether a Ctrl-C came."""
    try:
        options = parse(argv)
    except UsageError as error:
        return _usage(error)
    with Path(os.devnull).open("w") as nowhere:  # `sys.stdout` is None when the stream was closed before the start
        context = Context.of_process(options, os.environ, sys.stdout or nowhere, sys.stderr or nowhere)
        return _run(options, context, interrupted)


def _usage(error: UsageError) -> int:
    """Print the error with control characters escaped and secrets masked: arguments may be untrusted, and pasted."""
    from ddms_compile.diagnostics.render.visible import lines
    from ddms_compile.exposure import redact

    if sys.stderr is not None:
        sys.stderr.write("ddms-compile: " + "\n".join(lines(redact(str(error)))) + "\n")
    return USAGE


def _run(options: Namespace, context: Context, interrupted: Callable[[], bool]) -> int:
    from ddms_compile.diagnostics import DiagnosticError

    try:
        code: int = options.run(context, options)
    except UsageError as error:
        return _usage(error)
    except DiagnosticError as error:
        return context.report(error.diagnostics, {})
    except (BrokenPipeError, OutputError):
        raise
    except Exception as error:
        if interrupted():
            raise KeyboardInterrupt from error
        from ddms_compile.cli.internal import internal_error

        return context.report((internal_error(error, context.cache_dir, context.now),), {})
    finally:
        context.progress.stop()
    return code
