"""Signatures of images: what has a tag is signed, and nothing is deployed that the pipeline has not signed."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from ddms_compile.github import emit_workflows
from delivery_cases.fakes import Result, run, unavailable
from delivery_cases.project import changed, emitted, specs

DIGEST = f"sha256:{'1' * 64}"
REGISTRY = "111122223333.dkr.ecr.eu-west-1.amazonaws.com"
IDENTITY = "https://github.com/example/ddms/.github/workflows/ci-cd.yml@refs/heads/main"
VERIFY = ("cosign", "verify", "--certificate-identity", IDENTITY, "--certificate-oidc-issuer")
ISSUER = "https://token.actions.githubusercontent.com"
FOUND = {"images": [{"repositoryName": "ddms/backend", "imageManifest": "{}", "imageManifestMediaType": "index"}]}
AWS = 'case "$*" in *batch-get-image*) printf \'%s\' "$FOUND" ;; *put-image*) cat >"$FAKES/put" ;; *) exit 9 ;; esac'


def played(folder: Path, name: str, env: dict[str, str], **answers: str) -> Result:
    """A script among fakes."""
    if reason := unavailable():
        pytest.skip(f"UNCHECKED scripts: {reason}")
    text = emitted(emit_workflows, specs())[f"generated/ci/{name}.sh"].text
    return run(folder / "fakes", text, {"REGISTRY": REGISTRY, "IDENTITY": IDENTITY} | env, answers)


def signed(folder: Path, cosign: str = "", aws: str = AWS, found: Any = FOUND) -> Result:
    """sign-image.sh for one image."""
    env = {"REGION": "eu-west-1", "REPOSITORY": "ddms/backend", "TAG": "abc", "DIGEST": DIGEST}
    return played(folder, "sign-image", env | {"FOUND": json.dumps(found)}, cosign=cosign, aws=aws)


def verified(folder: Path, images: str, cosign: str = "") -> Result:
    """verify-images.sh for these lines."""
    return played(folder, "verify-images", {"IMAGES": images}, cosign=cosign)


def test_an_image_is_signed_and_verified_by_digest_and_then_tagged(tmp_path: Path) -> None:
    """In this order, and it is the same manifest that gets the tag."""
    result = signed(tmp_path)
    assert result.code == 0, result.output
    image = f"{REGISTRY}/ddms/backend@{DIGEST}"
    sign, verify, get, put = (call.arguments for call in result.calls)
    assert sign == ("cosign", "sign", "--yes", image)
    assert verify == (*VERIFY, ISSUER, image)
    assert f"imageDigest={DIGEST}" in get and "put-image" in put
    held = json.loads((tmp_path / "fakes" / "put").read_text())
    assert held == {**FOUND["images"][0], "imageDigest": DIGEST, "imageTag": "abc"}


@pytest.mark.parametrize("fails", ["sign", "verify"])
def test_an_image_without_a_signature_gets_no_tag(fails: str, tmp_path: Path) -> None:
    """Sigstore is not reached, or the certificate is another's: a rerun finds no tag, and builds again."""
    result = signed(tmp_path, cosign=f'case "$1" in {fails}) exit 7 ;; esac')
    assert result.code == 7 and result.of("aws") == []


@pytest.mark.parametrize(
    ("aws", "found"),
    [(AWS, {"images": [], "failures": [{}]}), ("echo AccessDenied >&2; exit 254", FOUND)],
)
def test_a_tag_that_was_not_given_is_told(aws: str, found: Any, tmp_path: Path) -> None:
    """The step ends as failed."""
    result = signed(tmp_path, aws=aws, found=found)
    assert result.code != 0 and not any("put-image" in call.arguments for call in result.of("aws"))


def test_every_image_is_verified_against_one_identity(tmp_path: Path) -> None:
    """By digest, in the repository that it is deployed from."""
    other = f"sha256:{'2' * 64}"
    result = verified(tmp_path, f"ddms/backend abc {DIGEST}\nddms/frontend abc-prod {other}")
    assert result.code == 0, result.output
    assert [call.arguments for call in result.calls] == [
        (*VERIFY, ISSUER, f"{REGISTRY}/ddms/backend@{DIGEST}"),
        (*VERIFY, ISSUER, f"{REGISTRY}/ddms/frontend@{other}"),
    ]


def test_an_image_that_is_not_signed_by_the_pipeline_stops_the_release(tmp_path: Path) -> None:
    """No signature, that of another, or no answer: cosign fails, the image is named, the others are looked at too."""
    images = f"ddms/backend abc {DIGEST}\nddms/frontend abc-prod {DIGEST}"
    result = verified(
        tmp_path, images, cosign='case "$*" in *backend*) echo "no matching signatures" >&2; exit 10 ;; esac'
    )
    assert result.code == 1 and len(result.calls) == 2
    assert "ddms/backend:abc has no valid signature" in result.output
    assert "ddms/frontend:abc-prod has" not in result.output


