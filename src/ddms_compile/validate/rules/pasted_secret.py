"""The files of a project are committed: a secret in them is known to everybody who can read the repository."""

from collections.abc import Iterator, Mapping
from typing import Any

from ddms_compile.catalog.secret_patterns import find_secret
from ddms_compile.diagnostics import Severity
from ddms_compile.diagnostics.keys import Key, dotted
from ddms_compile.load import Finding, LayerKind, Place
from ddms_compile.validate.rules.rule import Specs

CODE = "DDMS213"


def check(specs: Specs) -> Iterator[Finding]:
    """Looks at what the files hold, not at the specs: also at keys that we do not know."""
    for name, tree in specs.project.environments.items():
        for layer in tree.layers:
            if layer.kind in (LayerKind.PROJECT, LayerKind.ENVIRONMENT):
                for key, text in _strings((), layer.tree):
                    kind = find_secret(_name(key), text)
                    if kind is not None and not _chosen(key):
                        yield _finding(name, key, kind, layer.kind)


def _finding(environment: str, key: Key, kind: str, layer: LayerKind) -> Finding:
    return Finding(
        code=CODE,
        severity=Severity.ERROR,
        message=f"`{dotted(key)}` holds {kind}",
        place=Place(environment=environment, key=key, message="not shown here", layer=layer, secret=True),
        notes=("the file is committed: if it was pushed, the secret is known; make a new one where it came from",),
        help=(
            'put the secret into Secrets Manager and write where it is: { from = "app", key = "…" } under '
            "[workloads.backend.secrets]",
        ),
    )


def _strings(above: Key, value: Any) -> Iterator[tuple[Key, str]]:
    if isinstance(value, str):
        yield above, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _strings((*above, name), inner)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _strings((*above, index), inner)


def _name(key: Key) -> str:
    return next((step for step in reversed(key) if isinstance(step, str)), "")


def _chosen(key: Key) -> bool:
    """Settings of ours whose name sounds like a secret, and whose value is one of a few words."""
    return key in (("postgres", "password"), ("security", "secrets"), ("redis", "auth"))
