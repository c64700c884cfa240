"""Full loading: the unchanged published packages. The slow fallback, and the reference for slim loading in tests."""

import atexit
import contextlib
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from jsii._kernel.providers.process import _NodeProcess

from ddms_compile.cdktf.assembly import classes_of
from ddms_compile.cdktf.engine import PROVIDER, BindingError, Engine
from ddms_compile.cdktf.surroundings import surrounded, surroundings
from ddms_compile.disk.private import Scratch


@contextlib.contextmanager
def plain_jsii(node: Path) -> Iterator[None]:
    """Set the environment variables in which jsii finds Node, for a while. Raises BindingError."""
    try:
        scratch = Scratch(None)
    except OSError as error:
        raise BindingError(f"Node has no working directory: {error.strerror}") from error
    atexit.register(scratch.close)
    _NodeProcess.stop = _stop
    before, tempfile.tempdir = tempfile.tempdir, str(scratch.path)  # where jsii unpacks its program
    try:
        with surrounded({**surroundings(scratch.path), "JSII_NODE": str(node)}):
            yield
    finally:
        tempfile.tempdir = before


_jsii_stop = _NodeProcess.stop


def _stop(process: _NodeProcess) -> None:
    """Stop jsii's process and its exit hook, which would fail because Node has ended."""
    with contextlib.suppress(OSError, AttributeError):
        _jsii_stop(process)


def classes(engine: Engine, types: Mapping[str, frozenset[str]]) -> dict[str, tuple[str, str]]:
    """Return Terraform type or `provider.<name>` -> full name of the module, name of the class."""
    result: dict[str, tuple[str, str]] = {}
    for provider, wanted in types.items():
        package = engine.providers[provider]
        for kind, (module, name) in classes_of(package, wanted).items():
            result[f"provider.{provider}" if kind == PROVIDER else kind] = (f"{package.module}.{module}", name)
    return result
