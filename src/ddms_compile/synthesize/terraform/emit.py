"""The emitter: every stack of every wanted environment as one file of Terraform JSON, and the ledger of addresses."""

from collections.abc import Iterator

from ddms_compile.artifact import Artifact
from ddms_compile.diagnostics import Severity
from ddms_compile.load import Finding, FindingsError
from ddms_compile.resolve import Environment
from ddms_compile.resolve.accounts import make_accounts
from ddms_compile.synthesize.inputs import Inputs
from ddms_compile.synthesize.terraform.bindings import Binding, BindingError, load, release
from ddms_compile.synthesize.terraform.bootstrap import bootstrap
from ddms_compile.synthesize.terraform.environment import make_environment, stack_artifact
from ddms_compile.synthesize.terraform.parallel import WORTH_IT, make_in_parallel
from ddms_compile.synthesize.terraform.types import TYPES


def emit_terraform(inputs: Inputs) -> Iterator[Artifact]:
    """`generated/<environment>/terraform/stacks/<stack>/cdk.tf.json`; nothing for the tier `local`.

    The stacks that each account has once are in `generated/bootstrap/terraform/stacks/<account>/cdk.tf.json`.
    Raises FindingsError when a resource with state would be lost.
    """
    environments = [environment for environment in inputs.selected if environment.tier != "local"]
    if not environments:
        return
    binding = _load(inputs, environments)
    if inputs.workers > 1 and len(environments) >= WORTH_IT:
        results = make_in_parallel(environments, inputs)
    else:
        results = (make_environment(binding, e, inputs.root, inputs.today) for e in environments)
    findings: list[Finding] = []
    for made in results:
        findings += made.findings
        yield from made.artifacts
    if findings:
        raise FindingsError(findings)
    for account in make_accounts(inputs.environments):
        tree, leaves = bootstrap(binding, account).finish()
        path = f"generated/bootstrap/terraform/stacks/{account.number.value}/cdk.tf.json"
        yield stack_artifact(None, path, tree, leaves)
    release()


def _load(inputs: Inputs, environments: list[Environment]) -> Binding:
    """The binding that the data choose. It is one for all: two engines would be two versions of each provider."""
    engine = environments[0].read(lambda s: s.versions.engine).value
    try:
        return load(TYPES, cache_dir=inputs.cache_dir, engine=engine, begun=inputs.node, on_progress=inputs.progress)
    except BindingError as error:
        raise FindingsError([_no_binding(str(error))]) from error


def _no_binding(reason: str) -> Finding:
    return Finding(
        code="DDMS901",
        severity=Severity.ERROR,
        message="CDKTF cannot be started",
        place=None,
        notes=(reason,),
        help=("run `make build`, which installs what is missing; a damaged cache repairs itself",),
    )
