"""Progress on standard error: nothing in the first second, then the current step and its duration."""

import time
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    import threading

_PATIENCE = 1.0
_TICK = 0.2


class Progress:
    """Call it with the name of each step as it begins; `stop` ends it and clears the line.

    On a terminal (`fancy`) one line is rewritten with the elapsed seconds. Elsewhere each step that still runs after
    a second gets one plain line.
    """

    def __init__(self, stream: TextIO, *, quiet: bool, fancy: bool) -> None:
        self._stream = stream
        self._quiet = quiet
        self._fancy = fancy
        self._step = ""
        self._since = 0.0
        self._shown = False
        self._stopped: threading.Event | None = None
        self._thread: threading.Thread | None = None

    def __call__(self, step: str) -> None:
        """Begin a step, such as `loading the Terraform bindings`."""
        self._step, self._since = step, time.monotonic()
        if self._quiet or self._thread is not None:
            return
        import threading

        self._stopped = threading.Event()
        thread = threading.Thread(target=self._watch, args=(self._stopped,), daemon=True)
        try:
            thread.start()
        except RuntimeError:  # no thread available: show no progress
            self._quiet = True
            return
        self._thread = thread

    def stop(self) -> None:
        """End the display; idempotent."""
        if self._thread is None or self._stopped is None:
            return
        self._stopped.set()
        self._thread.join()
        self._thread = None
        if self._shown and self._fancy:
            self._write("\r\x1b[K")
        self._shown = False

    def _watch(self, stopped: "threading.Event") -> None:
        last = ""
        if stopped.wait(_PATIENCE):
            return
        while True:
            step, seconds = self._step, time.monotonic() - self._since
            if self._fancy:
                self._write(f"\r\x1b[K{step} … {seconds:.0f} s")
                self._shown = True
            elif step != last and seconds >= _PATIENCE:
                self._write(f"{step} …\n")
                last = step
            if stopped.wait(_TICK):
                return

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):
            self._quiet = True
