"""The table of back ends."""

from collections.abc import Iterator

from ddms_compile.emitter import Emitter, Inputs
from ddms_compile.github import emit_workflows
from ddms_compile.kubernetes.chart.shipped import emit_charts
from ddms_compile.kubernetes.manifests.emit import emit_manifests
from ddms_compile.kubernetes.values.emit import emit_addons, emit_values
from ddms_compile.local.compose import emit_compose
from ddms_compile.local.images import emit_images
from ddms_compile.provenance.artifact import Artifact
from ddms_compile.runbook import emit_runbook
from ddms_compile.schema.emit import emit_schema
from ddms_compile.terraform.emit import emit_terraform

EMITTERS: tuple[Emitter, ...] = (
    emit_schema,
    emit_charts,
    emit_addons,
    emit_values,
    emit_images,
    emit_compose,
    emit_workflows,
    emit_runbook,
    emit_terraform,
    emit_manifests,
)


def emit(inputs: Inputs) -> Iterator[Artifact]:
    """Yield every artifact. Raises FindingsError. Closes the session after its last use."""
    begun = {emitter: emitter(inputs) for emitter in EMITTERS}
    terraform = begun.pop(emit_terraform)
    manifests = begun.pop(emit_manifests)
    for files in begun.values():  # Node starts meanwhile
        yield from files
    # With many environments, other processes synthesize stacks while this one renders charts. Else Node ends before
    # Helm is loaded, which takes as much memory.
    if inputs.many:
        yield from manifests
    yield from terraform
    inputs.cdktf.close()
    if not inputs.many:
        yield from manifests
