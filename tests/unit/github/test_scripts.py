"""The scripts of the pipeline, run for real beside programs that only note how they were called."""

import http.server
import json
import threading
from base64 import b64decode
from pathlib import Path

import pytest

from ddms_compile.github import emit_workflows
from ddms_compile.github.emit import SCRIPTS
from delivery_cases.deployment import ENTRIES, SECRET, deployed
from delivery_cases.fakes import Result, documents, run, unavailable
from delivery_cases.project import emitted, specs
from oracles import shell

NAMES = (
    "apply",
    "check-scan",
    "check-superseded",
    "comment",
    "deploy",
    "drift",
    "find-image",
    "install-compiler",
    "plan",
    "protect-images",
    "recover-release",
    "sign-image",
    "smoke",
    "upgrade-crds",
    "verify-images",
)
STATE = {
    "resources": [{"type": "aws_elasticache_replication_group", "instances": [{"attributes": {"auth_token": "held"}}]}]
}


def script(name: str) -> str:
    """As it is generated."""
    return emitted(emit_workflows, specs())[f"generated/ci/{name}.sh"].text


def play(folder: Path, name: str, env: dict[str, str], answers: dict[str, str]) -> Result:
    """Run a script among fakes."""
    reason = unavailable()
    if reason:
        pytest.skip(f"UNCHECKED scripts: {reason}")
    return run(folder / "fakes", script(name), env, answers, cwd=folder)


@pytest.mark.parametrize("name", NAMES)
def test_shellcheck_objects_to_nothing(name: str) -> None:
    """bash and shellcheck accept every script."""
    reason = shell.unavailable()
    if reason:
        pytest.skip(f"UNCHECKED scripts: {reason}")
    assert shell.problems(script(name)) == []
    assert sorted(path.stem for path in SCRIPTS.iterdir()) == list(NAMES)


def test_secrets_reach_the_cluster_and_nothing_else(tmp_path: Path) -> None:
    """The Secret holds the values; no argument of a program and no line of the log does."""
    result = deployed(tmp_path, ENTRIES)
    assert result.code == 0, result.output
    applied = [call for call in result.of("kubectl") if "apply" in call.arguments]
    (secret,) = [json.loads(call.input) for call in applied]
    assert secret["metadata"] == {"name": "ddms-backend-secrets", "namespace": "ddms"}
    assert {name: b64decode(value).decode() for name, value in secret["data"].items()} == {
        "DATABASE_PASSWORD": SECRET,
        "JWT_SECRET": f"jwt-{SECRET}",
        "REDIS_AUTH_TOKEN": f"redis-{SECRET}",
    }
    assert "s3cr" not in result.output
    assert not any("s3cr" in argument for call in result.calls for argument in call.arguments)
    assert not any("s3cr" in call.input for call in result.of("helm"))


def test_the_chart_gets_what_only_terraform_and_the_commit_know(tmp_path: Path) -> None:
    """Hosts, image and the version of the secrets go over the values of the environment; a failure is taken back."""
    (helm,) = [call for call in deployed(tmp_path, ENTRIES).of("helm") if "upgrade" in call.arguments]
    assert helm.arguments[1:4] == ("upgrade", "ddms", "helm/application")
    assert {"--install", "--rollback-on-failure", "--wait"} <= set(helm.arguments)
    assert "generated/prod/helm/values.yaml" in helm.arguments
    assert documents(helm.input) == [
        {
            "backend": {
                "environment": {"DATABASE_HOST": "db.example.com", "REDIS_HOST": "cache.example.com"},
                "image": {"digest": f"sha256:{'0' * 64}", "tag": "abc123"},
                "podAnnotations": {"secret-version": "42"},
                "secrets": {"external": {"aliases": {"database": "arn:database"}}},
            },
            "frontend": {"secrets": {"external": {"aliases": {"database": "arn:database"}}}},
        }
    ]


def test_with_external_secrets_the_pipeline_reads_and_writes_none(tmp_path: Path) -> None:
    """The job asks for no entry, writes no Secret, and tells the chart only where the database's entry is."""
    result = deployed(tmp_path, {}, secrets="external-secrets")
    assert result.code == 0, result.output
    assert not any("get-secret-value" in call.arguments for call in result.of("aws"))
    assert not any("apply" in call.arguments for call in result.of("kubectl"))
    (helm,) = [call for call in result.of("helm") if "upgrade" in call.arguments]
    (given,) = documents(helm.input)
    assert given["backend"]["secrets"] == {"external": {"aliases": {"database": "arn:database"}}}


