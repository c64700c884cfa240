"""A run that is canceled at any moment: SIGTERM at each program that each script calls.

The runner signals the shell alone and kills the tree afterwards (GitHub, "Workflow cancellation reference"): no state
stays locked, no temporary file stays, and the script does not end like one that has succeeded.
"""

import json
import os
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ddms_compile.github.emit import SCRIPTS
from ddms_compile.resolve import resolve_all
from ddms_compile.resolve.delivery import deployment
from delivery_cases.deployment import AWS, ENTRIES, HELM, KUBECTL
from delivery_cases.fakes import unavailable
from delivery_cases.project import changed, specs
from github.test_scripts import script

STACK = "generated/prod/terraform/stacks"
DIGEST = f"sha256:{'1' * 64}"
FAKE = """#!/usr/bin/env bash
program="$(basename "$0")" signals=0
trap 'signals=$((signals + 1)); ((signals < 2)) || exit 1' INT TERM
number=1
until mkdir "$FAKES/calls/$number" 2>/dev/null; do number=$((number + 1)); done
held=""
case "$*" in *--filename=-* | *"--values -"* | *"--input -"* | */dev/stdin*) cat >/dev/null ;; esac
case "$program $*" in
  *-lock=false*) ;;
  "terraform "*" plan "* | "terraform "*" apply "* | "terraform "*" push "*) held=yes; touch "$FAKES/lock" ;;
esac
if [[ $number == "$AT" ]]; then
  kill -TERM "$(cat "$FAKES/shell")"
  for _ in 1 2 3; do sleep 0.1; done
fi
. "$FAKES/answers/$program"
[[ -z $held ]] || rm "$FAKES/lock"
((signals == 0))
"""
TERRAFORM = """
folder="${1#-chdir=}"
case "$*" in
  *" plan "*) echo secret >"$folder/plan.tfplan" ;;
  *"state pull"*) printf '{"serial": 1}' ;;
  *"output -json"*) printf '%s' '{"postgres_host": {"value": "a"}, "postgres_secret_arn": {"value": "b"},
    "redis_host": {"value": "c"}}' ;;
esac
"""
IMAGE = json.dumps({"images": [{"imageManifest": "{}", "imageId": {"imageTag": "abc"}}], "failures": []})
SCAN = json.dumps({"imageScanStatus": {"status": "COMPLETE"}})
REGISTRY = """case "$*" in
  *describe-images*) echo "$DIGEST" ;;
  *imageTag=released-*) echo '{"images": []}' ;;
  *batch-get-image*) printf '%s' "$IMAGE" ;;
  *findings*) printf '%s' "$SCAN" ;;
esac
"""
GITHUB = """case "$*" in
  *statuses*) echo '[{"state": "success"}]' ;;
  *compare*) echo '{"status": "behind"}' ;;
  *) echo '[{"id": 1, "sha": "other"}]' ;;
esac
"""
COMMENTS = "echo '[]'"
PYTHON = """case "$*" in "-m venv "*) mkdir -p "$3/bin"; cp "$FAKES/bin/python3" "$3/bin/python3"
  ln -s python3 "$3/bin/python" ;; esac
"""
STUCK = """case "$1" in
  list) echo '[{"status": "pending-upgrade"}]' ;;
  status) echo '{"info": {"last_deployed": "2026-01-01T00:00:00Z"}}' ;;
  history) echo '[{"revision": 3, "status": "deployed"}]' ;;
esac
"""
GIVEN = {"REGION": "eu-west-1", "AWS_REGION": "eu-west-1", "GH_TOKEN": "none", "ENVIRONMENT": "prod", "COMMIT": "ours"}
GIVEN |= {"REPOSITORY": "example/ddms", "GITHUB_REPOSITORY": "example/ddms", "RUN_URL": "https://example.com/1"}
GIVEN |= {
    "TAG": "abc",
    "DIGEST": DIGEST,
    "IDENTITY": "us",
    "REGISTRY": "r",
    "CLUSTER": "c",
    "STACKS": "foundation platform",
}
GIVEN |= {"IMAGE": IMAGE, "SCAN": SCAN, "IMAGES": f"ddms/backend abc {DIGEST}", "PLANS": "plans", "PULL_REQUEST": "1"}
KUBECONFIG = 'case "$*" in *update-kubeconfig*) echo secret >"$KUBECONFIG" ;; esac\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """`answers`: lines of bash of each program outside. `calls`: how many of them an uninterrupted run makes."""

    calls: int
    answers: Mapping[str, str]
    env: Mapping[str, str] = field(default_factory=dict)


def _deployment() -> dict[str, str]:
    prod = changed(specs()["prod"], security__secrets="kubernetes")
    given = {name: value.value for name, value in deployment(resolve_all({"prod": prod})["prod"]).items()}
    names = {"DATABASE_HOST": "db", "DATABASE_SECRET": "arn:database", "REDIS_HOST": "cache", "ENTRIES": "entries.json"}
    return given | names


