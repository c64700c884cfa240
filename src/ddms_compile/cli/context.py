"""The context of a command: its process, and its output streams."""

import os
import time
from argparse import Namespace
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from ddms_compile.cli.exits import exit_code
from ddms_compile.cli.progress import Progress
from ddms_compile.cli.project import find_project
from ddms_compile.diagnostics.diagnostic import Diagnostic, Severity

if TYPE_CHECKING:
    from ddms_compile.pipeline.compile import Checked
    from ddms_compile.pipeline.request import Request


class OutputError(OSError):
    """Standard output or error cannot be written. I/O errors of files are diagnostics."""


_ONE_DOCUMENT = ("json", "sarif")
_ALIKE, _SHOWN = 50, 200
"""Maximum of shown diagnostics of one code, and of all; the rest is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One run. `directory`: the value of `-C`; `now`: in UTC; `started`: seconds of the monotonic clock."""

    directory: str
    format: str
    color: str
    quiet: bool
    environ: Mapping[str, str]
    stdout: TextIO
    stderr: TextIO
    now: datetime
    started: float
    cache_dir: Path | None
    progress: Progress

    @classmethod
    def of_process(cls, options: Namespace, environ: Mapping[str, str], stdout: TextIO, stderr: TextIO) -> "Context":
        """Return the context of this process. Characters that the terminal's encoding lacks are escaped."""
        for stream in (stdout, stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")
        return cls(
            directory=options.directory,
            format=options.format,
            color=options.color,
            quiet=options.quiet,
            environ=environ,
            stdout=stdout,
            stderr=stderr,
            now=datetime.now(UTC),  # builds must not depend on the time zone
            started=time.monotonic(),
            cache_dir=_cache_dir(environ),
            progress=Progress(stderr, quiet=options.quiet, fancy=_is_terminal(stderr, environ)),
        )

    def root(self) -> Path:
        """Return the project's directory; see `find_project`."""
        return find_project(self.directory)

    def built(self) -> Path:
        """Return `root()`, for a command that reads or writes state of builds.

        Raises DiagnosticError (DDMS510, DDMS511) when the working folder is not trusted.
        """
        from ddms_compile.write.trust import refuse_strange_state

        root = self.root()
        refuse_strange_state(root)
        return root

    def request(self, root: Path, environments: Iterable[str], *, force: bool = False) -> "Request":
        """Return the request to work on `environments` (none: all)."""
        from ddms_compile.pipeline.request import Request

        return Request(
            root=root,
            environments=tuple(environments),
            today=self.now.date(),
            cache_dir=_cache_for(root, self.cache_dir),
            progress=self.progress,
            workers=os.cpu_count() or 1,
            force=force,
        )

    def report(self, diagnostics: Iterable[Diagnostic], sources: Mapping[str, str]) -> int:
        """Print the diagnostics in the chosen format and return their exit code.

        Plain text goes to standard error; the machine formats are the result and go to standard output.
        """
        diagnostics = tuple(diagnostics)
        code = exit_code(diagnostics)
        self.progress.stop()
        if self.format not in _ONE_DOCUMENT:
            shown = [d for d in diagnostics if not self.quiet or d.severity is Severity.ERROR]
            if not shown:
                return code
            diagnostics = tuple(shown)
        from ddms_compile.diagnostics.few import few
        from ddms_compile.diagnostics.order import in_order
        from ddms_compile.diagnostics.render import FORMATS

        kept = few(in_order(diagnostics), lambda d: d.code, each=_ALIKE, total=_SHOWN)
        diagnostics = tuple(replace(d, more=d.more + others) if others else d for d, others in kept)
        stream = self.stderr if self.format == "plain" else self.stdout
        self._write(stream, FORMATS[self.format](diagnostics, sources, color=self.colored(stream)))
        return code

    def out(self, text: str) -> None:
        """Write a result to standard output. Raises OutputError when it is full or closed."""
        self._write(self.stdout, text)

    def say(self, text: str) -> None:
        """Print a summary for people: to standard output, or to standard error when the format is a document."""
        if not self.quiet and text:
            self._write(self.stderr if self.format in _ONE_DOCUMENT else self.stdout, text)

    def note(self, text: str) -> None:
        """Print a note about the run to standard error."""
        if not self.quiet:
            self.stderr.write(f"{text}\n")
            self.stderr.flush()

    def colored(self, stream: TextIO) -> bool:
        """Return whether to color `stream`: by --color, else NO_COLOR (no-color.org), TERM, and `isatty`."""
        if self.color != "auto":
            return self.color == "always"
        return not self.environ.get("NO_COLOR") and _is_terminal(stream, self.environ)

    def took(self) -> str:
        """Return ` in 0.42 s` on a terminal, else nothing, so that logs of equal builds are equal."""
        return f" in {time.monotonic() - self.started:.2f} s" if self.stdout.isatty() else ""

    def _write(self, stream: TextIO, text: str) -> None:
        try:
            stream.write(text if text.endswith("\n") else f"{text}\n")
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputError(error.errno, error.strerror) from error


def sources_of(checked: "Checked") -> Mapping[str, str]:
    """Return the texts that the diagnostics of `checked` quote, by path."""
    return {} if checked.project is None else checked.project.sources


def _is_terminal(stream: TextIO, environ: Mapping[str, str]) -> bool:
    return stream.isatty() and environ.get("TERM") != "dumb"


def _cache_dir(environ: Mapping[str, str]) -> Path | None:
    """Return the cache directory by the XDG Base Directory spec (ignores relative values); None without a home."""
    chosen = Path(environ.get("XDG_CACHE_HOME", ""))
    if chosen.is_absolute():
        return chosen / "ddms-compile"
    home = Path(environ.get("HOME", ""))
    return home / ".cache" / "ddms-compile" if home.is_absolute() else None


def _cache_for(root: Path, cache_dir: Path | None) -> Path | None:
    """Return the cache directory; None inside the project, since code is loaded from it."""
    from ddms_compile.disk.private import is_inside

    return None if cache_dir is None or is_inside(cache_dir, root) else cache_dir
