"""Steps that sign images and verify signatures.

Signatures are keyless (https://docs.sigstore.dev/cosign/signing/overview/): the certificate names the workflow and its
branch. In ECR they are referrers of the image, the default of cosign 3, so immutable tags do not block a second one.
"""

from ddms_compile.github.expressions import WorkflowExpression
from ddms_compile.github.stages import Stage
from ddms_compile.github.steps import Step, script, uses
from ddms_compile.provenance.traced import Traced, text
from ddms_compile.resolve.images import registry

ISSUED_FOR = "https://github.com/{}/.github/workflows/ci-cd.yml@refs/heads/{}"
"""Claims of a workflow in Fulcio's certificate (https://github.com/sigstore/fulcio/blob/main/docs/oidc.md)."""


def signs(first: Stage) -> Traced[bool]:
    """Return whether images are signed."""
    return first.of(first.environment.read(lambda s: s.ci.sign_images))


def identity(first: Stage) -> Traced[str]:
    """Return the certificate identity that verification accepts: this workflow on the deployed branch."""
    read = first.environment.read
    return text(ISSUED_FOR, first.of(read(lambda s: s.project.repository)), first.of(read(lambda s: s.ci.branch)))


def set_up_cosign(first: Stage) -> list[Traced[Step]]:
    """Return the step that installs cosign, which uses Docker's login to ECR."""
    release = first.of(first.environment.read(lambda s: f"v{s.ci.cosign.removeprefix('v')}"))
    step: Step = {
        "name": "Set up cosign",
        "uses": uses("sigstore/cosign-installer"),
        "with": {"cosign-release": release},
    }
    return [Traced(step, signs(first).keys)] if signs(first).value else []


def pushed(first: Stage, reference: Traced[str], tags: WorkflowExpression) -> Step:
    """Return the push options of a build: by tag, or by digest only when the tag follows the signature."""
    signed = signs(first)
    if not signed.value:
        return {"push": Traced(True, signed.keys), "tags": WorkflowExpression(tags.text, tags.keys | signed.keys)}
    form = text("type=image,name={},push-by-digest=true,name-canonical=true,push=true", reference)
    return {"outputs": form.because(signed.keys)}


def sign(first: Stage, name: str, repository: Traced[str], tag: WorkflowExpression) -> list[Traced[Step]]:
    """Return the steps that sign an image that this run built; one found by its tag is signed already."""
    if not signs(first).value:
        return []
    step: Step = {
        **script(
            "sign-image",
            f"Sign {name}",
            {
                "REGISTRY": first.of(first.environment.read(registry)),
                "REGION": first.of(first.environment.read(lambda s: s.project.region)),
                "REPOSITORY": repository,
                "TAG": tag,
                "DIGEST": WorkflowExpression(f"steps.build-{name}.outputs.digest"),
                "IDENTITY": identity(first),
            },
        ),
        "if": WorkflowExpression(f"steps.find-{name}.outputs.digest == ''"),
    }
    return [Traced(step, signs(first).keys)]
