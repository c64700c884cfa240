"""The emitter: every stack of every wanted environment as one file of Terraform JSON, and the ledger of addresses."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from ddms_compile.artifact import Artifact
from ddms_compile.load import Finding, FindingsError
from ddms_compile.resolve import Environment
from ddms_compile.resolve.accounts import make_accounts
from ddms_compile.synthesize.inputs import Inputs
from ddms_compile.synthesize.terraform.account import make_account
from ddms_compile.synthesize.terraform.bindings.engine import EngineName
from ddms_compile.synthesize.terraform.environment import make_environment
from ddms_compile.synthesize.terraform.ledger_file import Made
from ddms_compile.synthesize.terraform.parallel import make_in_parallel


def emit_terraform(inputs: Inputs) -> Iterable[Artifact]:
    """`generated/<environment>/terraform/stacks/<stack>/cdk.tf.json`; nothing for the tier `local`.

    The stacks that each account has once are in `generated/bootstrap/terraform/stacks/<account>/cdk.tf.json`, their
    ledgers beside them in `ledgers/<account>.json`.
    With many environments the work begins with the call, in other processes. Raises FindingsError when a resource with
    state would be lost.
    """
    environments = [environment for environment in inputs.selected if environment.tier != "local"]
    if not environments:
        return ()
    engine = environments[0].read(lambda s: s.versions.engine).value
    make = make_in_parallel if inputs.many else _make
    return _artifacts(make(environments, inputs, engine), inputs, engine)


def _make(environments: Sequence[Environment], inputs: Inputs, engine: EngineName) -> Iterator[Made]:
    binding = inputs.cdktf.binding(engine)
    return (make_environment(binding, environment, inputs.root, inputs.today) for environment in environments)


def _artifacts(results: Iterable[Made], inputs: Inputs, engine: EngineName) -> Iterator[Artifact]:
    findings: list[Finding] = []
    for made in chain(results, _accounts(inputs, engine)):
        findings += made.findings
        yield from made.artifacts
    if findings:
        raise FindingsError(findings)


def _accounts(inputs: Inputs, engine: EngineName) -> Iterator[Made]:
    for account in make_accounts(inputs.environments):
        binding = inputs.cdktf.binding(engine)
        yield make_account(binding, account, inputs.environments, inputs.root, inputs.today)
