"""What a command knows about the process it runs in, and how it speaks."""

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
    """What we print cannot be written; other errors of the system have a file and a diagnostic."""


_ONE_DOCUMENT = ("json", "sarif")
_ALIKE, _SHOWN = 50, 200
"""Diagnostics of one code, and of all, that are shown; the others are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One run. `directory` is the `-C` of the user; `now` is in UTC; `started` is in seconds of the monotonic clock."""

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
        """The context of this process. Output that the terminal cannot show is escaped, never an error."""
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
            now=datetime.now(UTC),  # one date everywhere: two time zones must not disagree about a build
            started=time.monotonic(),
            cache_dir=_cache_dir(environ),
            progress=Progress(stderr, quiet=options.quiet, fancy=_is_terminal(stderr, environ)),
        )

    def root(self) -> Path:
        """The project's directory; see `find_project`."""
        return find_project(self.directory)

    def built(self) -> Path:
        """The same, for a command that reads or writes what builds leave there.

        Raises DiagnosticError (DDMS510, DDMS511) when the working folder may not be used.
        """
        from ddms_compile.write.trust import refuse_strange_state

        root = self.root()
        refuse_strange_state(root)
        return root

    def request(self, root: Path, environments: Iterable[str], *, force: bool = False) -> "Request":
        """What the pipeline needs to know to work on `environments` (none: all)."""
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
        """Prints the diagnostics in the chosen format and returns the exit code that they ask for.

        Plain text goes to standard error, since standard output is for results; the machine formats are the
        result.
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
        """Writes a result to standard output. Raises OutputError when that is full or gone."""
        self._write(self.stdout, text)

    def say(self, text: str) -> None:
        """A sentence for people about what was done: standard output, unless that carries a document."""
        if not self.quiet and text:
            self._write(self.stderr if self.format in _ONE_DOCUMENT else self.stdout, text)

    def note(self, text: str) -> None:
        """A sentence about the work itself, on standard error."""
        if not self.quiet:
            self.stderr.write(f"{text}\n")
            self.stderr.flush()

    def colored(self, stream: TextIO) -> bool:
        """Whether `stream` gets colour: --color, else NO_COLOR (no-color.org), TERM, and being a terminal."""
        if self.color != "auto":
            return self.color == "always"
        return not self.environ.get("NO_COLOR") and _is_terminal(stream, self.environ)

    def took(self) -> str:
        """` in 0.42 s` on a terminal; nothing elsewhere, so that logs of equal builds are equal."""
        return f" in {time.monotonic() - self.started:.2f} s" if self.stdout.isatty() else ""

    def _write(self, stream: TextIO, text: str) -> None:
        try:
            stream.write(text if text.endswith("\n") else f"{text}\n")
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputError(error.errno, error.strerror) from error


def sources_of(checked: "Checked") -> Mapping[str, str]:
    """The texts that the diagnostics of `checked` may show."""
    return {} if checked.project is None else checked.project.sources


def _is_terminal(stream: TextIO, environ: Mapping[str, str]) -> bool:
    return stream.isatty() and environ.get("TERM") != "dumb"


def _cache_dir(environ: Mapping[str, str]) -> Path | None:
    """The user's cache directory by the XDG rules (basedir-spec: relative values are ignored); None without a home."""
    chosen = Path(environ.get("XDG_CACHE_HOME", ""))
    if chosen.is_absolute():
        return chosen / "ddms-compile"
    home = Path(environ.get("HOME", ""))
    return home / ".cache" / "ddms-compile" if home.is_absolute() else None


def _cache_for(root: Path, cache_dir: Path | None) -> Path | None:
    """Code is loaded from the cache, and never from what came with the repository that is compiled."""
    from ddms_compile.disk.private import is_inside

    return None if cache_dir is None or is_inside(cache_dir, root) else cache_dir