@pytest.mark.parametrize("missing", ["ddms/prod/app", "arn:database"])
def test_a_missing_secret_stops_the_deployment(missing: str, tmp_path: Path) -> None:
    """Without a value nothing is installed, and the message names what is missing."""
    result = deployed(tmp_path, {**ENTRIES, missing: {"other": "s3cret"}})
    assert result.code != 0
    assert "no value for" in result.output and "s3cr" not in result.output
    assert not any("upgrade" in call.arguments for call in result.of("helm"))


def test_a_secret_of_github_is_carried_too(tmp_path: Path) -> None:
    """A value that the job was given goes the same way."""
    wanted = {"ddms-backend-secrets": {"component": "backend", "variables": {"KEY": {"given": "GIVEN_KEY"}}}}
    result = deployed(tmp_path, {}, SECRETS=json.dumps(wanted), GIVEN_KEY=SECRET)
    assert result.code == 0, result.output
    (secret,) = [json.loads(call.input) for call in result.of("kubectl") if "apply" in call.arguments]
    assert b64decode(secret["data"]["KEY"]).decode() == SECRET
    assert "s3cr" not in result.output and not any("s3cr" in str(call.arguments) for call in result.calls)


TERRAFORM = """
case "$*" in
  *"state pull"*) printf '%s' "${STATE:-}" ;;
  *"output -json"*) printf '%s' "${OUTPUTS:-}" ;;
  *" plan "*) : >"$1.seen" 2>/dev/null; printenv TF_VAR_redis_auth_token >"$FAKES/token" || true
     [[ $* != *"${BROKEN:-nothing}"* ]] || { echo broken; exit 1; }
     exit "${CODE:-0}" ;;
  *" show "*) echo "a plan" ;;
esac
"""


AWS = 'case "$*" in *list-objects-v2*) printf "%s" "${LOCKS:-null}" ;; esac'


def planned(folder: Path, **env: str) -> Result:
    """plan.sh for prod; stacks are folders, as in the repository."""
    for stack in ("foundation", "platform"):
        path = folder / "generated/prod/terraform/stacks" / stack
        path.mkdir(parents=True)
        (path / "plan.tfplan").touch()
        backend = {"s3": {"bucket": "states", "key": f"ddms/prod/{stack}.tfstate"}}
        (path / "cdk.tf.json").write_text(json.dumps({"terraform": {"backend": backend}}))
    plans = folder / "plans"
    base = {"ENVIRONMENT": "prod", "STACKS": "foundation platform", "PLANS": str(plans)}
    return play(folder, "plan", base | env, {"terraform": TERRAFORM, "aws": AWS, "sleep": ""})


def test_a_plan_knows_what_was_applied(tmp_path: Path) -> None:
    """The token of the last apply is used, so that no plan shows a change that nobody made."""
    result = planned(tmp_path, STATE=json.dumps(STATE), OUTPUTS='{"cluster_name": {}}', CODE="2")
    assert result.code == 0, result.output
    assert (tmp_path / "fakes" / "token").read_text() == "held\n"
    assert sorted(path.name for path in (tmp_path / "plans").iterdir()) == ["foundation.txt", "platform.txt"]
    plans = [call.arguments for call in result.of("terraform") if "plan" in call.arguments]
    assert ["-refresh=false" in arguments for arguments in plans] == [False, True]
    assert all("-lock=false" in arguments for arguments in plans)
    assert not any("apply" in call.arguments for call in result.of("terraform"))


def test_a_new_environment_is_planned_as_far_as_it_can_be(tmp_path: Path) -> None:
    """Before the first apply there is a plan of the foundation, and a word about the rest."""
    result = planned(tmp_path, OUTPUTS="{}", CODE="2")
    assert result.code == 0, result.output
    assert "after the stack foundation has been applied" in (tmp_path / "plans/platform.txt").read_text()


