"""Cuts a jsii assembly down to the submodules in use, in one pass over the published tarball.

The `.jsii` of the aws provider is 131 MB of indented JSON; parsed as a whole it takes 620 MB of memory. It is never
parsed as a whole: the text is read in chunks and cut at the lines that begin a type (four blanks and a quote; a JSON
string holds no line break, so the cut is exact). Only the types in use are parsed, and only what jsii needs at run
time of them is kept.
"""

import json
import re
import tarfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

from ddms_compile.synthesize.terraform.bindings.engine import BindingError, Package

CHUNK = 4 * 1024 * 1024
_TYPES = b'\n  "types": {'
_TYPE = re.compile(rb'\n    "([^"\n]+)": \{')
_DOCUMENTATION = frozenset({"docs", "locationInModule", "locationInSource", "readme", "symbolId"})
_SOURCE_MAP = re.compile(rb"\n//# sourceMappingURL=[^\n]*")


@dataclass(frozen=True, slots=True)
class Submodule:
    """One element of a provider. `terraform_type` is written as in Terraform's types, data sources with `data.`."""

    name: str
    folder: str
    terraform_type: str

    def python_names(self) -> tuple[str, ...]:
        """The names that the Python module may have; the generator splits `route53DomainsDomain` before the capitals."""
        short = self.name.rsplit(".", 1)[-1]
        return (self.folder.replace("-", "_"), re.sub(r"(?<!^)([A-Z])", r"_\1", short).lower())


@dataclass(frozen=True, slots=True)
class SlimPackage:
    """What is left of a package. `files`: path within the npm package -> content, `.jsii` among them."""

    name: str
    version: str
    files: Mapping[str, bytes]
    submodules: tuple[Submodule, ...]
    classes: Mapping[str, str]
    """Terraform type (or `provider`) -> name of its class."""


def slim(package: Package, wanted: Callable[[Submodule], bool]) -> SlimPackage:
    """The package with the wanted submodules only. Raises BindingError when the tarball is not laid out as expected."""
    files: dict[str, bytes] = {}
    head: dict[str, Any] | None = None
    chosen: tuple[Submodule, ...] = ()
    with tarfile.open(package.tarball, "r|gz") as tar:
        for member in tar:
            path = member.name.removeprefix("package/")
            stream = tar.extractfile(member) if member.isfile() else None
            if stream is None:
                continue
            if path == ".jsii":
                head, chosen = _cut(stream, wanted)
            elif head is None and path.startswith("lib/"):
                raise BindingError(f"{package.distribution}: the assembly is not at the front of the tarball")
            elif _needed(path, chosen, whole=head is not None and not _has_elements(head)):
                files[path] = _SOURCE_MAP.sub(b"", stream.read())
    if head is None:
        raise BindingError(f"{package.distribution}: the tarball holds no assembly")
    files[".jsii"] = json.dumps(head, separators=(",", ":")).encode()
    if _has_elements(head):
        files["lib/index.js"] = _index(chosen)
    _same_engine(files)
    return SlimPackage(head["name"], head["version"], files, chosen, _classes(head, chosen))


def _same_engine(files: Mapping[str, bytes]) -> None:
    if "package.json" not in files:
        raise BindingError("the tarball holds no package.json")


def _cut(stream: IO[bytes], wanted: Callable[[Submodule], bool]) -> tuple[dict[str, Any], tuple[Submodule, ...]]:
    """The assembly with the wanted types only, and the wanted submodules."""
    buffer = bytearray()
    while (start := buffer.find(_TYPES)) < 0:
        chunk = stream.read(CHUNK)
        if not chunk:
            raise BindingError("the assembly has no types")
        buffer += chunk
    head: dict[str, Any] = json.loads(bytes(buffer[:start]).rstrip().removesuffix(b",") + b"}")
    del buffer[: start + len(_TYPES)]
    found = tuple(_submodules(head))
    chosen = tuple(module for module in found if wanted(module))
    names = frozenset(module.name for module in chosen) | ({head["name"]} if not found else frozenset())
    types: dict[str, Any] = {}
    tail = b""
    for name, text in _type_texts(stream, buffer):
        if name is None:
            tail = text
        elif not found or name.rsplit(".", 1)[0] in names:
            types[name] = _bare(json.loads(text))
    head |= json.loads(b"{" + tail)
    if found:
        head["submodules"] = {name: {} for name in sorted(names)}
    head.pop("readme", None)
    return head | {"types": types}, chosen


