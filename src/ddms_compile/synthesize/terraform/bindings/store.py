"""The slim packages on disk: one folder per set of versions and types, complete and never changed once it has its name.

    <cache>/bindings/<key>/
        manifest.json              size and SHA-256 of every file
        python/<module>            compiled Python modules
        node_modules/<package>/    JavaScript, at a path that stays the same, so that Node can keep its compiled code
        assemblies/<n>.tgz         what jsii unpacks at each start: the assembly and a line that loads the above
        runtime/                   jsii's own program

A folder is built beside and renamed, so two processes may build at once: the first to rename wins and both are right.
"""

import contextlib
import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from ddms_compile.synthesize.terraform.bindings.engine import Engine

FORMAT = 1
"""Number of this layout: a change of what a folder holds raises it."""

UNUSED_SECONDS = 30 * 24 * 3600
"""Folders that nobody used for so long are deleted."""

MANIFEST = "manifest.json"

ROOT_VARIABLE = "DDMS_BINDINGS"
"""Environment variable of the Node process: the folder of the slim packages."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A complete folder. `temporary`: it is not in the cache and goes away with the kernel."""

    path: Path
    about: Mapping[str, Any]
    temporary: bool = False


def key_of(engine: Engine, types: frozenset[str]) -> str:
    """The name of the folder: everything that its content follows from."""
    packages = [(p.module, p.tarball.name, p.tarball.stat().st_size) for p in engine.packages]
    facts = [FORMAT, sys.implementation.cache_tag, sys.hexversion, _jsii_identity(), packages, sorted(types)]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:32]


def _jsii_identity() -> list[Any]:
    # Not by importing it: that takes longer than all the rest of a start.
    folder = Path(str(distribution("jsii").locate_file("jsii/_embedded/jsii")))
    return sorted([path.name, path.stat().st_size] for path in folder.glob("*.js"))


def find(cache_dir: Path, key: str) -> Entry | None:
    """The folder if it is there and whole; one that is damaged is moved out of the way."""
    path = cache_dir / "bindings" / key
    about = _verified(path)
    if about is None:
        discard(cache_dir, key)
        return None
    with contextlib.suppress(OSError):  # a cache that can only be read is a good cache
        os.utime(path / MANIFEST)
    return Entry(path, about)


def discard(cache_dir: Path, key: str) -> bool:
    """Remove a folder that is no good; never an error. Whether there was one and it is gone."""
    path = cache_dir / "bindings" / key
    try:
        away = Path(tempfile.mkdtemp(prefix=".broken-", dir=path.parent))
    except OSError:
        return False
    try:
        path.rename(away / "entry")
    except OSError:
        return False
    finally:
        shutil.rmtree(away, ignore_errors=True)
    return True


def keep(cache_dir: Path, key: str, files: Mapping[str, bytes], about: Mapping[str, Any]) -> Entry:
    """Write a folder and give it its name; when the cache cannot be written, a temporary folder that is as good."""
    parent = cache_dir / "bindings"
    try:
        parent.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=".new-", dir=parent))
    except OSError:
        return Entry(_fill(Path(tempfile.mkdtemp(prefix="ddms-bindings-")), files, about), about, temporary=True)
    try:
        _fill(stage, files, about)
    except OSError:  # a full disk
        shutil.rmtree(stage, ignore_errors=True)
        return Entry(_fill(Path(tempfile.mkdtemp(prefix="ddms-bindings-")), files, about), about, temporary=True)
    except BaseException:  # Ctrl-C
        shutil.rmtree(stage, ignore_errors=True)
        raise
    target = parent / key
    for _ in range(3):
        try:
            stage.rename(target)
            break
        except OSError:
            if _verified(target) is not None:  # another process was faster
                shutil.rmtree(stage, ignore_errors=True)
                break
            discard(cache_dir, key)
    else:
        return Entry(stage, about, temporary=True)
    _forget_unused(parent)
    return Entry(target, about)


def _fill(folder: Path, files: Mapping[str, bytes], about: Mapping[str, Any]) -> Path:
    listing: dict[str, list[Any]] = {}
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        listing[name] = [len(content), path.stat().st_mtime_ns, hashlib.sha256(content).hexdigest()]
    manifest = json.dumps({"about": about, "files": listing})
    (folder / MANIFEST).write_text(json.dumps([hashlib.sha256(manifest.encode()).hexdigest(), manifest]))
    return folder


def _verified(folder: Path) -> dict[str, Any] | None:
    """What the manifest says, if every file is as it says.

    Size and time of change are enough for a file that nobody touched; one with another time is read and hashed.
    """
    try:
        digest, text = json.loads((folder / MANIFEST).read_bytes())
        if hashlib.sha256(text.encode()).hexdigest() != digest:
            return None
        manifest = json.loads(text)
        base = os.fspath(folder) + "/"
        for name, (size, changed, sha256) in manifest["files"].items():
            stat = os.stat(base + name)  # noqa: PTH116 (2,000 times; a Path costs more than the call)
            if stat.st_size != size:
                return None
            if stat.st_mtime_ns != changed and hashlib.sha256((folder / name).read_bytes()).hexdigest() != sha256:
                return None
        about: dict[str, Any] = manifest["about"]
        return about
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _forget_unused(parent: Path) -> None:
    limit = time.time() - UNUSED_SECONDS
    for path in parent.iterdir():
        try:
            manifest = path / MANIFEST
            if (manifest if manifest.exists() else path).stat().st_mtime < limit:
                shutil.rmtree(path, ignore_errors=True)
        except OSError:
            continue