@pytest.mark.parametrize(
    ("code", "drift", "ends"), [("0", "fail", 0), ("2", "fail", 1), ("2", "show", 0), ("1", "show", 1)]
)
def test_only_drift_at_night_and_broken_plans_fail(code: str, drift: str, ends: int, tmp_path: Path) -> None:
    """Something to do is a failure of the drift check, and no failure in a pull request."""
    result = planned(tmp_path, STATE=json.dumps(STATE), OUTPUTS='{"cluster_name": {}}', CODE=code, DRIFT=drift)
    assert (result.code != 0) == bool(ends), result.output
    assert ("Drift in prod" in result.output) == (code == "2" and drift == "fail")


@pytest.mark.parametrize("stack", ["foundation", "platform"])
def test_a_stack_that_cannot_be_planned_says_so_in_the_comment(stack: str, tmp_path: Path) -> None:
    """Else the comment would go on showing the plan of an earlier push."""
    held = {"STATE": json.dumps(STATE), "OUTPUTS": '{"cluster_name": {}}'}
    result = planned(tmp_path, BROKEN=f"stacks/{stack}", **held)
    assert result.code != 0
    assert "could not be planned" in (tmp_path / f"plans/{stack}.txt").read_text()
    assert "could not" not in (tmp_path / "plans/foundation.txt").read_text() or stack == "foundation"


def test_stacks_are_applied_in_order_and_as_planned(tmp_path: Path) -> None:
    """The plan that was made is applied, the foundation first; then the addresses are handed on."""
    outputs = {name: {"value": name} for name in ("postgres_host", "postgres_secret_arn", "redis_host")}
    for stack in ("foundation", "platform"):
        path = tmp_path / "generated/prod/terraform/stacks" / stack
        path.mkdir(parents=True)
        (path / "plan.tfplan").touch()
    env = {"ENVIRONMENT": "prod", "STACKS": "foundation platform", "OUTPUTS": json.dumps(outputs)}
    env |= {"GITHUB_OUTPUT": str(tmp_path / "out")}
    result = play(tmp_path, "apply", env, {"terraform": TERRAFORM})
    assert result.code == 0, result.output
    applied = [call.arguments for call in result.of("terraform") if "apply" in call.arguments]
    assert [arguments[1].rpartition("/")[2] for arguments in applied] == ["foundation", "platform"]
    assert all(arguments[-1] == "plan.tfplan" for arguments in applied)
    assert (tmp_path / "out").read_text().splitlines() == [
        "database_host=postgres_host",
        "database_secret=postgres_secret_arn",
        "redis_host=redis_host",
    ]


def test_nothing_is_applied_after_a_failure(tmp_path: Path) -> None:
    """A foundation that does not plan stops the platform."""
    env = {"ENVIRONMENT": "prod", "STACKS": "foundation platform", "BROKEN": "foundation"}
    result = play(tmp_path, "apply", env, {"terraform": TERRAFORM})
    assert result.code != 0
    assert not any("platform" in str(call.arguments) or "apply" in call.arguments for call in result.calls)


HELM_CRDS = """
case "$*" in
  *kube-prometheus-stack*) printf 'apiVersion: apiextensions.k8s.io/v1\\nkind: CustomResourceDefinition\\n' ;;
  *) printf '\\n' ;;
esac
"""


def test_crds_of_charts_are_upgraded_and_nothing_else(tmp_path: Path) -> None:
    """Helm never upgrades what is in a chart's folder crds/: it is applied, at the chart's version."""
    releases = {
        "kube_prometheus_stack": {
            "chart": "kube-prometheus-stack",
            "repository": "https://p.example",
            "version": "1.2.3",
        },
        "cert_manager": {"chart": "cert-manager", "repository": "https://c.example", "version": "v4.5.6"},
        "cluster_base": {"chart": "${path.module}/helm/cluster-base"},
    }
    path = tmp_path / "generated/prod/terraform/stacks/platform/cdk.tf.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"resource": {"helm_release": releases}}))
    env = {"ENVIRONMENT": "prod", "AWS_REGION": "eu-west-1", "CLUSTER": "ddms-prod"}
    result = play(tmp_path, "upgrade-crds", env, {"aws": "", "helm": HELM_CRDS, "kubectl": ""})
    assert result.code == 0, result.output
    assert {call.arguments[3:] for call in result.of("helm")} == {
        ("kube-prometheus-stack", "--repo", "https://p.example", "--version", "1.2.3"),
        ("cert-manager", "--repo", "https://c.example", "--version", "v4.5.6"),
    }
    (applied,) = result.of("kubectl")
    assert applied.arguments[1:4] == ("apply", "--server-side", "--force-conflicts")