def _type_texts(stream: IO[bytes], buffer: bytearray) -> Iterator[tuple[str | None, bytes]]:
    """Name and text of each type; at the end None and what follows the types."""
    more = True
    while more:
        chunk = stream.read(CHUNK)
        more = bool(chunk)
        buffer += chunk
        starts = list(_TYPE.finditer(buffer))
        pairs = zip(starts, [s.start() for s in starts[1:]] + ([] if more else [len(buffer)]), strict=False)
        spans = [(m.group(1).decode(), m.end() - 1, end) for m, end in pairs]
        done = 0
        for name, begin, done in spans:
            end = buffer.find(b"\n    }", begin, done)
            yield name, bytes(buffer[begin : end + 6])
            if not more and done == len(buffer):
                rest = bytes(buffer[end + 6 :]).lstrip()
                yield None, rest.removeprefix(b"}").lstrip().removeprefix(b",")
        # A finditer match holds the buffer; it cannot shrink while one is alive.
        starts.clear()
        del pairs, spans
        buffer = buffer[done:]


def _submodules(head: Mapping[str, Any]) -> Iterator[Submodule]:
    for name, body in (head.get("submodules") or {}).items():
        title = re.match(r"# `([a-z0-9_]+)`", body.get("readme", {}).get("markdown", ""))
        folder = re.fullmatch(r"src/(.+)/index:", body.get("symbolId", ""))
        if title and folder:
            text = title.group(1)
            data = name.rsplit(".", 1)[-1].startswith("data") and text.startswith("data_")
            kind = "data." + text.removeprefix("data_") if data else text
            yield Submodule(name, folder.group(1), "provider" if folder.group(1) == "provider" else kind)


def _bare(tree: Any) -> Any:
    """The tree without documentation."""
    if isinstance(tree, dict):
        return {key: _bare(value) for key, value in tree.items() if key not in _DOCUMENTATION}
    if isinstance(tree, list):
        return [_bare(value) for value in tree]
    return tree


def _has_elements(head: Mapping[str, Any]) -> bool:
    """Whether the package is a provider, whose submodules are cut; the others are kept whole."""
    return any(
        "." in name and name.startswith(f"{head['name']}.") for name in head.get("submodules") or {}
    ) and not any(name.count(".") == 1 and name.split(".")[0] == head["name"] for name in head["types"])


def _needed(path: str, chosen: tuple[Submodule, ...], *, whole: bool) -> bool:
    if path == "package.json":
        return True
    if whole:
        return path.endswith((".js", ".json", ".cjs")) and not path.endswith(".d.ts")
    return any(path == f"lib/{module.folder}/index.js" for module in chosen)


def _index(chosen: tuple[Submodule, ...]) -> bytes:
    """The entry of a provider: each submodule is read when the first of its elements is made."""
    lines = ['"use strict";', 'Object.defineProperty(exports, "__esModule", { value: true });']
    for module in chosen:
        short = json.dumps(module.name.rsplit(".", 1)[-1])
        target = json.dumps(f"./{module.folder}")
        lines.append(f"Object.defineProperty(exports, {short}, {{ enumerable: true, get: () => require({target}) }});")
    return "\n".join([*lines, ""]).encode()


def _classes(head: Mapping[str, Any], chosen: tuple[Submodule, ...]) -> dict[str, str]:
    by_name = {module.name: module.terraform_type for module in chosen}
    ends = (".TerraformResource", ".TerraformDataSource", ".TerraformProvider")
    result: dict[str, str] = {}
    for name, body in head["types"].items():
        module, _, short = name.rpartition(".")
        if module in by_name and str(body.get("base", "")).endswith(ends):
            result[by_name[module]] = short
    return result
