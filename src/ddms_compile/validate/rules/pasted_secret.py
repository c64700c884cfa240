"""Secrets in committed files, which every reader of the repository can see."""

from collections.abc import Iterator, Mapping

from ddms_compile.diagnostics import Severity
from ddms_compile.diagnostics.keys import Key, dotted
from ddms_compile.exposure import find_secret
from ddms_compile.load import Finding, KeyLabel, LayerKind
from ddms_compile.tree import Tree
from ddms_compile.validate.rules.rule import Specs

CODE = "DDMS213"
PARAMETERS = (("postgres", "parameters"), ("redis", "parameters"))
"""Tables with keys of the engines, such as `rds.restrict_password_commands`: their names are no evidence."""


def check(specs: Specs) -> Iterator[Finding]:
    """Search the files instead of the specs, including unknown keys and the names of keys."""
    for name, tree in specs.project.environments.items():
        for layer in tree.layers:
            if layer.kind in (LayerKind.PROJECT, LayerKind.ENVIRONMENT):
                yield from _of_table(name, (), layer.tree, layer.kind)


def _of_table(environment: str, above: Key, value: Tree, layer: LayerKind) -> Iterator[Finding]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            kind = find_secret("", name)
            if kind is not None:
                place = KeyLabel(environment=environment, key=(*above, name), part="key", layer=layer, secret=True)
                yield _finding(f"a key of {_table(above)} is {kind}", place)
            yield from _of_table(environment, (*above, name), inner, layer)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _of_table(environment, (*above, index), inner, layer)
    elif isinstance(value, str) and not _chosen(above):
        kind = find_secret("" if above[:2] in PARAMETERS else _name(above), value)
        if kind is not None:
            place = KeyLabel(environment=environment, key=above, message="value hidden", layer=layer, secret=True)
            yield _finding(f"`{dotted(above)}` contains {kind}", place)


def _finding(message: str, place: KeyLabel) -> Finding:
    return Finding(
        code=CODE,
        severity=Severity.ERROR,
        message=message,
        place=place,
        notes=(
            (
                "the file is committed: if it was pushed, the secret is exposed; revoke it "
                "at its issuer and create a new one"
            ),
        ),
        help=(
            (
                'store the secret in Secrets Manager and reference it: { from = "app", '
                'key = "…" } under [workloads.backend.secrets]'
            ),
        ),
    )


def _table(key: Key) -> str:
    return f"`{dotted(key)}`" if key else "the file"


def _name(key: Key) -> str:
    return next((step for step in reversed(key) if isinstance(step, str)), "")


def _chosen(key: Key) -> bool:
    """Return whether the key is a setting with a secret-like name, whose value is a version or an enum."""
    return dotted(key) in (
        *("postgres.password", "redis.auth"),
        *("security.secrets", "versions.charts.external_secrets"),
    )