@pytest.mark.parametrize("digest", ["", "sha256:", "latest", "sha256:12", f"{DIGEST}0"])
def test_what_has_no_digest_is_not_verified_by_its_tag(digest: str, tmp_path: Path) -> None:
    """A tag could name something else afterwards."""
    result = verified(tmp_path, f"ddms/backend abc {digest}")
    assert result.code == 1 and result.calls == [] and "has no digest" in result.output


def jobs(**changes: Any) -> dict[str, Any]:
    """Those of the shipped project, with every environment changed."""
    of = {name: changed(spec, **changes) for name, spec in specs().items()}
    document: dict[str, Any] = yaml.safe_load(emitted(emit_workflows, of)[".github/workflows/ci-cd.yml"].text)
    return document["jobs"]  # type: ignore[no-any-return]


@pytest.mark.parametrize("auth", ["oidc", "access-keys"])
def test_nothing_is_deployed_before_it_is_verified(auth: str) -> None:
    """Every deployment waits for the job, which looks at the digests that are deployed; no condition overrules it."""
    made = jobs(ci__auth=auth)
    given = made["verify-images"]["steps"][-1]["env"]
    assert given["IDENTITY"] == IDENTITY and given["REGISTRY"] == REGISTRY
    assert made["verify-images"]["needs"] == ["docker-build-push"]
    deployments = [job for name, job in made.items() if name.startswith("deploy-")]
    assert len(deployments) == 2
    for job in deployments:
        assert "verify-images" in job["needs"]
        assert not any(word in job["if"] for word in ("always()", "cancelled()", "failure()"))
        (deploy,) = (step for step in job["steps"] if step["name"] == "Deploy")
        for variable in ("BACKEND_IMAGE", "FRONTEND_IMAGE"):
            assert deploy["env"][variable].strip("${} ") in given["IMAGES"]


@pytest.mark.parametrize("auth", ["oidc", "access-keys"])
def test_an_image_is_pushed_without_a_tag_until_it_is_signed(auth: str) -> None:
    """The job that builds may ask for the token that Sigstore takes, whatever AWS takes; what it found stays."""
    job = jobs(ci__auth=auth)["docker-build-push"]
    assert job["permissions"]["id-token"] == "write"
    steps = {step["name"]: step for step in job["steps"]}
    order = list(steps)
    for name in ("backend", "frontend-staging", "frontend-prod"):
        build, sign = steps[f"Build {name}"], steps[f"Sign {name}"]
        assert "tags" not in build["with"] and "push-by-digest=true" in build["with"]["outputs"]
        assert order.index(f"Sign {name}") == order.index(f"Build {name}") + 1
        assert sign["env"]["DIGEST"] == f"${{{{ steps.build-{name}.outputs.digest }}}}"
        assert sign["if"] == build["if"] == f"${{{{ steps.find-{name}.outputs.digest == '' }}}}"
    assert order.index("Set up cosign") < order.index("Sign backend")


def test_who_verifies_may_only_read() -> None:
    """On a runner that GitHub hosts, with a session that can push nothing and reach no other service."""
    job = jobs()["verify-images"]
    assert job["runs-on"] == "ubuntu-24.04"
    (policy,) = (step["with"]["inline-session-policy"] for step in job["steps"] if step["name"] == "Log in to AWS")
    (statement,) = json.loads(policy)["Statement"]
    assert all(action.split(":")[1].startswith(("BatchGet", "BatchCheck", "Get")) for action in statement["Action"])
    assert {action.split(":")[0] for action in statement["Action"]} == {"ecr"}


def test_signing_follows_repository_branch_and_release() -> None:
    """The identity is that of the data, and both jobs install the same cosign."""
    made = jobs(ci__branch="trunk", project__repository="other/repo", ci__cosign="3.1.2")
    env = made["verify-images"]["steps"][-1]["env"]
    assert env["IDENTITY"] == "https://github.com/other/repo/.github/workflows/ci-cd.yml@refs/heads/trunk"
    for name in ("docker-build-push", "verify-images"):
        (cosign,) = (step for step in made[name]["steps"] if step["name"] == "Set up cosign")
        assert cosign["with"] == {"cosign-release": "v3.1.2"}


@pytest.mark.parametrize("auth", ["oidc", "access-keys"])
def test_without_signing_nothing_is_told_to_sigstore(auth: str) -> None:
    """Images are pushed under their tags, no job asks for more than AWS needs, and none waits for a signature."""
    made = jobs(ci__sign_images=False, ci__auth=auth)
    assert "cosign" not in str(made) and "verify-images" not in str(made)
    job = made["docker-build-push"]
    assert ("id-token" in job["permissions"]) is (auth == "oidc")
    builds = [step for step in job["steps"] if step["name"].startswith("Build ")]
    assert builds and all(step["with"]["push"] is True and "tags" in step["with"] for step in builds)
