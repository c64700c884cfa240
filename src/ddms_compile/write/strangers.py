"""Undeclared files under generated/.

Tools read whole folders of generated/: Terraform every `*.tf`, `*.tf.json` and `*.auto.tfvars` of a stack, with
override files last (developer.hashicorp.com/terraform/language/files), OpenTofu `*.tofu` too, `kubectl apply -f` every
manifest. So every path must be in the manifest: files, links, and folders with content.

Working files of these tools are exempt (`_WORKING`): git ignores their names, so that no checkout has them. Tracked
files with such names are not exempt.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from ddms_compile.diagnostics import DiagnosticError
from ddms_compile.diagnostics.diagnostic import Diagnostic
from ddms_compile.disk import door
from ddms_compile.disk.git_index import tracked
from ddms_compile.write import refusals
from ddms_compile.write.manifest import read_manifest
from ddms_compile.write.paths import MANIFEST, OWNED_TREE, parents
from ddms_compile.write.tree import FileTree, PathKind

_STACK = r"generated/[^/]+/terraform/stacks/[^/]+/"
_WORKING = re.compile(
    # Terraform's plugins and backend configuration, created by `init`.
    rf"{_STACK}\.terraform"
    # Local state, its lock and its backups, which are no configuration.
    rf"|{_STACK}(?:terraform\.tfstate(?:\.[0-9]+)?(?:\.backup)?|errored\.tfstate|\.terraform\.tfstate\.lock\.info)"
    # A plan is applied by name only; logs are not read.
    rf"|{_STACK}(?:[\w.-]+\.tfplan|crash\.log|crash\.[\w-]+\.log)"
    # Local secrets, which the Compose file reads by name.
    r"|generated/[^/]+/compose/\.env"
    # Metadata of file managers on macOS and Windows.
    r"|generated/(?:.*/)?(?:\.DS_Store|Thumbs\.db|desktop\.ini)",
    re.ASCII,
)
_LOCK = re.compile(rf"{_STACK}\.terraform\.lock\.hcl")
"""The dependency lock file. It may be committed: it can only make Terraform reject a provider; versions are pinned."""

_BACKEND = re.compile(r"(generated/bootstrap/terraform/stacks/[0-9]{12})/backend_override\.tf")
_BUCKET = re.compile(rb'bucket[ \t]*=[ \t]*"([^"]*)"')
_BACKEND_TEXT = re.compile(
    rb'\s*terraform\s*\{\s*backend\s+"s3"\s*\{\s*'
    rb'(?:(?:bucket|key|region|encrypt|kms_key_id|use_lockfile)[ \t]*=[ \t]*(?:"[\w./:-]*"|true|false)[ \t]*\r?\n\s*)*'
    rb"\}\s*\}\s*"
)
"""The backend override for the state migration of a stack `bootstrap`: into a bucket of that stack, and no other."""


def undeclared(root: Path, wanted: Iterable[str] | None = None) -> tuple[Diagnostic, ...]:
    """Return an error for each file under generated/ that is neither in the manifest nor among the `wanted` of a build.

    Without `wanted`, also an error for a missing manifest.
    """
    try:
        owned = read_manifest(root)
    except DiagnosticError as error:
        if wanted is None:
            return error.diagnostics
        owned = {}
    found = tuple(strangers(root, {*owned, *(wanted or ())}))
    if wanted is None and found and FileTree(root).look(MANIFEST).kind is PathKind.ABSENT:
        return (refusals.no_manifest(MANIFEST),)
    return tuple(refusals.undeclared(path) for path in found)


def strangers(root: Path, known: Collection[str]) -> Iterator[str]:
    """Yield undeclared paths, sorted; a folder without declared files only as its path with a final `/`."""
    folders = {folder for path in known for folder in parents(path)}
    top = OWNED_TREE.rstrip("/")
    if _kind(root, top) is door.FileKind.LINK:
        yield top
        return
    yield from _below(root, top, known, folders)


def _below(root: Path, folder: str, known: Collection[str], folders: Collection[str]) -> Iterator[str]:
    for name, kind in _names(root, folder):
        path = f"{folder}/{name}"
        if path in known or path == MANIFEST or _is_let_be(root, path, kind):
            continue
        if kind is not door.FileKind.DIRECTORY:
            yield path
        elif path in folders:
            yield from _below(root, path, known, folders)
        elif _holds_something(root, path):
            yield f"{path}/"


def _kind(root: Path, path: str) -> door.FileKind | None:
    try:
        return door.kind(root, path)
    except OSError as error:
        raise DiagnosticError(refusals.cannot_read(path, error)) from error


def _names(root: Path, folder: str) -> list[tuple[str, door.FileKind]]:
    try:
        return door.names(root, folder)
    except FileNotFoundError:
        return []
    except OSError as error:
        if isinstance(error, door.Refused) and error.kind is not None:  # no directory, and so without names
            return []
        raise DiagnosticError(refusals.cannot_read(folder, error)) from error


def _holds_something(root: Path, folder: str) -> bool:
    """Return whether a folder has content; empty ones remain after a checkout of another branch and are harmless."""
    return any(
        kind is not door.FileKind.DIRECTORY or _holds_something(root, f"{folder}/{name}")
        for name, kind in _names(root, folder)
    )


def _is_tracked(root: Path, path: str) -> bool:
    try:
        return tracked(root, path) is not None
    except OSError as error:
        raise DiagnosticError(refusals.cannot_read(path, error)) from error


def _is_let_be(root: Path, path: str, kind: door.FileKind) -> bool:
    if _WORKING.fullmatch(path):
        usual = door.FileKind.DIRECTORY if path.endswith("/.terraform") else door.FileKind.FILE
        return kind is usual and not _is_tracked(root, path)
    if _LOCK.fullmatch(path):
        return kind is door.FileKind.FILE
    override = _BACKEND.fullmatch(path)
    return override is not None and _moves_state(FileTree(root), path, f"{override[1]}/cdk.tf.json")


def _moves_state(tree: FileTree, path: str, stack: str) -> bool:
    """Return whether an override holds an S3 backend alone, whose bucket is one that the stack names."""
    text = tree.look(path).content or b""
    made = tree.look(stack).content or b""
    return bool(_BACKEND_TEXT.fullmatch(text)) and all(b'"%s"' % bucket in made for bucket in _BUCKET.findall(text))
