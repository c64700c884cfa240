"""Folders of code in the cache: complete, immutable once they have their name, and private.

A folder is built under another name and renamed, so two processes may build at once: the first rename wins, and both
have the same content. Loaded code is executed, so the cache (`private`) and each file must be private.
"""

import contextlib
import hashlib
import json
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from ddms_compile.disk import door
from ddms_compile.disk.private import below, is_ours_to_write, private_folder
from ddms_compile.disk.reader import read_json
from ddms_compile.tree import Document

UNUSED_SECONDS = 30 * 24 * 3600
"""Unused folders are deleted after this time."""
MANIFEST = "manifest.json"
_SHAPE = {"about": {str: object}, "files": {str: [object]}}


def find(shelf: Path, name: str) -> Document | None:
    """Return the metadata of the folder `shelf/name`, if it is complete and private.

    Any other folder is moved away.
    """
    about = _verified(shelf / name) if private_folder(shelf) == shelf else None
    if about is None:
        discard(shelf, name)
        return None
    with contextlib.suppress(OSError):  # a read-only cache is valid
        os.utime(shelf / name / MANIFEST, follow_symlinks=False)
    return about


def discard(shelf: Path, name: str) -> bool:
    """Remove an invalid folder and return whether that succeeded; raises no error."""
    try:
        away = Path(tempfile.mkdtemp(prefix=".broken-", dir=shelf))
    except OSError:
        return False
    try:
        (shelf / name).rename(away / "entry")
    except OSError:
        return False
    finally:
        shutil.rmtree(away, ignore_errors=True)
    return True


def keep(shelf: Path, name: str, files: Mapping[str, bytes], about: Document) -> Path:
    """Write the folder `shelf/name`. Raises OSError, also when the shelf is not private."""
    if private_folder(shelf) != shelf:
        raise OSError(0, "the cache is not private", str(shelf))
    stage = Path(tempfile.mkdtemp(prefix=".new-", dir=shelf))
    try:
        fill(stage, files, about)
        target = _named(shelf, stage, name)
    except BaseException:  # a full disk, Ctrl-C
        shutil.rmtree(stage, ignore_errors=True)
        raise
    _forget_unused(shelf)
    return target


def _named(shelf: Path, stage: Path, name: str) -> Path:
    target = shelf / name
    for _ in range(3):
        try:
            stage.rename(target)
            return target
        except OSError:
            if _verified(target) is not None:  # another process renamed first
                shutil.rmtree(stage, ignore_errors=True)
                return target
            discard(shelf, name)
    raise OSError(0, "the cache cannot be written", str(target))


def fill(folder: Path, files: Mapping[str, bytes], about: Document) -> None:
    """Write the files and their metadata to an empty private folder. Raises OSError."""
    listing: dict[str, tuple[int, int, str]] = {}
    for name, content in files.items():
        door.write(folder, name, content, private=True)
        changed = door.status(folder, name).st_mtime_ns
        listing[name] = (len(content), changed, hashlib.sha256(content).hexdigest())
    manifest = json.dumps({"about": about, "files": listing})
    sealed = json.dumps([hashlib.sha256(manifest.encode()).hexdigest(), manifest])
    door.write(folder, MANIFEST, sealed.encode(), private=True)


def load(folder: Path, name: str) -> bytes:
    """Return code to execute. Raises OSError when other users could have written it."""
    read = door.read(folder, name)
    if not is_ours_to_write(read.status):
        raise door.Refused(name, "other users can change it")
    return read.content


def _verified(folder: Path) -> Document | None:
    """Return the manifest, if every file matches it.

    Size and ctime suffice for an untouched file; one with another ctime is hashed.
    """
    try:
        digest, text = read_json(load(folder, MANIFEST), [str])
        if hashlib.sha256(text.encode()).hexdigest() != digest:
            return None
        manifest = read_json(text.encode(), _SHAPE)
        folders = {str(folder), *(f"{folder}/{name.rpartition('/')[0]}" for name in manifest["files"])}
        if not all(_is_sound(each, stat.S_IFDIR) for each in folders):
            return None
        for name, (size, changed, sha256) in manifest["files"].items():
            found = _is_sound(f"{folder}/{name}", stat.S_IFREG)
            if found is None or found.st_size != size:
                return None
            if found.st_mtime_ns != changed and hashlib.sha256(load(folder, name)).hexdigest() != sha256:
                return None
        about: Document = manifest["about"]
        return about
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _is_sound(path: str, kind: int) -> os.stat_result | None:
    """Return the file's status when it has that kind, is no link, and is private; else None."""
    status = os.lstat(path)  # called 2,000 times: a Path costs more than the call
    return status if stat.S_IFMT(status.st_mode) == kind and is_ours_to_write(status) else None


def _forget_unused(shelf: Path) -> None:
    limit = time.time() - UNUSED_SECONDS
    for path in below(shelf):
        try:
            manifest = path / MANIFEST
            if (manifest if manifest.exists() else path).stat().st_mtime < limit:
                shutil.rmtree(path, ignore_errors=True)
        except OSError:
            continue
