"""The stack `bootstrap`, once in an account: what must be there before any environment.

The state bucket, GitHub's identity provider with the pipeline's roles, and in the project's account the images. It is
applied by hand, by an administrator of the account. Its own state is a file beside it at first, because the bucket does
not exist yet. To move it there, put `backend_override.tf` beside the stack, which the compiler never touches, with

    terraform {
      backend "s3" {
        bucket       = "<state bucket>"
        key          = "<project>/bootstrap/<account>.tfstate"
        region       = "<project.region>"
        encrypt      = true
        kms_key_id   = "alias/<project>-tfstate"
        use_lockfile = true
      }
    }

and run `terraform init -migrate-state`.
"""

from ddms_compile.cdktf import Binding
from ddms_compile.resolve.accounts import Account
from ddms_compile.terraform.arguments import block
from ddms_compile.terraform.components.github import github
from ddms_compile.terraform.components.registry import registry
from ddms_compile.terraform.components.state_bucket import state_buckets
from ddms_compile.terraform.paths import BOOTSTRAP
from ddms_compile.terraform.settings import declare_account
from ddms_compile.terraform.stack import Stack
from ddms_compile.tree import TracedTable


def bootstrap(binding: Binding, account: Account) -> Stack:
    """Return the stack of one account."""
    stack = Stack(binding, BOOTSTRAP, engine=account.engine)
    stack.settings(required_version=account.terraform, backend=("local", block(path="terraform.tfstate")))
    tags: TracedTable = {"managed-by": "ddms-compile", "project": account.project}
    declare_account(stack, region=account.region, account=account.number, tags=tags)
    buckets = state_buckets(stack, account)
    images = registry(stack, account)
    github(stack, account, buckets, images)
    return stack
