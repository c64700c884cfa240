"""Nothing under generated/ but what a build wrote: whoever reads a folder reads all of it."""

import os
import subprocess
from pathlib import Path

import pytest

from ddms_compile.write import apply, plan, undeclared
from ddms_compile.write.paths import MANIFEST
from write.scene import artifacts, put

STACK = "generated/prod/terraform/stacks/foundation"
BOOTSTRAP = "generated/bootstrap/terraform/stacks/111122223333"
FILES = {
    f"{STACK}/cdk.tf.json": "{}",
    f"{BOOTSTRAP}/cdk.tf.json": '{"bucket": "ddms-111122223333-tfstate"}',
    "generated/prod/terraform/ledger.json": "{}",
    "generated/prod/manifests/00-namespace-ddms.yaml": "kind: Namespace",
    "generated/prod/helm/values.yaml": "a: 1",
    "generated/prod/helm/addons/velero.yaml": "a: 1",
    "generated/prod/RUNBOOK.md": "#",
    "generated/local/compose/compose.yaml": "services: {}",
    "generated/images/backend/Dockerfile": "FROM scratch",
    "generated/ci/apply.sh": "true",
    "generated/schema/project.schema.json": "{}",
}

FOREIGN = (
    *(
        f"{STACK}/{name}"
        for name in (
            "zz_override.tf.json",
            "override.tf",
            "a.tf",
            "A.TF",
            "main.tofu",
            "main.tofu.json",
            "terraform.tfvars",
            "terraform.tfvars.json",
            "x.auto.tfvars",
            "x.auto.tfvars.json",
            "backend_override.tf",
            "x.tftest.hcl",
            "x.tfmock.hcl",
            ".terraformrc",
            ".hidden.tf",
            "cdk.tf.json~",
            "terraform.tfstate.d/prod/terraform.tfstate",
            "modules/evil/main.tf",
            ".terraform.lock.hcl/x",
            "plan.tfplan/x",
            "terraform.tfstate/x",
            "evil.tfplan.tf",
        )
    ),
    "generated/prod/terraform/stacks/another/main.tf",
    "generated/prod/terraform/main.tf",
    "generated/prod/terraform/.terraform/x",
    f"{BOOTSTRAP}/override.tf",
    "generated/bootstrap/terraform/ledgers/999999999999.json.bak",
    "generated/prod/manifests/99-role.yaml",
    "generated/prod/manifests/99-ROLE.YML",
    "generated/prod/manifests/x.json",
    "generated/prod/manifests/kustomization.yaml",
    "generated/prod/helm/values-more.yaml",
    "generated/prod/helm/addons/more.yaml",
    "generated/local/compose/compose.override.yaml",
    "generated/local/compose/docker-compose.yml",
    "generated/local/compose/.env.local",
    "generated/images/backend/extra.sh",
    "generated/images/more/Dockerfile",
    "generated/ci/evil.sh",
    "generated/qa/terraform/stacks/foundation/main.tf",
    "generated/notes.txt",
    "generated/.hidden",
    "generated/new\nline.tf",
)


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A project that was built."""
    apply(plan(tmp_path, artifacts(FILES), environments=None, force=False))
    return tmp_path


def said(root: Path) -> list[str]:
    """The path that each finding is about."""
    assert all(d.code == "DDMS520" for d in undeclared(root))
    return [d.primary.span.path for d in undeclared(root) if d.primary is not None]


def test_what_a_build_wrote_is_declared(built: Path) -> None:
    """Nothing is found in a tree that was built, nor in an empty one."""
    assert said(built) == []
    assert said(built / "generated") == []


@pytest.mark.parametrize("path", FOREIGN)
def test_whatever_else_is_there_is_an_error_that_names_it(built: Path, path: str) -> None:
    """A file is named, or the folder in which nothing is declared; with the wanted files of a build too."""
    put(built, {path: "x"})
    (named,) = said(built)
    assert named == path or (named.endswith("/") and path.startswith(named))
    assert [d.code for d in undeclared(built, FILES)] == ["DDMS520"]


@pytest.mark.parametrize("path", FOREIGN)
def test_links_and_pipes_count_as_well(built: Path, path: str) -> None:
    """A link to a file or a folder and a pipe are as foreign as a file."""
    place = built / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(built)
    assert len(said(built)) == 1
    place.unlink()
    os.mkfifo(place)
    assert len(said(built)) == 1


WORKING = (
    f"{STACK}/.terraform/providers/registry.terraform.io/x",
    f"{STACK}/.terraform.lock.hcl",
    f"{STACK}/terraform.tfstate",
    f"{STACK}/terraform.tfstate.backup",
    f"{STACK}/terraform.tfstate.1700000000.backup",
    f"{STACK}/.terraform.tfstate.lock.info",
    f"{STACK}/errored.tfstate",
    f"{STACK}/plan.tfplan",
    f"{STACK}/crash.log",
    "generated/local/compose/.env",
    "generated/prod/.DS_Store",
)


@pytest.mark.parametrize("path", WORKING)
def test_what_tools_leave_where_they_run_is_let_be(built: Path, path: str) -> None:
    """Terraform and Compose keep their own files beside their input; a link in their place is none of theirs."""
    put(built, {path: "x"})
    assert said(built) == []
    place = built / (f"{STACK}/.terraform" if "/.terraform/" in path else path)
    place.rename(built / "elsewhere")
    place.symlink_to(built / "elsewhere")
    assert len(said(built)) == 1


@pytest.mark.parametrize("path", [path for path in WORKING if not path.endswith((".hcl", ".DS_Store"))])
def test_what_git_tracks_was_left_by_no_tool(built: Path, path: str) -> None:
    """A repository that brings plugins, a state or a plan along is not let be."""
    put(built, {path: "x"})
    for command in (("init", "-q"), ("add", "-f", path)):
        subprocess.run(["git", *command], cwd=built, check=True, timeout=30)
    assert len(said(built)) == 1


BACKEND = """terraform {
  backend "s3" {
    bucket       = "ddms-111122223333-tfstate"
    key          = "ddms/bootstrap/111122223333.tfstate"
    region       = "eu-west-1"
    use_lockfile = true
  }
}
"""


def test_the_state_of_an_account_may_be_moved_and_nothing_else(built: Path) -> None:
    """`backend_override.tf` of a bootstrap stack may hold a backend in S3; with anything beside it, it is foreign."""
    path = f"{BOOTSTRAP}/backend_override.tf"
    put(built, {path: BACKEND})
    assert said(built) == []
    for text in (
        BACKEND + 'resource "aws_s3_bucket" "x" {}\n',
        BACKEND.replace('"s3"', '"http"'),
        BACKEND.replace("ddms-111122223333-tfstate", "somebody-elses"),
        BACKEND.replace("    key ", '    bucket = "somebody-elses"\n    key '),
        BACKEND.replace("eu-west-1", '${file(\\"/etc/passwd\\")}'),
        BACKEND.replace("use_lockfile = true", 'endpoint = "https://example.com"'),
        BACKEND.replace("  }\n}", '  }\n  required_version = "1"\n}'),
        "",
    ):
        (built / path).write_text(text, "utf-8")
        assert said(built) == [path]


def test_folders_without_anything_are_nobodys(built: Path) -> None:
    """Git keeps no empty folders, and no tool reads one."""
    (built / "generated/qa/terraform/stacks").mkdir(parents=True)
    assert said(built) == []


def test_without_a_manifest_nobody_can_say_what_is_foreign(built: Path) -> None:
    """A manifest that is gone, or is none, is the error."""
    (built / MANIFEST).unlink()
    assert [d.code for d in undeclared(built)] == ["DDMS506"]
    assert undeclared(built, FILES) == ()
    (built / MANIFEST).write_text("{")
    assert [d.code for d in undeclared(built)] == ["DDMS506"]


def test_a_linked_folder_is_not_looked_into(built: Path) -> None:
    """All of generated/ elsewhere is one error."""
    (built / "generated").rename(built / "elsewhere")
    (built / "generated").symlink_to(built / "elsewhere")
    assert said(built)[-1] == "generated"
