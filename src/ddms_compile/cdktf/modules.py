"""An importer for the compiled modules of a slim folder."""

import importlib
import marshal
import sys
from collections.abc import Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from ddms_compile.cdktf.engine import Engine
from ddms_compile.disk.code import load


class SlimImporter(MetaPathFinder, Loader):
    """Imports the modules of a slim folder, before Python searches the installed ones. Nothing is written."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[Path, str]] = {}

    def add(self, folder: Path, modules: Mapping[str, Sequence[str]]) -> None:
        """Add modules: dotted name -> path within the folder, …"""
        self._files |= {name: (folder, entry[0]) for name, entry in modules.items()}

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,  # noqa: ARG002 (the protocol's)
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        """Part of Python's import protocol."""
        if fullname not in self._files:
            return None
        return ModuleSpec(fullname, self, origin="/".join(map(str, self._files[fullname])), is_package=True)

    def create_module(self, spec: ModuleSpec) -> None:
        """Part of Python's import protocol: use a plain module."""

    def exec_module(self, module: ModuleType) -> None:
        """Part of Python's import protocol."""
        code = marshal.loads(load(*self._files[module.__name__]))
        exec(code, module.__dict__)  # noqa: S102


def importer() -> SlimImporter:
    """Return the importer of this process, which is in `sys.meta_path`."""
    for finder in sys.meta_path:
        if isinstance(finder, SlimImporter):
            return finder
    finder = SlimImporter()
    sys.meta_path.insert(0, finder)
    return finder


def forget(engine: Engine) -> None:
    """Remove the engine's packages from the importer and from `sys.modules`."""
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, SlimImporter)]
    names = tuple(package.module for package in engine.packages)
    for name in [n for n in sys.modules if n in names or n.startswith(tuple(f"{m}." for m in names))]:
        del sys.modules[name]
    importlib.invalidate_caches()
