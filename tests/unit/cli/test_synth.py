"""`synth` gives cdktf-cli what it expects to find (cli-core 0.21, `SynthStack.readSynthesizedStacks`)."""

import json
from pathlib import Path
from typing import Any

import pytest

from cli import fake_pipeline
from cli.scene import Project
from ddms_compile.cli.synth import manifest, stacks_of
from ddms_compile.pipeline.request import Request
from ddms_compile.provenance.artifact import Artifact


def stack(environment: str, name: str, document: dict[str, object]) -> Artifact:
    path = f"generated/{environment}/terraform/stacks/{name}/cdk.tf.json"
    return Artifact(path=path, text=json.dumps(document), environment=environment, emitter="terraform")


ARTIFACTS = (
    stack("prod", "platform", {"resource": {}}),
    stack("prod", "foundation", {"terraform": {"required_providers": {"aws": {}}}}),
    stack("staging", "platform", {}),
    Artifact(path="generated/prod/helm/values.yaml", text="x", environment="prod", emitter="helm"),
)


@pytest.fixture
def with_stacks(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project whose compilation has Terraform stacks."""

    def compiled(request: Request) -> fake_pipeline.Compiled:
        return fake_pipeline.Compiled(checked=fake_pipeline.check(request), artifacts=ARTIFACTS)

    monkeypatch.setattr(fake_pipeline, "compile", compiled)
    return project


def read(path: Path) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = json.loads(path.read_text())
    return found


def test_every_stack_can_be_read_the_way_cdktf_reads_it(with_stacks: Project) -> None:
    """The manifest names files that exist, each with the metadata and providers that cdktf-cli dereferences."""
    ran = with_stacks.run("synth")
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    output = with_stacks.root / "cdktf.out"
    stacks = read(output / "manifest.json")["stacks"]
    assert list(stacks) == ["prod-foundation", "prod-platform", "staging-platform"]
    for name, entry in stacks.items():
        assert isinstance(entry, dict)
        document = read(output / entry["synthesizedStackPath"])
        assert document["//"]["metadata"]["stackName"] == name  # type: ignore[index]
        assert "required_providers" in document["terraform"]
        assert (output / entry["workingDirectory"]).is_dir()


def test_outputs_and_backend_are_told() -> None:
    """`cdktf deploy` and `cdktf output` show only outputs that the metadata names."""
    document = {"output": {"vpc": {"value": 1}}, "terraform": {"backend": {"s3": {}}}}
    (made,) = stacks_of([stack("prod", "foundation", document)])
    assert made.document["//"]["outputs"] == {"prod-foundation": {"vpc": "vpc"}}
    assert made.document["//"]["metadata"]["backend"] == "s3"


def test_waves_depend_on_earlier_waves_of_their_environment() -> None:
    """`cdktf deploy '*'` must create the foundation before the platform, and only of the same environment."""
    stacks: Any = manifest(stacks_of(ARTIFACTS), ())["stacks"]
    assert {name: entry["dependencies"] for name, entry in stacks.items()} == {
        "prod-foundation": [],
        "prod-platform": ["prod-foundation"],
        "staging-platform": [],
    }


def test_notes_travel_as_annotations(with_stacks: Project) -> None:
    """cdktf-cli calls everything on standard error an error, so notes go another way."""
    with_stacks.run("synth")
    stacks = read(with_stacks.root / "cdktf.out/manifest.json")["stacks"]
    first = stacks["prod-foundation"]
    assert isinstance(first, dict)
    assert first["annotations"] == [
        {"constructPath": "prod-foundation", "level": "@cdktf/info", "message": "DDMS401: a note"}
    ]


def test_the_output_directory_is_the_one_cdktf_asks_for(with_stacks: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """CDKTF_OUTDIR is relative to the project root."""
    monkeypatch.setenv("CDKTF_OUTDIR", "elsewhere/out")
    with_stacks.run("synth", "-C", "environments")
    assert (with_stacks.root / "elsewhere/out/manifest.json").exists()


def test_terraforms_own_files_stay(with_stacks: Project) -> None:
    """State, locks and providers in the stack directories survive."""
    state = "cdktf.out/stacks/prod-foundation/.terraform/terraform.tfstate"
    with_stacks.put(state, "theirs")
    with_stacks.run("synth")
    assert (with_stacks.root / state).read_text() == "theirs"


def test_errors_stop_cdktf(with_stacks: Project) -> None:
    """Exit code 1, the errors on standard error, and nothing written."""
    with_stacks.put("ddms.toml", "BROKEN\n")
    ran = with_stacks.run("synth")
    assert ran.code == 1
    assert "error[DDMS101]" in ran.err
    assert not (with_stacks.root / "cdktf.out").exists()


@pytest.mark.parametrize(
    "chosen",
    ["../out", "/tmp/out", ".", "a/../..", ".git/hooks", "generated", "generated/x", "helm", ".github", "./.git"],
)
def test_an_output_outside_or_over_other_things_is_refused(
    with_stacks: Project, monkeypatch: pytest.MonkeyPatch, chosen: str
) -> None:
    """`output` of cdktf.json comes with the repository."""
    monkeypatch.setenv("CDKTF_OUTDIR", chosen)
    ran = with_stacks.run("synth")
    assert ran.code == 1
    assert "error[DDMS512]" in ran.err
    assert not (with_stacks.root.parent / "out").exists()
    assert not (with_stacks.root / "generated").exists()


@pytest.mark.parametrize("place", ["cdktf.out", "cdktf.out/stacks", "cdktf.out/stacks/prod-foundation"])
def test_no_link_leads_the_stacks_out_of_the_project(with_stacks: Project, tmp_path: Path, place: str) -> None:
    """A repository can hold `cdktf.out` as a link."""
    (tmp_path / "victim").mkdir()
    (with_stacks.root / place).parent.mkdir(parents=True, exist_ok=True)
    (with_stacks.root / place).symlink_to(tmp_path / "victim")
    ran = with_stacks.run("synth")
    assert ran.code == 3
    assert f"cannot write {place}: it is a symbolic link" in ran.err
    assert list((tmp_path / "victim").iterdir()) == []


def test_a_file_through_a_link_is_not_written(with_stacks: Project, tmp_path: Path) -> None:
    """The link goes, the file that it led to stays."""
    victim = tmp_path / "victim.json"
    victim.write_text("precious")
    for name in ("manifest.json.new", "stacks/prod-foundation/cdk.tf.json", "stacks/prod-foundation/cdk.tf.json.new"):
        path = with_stacks.root / "cdktf.out" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(victim)
    assert with_stacks.run("synth").code == 0
    assert victim.read_text() == "precious"


def test_another_manifest_is_not_overwritten(with_stacks: Project) -> None:
    """`manifest.json` is a common name."""
    with_stacks.put("cdktf.out/manifest.json", '{"name": "a web app"}')
    ran = with_stacks.run("synth")
    assert "error[DDMS502]: cdktf.out/manifest.json is occupied" in ran.err
    assert not (with_stacks.root / "cdktf.out/stacks").exists()
