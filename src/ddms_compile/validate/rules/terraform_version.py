"""The stacks need Terraform 1.11. The constraint is to stop an older one, not an argument that it does not know."""

from collections.abc import Iterator

from ddms_compile.load import Finding
from ddms_compile.spec import EnvironmentSpec
from ddms_compile.validate.constraints import admits, parse_release, some_below, some_from
from ddms_compile.validate.rules.rule import Specs, at, error

CODE = "DDMS230"
NEEDED = (1, 11, 0)
"""1.10 locks a state by a file in its bucket, 1.11 has arguments that are only written ("Upgrade guides")."""

_ADVICE = 'write terraform = ">= 1.11.0, < 2.0.0"'
_REASON = "states have a lock file beside them (since 1.10), and passwords stay out of the state (since 1.11)"


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.cloud():
        constraint = spec.versions.terraform
        place = ("versions", "terraform")
        if some_from(constraint, NEEDED) is None:
            none = some_below(constraint, NEEDED) is None
            yield error(
                CODE,
                "no release of Terraform satisfies `versions.terraform`"
                if none
                else "the stacks need Terraform 1.11 or later, but `versions.terraform` excludes it",
                at(name, *place, label="contradicts itself" if none else "older releases only"),
                _ADVICE,
                notes=() if none else (_REASON,),
            )
        elif (older := some_below(constraint, NEEDED)) is not None:
            yield error(
                CODE,
                "the stacks need Terraform 1.11 or later, but `versions.terraform` allows an older release",
                at(name, *place, label=f"allows {'.'.join(map(str, older))}, among others"),
                _ADVICE,
                notes=(_REASON,),
            )
        else:
            yield from _pipeline(name, spec)


def _pipeline(name: str, spec: EnvironmentSpec) -> Iterator[Finding]:
    """The constraint must admit the version that the pipeline installs."""
    release = parse_release(spec.ci.terraform)
    if release is None or not admits(spec.versions.terraform, release):
        yield error(
            CODE,
            f"the pipeline would install Terraform {spec.ci.terraform}, which `versions.terraform` excludes",
            at(name, "ci", "terraform", label="not admitted" if release else "not a release"),
            (
                'set a release that the constraint allows, such as terraform = "'
                f'{".".join(map(str, some_from(spec.versions.terraform, NEEDED) or NEEDED))}" under [ci]'
            ),
            related=(at(name, "versions", "terraform", label="the constraint"),),
        )
