"""What every stack of an environment begins with: Terraform's version, the state, the AWS provider."""

from ddms_compile.resolve import Environment
from ddms_compile.synthesize.terraform.arguments import Block, block
from ddms_compile.synthesize.terraform.bindings import Binding
from ddms_compile.synthesize.terraform.stack import Stack

AWS = ("aws", "6.25.0")
"""Source and version of the provider that the binding was made from (its package's metadata)."""


def account_stack(binding: Binding, environment: Environment, name: str) -> Stack:
    """A stack with its backend and the AWS provider, and the data sources that every concern may refer to."""
    read = environment.read
    stack = Stack(binding, name)
    stack.settings(required_version=read(lambda s: s.versions.terraform), backend=_backend(environment, name))
    stack.provider(
        "aws",
        *AWS,
        region=read(lambda s: s.aws.region),
        # Refuse to run with credentials of another account.
        allowed_account_ids=[environment.names.account],
        default_tags=[
            block(
                tags={
                    **read.table(lambda s: s.aws.tags),
                    "environment": environment.names.environment,
                    "managed-by": "ddms-compile",
                    "project": environment.names.project,
                }
            )
        ],
    )
    scope = stack.concern("account")
    scope.data("aws_caller_identity", "current")
    scope.data("aws_partition", "current")
    return stack


def _backend(environment: Environment, stack: str) -> tuple[str, Block]:
    """The state of one stack: an object in the bucket with a lock beside it, or a file beside the stack."""
    backend = environment.read(lambda s: s.state.backend)
    if backend.value == "local":
        return "local", block(path=backend.map(lambda _: "terraform.tfstate"))
    return "s3", block(
        bucket=environment.names.state_bucket.because(backend.keys),
        key=environment.names.state_key(stack).because(backend.keys),
        region=environment.read(lambda s: s.aws.region).because(backend.keys),
        encrypt=backend.map(lambda _: True),
        use_lockfile=backend.map(lambda _: True),
    )
