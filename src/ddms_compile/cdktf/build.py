"""Build the files of a slim folder from the installed packages. It takes about two seconds, once."""

import __future__

import gzip
import io
import json
import marshal
import tarfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from ddms_compile.cdktf.assembly import SlimPackage, slim, whole
from ddms_compile.cdktf.engine import PROVIDER, Engine, Package, by_provider
from ddms_compile.cdktf.store import ROOT_VARIABLE
from ddms_compile.tree import Document

_JSII = b'__jsii_assembly__ = None\n__all__ = ["__jsii_assembly__"]\n'


def build(engine: Engine, types: frozenset[str], tell: Callable[[str], None]) -> tuple[dict[str, bytes], Document]:
    """Return the files, and their metadata: `modules`, `assemblies`, `classes`, `submodules`."""
    files: dict[str, bytes] = dict(_runtime())
    modules: dict[str, list[str]] = {}
    assemblies: list[list[str]] = []
    classes: dict[str, list[str]] = {}
    submodules: dict[str, str] = {}
    wanted = by_provider(engine, types)
    work: list[tuple[Package, str | None]] = [(engine.constructs, None), (engine.core, None)]
    work += [(engine.providers[name], name) for name in wanted]
    for package, provider in work:
        tell(f"reading {package.distribution}")
        packed = whole(package) if provider is None else slim(package, wanted[provider])
        for name, content in packed.files.items():
            if name != ".jsii":
                files[f"node_modules/{packed.name}/{name}"] = content
        tarball = f"assemblies/{len(assemblies)}.tgz"
        files[tarball] = _stub(packed)
        assemblies.append([packed.name, packed.version, tarball, package.module])
        submodules |= {name: f"{package.module}.{module}" for name, module in packed.modules.items()}
        for kind, (module, name) in packed.classes.items():
            classes[f"provider.{provider}" if kind == PROVIDER else kind] = [f"{package.module}.{module}", name]
        for module, path in _python_modules(package, packed):
            target = f"python/{module}"
            files[target] = _compiled(_JSII if module.endswith("._jsii") else path.read_bytes() if path else b"", path)
            modules[module] = [target, str((path or package.root / "__init__.py").relative_to(package.root))]
    return files, {"modules": modules, "assemblies": assemblies, "classes": classes, "submodules": submodules}


def _python_modules(package: Package, packed: SlimPackage) -> Iterator[tuple[str, Path | None]]:
    """Yield the Python modules to compile. A provider's package itself is empty: its own code imports every element."""
    root = package.root
    if packed.modules:
        yield package.module, None
        for module in sorted(packed.modules.values()):
            yield f"{package.module}.{module}", root / module / "__init__.py"
    else:
        for path in sorted(root.rglob("__init__.py")):
            parts = path.parent.relative_to(root).parts
            if "_jsii" not in parts:
                yield ".".join((package.module, *parts)), path
    yield f"{package.module}._jsii", root / "_jsii" / "__init__.py"


def _compiled(source: bytes, path: Path | None) -> bytes:
    """Return code without docstrings, asserts and run-time type checks, and with unevaluated annotations.

    The type checks are jsii's; the Node side repeats them, and each costs as much as creating the resource.
    """
    name = f"<{path.parent.name}>" if path else "<package>"
    flags = __future__.annotations.compiler_flag
    return marshal.dumps(compile(source, name, "exec", flags=flags, dont_inherit=True, optimize=2))


def _stub(packed: SlimPackage) -> bytes:
    """Return an npm package with the assembly, whose code refers to the cached package."""
    target = f'process.env.{ROOT_VARIABLE} + "/node_modules/{packed.name}"'
    about = {"name": packed.name, "version": packed.version, "main": "index.js"}
    return _tarball(
        {
            "package/package.json": json.dumps(about).encode(),
            "package/.jsii": packed.files[".jsii"],
            "package/index.js": f"module.exports = require({target});\n".encode(),
        }
    )


def _tarball(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return gzip.compress(buffer.getvalue(), 1, mtime=0)


def _runtime() -> Iterator[tuple[str, bytes]]:
    import jsii._embedded.jsii as embedded

    folder = Path(embedded.__path__[0])
    for name, target in embedded.EMBEDDED_FILES.items():
        if not name.endswith(".map"):
            yield f"runtime/{target}", (folder / name).read_bytes()
