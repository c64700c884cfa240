"""`ddms-compile secrets`: the secrets of an environment, which are in no file of the project."""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING

from ddms_compile.cli.context import Context, sources_of
from ddms_compile.cli.exits import OK

if TYPE_CHECKING:
    from ddms_compile.resolve.secrets import EnvironmentSecret

PATH = ("secrets",)
SUMMARY = "List the secrets of an environment: names, origins and consumers, never values"


def add_arguments(parser: ArgumentParser) -> None:
    """`ENV [--ci]`."""
    parser.add_argument("environment", metavar="ENV", help="an environment")
    parser.add_argument("--ci", action="store_true", help="only the secrets that the pipeline reads from GitHub")


def run(context: Context, options: Namespace) -> int:
    """Print the list, grouped by the store of each secret; one JSON array with --format json."""
    from ddms_compile.pipeline import compile as pipeline
    from ddms_compile.resolve import resolve_all
    from ddms_compile.resolve.secrets import ci_secrets, secrets

    checked = pipeline.check(context.request(context.root(), (options.environment,)))
    if checked.failed:
        return context.report(checked.diagnostics, sources_of(checked))
    environment = resolve_all(checked.specs)[options.environment]
    found = ci_secrets(environment) if options.ci else secrets(environment)
    if context.format == "json":
        context.out(json.dumps([asdict(secret) for secret in found], indent=2, ensure_ascii=False))
    else:
        where = " in CI" if options.ci else ""
        context.out("\n".join(_lines(found)) if found else f"{options.environment} needs no secrets{where}")
    return OK


def _lines(found: Sequence["EnvironmentSecret"]) -> Iterator[str]:
    for store, secrets in groupby(found, key=lambda secret: secret.store):
        yield f"{store}:"
        for secret in secrets:
            yield f"  {secret.name}{' (optional)' if secret.optional else ''}"
            if secret.fields:
                yield f"    keys: {', '.join(secret.fields)}"
            yield f"    from: {secret.source}"
            for reader in secret.readers:
                yield f"    read by: {reader}"
            if secret.in_ci is not None:
                yield f"    in CI: the GitHub environment secret {secret.in_ci}"
