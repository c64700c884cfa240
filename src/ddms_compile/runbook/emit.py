"""The back end: `generated/<environment>/RUNBOOK.md`, with the environment's names in every command."""

from collections.abc import Iterator
from pathlib import Path

from ddms_compile.emitter import Inputs
from ddms_compile.provenance.artifact import Artifact, LeafOrigin
from ddms_compile.resolve import Environment
from ddms_compile.runbook.names import conditions, names
from ddms_compile.runbook.template import blocks

TEMPLATE = Path(__file__).with_name("text.md")


def emit_runbook(inputs: Inputs) -> Iterator[Artifact]:
    """Yield one runbook for each requested environment in the cloud."""
    template = TEMPLATE.read_text("utf-8")
    for environment in inputs.selected:
        if environment.tier != "local":
            yield _runbook(environment, template)


def _runbook(environment: Environment, template: str) -> Artifact:
    """Return the runbook, whose leaves are its blocks, omitted ones included, so that `explain` shows their keys."""
    made = blocks(template, names(environment), conditions(environment))
    return Artifact(
        path=f"generated/{environment.name}/RUNBOOK.md",
        text="\n\n".join(block.text.value for block in made if block.text.value) + "\n",
        environment=environment.name,
        emitter="runbook",
        origins={
            block.place: LeafOrigin(keys=block.text.keys, construct="runbook", value=block.text.value) for block in made
        },
    )
