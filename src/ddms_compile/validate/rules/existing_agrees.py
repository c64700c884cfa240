"""What an account has once is created, imported or reused once: its environments must say the same."""

from collections.abc import Iterator

from ddms_compile.load import Finding
from ddms_compile.spec import EnvironmentSpec
from ddms_compile.validate.rules.rule import Specs, at, error

CODE = "DDMS255"
SHARED = ("github_oidc", "state_bucket", "images")
"""What is in the stack of the account. GuardDuty's detector is an environment's."""


def check(specs: Specs) -> Iterator[Finding]:
    first: dict[tuple[str, str], tuple[str, EnvironmentSpec]] = {}
    for name, spec in specs.cloud():
        for key in SHARED:
            # The images are in one account, whatever the account of the environment.
            account = spec.project.account if key == "images" else spec.aws.account
            other, held = first.setdefault((account, key), (name, spec))
            wanted, said = getattr(spec.aws.existing, key), getattr(held.aws.existing, key)
            if wanted != said:
                yield error(
                    CODE,
                    f"{other} and {name} differ in `aws.existing.{key}` of account {account}",
                    at(name, "aws", "existing", key, label=f"{wanted} for {name}"),
                    (f'set it once, under [aws.existing] in ddms.toml, or to the same value in both: {key} = "{said}"'),
                    related=(at(other, "aws", "existing", key, label=f"{said} for {other}"),),
                    notes=("the resource exists once per account, and its stack serves both environments",),
                )
