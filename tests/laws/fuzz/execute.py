"""One case in this process: `main` with captured streams, watched."""

import gc
import io
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache

from ddms_compile.cli import main, parser
from ddms_compile.cli.context import Context
from ddms_compile.diagnostics.diagnostic import Diagnostic
from ddms_compile.diagnostics.render import FORMATS
from ddms_compile.load import Layer, LayerKind, project
from fuzz.case import Case
from fuzz.entries import Entry, read
from fuzz.sandbox import Sandbox, differences
from fuzz.watch import Event, Watch


@dataclass(slots=True)
class Ran:
    """How a case went. `cpu`: seconds of this process; `rendered`: all diagnostics in each format; `changed`: what

    is not as it was outside (`outside`) and inside the project; `texts`: of the files that diagnostics are about.
    """

    code: int = 0
    out: str = ""
    err: str = ""
    raised: str = ""
    internal: str = ""
    cpu: float = 0.0
    events: list[Event] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)
    rendered: dict[str, str] = field(default_factory=dict)
    outside: list[str] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)


class Executor:
    """Runs cases in one sandbox. One for a process: it changes the environment and the working directory."""

    def __init__(self, sandbox: Sandbox, watch: Watch) -> None:
        self.sandbox, self._watch = sandbox, watch
        sandbox.make()
        os.environ.clear()
        os.environ.update(sandbox.environ)
        tempfile.tempdir = None
        sys.dont_write_bytecode = True
        self._reported: tuple[list[Diagnostic], dict[str, str]] = ([], {})
        self._listen()
        _read_own_files_once()

    def built(self) -> Mapping[str, Entry]:
        """The project with one local environment after a build, its working folder included; starts no Node."""
        self._run_plain(Case(base="local", changes={}, arguments=("build",)))
        return read(self.sandbox.project, ".")

    def warm(self) -> None:
        """Fills the cache, so that no case pays for the bindings."""
        self._run_plain(Case(base="staging", changes={}, arguments=("build",), charts=True))

    def run(self, case: Case, built: Mapping[str, Entry]) -> Ran:
        """The case in a fresh project."""
        self.sandbox.put(case.entries(built))
        outside, inside = self.sandbox.outside(), self.sandbox.inside()
        ran = self._command(case.arguments)
        after = self.sandbox.outside()
        ran.outside = differences(outside, after)
        ran.inside = differences(inside, self.sandbox.inside())
        if ran.outside:
            os.chdir("/")
            self.sandbox.make()
        return ran

    def _run_plain(self, case: Case) -> None:
        self.sandbox.put(case.entries({}))
        ran = self._command(case.arguments)
        if ran.code:
            raise SystemExit(f"the unchanged project does not build here:\n{ran.out}{ran.err}{ran.internal}")

    def _command(self, arguments: tuple[str, ...]) -> Ran:
        ran = Ran()
        self._reported = (ran.diagnostics, ran.sources)
        # An argument with a NUL or a lone surrogate can come from no shell.
        arguments = tuple(a.replace("\x00", "").encode("utf-8", "replace").decode() for a in arguments)
        streams = sys.stdout, sys.stderr
        out, err = io.StringIO(), io.StringIO()
        os.chdir(self.sandbox.project)
        gc.disable()
        began = time.process_time()
        try:
            sys.stdout, sys.stderr = out, err
            with self._watch.recording() as ran.events:
                ran.code = main(arguments)
            ran.cpu = time.process_time() - began
            for name, render in FORMATS.items():
                ran.rendered[name] = render(tuple(ran.diagnostics), ran.sources, color=False)
        except BaseException as error:
            ran.code, ran.raised = 1000, "".join(traceback.format_exception(error))
        finally:
            sys.stdout, sys.stderr = streams
            gc.enable()
            gc.set_threshold(700, 10, 10)
        ran.out, ran.err = out.getvalue(), err.getvalue()
        ran.internal = self._internal()
        return ran

    def _internal(self) -> str:
        """The traceback that an internal error saved, taken away."""
        text = ""
        for folder in (self.sandbox.cache / "ddms-compile", self.sandbox.temp):
            with suppress(OSError):
                for path in folder.glob("internal-error*"):
                    text += path.read_text("utf-8")
                    path.unlink()
        return text

    def _listen(self) -> None:
        report = Context.report

        def listening(context: Context, diagnostics: Iterable[Diagnostic], sources: Mapping[str, str]) -> int:
            listed = tuple(diagnostics)
            self._reported[0].extend(listed)
            self._reported[1].update(sources)
            return report(context, listed, sources)

        Context.report = listening  # type: ignore[method-assign, assignment]


def _read_own_files_once() -> None:
    """The defaults and the parser of arguments are the same in every case, and most of the work of a check."""
    parser.build_parser = cache(parser.build_parser)
    read_builtin = project._Loading.read_builtin
    layers: dict[tuple[str, str], Layer] = {}

    def once(loading: project._Loading, kind: LayerKind, name: str) -> Layer:
        if (kind, name) not in layers:
            layers[kind, name] = read_builtin(loading, kind, name)
        layer = layers[kind, name]
        loading.sources[layer.source.path] = layer.source.text
        return layer

    project._Loading.read_builtin = once  # type: ignore[method-assign, assignment]