SCENES = {
    "apply": Scene(calls=7, answers={"terraform": TERRAFORM}),
    "check-scan": Scene(calls=2, answers={"aws": REGISTRY}),
    "check-superseded": Scene(calls=2, answers={"gh": GITHUB}),
    "comment": Scene(calls=4, answers={"gh": COMMENTS}, env={"ENVIRONMENTS": "prod staging"}),
    "deploy": Scene(calls=10, answers={"aws": KUBECONFIG + AWS, "kubectl": KUBECTL, "helm": HELM}, env=_deployment()),
    "drift": Scene(calls=2, answers={"gh": COMMENTS}, env={"OUTCOME": "failure"}),
    "find-image": Scene(calls=1, answers={"aws": REGISTRY}),
    "install-compiler": Scene(
        calls=4, answers={"python3": PYTHON, "python": "echo list"}, env={"REQUIREMENT": "x==1", "INSTALLED": "venv"}
    ),
    "plan": Scene(calls=10, answers={"terraform": TERRAFORM}),
    "protect-images": Scene(calls=5, answers={"gh": GITHUB, "aws": REGISTRY}, env={"IMAGES": "prod ddms/backend"}),
    "recover-release": Scene(
        calls=4, answers={"helm": STUCK}, env={"NAMESPACE": "ddms", "RELEASE": "ddms", "LONGEST": "1"}
    ),
    "sign-image": Scene(calls=4, answers={"aws": REGISTRY, "cosign": ""}),
    "smoke": Scene(
        calls=2, answers={"curl": ""}, env={"API_URL": "https://a", "APP_URL": "https://b", "ISSUER": "production"}
    ),
    "upgrade-crds": Scene(
        calls=3, answers={"aws": KUBECONFIG, "helm": "echo 'kind: CustomResourceDefinition'", "kubectl": ""}
    ),
    "verify-images": Scene(calls=1, answers={"cosign": ""}),
}
MOMENTS = [(name, number) for name, scene in SCENES.items() for number in range(1, scene.calls + 1)]


@pytest.fixture(autouse=True)
def needed() -> None:
    """Says loudly when no script can be run."""
    if reason := unavailable():
        pytest.skip(f"UNCHECKED signals: {reason}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """`left`: temporary files, saved plans, and the lock of a state, that are there when the tree is gone."""

    code: int
    calls: int
    left: tuple[str, ...]
    output: str


def played(folder: Path, name: str, at: int) -> Ended:
    """Run a script whose shell gets SIGTERM while the program with this number runs; 0: never."""
    scene, fakes, work = SCENES[name], folder / "fakes", folder / "work"
    for path in (fakes / "bin", fakes / "calls", fakes / "answers", folder / "tmp", work / "plans/plan-prod"):
        path.mkdir(parents=True)
    for program, lines in scene.answers.items():
        (fakes / "bin" / program).write_text(FAKE)
        (fakes / "bin" / program).chmod(0o755)
        (fakes / "answers" / program).write_text(lines)
    for stack in ("foundation", "platform"):
        (work / STACK / stack).mkdir(parents=True)
        release = {"chart": "c", "repository": "r", "version": "1"}
        (work / STACK / stack / "cdk.tf.json").write_text(json.dumps({"resource": {"helm_release": {"c": release}}}))
    (work / "plans/plan-prod/foundation.txt").write_text("a plan")
    (work / "entries.json").write_text(json.dumps(ENTRIES))
    (work / "generated/ci").mkdir()
    for each in SCENES:
        (work / f"generated/ci/{each}.sh").write_text(script(each))
    env = {**GIVEN, "FAKES": str(fakes), "AT": str(at), "TMPDIR": str(folder / "tmp"), "HOME": str(folder)}
    env |= {"GITHUB_OUTPUT": str(folder / "output"), "PATH": f"{fakes / 'bin'}:{os.environ['PATH']}", **scene.env}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            ["bash", "-c", f'echo $$ >"$FAKES/shell"; exec bash generated/ci/{name}.sh'],
            cwd=work,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            code = process.wait(timeout=60)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    left = [*(folder / "tmp").rglob("*"), *work.rglob("*.tfplan"), *fakes.glob("lock")]
    return Ended(
        code=code,
        calls=len(list((fakes / "calls").iterdir())),
        left=tuple(sorted(path.name for path in left)),
        output=(folder / "log").read_text(),
    )


@pytest.mark.parametrize("name", sorted(path.stem for path in SCRIPTS.glob("*.sh")))
def test_a_run_that_nobody_cancels_succeeds(name: str, tmp_path: Path) -> None:
    """Every script has its scene, which reaches its end and leaves nothing."""
    ended = played(tmp_path, name, 0)
    assert (ended.code, ended.calls, ended.left) == (0, SCENES[name].calls, ()), ended.output


@pytest.mark.parametrize(("name", "at"), MOMENTS, ids=lambda value: str(value))
def test_a_canceled_run_fails_and_leaves_nothing(name: str, at: int, tmp_path: Path) -> None:
    """At each program that the script calls."""
    ended = played(tmp_path, name, at)
    assert ended.calls >= at, ended.output
    assert ended.code != 0, ended.output
    assert ended.left == (), ended.output
