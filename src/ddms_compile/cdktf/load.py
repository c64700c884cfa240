"""Load the binding for a set of Terraform types: slim when possible, else full."""

import importlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from ddms_compile.cdktf import modules, store
from ddms_compile.cdktf.engine import (
    ENGINES,
    BindingError,
    Engine,
    EngineName,
    UnknownTypeError,
    by_provider,
)
from ddms_compile.cdktf.node import Node, NodeTimeoutError, program
from ddms_compile.cdktf.store import SlimFolder
from ddms_compile.disk.private import private_folder

Mode = Literal["slim", "full"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """CDKTF's classes. `core` and `constructs`: its modules; `mode`: how it was loaded."""

    engine: EngineName
    mode: Mode
    core: Any
    constructs: Any
    _classes: Mapping[str, tuple[str, str]]

    def element(self, terraform_type: str, *, data: bool = False) -> Any:
        """The class of a resource or data source: `aws_db_instance`. Raises BindingError when it was not loaded."""
        return self._class(f"data.{terraform_type}" if data else terraform_type)

    def provider(self, name: str) -> Any:
        """The class of a provider: `aws`. Raises BindingError when no type of it was loaded."""
        return self._class(f"provider.{name}")

    def construct(self, scope: Any, name: str) -> Any:
        """Create a construct that contains elements."""
        return self.constructs.Construct(scope, name)

    def _class(self, key: str) -> Any:
        try:
            module, name = self._classes[key]
        except KeyError:
            raise BindingError(f"{key} is not among the types that were loaded") from None
        return getattr(importlib.import_module(module), name)


def begin(types: Iterable[str], *, cache_dir: Path | None, engine: EngineName = "cdktf") -> Node | None:
    """Start Node for cached slim bindings, ahead of `load`, which takes it over; imports no jsii.

    Returns None when that is impossible: `load` then builds the bindings or raises the error.
    """
    try:
        entry = store.find(cache_dir, store.key_of(ENGINES[engine], frozenset(types)))
        return _node(entry, cache_dir, program()) if entry else None
    except (BindingError, PackageNotFoundError, OSError):
        return None


def load(
    types: Iterable[str],
    *,
    cache_dir: Path | None,
    engine: EngineName = "cdktf",
    mode: Mode = "slim",
    begun: Node | None = None,
    on_progress: Callable[[str], None] | None = None,
) -> Binding:
    """Return the binding with all of `types` (data sources as `data.aws_…`), and a running kernel. `begun`: by `begin`.

    The first call with a set of types takes seconds, those after it a fraction of one. Slim loading that fails for
    any reason but a missing type or package is replaced by full loading, with a call of `on_progress`. A second load in
    a process ends the earlier kernel: its objects become invalid, its classes stay.

    Raises BindingError: a package is not installed, a type does not exist, Node does not start.
    """
    tell = on_progress or (lambda _message: None)
    chosen, wanted = ENGINES[engine], frozenset(types)
    by_provider(chosen, wanted)
    for package in chosen.packages:
        _ = package.root
    node = program()
    if mode == "slim":
        for attempt in (1, 2):
            try:
                return _slim(chosen, wanted, cache_dir, node, begun if attempt == 1 else None, tell)
            except UnknownTypeError:
                raise
            except Exception as error:
                _undo(chosen)
                if begun is not None:
                    begun.stop()
                if isinstance(error, MemoryError | NodeTimeoutError):
                    raise
                if attempt == 1 and store.discard(cache_dir, store.key_of(chosen, wanted)):
                    tell(f"rebuilding the bindings ({error})")
                    continue
                tell(f"warning: the slim bindings do not load ({error}); loading all of CDKTF, which takes longer")
                break
    return _full(chosen, wanted, node)


def _slim(
    engine: Engine,
    types: frozenset[str],
    cache_dir: Path | None,
    node: Path,
    begun: Node | None,
    tell: Callable[[str], None],
) -> Binding:
    from ddms_compile.cdktf import kernel

    if begun is None:
        key = store.key_of(engine, types)
        entry = store.find(cache_dir, key)
        if entry is None:
            from ddms_compile.cdktf.build import build

            tell("building the bindings for the first time")
            entry = store.keep(cache_dir, key, *build(engine, types, tell))
        begun = _node(entry, cache_dir, node)
    entry = begun.entry
    before = kernel.installed()
    if isinstance(before, kernel.SlimProvider):
        before.close()
    kernel.install(kernel.SlimProvider(begun, lambda: _node(entry, cache_dir, node)))
    modules.importer().add(entry.path, entry.about["modules"])
    binding = _binding(engine, "slim", {kind: (m, c) for kind, (m, c) in entry.about["classes"].items()})
    begun.settle()
    return binding


def _node(entry: SlimFolder, cache_dir: Path | None, node: Path) -> Node:
    return Node(node, entry, None if entry.temporary or cache_dir is None else private_folder(cache_dir))


def _binding(engine: Engine, mode: Mode, classes: Mapping[str, tuple[str, str]]) -> Binding:
    core: ModuleType = importlib.import_module(engine.core.module)
    constructs = importlib.import_module(engine.constructs.module)
    return Binding(engine=engine.name, mode=mode, core=core, constructs=constructs, _classes=classes)


def _full(engine: Engine, types: frozenset[str], node: Path) -> Binding:
    from ddms_compile.cdktf import full

    try:
        with full.plain_jsii(node):
            return _binding(engine, "full", full.classes(engine, by_provider(engine, types)))
    except BindingError:
        raise
    except Exception as error:  # third-party code, and the last fallback
        raise BindingError(f"CDKTF cannot be loaded: {type(error).__name__}: {error}") from error


def _undo(engine: Engine) -> None:
    """Undo a failed attempt at slim loading."""
    from jsii._kernel.providers.process import ProcessProvider

    from ddms_compile.cdktf import kernel

    before = kernel.installed()
    if isinstance(before, kernel.SlimProvider):
        before.close()
        kernel.install(ProcessProvider())
    modules.forget(engine)


def release() -> None:
    """End the kernel and free its memory on both sides; the classes stay and the next object starts another.

    Earlier objects become invalid. jsii never frees an object, so a long run calls this from time to time.
    """
    from ddms_compile.cdktf import kernel

    provider = kernel.installed()
    if isinstance(provider, kernel.SlimProvider):
        provider.close()
