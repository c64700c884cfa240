"""The entry point: arguments in, exit code out; the one place that catches every exception.

Slow imports and those that can fail are inside functions, so that a Ctrl-C or an error during an import is handled too.
"""

import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import FrameType


def main(argv: Sequence[str] | None = None) -> int:
    """Run `argv` (default: the arguments of the process) and return the exit code of `cli.exits`."""
    arrived: list[int] = []
    restore = _note_interrupts(arrived)
    try:
        code = _run(sys.argv[1:] if argv is None else argv, lambda: bool(arrived))
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
    except MemoryError:  # too little for a diagnostic
        _last_words("out of memory")
        return 3
    except OSError as error:  # errors of project files were reported as diagnostics
        _silence_output()
        _last_words(f"cannot write the output: {error.strerror}")
        return 3
    finally:
        restore()


def _note_interrupts(arrived: list[int]) -> Callable[[], object]:
    """Record a Ctrl-C, since a library may convert KeyboardInterrupt to another exception; return the undo function.

    An inherited handler stays, such as SIG_IGN under `nohup`.
    """

    def note(number: int, _frame: FrameType | None) -> None:
        arrived.append(number)
        raise KeyboardInterrupt

    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        return lambda: None
    try:
        signal.signal(signal.SIGINT, note)
    except ValueError:  # not in the main thread
        return lambda: None
    return lambda: signal.signal(signal.SIGINT, signal.default_int_handler)


def _run(argv: Sequence[str], interrupted: Callable[[], bool]) -> int:
    from ddms_compile.cli.dispatch import dispatch

    try:
        return dispatch(argv, interrupted)
    except SystemExit as error:  # argparse, after --help
        return error.code if isinstance(error.code, int) else 2


def _silence_output() -> None:
    """Send buffered output to the null device, so that the interpreter prints no error when it exits."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _last_words(text: str) -> None:
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(f"ddms-compile: {text}\n")
        sys.stderr.flush()
