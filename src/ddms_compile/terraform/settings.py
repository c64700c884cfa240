"""Common settings of an environment's stacks: Terraform's version, the backend, the AWS provider."""

from collections.abc import Mapping

from ddms_compile.cdktf import Binding
from ddms_compile.provenance.traced import Traced, text
from ddms_compile.resolve import Environment
from ddms_compile.resolve.names import state_key_alias
from ddms_compile.resolve.roles import partition_of
from ddms_compile.terraform.arguments import Block, block
from ddms_compile.terraform.expression import Expression, template
from ddms_compile.terraform.stack import Handle, Scope, Stack
from ddms_compile.tree import TracedTable, TracedTree


def account_stack(binding: Binding, environment: Environment, name: str) -> Stack:
    """Return a stack with its backend, the AWS provider, and the common data sources."""
    read = environment.read
    stack = Stack(binding, name, engine=read.keys(lambda s: s.versions.engine))
    stack.settings(required_version=read(lambda s: s.versions.terraform), backend=_backend(environment, name))
    tags: TracedTable = {
        **read.table(lambda s: s.aws.tags),
        "environment": environment.names.environment,
        "managed-by": "ddms-compile",
        "project": environment.names.project,
    }
    declare_account(stack, region=read(lambda s: s.aws.region), account=environment.names.account, tags=tags)
    return stack


def declare_account(stack: Stack, *, region: Traced[str], account: Traced[str], tags: Mapping[str, TracedTree]) -> None:
    """Add the AWS provider, and the common data sources."""
    stack.provider(
        "aws",
        region=region,
        # Terraform fails with credentials of another account.
        allowed_account_ids=[account],
        default_tags=[block(tags=dict(tags))],
    )
    scope = stack.component("account")
    scope.data("aws_caller_identity", "current")
    scope.data("aws_partition", "current")


def _backend(environment: Environment, stack: str) -> tuple[str, Block]:
    """Return the backend of one stack: an S3 object with a lock file, or a local file."""
    backend = environment.read(lambda s: s.state.backend)
    if backend.value == "local":
        return "local", block(path=backend.map(lambda _: "terraform.tfstate"))
    return "s3", block(
        **_state_object(environment, stack),
        encrypt=backend.map(lambda _: True),
        # With `encrypt` alone, the backend asks for AES256 and so goes past the key of the bucket (Terraform's
        # documentation, "Backend Type: s3": `encrypt` and `kms_key_id`).
        kms_key_id=text(
            "arn:{}:kms:{}:{}:{}",
            partition_of(environment),
            environment.read(lambda s: s.project.region),
            environment.names.account,
            state_key_alias(environment.names.project),
        ).because(backend.keys),
        use_lockfile=backend.map(lambda _: True),
    )


def _state_object(environment: Environment, stack: str) -> dict[str, Traced[str]]:
    """Return the location of a stack's state; the bucket is in the project's region."""
    backend = environment.read(lambda s: s.state.backend)
    return {
        "bucket": environment.names.state_bucket.because(backend.keys),
        "key": environment.names.state_key(stack).because(backend.keys),
        "region": environment.read(lambda s: s.project.region).because(backend.keys),
    }


def state_of(scope: Scope, environment: Environment, stack: str) -> Handle:
    """Return the remote state of another stack of the environment."""
    backend = environment.read(lambda s: s.state.backend)
    if backend.value == "s3":
        config = block(**_state_object(environment, stack))
    else:
        config = block(path=_beside(environment, stack).because(backend.keys))
    return scope.remote_state(stack, backend=backend, config=config)


def _beside(environment: Environment, stack: str) -> Expression:
    """Return the local state file of another stack, whose folder `cdktf` names by environment and stack."""
    path = (
        '${{path.module}}/../${{fileexists("${{path.module}}/../STACK/cdk.tf.json") ? "STACK" : "{}-STACK"}}'
        "/terraform.tfstate"
    )
    return template(path.replace("STACK", stack), environment.names.environment)
