"""`deploy.user`, the IAM user of access keys, is required with them for its EKS access entry, and unused with roles."""

from collections.abc import Iterator

from ddms_compile.load import Finding
from ddms_compile.validate.rules.rule import Specs, at, error

CODE = "DDMS278"


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.cloud():
        place, auth = at(name, "deploy", "user", label="no effect"), at(name, "ci", "auth", label="chosen here")
        if spec.ci.auth == "oidc":
            if spec.deploy.user:
                yield error(
                    CODE,
                    f"{name} names an IAM user, but the pipeline assumes roles",
                    place,
                    "remove the key",
                    related=(auth,),
                )
        elif spec.state.backend == "s3" and f"::{spec.aws.account}:user/" not in spec.deploy.user:
            yield error(
                CODE,
                (
                    f"the cluster of {name} has no access entry for a user of account "
                    f"{spec.aws.account}, whose access keys the pipeline uses"
                ),
                at(name, "deploy", "user", label="no user of that account"),
                f'write user = "arn:aws:iam::{spec.aws.account}:user/…" under [deploy] in environments/{name}.toml',
                'or write auth = "oidc", which needs no user and no access key',
                related=(auth,),
                notes=("EKS rejects a principal without an access entry, whatever IAM allows",),
            )
