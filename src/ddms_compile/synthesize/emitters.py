"""The emitters, in one literal table."""

from ddms_compile.synthesize.compose import emit_compose
from ddms_compile.synthesize.helm.emit import emit_addons, emit_values
from ddms_compile.synthesize.images import emit_images
from ddms_compile.synthesize.inputs import Emitter
from ddms_compile.synthesize.manifests.emit import emit_manifests
from ddms_compile.synthesize.runbook import emit_runbook
from ddms_compile.synthesize.schema import emit_schema
from ddms_compile.synthesize.terraform.emit import emit_terraform
from ddms_compile.synthesize.workflows import emit_workflows

EMITTERS: tuple[Emitter, ...] = (
    emit_schema,
    emit_addons,
    emit_values,
    emit_images,
    emit_compose,
    emit_workflows,
    emit_runbook,
    emit_terraform,  # late: Node comes up while the others work
    emit_manifests,  # last: Node is ended before Helm is loaded, which takes as much memory
)
