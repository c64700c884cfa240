"""Cut a jsii assembly down to the submodules in use, in one pass over the published tarball.

The `.jsii` of the aws provider is 131 MB of indented JSON; parsing all of it takes 620 MB of memory. Instead the text
is read in chunks and cut at the lines that begin a type (four spaces and a quote; a JSON string holds no line break,
so the cut is exact). Only the types in use are parsed, and only the members that jsii reads at run time are kept.
"""

import json
import re
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

from ddms_compile.cdktf.engine import PROVIDER, BindingError, Package, UnknownTypeError
from ddms_compile.tree import Document, Tree

CHUNK = 4 * 1024 * 1024
_TYPES = b'\n  "types": {'
_TYPE = re.compile(rb'\n    "([^"\n]+)": \{')
_END = b"\n    }"
_CODE = (".js", ".json", ".cjs")
_ELEMENTS = (".TerraformResource", ".TerraformDataSource", ".TerraformProvider")
_DOCUMENTATION = frozenset({"docs", "locationInModule", "locationInSource", "readme", "symbolId"})
_SIBLING = re.compile(rb'require\("\.\./([^/"]+)(?:/index)?"\)')
_SOURCE_MAP = re.compile(rb"\n//# sourceMappingURL=[^\n]*")


@dataclass(frozen=True, slots=True)
class Submodule:
    """One element of a provider. `terraform_type`: its Terraform type, with `data.` for data sources."""

    name: str
    folder: str
    terraform_type: str

    def python_names(self) -> tuple[str, ...]:
        """Possible names of its Python module: jsii's generator splits `route53DomainsDomain` at the capitals."""
        short = self.name.rsplit(".", 1)[-1]
        return (self.folder.replace("-", "_"), re.sub(r"(?<!^)([A-Z])", r"_\1", short).lower())


@dataclass(frozen=True, slots=True)
class SlimPackage:
    """The reduced package.

    `files`: path within the npm package -> content, `.jsii` among them. `modules`: submodule of the assembly -> Python
    module within the package; none for a package that is kept whole. `classes`: Terraform type (or `provider`) -> such
    a module, name of the class.
    """

    name: str
    version: str
    files: Mapping[str, bytes]
    modules: Mapping[str, str]
    classes: Mapping[str, tuple[str, str]]


def whole(package: Package) -> SlimPackage:
    """Return all elements of a package, without documentation, declarations and source maps."""
    head, files = _read(package, None)
    return _packed(head, files, {}, {})


def slim(package: Package, types: frozenset[str]) -> SlimPackage:
    """Return a provider with the elements in use: Terraform types, data sources with a `data.` prefix, and `provider`.

    Raises BindingError when the provider lacks one of the types or has an unexpected layout.
    """
    folders: frozenset[str] = frozenset()
    while True:
        wanted = _InUse(types, folders)
        head, files = _read(package, wanted)
        chosen = tuple(module for module in _submodules(head) if wanted(module))
        # An element may import the code of another one (`provider` of newer versions does): cut again with both.
        needed = frozenset(name.decode() for text in files.values() for name in _SIBLING.findall(text))
        if needed <= {module.folder for module in chosen}:
            break
        folders |= needed
    missing = sorted(types - {module.terraform_type for module in chosen})
    if missing:
        raise UnknownTypeError(f"{package.distribution} {package.version} has no {', '.join(missing)}")
    files["lib/index.js"] = _index(chosen)
    head["submodules"] = {module.name: {} for module in chosen}
    modules = {module.name: _python_module(package, module) for module in chosen}
    return _packed(head, files, modules, _classes(head, chosen, modules))


def classes_of(package: Package, types: frozenset[str]) -> Mapping[str, tuple[str, str]]:
    """Return for each type in use: Python module within the package, name of the class."""
    return slim(package, types).classes


def _packed(
    head: dict[str, Any],
    files: dict[str, bytes],
    modules: Mapping[str, str],
    classes: Mapping[str, tuple[str, str]],
) -> SlimPackage:
    head.pop("readme", None)
    files[".jsii"] = json.dumps(_bare(head), separators=(",", ":")).encode()
    return SlimPackage(head["name"], head["version"], files, modules, classes)


class _InUse:
    """Predicate of the submodules in use: by Terraform type, or by folder."""

    def __init__(self, types: frozenset[str], folders: frozenset[str]) -> None:
        self._types, self._folders = types, folders

    def __call__(self, module: Submodule) -> bool:
        return module.terraform_type in self._types or module.folder in self._folders