COMMENTS = """
case "$*" in
  *--paginate*) printf "%s" "$HELD" ;;
  *POST*) number="$(ls "$FAKES/calls" | grep -c input)"; [[ $number != "${BROKEN:-none}" ]] || exit 1 ;;
esac
"""


def commented(folder: Path, plan: str, held: str, **more: str) -> Result:
    """comment.sh with one plan of prod."""
    (folder / "plans" / "plan-prod").mkdir(parents=True)
    (folder / "plans" / "plan-prod" / "foundation.txt").write_text(plan)
    env = {
        "REPOSITORY": "example/ddms",
        "PULL_REQUEST": "7",
        "RUN_URL": "https://example.com/runs/1",
        "ENVIRONMENTS": "prod",
        "PLANS": str(folder / "plans"),
        "GH_TOKEN": "token-of-the-job",
        "HELD": held,
    }
    return play(folder, "comment", env | more, {"gh": COMMENTS})


DRIFT = "Terraform: what is there differs from what is committed"


def reported(folder: Path, outcome: str, *open_issues: tuple[int, str, str]) -> list[tuple[str, str]]:
    """How the issues change after a night: method and address of each writing call."""
    held = [{"number": number, "user": {"login": who}, "title": title} for number, who, title in open_issues]
    env = {
        "REPOSITORY": "example/ddms",
        "OUTCOME": outcome,
        "RUN_URL": "https://example.com/runs/1",
        "GH_TOKEN": "token-of-the-job",
        "HELD": json.dumps(held),
    }
    result = play(folder, "drift", env, {"gh": 'case "$*" in *--paginate*) printf "%s" "$HELD" ;; esac'})
    assert result.code == 0, result.output
    writing = [call.arguments for call in result.of("gh") if "--method" in call.arguments]
    return [(words[words.index("--method") + 1], words[words.index("--method") + 2]) for words in writing]


ISSUES = "repos/example/ddms/issues"
OURS = (7, "github-actions[bot]", DRIFT)
OTHERS = ((3, "somebody", DRIFT), (4, "github-actions[bot]", "Something else"))


@pytest.mark.parametrize(
    ("outcome", "open_issues", "expected"),
    [
        ("failure", OTHERS, [("POST", ISSUES)]),
        ("failure", (*OTHERS, OURS), [("POST", f"{ISSUES}/7/comments")]),
        ("success", (*OTHERS, OURS), [("POST", f"{ISSUES}/7/comments"), ("PATCH", f"{ISSUES}/7")]),
        ("success", OTHERS, []),
        ("success", (), []),
    ],
)
def test_drift_has_one_issue_while_it_lasts(
    tmp_path: Path, outcome: str, open_issues: tuple[tuple[int, str, str], ...], expected: list[tuple[str, str]]
) -> None:
    """It is opened once, told of the nights that follow, and closed when there is nothing to do; others stay."""
    assert reported(tmp_path, outcome, *open_issues) == expected


GITHUB = """
case "$*" in
  *statuses*) printf '%s' "$STATUSES" ;;
  *compare*) printf '{"status": "%s"}' "$RELATION" ;;
  *deployments*) printf '[{"id": 9, "sha": "theirs"}, {"id": 8, "sha": "theirs"}, {"id": 7, "sha": "ours"}]' ;;
esac
"""
APPLIED = [{"state": "failure", "environment_url": ""}, {"state": "in_progress"}]
DEPLOYED = [{"state": "inactive"}, {"state": "success", "environment_url": "https://app.example.com/"}]
REFUSED = [{"state": "failure"}, {"state": "waiting", "environment_url": None}]


@pytest.mark.parametrize(
    ("relation", "statuses", "stops"),
    [
        ("ahead", APPLIED, True),
        ("ahead", DEPLOYED, True),
        ("ahead", REFUSED, False),
        ("behind", DEPLOYED, False),
        ("diverged", DEPLOYED, False),
    ],
)
def test_an_environment_goes_back_only_when_asked_to(
    tmp_path: Path, relation: str, statuses: list[dict[str, str]], stops: bool
) -> None:
    """A job stops when a newer commit has been there, and not when that was turned away."""
    result = superseded(tmp_path, GITHUB, RELATION=relation, STATUSES=json.dumps(statuses))
    assert (result.code != 0) is stops, result.output
    assert ("newer commit theirs" in result.output) is stops


