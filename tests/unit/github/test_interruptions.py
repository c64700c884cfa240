"""What cuts the pipeline short, and how the next attempt finds its way: each case beside fakes of the outside world."""

import datetime
import json
import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from ddms_compile.github import emit_workflows
from ddms_compile.github.emit import SCRIPTS
from delivery_cases.deployment import ENTRIES, deployed
from delivery_cases.fakes import Result, run, unavailable
from delivery_cases.project import emitted, specs

NOW = datetime.datetime.now(datetime.UTC)
OUTPUTS = {name: {"value": name} for name in ("postgres_host", "postgres_secret_arn", "redis_host")}


@pytest.fixture(autouse=True)
def needed() -> None:
    """Says loudly when no script can be run."""
    if reason := unavailable():
        pytest.skip(f"UNCHECKED interruptions: {reason}")


def script(name: str) -> str:
    """As it is generated."""
    return emitted(emit_workflows, specs())[f"generated/ci/{name}.sh"].text


# --- A look-up that fails is no "absent" ---


def looked(folder: Path, aws: str) -> tuple[Result, str]:
    """find-image.sh, and what it handed on."""
    out = folder / "out"
    out.touch()
    env = {"REGION": "eu-west-1", "REPOSITORY": "ddms/backend", "TAG": "abc", "GITHUB_OUTPUT": str(out)}
    return run(folder / "fakes", script("find-image"), env, {"aws": aws}), out.read_text()


def failing(code: str) -> str:
    """The AWS CLI's way to end with an error of the service."""
    return f'echo "An error occurred ({code}) when calling the DescribeImages operation: why" >&2; exit 254'


def test_an_image_that_is_there_is_taken_again(tmp_path: Path) -> None:
    """After a failure between push and deployment, the next attempt deploys what was pushed."""
    result, out = looked(tmp_path, f"echo sha256:{'1' * 64}")
    assert (result.code, out) == (0, f"digest=sha256:{'1' * 64}\n")


def test_an_image_that_is_not_there_is_built(tmp_path: Path) -> None:
    """One answer of ECR means that there is none."""
    result, out = looked(tmp_path, failing("ImageNotFoundException"))
    assert (result.code, out) == (0, "digest=\n")


@pytest.mark.parametrize(
    "aws",
    [
        failing("AccessDeniedException"),
        failing("ThrottlingException"),
        failing("RepositoryNotFoundException"),
        failing("ExpiredTokenException"),
        "echo 'Could not connect to the endpoint URL' >&2; exit 255",
        "echo None",
        "true",
    ],
)
def test_an_error_of_the_registry_ends_the_job(aws: str, tmp_path: Path) -> None:
    """Denied, throttled, unreachable or empty: no answer is no "absent", and nothing is built over it."""
    result, out = looked(tmp_path, aws)
    assert result.code != 0 and out == ""


@pytest.mark.parametrize("name", sorted(path.stem for path in SCRIPTS.glob("*.sh")))
def test_no_script_takes_an_error_for_an_answer(name: str) -> None:
    """Nothing that asks the outside world is part of a condition, has its error thrown away, or feeds `< <(…)`.

    In a condition, `set -e` is off, and an error is a no. The exit code of a process substitution is never seen.
    """
    text = re.sub(r"^\s*#.*$", "", script(name), flags=re.MULTILINE)
    outside = r"(?<![$\w-])(?:aws|gh|helm|kubectl|terraform|curl|run_terraform|locked|serial|stopped|status)\b"
    for line in text.splitlines():
        words = re.sub(r"\"[^\"$]*\"|'[^']*'", "", line)
        if re.search(outside + r" ", words):
            assert not re.match(rf"\s*(?:if|elif|while|until)\b(?! IFS).*{outside} ", words), line
            assert "2>/dev/null" not in line and "|| true" not in line and "||:" not in line, line
        assert "< <(" not in line, line


# --- A release of Helm that was cut off ---


