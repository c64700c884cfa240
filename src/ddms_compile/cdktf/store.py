"""The slim packages in the cache: one folder per set of versions and types, immutable once it has its name.

    <cache>/bindings/<key>/
        manifest.json              size and SHA-256 of every file
        python/<module>            compiled Python modules
        node_modules/<package>/    JavaScript, at a constant path, so that Node can cache its compiled code
        assemblies/<n>.tgz         unpacked by jsii at each start: the assembly and a line that loads the above
        runtime/                   jsii's own program

`disk/code` writes, verifies and deletes them.
"""

import atexit
import hashlib
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

from ddms_compile.cdktf.engine import Engine
from ddms_compile.disk import code
from ddms_compile.disk.private import Scratch, private_folder
from ddms_compile.tree import Document

FORMAT = 1
"""Version of this layout; raise it when the content of a folder changes."""

ROOT_VARIABLE = "DDMS_BINDINGS"
"""Environment variable of the Node process: the folder of the slim packages."""


@dataclass(frozen=True, slots=True)
class SlimFolder:
    """A complete folder. `temporary`: it is outside the cache, and deleted with the process."""

    path: Path
    about: Document
    temporary: bool = False


def key_of(engine: Engine, types: frozenset[str]) -> str:
    """Return the name of the folder: a hash of everything that determines its content."""
    packages = [(p.module, p.tarball.name, p.tarball.stat().st_size) for p in engine.packages]
    facts = [FORMAT, sys.implementation.cache_tag, sys.hexversion, _jsii_identity(), packages, sorted(types)]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:32]


def _jsii_identity() -> list[tuple[str, int]]:
    # Not by an import, which takes longer than the rest of a start.
    folder = Path(str(distribution("jsii").locate_file("jsii/_embedded/jsii")))
    return sorted((path.name, path.stat().st_size) for path in folder.glob("*.js"))


def find(cache_dir: Path | None, key: str) -> SlimFolder | None:
    """Return the folder if it is complete and private; moves a damaged one away."""
    shelf = _shelf(cache_dir)
    about = None if shelf is None else code.find(shelf, key)
    return None if shelf is None or about is None else SlimFolder(shelf / key, about)


def discard(cache_dir: Path | None, key: str) -> bool:
    """Remove an invalid folder and return whether that succeeded; raises no error."""
    shelf = _shelf(cache_dir)
    return shelf is not None and code.discard(shelf, key)


def keep(cache_dir: Path | None, key: str, files: Mapping[str, bytes], about: Document) -> SlimFolder:
    """Write a folder to the cache and return it; when the cache is unusable, a temporary folder.

    Raises OSError when neither can be written.
    """
    shelf = _shelf(cache_dir)
    if shelf is not None:
        try:
            return SlimFolder(code.keep(shelf, key, files, about), about)
        except OSError:  # a full disk, a read-only cache
            pass
    scratch = Scratch(None)
    try:
        code.fill(scratch.path, files, about)
    except BaseException:
        scratch.close()
        raise
    atexit.register(scratch.close)
    return SlimFolder(scratch.path, about, temporary=True)


def _shelf(cache_dir: Path | None) -> Path | None:
    return None if cache_dir is None else private_folder(cache_dir / "bindings")
