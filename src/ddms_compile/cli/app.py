"""From arguments to an exit code: the one place that catches everything.

Nothing is imported at the top that can be slow or can fail: a Ctrl-C during an import, and a bug in one, end
as quietly as any other.
"""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress


def main(argv: Sequence[str] | None = None) -> int:
    """Runs `argv` (default: the arguments of the process) and returns the exit code of `cli.exits`."""
    try:
        code = _run(sys.argv[1:] if argv is None else argv)
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
        return code
    except KeyboardInterrupt:
        _last_words("interrupted")
        return 130
    except BrokenPipeError:
        _silence_output()
        return 141
    except OSError as error:  # whatever had a file and a place was reported as a diagnostic
        _silence_output()
        _last_words(f"cannot write the output: {error.strerror}")
        return 3


def _run(argv: Sequence[str]) -> int:
    from ddms_compile.cli.dispatch import dispatch

    try:
        return dispatch(argv)
    except SystemExit as error:  # argparse, after --help
        return error.code if isinstance(error.code, int) else 2


def _silence_output() -> None:
    """Gives what is still buffered to nobody, so that the interpreter does not complain when it exits."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _last_words(text: str) -> None:
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(f"ddms-compile: {text}\n")
        sys.stderr.flush()
