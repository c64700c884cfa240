"""`ddms-compile synth`: the app command of cdktf.json, for `cdktf synth`, `cdktf diff` and `cdktf deploy`.

cdktf-cli 0.21 runs the command in the project root with CDKTF_OUTDIR in its environment (relative to the
root; `cdktf.out` is the default of cdktf.json), then reads `manifest.json` there, whose paths are relative to
it. It prints the command's standard error as an error, so warnings become annotations of a stack. Terraform's
own files in the stack directories (`.terraform/`, lock and state files) stay.
"""

import json
import os
import re
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ddms_compile.cli.context import Context, sources_of
from ddms_compile.cli.exits import OK
from ddms_compile.diagnostics import DiagnosticError
from ddms_compile.diagnostics.diagnostic import Diagnostic, Severity
from ddms_compile.disk import door
from ddms_compile.disk.reader import Damaged, parse_json
from ddms_compile.disk.working import STATE
from ddms_compile.provenance.artifact import Artifact
from ddms_compile.tree import Document, Tree
from ddms_compile.write.refusals import cannot_write, in_the_way, no_output_folder

PATH = ("synth",)
SUMMARY = "Write cdktf.out/ for cdktf-cli (the `app` of cdktf.json)"

WAVES = ("bootstrap", "foundation", "platform")
"""Deployment order: each stack depends on those of the same environment in earlier waves.

Stacks outside the waves (`bootstrap`, once per account) are deployed by name, before everything else: cdktf-cli
refuses to deploy a stack without the stacks that it depends on.
"""
TAKEN = (".git", ".github", STATE, "environments", "generated", "helm")
"""Folders of a project that are refused as the output folder."""
_STACK = re.compile(r"generated/(?P<env>[^/]+)/terraform/stacks/(?P<stack>[^/]+)/cdk\.tf\.json")
_LEVELS = {Severity.WARNING: "@cdktf/warn", Severity.NOTE: "@cdktf/info"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AssemblyStack:
    """One stack of the cloud assembly. `name`: `<environment>-<stack>`, unique in the project."""

    name: str
    environment: str
    wave: int
    document: Document


def add_arguments(parser: ArgumentParser) -> None:
    """`[ENV…]`."""
    parser.add_argument("environments", nargs="*", metavar="ENV", help="environments (default: all)")


def run(context: Context, options: Namespace) -> int:
    """Compile in memory and write the cloud assembly; `generated/` stays unchanged."""
    from ddms_compile.diagnostics.render import redacted
    from ddms_compile.pipeline import compile as pipeline

    root = context.built()
    compiled = pipeline.compile(context.request(root, options.environments))
    diagnostics = compiled.checked.diagnostics
    errors = tuple(d for d in diagnostics if d.severity is Severity.ERROR)
    if errors or compiled.checked.failed:
        return context.report(errors, sources_of(compiled.checked))
    output = output_folder(root, context.environ.get("CDKTF_OUTDIR") or "cdktf.out")
    said, _ = redacted(diagnostics, sources_of(compiled.checked))
    write_assembly(root, output, stacks_of(compiled.artifacts), said)
    return OK


def output_folder(root: Path, chosen: str) -> str:
    """Return cdktf-cli's output folder, relative to the project.

    `chosen` comes from `output` of cdktf.json, which is as trustworthy as the repository. Raises DiagnosticError
    (DDMS512) for a folder outside the project, and for one in use.
    """
    path = os.path.relpath(os.path.normpath(root / chosen), root).replace(os.sep, "/")
    if path.split("/")[0] in (os.curdir, os.pardir, *TAKEN):
        raise DiagnosticError(no_output_folder(chosen))
    return path


def stacks_of(artifacts: Iterable[Artifact]) -> tuple[AssemblyStack, ...]:
    """Return the Terraform stacks among the artifacts, sorted by name."""
    found: list[AssemblyStack] = []
    for artifact in artifacts:
        match = _STACK.fullmatch(artifact.path)
        if match is not None:
            environment, stack = match["env"], match["stack"]
            wave = WAVES.index(stack) if stack in WAVES else len(WAVES)
            name = f"{environment}-{stack}"
            document = _completed(name, json.loads(artifact.text))
            found.append(AssemblyStack(name=name, environment=environment, wave=wave, document=document))
    return tuple(sorted(found, key=lambda stack: stack.name))


def manifest(stacks: Sequence[AssemblyStack], diagnostics: Sequence[Diagnostic]) -> dict[str, Tree]:
    """Return the `manifest.json` of cdktf 0.21. Warnings and notes become annotations of the first stack."""
    entries: dict[str, Tree] = {}
    for stack in stacks:
        entries[stack.name] = {
            "annotations": [] if entries else [_annotation(stack, d) for d in diagnostics],
            "constructPath": stack.name,
            "dependencies": [
                other.name for other in stacks if other.environment == stack.environment and other.wave < stack.wave
            ],
            "name": stack.name,
            "synthesizedStackPath": f"stacks/{stack.name}/cdk.tf.json",
            "workingDirectory": f"stacks/{stack.name}",
        }
    return {"stacks": entries, "version": "0.21.0"}


def write_assembly(root: Path, output: str, stacks: Sequence[AssemblyStack], diagnostics: Sequence[Diagnostic]) -> None:
    """Write the stacks, then the manifest that lists them. Raises DiagnosticError (DDMS502, DDMS505)."""
    listing = f"{output}/manifest.json"
    try:
        if not _is_ours(root, listing):
            raise DiagnosticError(in_the_way(listing, "a file that is not a CDKTF manifest"))
        for stack in stacks:
            _write(root, f"{output}/stacks/{stack.name}/cdk.tf.json", stack.document)
        _write(root, listing, manifest(stacks, diagnostics))
    except OSError as error:
        raise DiagnosticError(cannot_write(output, error)) from error


def _is_ours(root: Path, path: str) -> bool:
    try:
        found = parse_json(door.read(root, path).content)
    except FileNotFoundError:
        return True
    except Damaged:
        return False
    return isinstance(found, dict) and "stacks" in found


def _completed(name: str, document: Document) -> dict[str, Tree]:
    """Return the document with the metadata and outputs that cdktf-cli reads of every stack."""
    terraform = {"required_providers": {}, **document.get("terraform", {})}
    backend = next(iter(terraform.get("backend", {})), "local")
    outputs = {name: {output: output for output in sorted(document.get("output", {}))}}
    metadata = {"backend": backend, "stackName": name, "version": "0.21.0"}
    return {"//": {"metadata": metadata, "outputs": outputs}, **document, "terraform": terraform}


def _annotation(stack: AssemblyStack, diagnostic: Diagnostic) -> dict[str, Tree]:
    message = f"{diagnostic.code}: {diagnostic.message}"
    return {"constructPath": stack.name, "level": _LEVELS[diagnostic.severity], "message": message}


def _write(root: Path, path: str, document: Document) -> None:
    door.replace_with(root, path, f"{json.dumps(document, indent=2, sort_keys=True)}\n".encode())