@pytest.mark.parametrize(("named", "stops"), [("ours", False), ("another", True), ("", True)])
def test_an_old_run_that_is_run_again_stops_too(tmp_path: Path, named: str, stops: bool) -> None:
    """To go back on purpose, somebody names the commit: pressing "re-run" on an old run is not enough."""
    result = superseded(tmp_path, GITHUB, RELATION="ahead", STATUSES=json.dumps(DEPLOYED), ROLLBACK_TO=named)
    assert (result.code != 0) is stops, result.output


@pytest.mark.parametrize("silent", ["statuses", "compare", "deployments?"])
def test_without_an_answer_of_github_nothing_goes_on(tmp_path: Path, silent: str) -> None:
    """A question that fails is no permission."""
    broken = f'case "$*" in *{silent.replace("?", "[?]")}*) exit 1 ;; esac' + GITHUB
    assert superseded(tmp_path, broken, RELATION="ahead", STATUSES="[]").code != 0


def superseded(folder: Path, github: str, **answers: str) -> Result:
    """check-superseded.sh for prod, where others have been."""
    env = {"REPOSITORY": "example/ddms", "ENVIRONMENT": "prod", "COMMIT": "ours", "GH_TOKEN": "token-of-the-job"}
    return play(folder, "check-superseded", env | answers, {"gh": github})


def test_a_long_plan_fits_into_a_comment(tmp_path: Path) -> None:
    """GitHub's 65,536 characters hold it, nothing in it ends its block, and the rest is linked."""
    result = commented(tmp_path, "+ é 😀 ```` **bold**\n" * 20000, "[]")
    assert result.code == 0, result.output
    (call,) = [call for call in result.of("gh") if "POST" in call.arguments]
    body = json.loads(call.input)["body"]
    assert len(body) < 65536 and len(body.encode("utf-16-le")) // 2 > 50000
    assert body.splitlines()[4] == "`````" and "https://example.com/runs/1" in body.splitlines()[-1]


def test_a_second_push_writes_the_comment_anew(tmp_path: Path) -> None:
    """Our own comment of the environment is changed; those of others and of other environments stay."""
    mark = "<!-- terraform plan: prod -->"
    held = [
        {"id": 1, "user": {"login": "somebody"}, "body": mark},
        {"id": 2, "user": {"login": "github-actions[bot]"}, "body": "<!-- terraform plan: staging -->"},
        {"id": 3, "user": {"login": "github-actions[bot]"}, "body": f"{mark}\nold"},
    ]
    result = commented(tmp_path, "a plan", json.dumps(held))
    assert result.code == 0, result.output
    (call,) = [call for call in result.of("gh") if "--input" in call.arguments]
    assert "PATCH" in call.arguments and "repos/example/ddms/issues/comments/3" in call.arguments


def test_a_plan_that_was_never_made_shows_in_the_comment(tmp_path: Path) -> None:
    """A job that ended before its first plan leaves no comment of an earlier push."""
    result = commented(tmp_path, "a plan", "[]", ENVIRONMENTS="prod staging")
    assert result.code == 0, result.output
    bodies = [json.loads(call.input)["body"] for call in result.of("gh") if "POST" in call.arguments]
    assert ["There is no plan" in body for body in bodies] == [False, True]


def test_a_comment_that_fails_keeps_no_other_from_being_written(tmp_path: Path) -> None:
    """The others are written, and the job says which is missing."""
    result = commented(tmp_path, "a plan", "[]", ENVIRONMENTS="prod qa staging", BROKEN="1")
    assert result.code != 0 and "missing: prod." in result.output
    assert len([call for call in result.of("gh") if "POST" in call.arguments]) == 3


def test_the_look_from_outside_sees_both(tmp_path: Path) -> None:
    """curl asks the API and the application."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        result = play(
            tmp_path, "smoke", {"API_URL": f"{url}/healthz", "APP_URL": f"{url}/", "ISSUER": "production"}, {}
        )
        server.shutdown()
    assert result.code == 0, result.output
    assert asked == ["/healthz", "/"]
