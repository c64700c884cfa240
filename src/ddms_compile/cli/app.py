"""From arguments to an exit code: the one place that catches everything.

Nothing is imported at the top that can be slow or can fail: a Ctrl-C during an import, and a bug in one, end
as quietly as any other.
"""

import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import FrameType


def main(argv: Sequence[str] | None = None) -> int:
    """Runs `argv` (default: the arguments of the process) and returns the exit code of `cli.exits`."""
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
    except MemoryError:  # there was not even enough for a diagnostic
        _last_words("there is too little memory")
        return 3
    except OSError as error:  # whatever had a file and a place was reported as a diagnostic
        _silence_output()
        _last_words(f"cannot write the output: {error.strerror}")
        return 3
    finally:
        restore()


def _note_interrupts(arrived: list[int]) -> Callable[[], object]:
    """Remembers a Ctrl-C, because a library may turn the exception that it raises into one of its own.

    Whoever started us with another handler, or told us to ignore it, is obeyed. Returns what undoes it.
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
    """Gives what is still buffered to nobody, so that the interpreter does not complain when it exits."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _last_words(text: str) -> None:
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(f"ddms-compile: {text}\n")
        sys.stderr.flush()
