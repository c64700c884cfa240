"""The CDKTF session of one build: started early, loaded with the first stack, closed once.

This module imports neither jsii nor pydantic, so that a build can start Node first.
"""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from ddms_compile.cdktf import ENGINES, Binding, BindingError, Node, begin, load, release
from ddms_compile.cdktf.engine import EngineName
from ddms_compile.cdktf.types import TYPES
from ddms_compile.diagnostics import Severity
from ddms_compile.load import Finding, FindingsError


class Session:
    """A session; the creator closes it. After `close` it can be used again."""

    def __init__(
        self, *, cache_dir: Path | None, progress: Callable[[str], None] = lambda _: None, workers: int = 1
    ) -> None:
        """`cache_dir`: for the bindings; without one each session builds them.

        `progress`: called with the name of each slow step. `workers`: maximum number of processes.
        """
        self.cache_dir, self.workers = cache_dir, workers
        self._progress = progress
        self._begun: Node | None = None
        self._binding: Binding | None = None
        self._ends = ExitStack()

    def begin(self, engine: object) -> None:
        """Start Node for the engine of the data, not validated yet. `binding` raises the errors."""
        for known in ENGINES:
            if known == engine:
                self._begun = begin(TYPES, cache_dir=self.cache_dir, engine=known)
        if self._begun is not None:
            self._ends.callback(self._begun.stop)

    def binding(self, engine: EngineName) -> Binding:
        """Return CDKTF's classes, with a running kernel. Raises FindingsError when it cannot be loaded."""
        if self._binding is None or self._binding.engine != engine:
            begun, self._begun = self._begun, None
            try:
                self._binding = load(
                    TYPES, cache_dir=self.cache_dir, engine=engine, begun=begun, on_progress=self._progress
                )
            except BindingError as error:
                raise FindingsError([_no_binding(str(error))]) from error
        return self._binding

    def on_close(self, end: Callable[[], object]) -> None:
        """Register a function to call in `close`."""
        self._ends.callback(end)

    def close(self) -> None:
        """End Node and call the registered functions; idempotent."""
        if self._binding is not None:
            release()
            self._binding = None
        self._ends.close()


def _no_binding(reason: str) -> Finding:
    return Finding(
        code="DDMS901",
        severity=Severity.ERROR,
        message="CDKTF cannot be started",
        place=None,
        notes=(reason,),
        help=("reinstall it: pip install --force-reinstall ddms-compile; a damaged cache is rebuilt automatically",),
    )