def ago(seconds: int) -> str:
    """A time as Helm writes it."""
    return (NOW - datetime.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.123456789Z")


HELM = """
case "$1" in
  list) cat "$FAKES/list" 2>/dev/null || printf '%s' "$RELEASES" ;;
  status) printf '{"info": {"last_deployed": "%s"}}' "$BEGAN" ;;
  history) printf '%s' "$HISTORY" ;;
  rollback) echo '[{"status": "deployed"}]' >"$FAKES/list" ;;
  uninstall) echo '[]' >"$FAKES/list" ;;
esac
"""


def stuck(folder: Path, status: str, age: int, history: list[tuple[int, str]], helm: str = HELM) -> Result:
    """deploy.sh where the release is found in a state of Helm's, for so many seconds."""
    return deployed(
        folder,
        ENTRIES,
        {"helm": helm},
        RELEASES=json.dumps([{"status": status}] if status else []),
        BEGAN=ago(age),
        HISTORY=json.dumps([{"revision": number, "status": found} for number, found in history]),
    )


def verbs(result: Result) -> list[str]:
    """What Helm was told to change."""
    made = [call.arguments[1:4] for call in result.of("helm")]
    return [
        f"{verb} {third}" if verb == "rollback" else verb
        for verb, _, third in made
        if verb not in ("list", "status", "history")
    ]


DEPLOYED = [(7, "superseded"), (8, "deployed"), (9, "pending-upgrade")]


@pytest.mark.parametrize(
    ("status", "history", "expected"),
    [
        ("", [], ["upgrade"]),
        ("deployed", [(8, "deployed")], ["upgrade"]),
        ("failed", [(8, "deployed"), (9, "failed")], ["upgrade"]),
        ("pending-upgrade", DEPLOYED, ["rollback 8", "upgrade"]),
        ("pending-rollback", [(8, "deployed"), (9, "failed"), (10, "pending-rollback")], ["rollback 8", "upgrade"]),
        ("pending-upgrade", [(6, "superseded"), (7, "superseded"), (8, "failed")], ["rollback 7", "upgrade"]),
        ("pending-install", [(1, "pending-install")], ["uninstall", "upgrade"]),
        ("pending-upgrade", [(1, "failed"), (2, "pending-upgrade")], None),
        ("uninstalling", [(8, "uninstalling")], None),
    ],
)
def test_a_release_that_was_cut_off_is_brought_back(
    status: str, history: list[tuple[int, str]], expected: list[str] | None, tmp_path: Path
) -> None:
    """To the last revision that was deployed; a first installation is removed; what is unclear is left to a person."""
    result = stuck(tmp_path, status, 3600, history)
    assert verbs(result) == (expected or [])
    assert (result.code == 0) is (expected is not None), result.output
    assert ("stuck" in result.output) is (not expected or len(expected) > 1)


def test_a_release_on_which_somebody_works_is_waited_for(tmp_path: Path) -> None:
    """A young operation may have a Helm behind it: it is waited for, and when it ends nothing is rolled back."""
    sleep = 'echo \'[{"status": "deployed"}]\' >"$FAKES/list"'
    env = {"NAMESPACE": "ddms", "RELEASE": "ddms", "LONGEST": "1500", "BEGAN": ago(60)}
    env["RELEASES"] = '[{"status": "pending-upgrade"}]'
    result = run(tmp_path / "fakes", script("recover-release"), env, {"helm": HELM, "sleep": sleep})
    assert result.code == 0, result.output
    assert len(result.of("sleep")) == 1 and verbs(result) == []


@pytest.mark.parametrize("verb", ["list", "status", "history", "rollback"])
def test_an_error_of_helm_is_no_answer(verb: str, tmp_path: Path) -> None:
    """A cluster that cannot be reached is not one without a release."""
    broken = f'case "$1" in {verb}) echo "Kubernetes cluster unreachable" >&2; exit 1 ;; esac' + HELM
    result = stuck(tmp_path, "pending-upgrade", 3600, DEPLOYED, broken)
    assert result.code != 0 and "upgrade" not in verbs(result)


def test_the_wait_is_longer_than_any_operation_of_helm() -> None:
    """What is rolled back has no Helm behind it: an upgrade and its rollback take their timeout each."""
    text = script("deploy")
    (minutes,) = re.findall(r"--rollback-on-failure --wait --timeout (\d+)m", text)
    (longest,) = re.findall(r"LONGEST:-(\d+)", text)
    assert int(longest) > 2 * int(minutes) * 60


# --- Deployments that a restore has scaled to zero ---

ZERO = json.dumps({"items": [{"metadata": {"name": "ddms-backend"}, "spec": {"replicas": 0}}]})


def test_nothing_is_deployed_while_a_restore_has_stopped_the_application(tmp_path: Path) -> None:
    """No Secret, no chart and no pod: what writes stays stopped until somebody says otherwise."""
    result = deployed(tmp_path, ENTRIES, DEPLOYMENTS=ZERO)
    assert result.code != 0 and "scaled to zero, as for a restore: ddms-backend" in result.output
    assert result.of("helm") == []
    assert not any("apply" in call.arguments or "scale" in call.arguments for call in result.of("kubectl"))


def test_the_pods_come_back_before_the_look_from_outside(tmp_path: Path) -> None:
    """With RESUME, they are started once the new release is in, and the script ends when they are ready."""
    result = deployed(tmp_path, ENTRIES, DEPLOYMENTS=ZERO, RESUME="true")
    assert result.code == 0, result.output
    order = [call.arguments[1] for call in result.calls if call.arguments[1] in ("upgrade", "scale", "rollout")]
    assert order == ["upgrade", "scale", "rollout"]
    (scale,) = [call.arguments for call in result.of("kubectl") if call.arguments[1] == "scale"]
    assert {"deployment/ddms-backend", "--current-replicas=0", "--replicas=1"} <= set(scale)


# --- Signals ---


def interrupted(folder: Path, name: str, env: dict[str, str], wait_for: str, *signals: signal.Signals) -> str:
    """Run a script as the runner does, send it alone some signals once a file is there, and wait for its end."""
    text = script(name)
    (folder / "script.sh").write_text(text)
    process = subprocess.Popen(
        ["bash", "-e", "-c", "exec bash script.sh"],
        cwd=folder,
        env={**os.environ, **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + 60
        while not (folder / wait_for).exists():
            assert process.poll() is None and time.monotonic() < deadline, "it never began"
            time.sleep(0.05)
        for each in signals:
            process.send_signal(each)
            time.sleep(0.2)
        output, _ = process.communicate(timeout=60)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode != 0
    return output


SLOW = """#!/usr/bin/env bash
if [[ $* != *apply* ]]; then exit 0; fi
count=0
trap 'count=$((count + 1)); echo "$count" >signals' INT TERM
touch began
for _ in {1..20}; do sleep 0.1; done
touch saved
"""


@pytest.mark.parametrize("signals", [(signal.SIGINT,), (signal.SIGTERM,), (signal.SIGINT, signal.SIGTERM)])
def test_terraform_hears_of_the_end_once_and_is_waited_for(signals: tuple[signal.Signals, ...], tmp_path: Path) -> None:
    """The first signal is passed on; at a second Terraform would quit without saving the state."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "terraform").write_text(SLOW)
    (tmp_path / "bin" / "terraform").chmod(0o755)
    (tmp_path / "generated/prod/terraform/stacks/foundation").mkdir(parents=True)
    env = {"ENVIRONMENT": "prod", "STACKS": "foundation", "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}
    output = interrupted(tmp_path, "apply", env, "began", *signals)
    assert (tmp_path / "saved").exists(), output
    assert (tmp_path / "signals").read_text() == "1\n"
    assert "Canceled" in output


def test_a_real_terraform_that_is_canceled_leaves_no_lock(tmp_path: Path) -> None:
    """Terraform stops in order: what was made is in the state, and the next run is not locked out."""
    if shutil.which("terraform") is None:
        pytest.skip("UNCHECKED a canceled apply: no terraform")
    folder = tmp_path / "generated/prod/terraform/stacks/foundation"
    folder.mkdir(parents=True)
    slow = {
        "provisioner": [{"local-exec": {"command": f"touch {tmp_path}/began; sleep 30"}}],
        "depends_on": ["terraform_data.first"],
    }
    (folder / "cdk.tf.json").write_text(
        json.dumps({"resource": {"terraform_data": {"first": {"input": "made"}, "slow": slow}}})
    )
    env = {"ENVIRONMENT": "prod", "STACKS": "foundation", "CHECKPOINT_DISABLE": "1"}
    output = interrupted(tmp_path, "apply", env, "began", signal.SIGINT)
    assert "Canceled" in output
    assert not (folder / ".terraform.tfstate.lock.info").exists(), output
    state = json.loads((folder / "terraform.tfstate").read_text())
    assert [each["name"] for each in state["resources"] if each["instances"][0].get("status") != "tainted"] == ["first"]


UNSAVED = """
case "$*" in
  *" apply "*) touch generated/prod/terraform/stacks/foundation/errored.tfstate; exit 1 ;;
  *"state push"*) count="$(cat "$FAKES/pushes" 2>/dev/null || echo 0)"; echo $((count + 1)) >"$FAKES/pushes"
     ((count >= FAILS)) ;;
esac
"""


@pytest.mark.parametrize(("fails", "pushes", "saved"), [("0", 1, True), ("1", 2, True), ("9", 3, False)])
def test_a_state_that_could_not_be_saved_is_saved_late(fails: str, pushes: int, saved: bool, tmp_path: Path) -> None:
    """When the network comes back, what was made is in the state; the apply has failed all the same."""
    folder = tmp_path / "generated/prod/terraform/stacks/foundation"
    folder.mkdir(parents=True)
    env = {"ENVIRONMENT": "prod", "STACKS": "foundation", "FAILS": fails}
    result = run(tmp_path / "fakes", script("apply"), env, {"terraform": UNSAVED, "sleep": ""}, cwd=tmp_path)
    assert result.code == 1, result.output
    assert len([call for call in result.of("terraform") if "push" in call.arguments]) == pushes
    assert ("saved on a later attempt" in result.output) is saved and ("was not saved" in result.output) is not saved
    assert (folder / "errored.tfstate").exists() is not saved


# --- A plan beside an apply ---

TERRAFORM = """
case "$*" in
  *"state pull"*) number="$(cat "$FAKES/serial" 2>/dev/null || echo 1)"; printf '{"serial": %s}' "$number" ;;
  *"output -json"*) printf '{}' ;;
  *" plan "*) plans="$(cat "$FAKES/plans" 2>/dev/null || echo 0)"; echo $((plans + 1)) >"$FAKES/plans"
     [[ -z ${MOVES:-} ]] || echo 2 >"$FAKES/serial"
     if ((plans == 0)); then exit 2; fi; exit "${AGAIN:-0}" ;;
  *" show "*) echo "a plan" ;;