def _read(package: Package, wanted: _InUse | None) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return the assembly with the submodules in use (None: all), and their files."""
    files: dict[str, bytes] = {}
    head: dict[str, Any] = {}
    folders: frozenset[str] = frozenset()
    with tarfile.open(package.tarball, "r|gz") as tar:
        for member in tar:
            path = member.name.removeprefix("package/")
            stream = tar.extractfile(member) if member.isfile() else None
            if stream is None:
                continue
            if path == ".jsii":
                head = _cut(stream, wanted)
                used = (module for module in _submodules(head) if wanted and wanted(module))
                folders = frozenset(f"lib/{module.folder}/index.js" for module in used)
            elif path == "package.json" or path in folders or (wanted is None and path.endswith(_CODE)):
                files[path] = _SOURCE_MAP.sub(b"", stream.read())
    if not head or not folders <= files.keys():
        raise BindingError(f"{package.distribution}: unexpected layout of the assembly")
    return head, files


def _cut(stream: IO[bytes], wanted: _InUse | None) -> dict[str, Any]:
    """Return the assembly with the types of the submodules in use only."""
    buffer = b""
    while (start := buffer.find(_TYPES)) < 0:
        chunk = stream.read(CHUNK)
        if not chunk:
            raise BindingError("the assembly has no types")
        buffer += chunk
    head: dict[str, Any] = json.loads(buffer[:start].rstrip().removesuffix(b",") + b"}")
    names = frozenset(module.name for module in _submodules(head) if wanted and wanted(module))
    kept: dict[str, Any] = {}
    for name, text in _type_texts(stream, buffer[start + len(_TYPES) :]):
        if name is None:
            head |= json.loads(b"{" + text)
        elif wanted is None or name.rsplit(".", 1)[0] in names:
            kept[name] = json.loads(text)
    return head | {"types": kept}


def _type_texts(stream: IO[bytes], buffer: bytes) -> Iterator[tuple[str | None, bytes]]:
    """Yield name and text of each type; at the end None and the members that follow the types."""
    more = True
    while more:
        chunk = stream.read(CHUNK)
        more, buffer = bool(chunk), buffer + chunk
        starts = list(_TYPE.finditer(buffer))
        ends = [start.start() for start in starts[1:]] + ([] if more else [len(buffer)])
        end = 0
        for start, limit in zip(starts, ends, strict=False):
            end = buffer.rfind(_END, start.end(), limit) if limit < len(buffer) else buffer.find(_END, start.end())
            yield start.group(1).decode(), buffer[start.end() - 1 : end + len(_END)]
        # The last type of a chunk may go on in the next.
        buffer = buffer[end + len(_END) :] if ends else buffer
    yield None, buffer.lstrip().removeprefix(b"}").lstrip().removeprefix(b",")


def _submodules(head: Document) -> Iterator[Submodule]:
    """Yield the submodules of a provider; the first line of a description has the Terraform type, if any."""
    for name, body in (head.get("submodules") or {}).items():
        folder = re.fullmatch(r"src/(.+)/index:", body.get("symbolId", ""))
        if not folder:
            continue
        title = re.match(r"# `([a-z0-9_]+)`", body.get("readme", {}).get("markdown", ""))
        kind = title.group(1) if title else ""
        if folder.group(1) == "provider":
            kind = PROVIDER
        elif kind.startswith("data_") and folder.group(1).startswith("data-"):
            kind = "data." + kind.removeprefix("data_")
        yield Submodule(name, folder.group(1), kind)


def _bare(tree: Tree) -> Tree:
    """Return the tree without documentation."""
    if isinstance(tree, dict):
        return {key: _bare(value) for key, value in tree.items() if key not in _DOCUMENTATION}
    if isinstance(tree, list):
        return [_bare(value) for value in tree]
    return tree


def _index(chosen: tuple[Submodule, ...]) -> bytes:
    """Return the entry script of a provider, which loads a submodule at the first use of one of its elements."""
    lines = ['"use strict";', 'Object.defineProperty(exports, "__esModule", { value: true });']
    for module in chosen:
        short, target = json.dumps(module.name.rsplit(".", 1)[-1]), json.dumps(f"./{module.folder}")
        lines.append(f"Object.defineProperty(exports, {short}, {{ enumerable: true, get: () => require({target}) }});")
    return "\n".join([*lines, ""]).encode()


def _python_module(package: Package, module: Submodule) -> str:
    """Return the name of the Python module, by jsii's rule, which no file of the package records."""
    for name in module.python_names():
        if (package.root / name / "__init__.py").is_file():
            return name
    raise BindingError(f"{package.distribution}: no Python module for {module.name}")


def _classes(head: Document, chosen: tuple[Submodule, ...], modules: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    kinds = {module.name: module.terraform_type for module in chosen}
    result: dict[str, tuple[str, str]] = {}
    for name, body in head["types"].items():
        module, _, short = name.rpartition(".")
        if kinds.get(module) and str(body.get("base", "")).endswith(_ELEMENTS):
            result[kinds[module]] = (modules[module], short)
    return result
