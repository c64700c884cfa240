"""The back end: each stack as a file of Terraform JSON, and the ledgers."""

from collections.abc import Iterable, Iterator, Sequence

from ddms_compile.cdktf.engine import EngineName
from ddms_compile.emitter import Inputs
from ddms_compile.load import Finding, FindingsError
from ddms_compile.provenance.artifact import Artifact
from ddms_compile.terraform.items import Item, items, make_item
from ddms_compile.terraform.ledger.file import Synthesized
from ddms_compile.terraform.parallel import make_in_parallel


def emit_terraform(inputs: Inputs) -> Iterable[Artifact]:
    """Yield `generated/<environment>/terraform/stacks/<stack>/cdk.tf.json`; nothing for the tier `local`.

    The stack of each account is `generated/bootstrap/terraform/stacks/<account>/cdk.tf.json`, with its ledger in
    `ledgers/<account>.json`. With many environments other processes start the work at the call. Raises FindingsError
    when a stateful resource would be lost.
    """
    environments = [environment for environment in inputs.selected if environment.tier != "local"]
    if not environments:
        return ()
    engine = environments[0].read(lambda s: s.versions.engine).value
    make = make_in_parallel if inputs.many else _make
    return _artifacts(make(list(items(environments, inputs.environments)), inputs, engine))


def _make(wanted: Sequence[Item], inputs: Inputs, engine: EngineName) -> Iterator[Synthesized]:
    binding = inputs.cdktf.binding(engine)
    return (make_item(binding, item, inputs.ledgers, inputs.today) for item in wanted)


def _artifacts(results: Iterable[Synthesized]) -> Iterator[Artifact]:
    findings: list[Finding] = []
    for made in results:
        findings += made.findings
        yield from made.artifacts
    if findings:
        raise FindingsError(findings)