esac
"""
LOCKS = 'case "$*" in *list-objects-v2*) cat "$FAKES/locks" 2>/dev/null || printf %s "$LOCKS" ;; esac'


@pytest.mark.parametrize(
    ("env", "plans", "drift"),
    [
        ({"LOCKS": "null"}, 1, True),
        ({"LOCKS": "null", "MOVES": "yes"}, 2, False),
        ({"LOCKS": '["x.tflock"]'}, 2, False),
        ({"LOCKS": '["x.tflock"]', "AGAIN": "2"}, 2, True),
    ],
)
def test_an_apply_that_is_under_way_is_no_drift(env: dict[str, str], plans: int, drift: bool, tmp_path: Path) -> None:
    """A plan that saw half of an apply is made once more when the apply has ended, and only that one counts."""
    folder = tmp_path / "generated/prod/terraform/stacks/foundation"
    folder.mkdir(parents=True)
    (folder / "plan.tfplan").touch()
    (folder / "cdk.tf.json").write_text('{"terraform": {"backend": {"s3": {"bucket": "b", "key": "x"}}}}')
    base = {"ENVIRONMENT": "prod", "STACKS": "foundation", "PLANS": str(tmp_path / "plans"), "DRIFT": "fail"}
    fakes = {"terraform": TERRAFORM, "aws": LOCKS, "sleep": 'echo null >"$FAKES/locks"'}
    result = run(tmp_path / "fakes", script("plan"), base | env, fakes, cwd=tmp_path)
    assert (result.code != 0) is drift, result.output
    assert len([call for call in result.of("terraform") if "plan" in call.arguments]) == plans


def test_a_lock_that_stays_is_named_and_the_drift_still_told(tmp_path: Path) -> None:
    """A runner that died must not make the nightly check silent."""
    folder = tmp_path / "generated/prod/terraform/stacks/foundation"
    folder.mkdir(parents=True)
    (folder / "plan.tfplan").touch()
    (folder / "cdk.tf.json").write_text('{"terraform": {"backend": {"s3": {"bucket": "b", "key": "x"}}}}')
    env = {"ENVIRONMENT": "prod", "STACKS": "foundation", "PLANS": str(tmp_path / "plans"), "DRIFT": "fail"}
    env |= {"LOCKS": '["x.tflock"]', "AGAIN": "2", "SETTLE": "60"}
    fakes = {"terraform": TERRAFORM, "aws": LOCKS, "sleep": ""}
    result = run(tmp_path / "fakes", script("plan"), env, fakes, cwd=tmp_path)
    assert result.code != 0 and "State is locked" in result.output and "Drift in prod" in result.output
    assert len(result.of("sleep")) == 3


def test_what_is_not_known_of_the_lock_is_no_answer(tmp_path: Path) -> None:
    """When the bucket cannot be asked, the check fails with the bucket's words."""
    folder = tmp_path / "generated/prod/terraform/stacks/foundation"
    folder.mkdir(parents=True)
    (folder / "cdk.tf.json").write_text('{"terraform": {"backend": {"s3": {"bucket": "b", "key": "x"}}}}')
    env = {"ENVIRONMENT": "prod", "STACKS": "foundation", "PLANS": str(tmp_path / "plans"), "DRIFT": "fail"}
    fakes = {"terraform": TERRAFORM, "aws": "echo AccessDenied >&2; exit 254", "sleep": ""}
    result = run(tmp_path / "fakes", script("plan"), env, fakes, cwd=tmp_path)
    assert result.code not in (0, 1) and "AccessDenied" in result.output and "Drift in" not in result.output
