"""Tracked files under a folder, read from git's index.

`git` is not run: it may be absent, and a repository's configuration names programs that it would run (hooks,
fsmonitor). Format: https://git-scm.com/docs/index-format (versions 2 to 4, and the shared part of a split index).
"""

import re
from collections.abc import Iterator
from pathlib import Path

from ddms_compile.disk import door

LARGEST = 512 * 1024 * 1024
"""Maximum bytes of an index: some four million files."""
_LONGEST = 4096
"""Maximum bytes of a path in version 4 (PATH_MAX of Linux)."""
_ENTRY = 62
"""Bytes of an entry before its name: times, device, inode, mode, owner, size, SHA-1, flags."""
_SHA1, _SHA256 = 20, 32


def tracked(root: Path, name: str) -> str | None:
    """Return the first tracked file at or below `root/name`, relative to `root`; None when there is none.

    Without a repository or with an invalid index nothing is tracked. Case-insensitive, as some file systems are.

    Raises OSError for an unreadable index.
    """
    for top in (root, *root.parents):
        directory = _git_directory(top)
        if directory is not None:
            prefix = f"{root.relative_to(top).as_posix()}/" if top != root else ""
            found = _search(directory, f"{prefix}{name}".encode().lower())
            return None if found is None else found.decode(errors="replace").removeprefix(prefix)
    return None


def _git_directory(top: Path) -> Path | None:
    """Return `.git`, or the folder that the file `.git` of a worktree or submodule names (gitrepository-layout)."""
    try:
        kind = door.kind(top, ".git")
        if kind is door.FileKind.FILE:
            text = door.read(top, ".git", limit=8192).content.decode()
            return top / text.removeprefix("gitdir:").strip() if text.startswith("gitdir:") else None
    except (OSError, ValueError):
        return None
    return top / ".git" if kind in (door.FileKind.DIRECTORY, door.FileKind.LINK) else None


def _search(directory: Path, wanted: bytes) -> bytes | None:
    for data in _indexes(directory):
        version = int.from_bytes(data[4:8], "big")
        # Most indexes have no such name. Version 4 compresses the prefixes of names, so it has to be parsed.
        if version == 4 or re.search(re.escape(wanted.rpartition(b"/")[2]), data, re.IGNORECASE):
            for path in _paths(data, version):
                if path.lower() == wanted or path.lower().startswith(wanted + b"/"):
                    return path
    return None


def _indexes(directory: Path) -> Iterator[bytes]:
    """Yield the index, and its shared index, if any."""
    shared = None
    try:
        data = door.read(directory, "index", limit=LARGEST).content
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return
    if data.startswith(b"DIRC"):
        yield data
        shared = re.search(rb"link\x00\x00..(.{20})", data, re.DOTALL)
    if shared is not None:
        try:
            yield door.read(directory, f"sharedindex.{shared[1].hex()}", limit=LARGEST).content
        except FileNotFoundError:
            return


def _paths(data: bytes, version: int) -> Iterator[bytes]:
    """Yield the names of the entries, parsed with hashes of either length, which the index does not record."""
    for hash_size in (_SHA1, _SHA256):
        yield from _entries(data, version, _ENTRY - _SHA1 + hash_size)


def _entries(data: bytes, version: int, head: int) -> Iterator[bytes]:
    at, path = 12, b""
    for _ in range(int.from_bytes(data[8:12], "big")):
        flags = int.from_bytes(data[at + head - 2 : at + head], "big")
        start = at + head + (2 if flags & 0x4000 and version >= 3 else 0)
        if version == 4:
            cut, start = _varint(data, start)
            kept = path[: len(path) - cut] if cut <= len(path) else b""
        end = data.find(b"\0", start)
        if end < 0:
            return
        if version == 4:
            if len(kept) + end - start > _LONGEST:  # each entry could make the paths after it longer
                raise door.Refused("index", "it has a path that is too long")
            path, at = kept + data[start:end], end + 1
        else:
            path, at = data[start:end], at + ((end - at + 8) // 8) * 8
        yield path


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Decode the offset encoding of pack files: seven bits per byte, each byte but the last plus one."""
    value = -1
    for _ in range(5):
        byte = data[at] if at < len(data) else 0
        at += 1
        value = ((value + 1) << 7) | (byte & 0x7F)
        if not byte & 0x80:
            break
    return value, at
