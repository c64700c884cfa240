"""Tags of the compiler's own tell which environment a resource belongs to; AWS takes fifty in all."""

from collections.abc import Iterator

from ddms_compile.load import Finding, KeyLabel
from ddms_compile.validate.rules.rule import Specs, at, error

CODE = "DDMS225"
OWN = ("environment", "managed-by", "name", "project")
MOST = 40
"""AWS allows 50 tags; the rest is for ours and for those of Kubernetes (AWS, "Tag naming limits")."""


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.cloud():
        lowered: dict[str, str] = {}
        for tag in spec.aws.tags:
            place = KeyLabel(environment=name, key=("aws", "tags", tag), part="key", message="")
            if tag.lower() in OWN:
                yield error(CODE, f"the tag {tag} is set by the compiler", place, "remove it, or rename it")
            elif (other := lowered.setdefault(tag.lower(), tag)) != tag:
                yield error(
                    CODE,
                    f"the tags {other} and {tag} differ in case only; IAM treats them as one",
                    place,
                    "keep one of them",
                    related=(at(name, "aws", "tags", other, label="the other one"),),
                )
        if len(spec.aws.tags) > MOST:
            yield error(
                CODE,
                f"{len(spec.aws.tags)} tags exceed the limit of {MOST}",
                KeyLabel(environment=name, key=("aws", "tags"), part="key"),
                "remove some: AWS allows 50 per resource, and Kubernetes and this compiler add their own",
            )
