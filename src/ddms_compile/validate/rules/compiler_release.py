"""A project that names the release of ddms-compile is built with it: another one may write other bytes."""

import re
from collections.abc import Iterator

from ddms_compile import __version__
from ddms_compile.load import Finding
from ddms_compile.validate.rules.rule import Specs, at, error

CODE = "DDMS280"
_RELEASE = re.compile(r"([0-9][0-9a-z.]*)(?:@sha256:.*)?|\./(?:.*/)?ddms_compile-([^-/]+)-[^/]*\.whl")


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.environments.items():
        named = release(spec.ci.compiler)
        if named not in (None, __version__):
            yield error(
                CODE,
                f"the project pins ddms-compile {named}, but this is {__version__}",
                at(name, "ci", "compiler", label="another release"),
                f"install the pinned release: pip install ddms-compile=={named}",
                f'or update the pin: compiler = "{__version__}" under [ci]',
            )


def release(compiler: str) -> str | None:
    """The release that `ci.compiler` names by its number or by a wheel; None for a commit, a folder, and nothing."""
    found = _RELEASE.fullmatch(compiler)
    return None if found is None else found[1] or found[2]
