"""The workflow: what GitHub and its critics accept, in which order things happen, and who may do what."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ddms_compile import __version__
from ddms_compile.catalog.actions import actions
from ddms_compile.cli import main
from ddms_compile.github import emit_workflows
from ddms_compile.resolve import resolve_all
from ddms_compile.resolve.secrets import ci_secrets
from ddms_compile.spec import EnvironmentSpec
from ddms_compile.spec.workloads import SecretReference
from delivery_cases.project import ROOT, Specs, changed, emitted, specs
from example_project import built
from oracles import workflows as oracle

PATH = ".github/workflows/ci-cd.yml"
CONFIG = ROOT / ".github" / "zizmor.yml"


def all_of(found: Specs, **changes: Any) -> Specs:
    """Every environment with the same change."""
    return {name: changed(spec, **changes) for name, spec in found.items()}


def x64(spec: EnvironmentSpec, *groups: str) -> EnvironmentSpec:
    """The environment with other processors in these node groups."""
    return changed(spec, **{f"cluster__nodes__{group}__instance_types": ("m7i.large",) for group in groups})


def variants() -> dict[str, Specs]:
    """Projects that differ in what the workflow depends on."""
    shipped = specs()
    given = {"API_KEY": SecretReference.model_validate({"from": "github", "key": "THIRD_PARTY_KEY"})}
    return {
        "shipped": shipped,
        "only-local": {"local": shipped["local"]},
        "access-keys": all_of(shipped, ci__auth="access-keys"),
        "unsigned": all_of(shipped, ci__sign_images=False),
        "unsigned-access-keys": all_of(shipped, ci__sign_images=False, ci__auth="access-keys"),
        "no-images": all_of(
            shipped,
            workloads__backend__image__repository="images.example.com/api",
            workloads__frontend__image__repository="images.example.com/app",
        ),
        "state-on-a-disk": shipped | {"prod": changed(shipped["prod"], state__backend="local")},
        "external-secrets": all_of(shipped, security__secrets="external-secrets"),
        "own-password": all_of(shipped, postgres__password="variable", redis__auth="none"),
        "github-secret": all_of(shipped, workloads__backend__secrets=given),
        "both-processors": shipped | {"staging": x64(shipped["staging"], "general")},
        "only-x64": {"staging": x64(shipped["staging"], "general"), "prod": x64(shipped["prod"], "general", "batch")},
        "checks": all_of(shipped, ci__check=("make lint", "tofu fmt -check"), ci__compiler="./tools/compiler"),
        "no-plans": all_of(shipped, deploy__plan_on="branch"),
        "many": shipped | {"prod-us": shipped["prod"], "qa": shipped["staging"]},
    }


def workflow(of: Specs) -> dict[str, Any]:
    """The workflow as GitHub reads it."""
    document: dict[str, Any] = yaml.safe_load(emitted(emit_workflows, of)[PATH].text)
    return document


@pytest.mark.parametrize("name", variants())
def test_github_and_its_critics_object_to_nothing(name: str) -> None:
    """The schema, actionlint and zizmor at its strictest accept the workflow of every kind of project."""
    reason = oracle.unavailable()
    if reason:
        pytest.skip(f"UNCHECKED workflows: {reason}")
    text = emitted(emit_workflows, variants()[name])[PATH].text
    assert oracle.problems(text, CONFIG if CONFIG.exists() else None) == []


@pytest.mark.parametrize("name", variants())
def test_no_job_has_a_right_that_it_does_not_name(name: str) -> None:
    """The workflow grants nothing, each job what it needs, for a bounded time; no token stays on the disk."""
    made = workflow(variants()[name])
    assert made["permissions"] == {}
    for job in made["jobs"].values():
        assert job["permissions"]["contents"] == "read"
        assert set(job["permissions"]) <= {"contents", "deployments", "id-token", "issues", "pull-requests"}
        assert 0 < job["timeout-minutes"] < 360
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("name", variants())
def test_forks_get_no_credentials(name: str) -> None:
    """A job that may ask for a token or read a secret runs on the deployed branch, or for our own request."""
    for job in workflow(variants()[name])["jobs"].values():
        if "id-token" in job["permissions"] or "secrets." in str(job):
            assert "refs/heads/main" in job["if"] or "head.repo.full_name == github.repository" in job["if"]


def test_actions_are_pinned_and_say_their_tag() -> None:
    """Every action stands at the commit of the catalog, with the tag beside it."""
    known = {f"{action.name}@{action.commit}": action.tag for action in actions()}
    text = emitted(emit_workflows, variants()["both-processors"])[PATH].text
    used = re.findall(r'uses: "([^"]+)" # (\S+)$', text, re.MULTILINE)
    assert len(used) == text.count("uses:")
    assert {action: known[action] for action, _ in used} == dict(used)
    assert set(dict(used)) == set(known)


def test_production_waits_for_everything_else() -> None:
    """Stacks before the application, staging before production, nothing before the tests."""
    jobs = workflow(variants()["many"])["jobs"]
    needs = {name: set(job.get("needs", [])) for name, job in jobs.items()}
    assert needs["docker-build-push"] == {"lint-test"}
    for name in ("staging", "qa"):
        assert needs[f"deploy-{name}"] == {"docker-build-push", "verify-images"}
    for name in ("prod", "prod-us"):
        before = {"docker-build-push", "deploy-staging", "deploy-qa", f"scan-{name}", "verify-images"}
        assert needs[f"deploy-{name}"] == before


@pytest.mark.parametrize("name", variants())
def test_a_release_is_approved_once(name: str) -> None:
    """GitHub asks for an approval for each job that is a deployment: there is one for each environment."""
    of = variants()[name]
    places = [job.get("environment") for job in workflow(of)["jobs"].values()]
    asking = [each["name"] for each in places if isinstance(each, dict) and each.get("deployment", True)]
    assert all(each is None or isinstance(each, dict) for each in places)
    reached = [n for n, s in of.items() if s.tier != "local" and s.state.backend == "s3"]
    assert sorted(asking) == sorted(reached)


def test_the_stacks_come_before_the_application() -> None:
    """The foundation, the platform, the application, the look from outside."""
    for name in ("prod", "staging"):
        steps = [step["name"] for step in workflow(specs())["jobs"][f"deploy-{name}"]["steps"]]
        wanted = ["Apply foundation", "Apply platform", "Deploy", "Check the public endpoints"]
        assert [step for step in steps if step in wanted] == wanted


def test_an_environment_comes_by_itself_and_a_laptop_does_not() -> None:
    """One more environment is one more leg of the plan and one more job; the tier local is nowhere."""
    few, many = workflow(specs())["jobs"], workflow(variants()["many"])["jobs"]
    assert set(many) - set(few) == {"deploy-qa", "deploy-prod-us", "scan-prod-us"}
    assert [leg["name"] for leg in many["terraform-plan"]["strategy"]["matrix"]["include"]] == [
        "prod",
        "prod-us",
        "qa",
        "staging",
    ]
    assert "local" not in str(many)
    assert set(workflow(variants()["only-local"])["jobs"]) == {"lint-test"}


def test_each_environment_gets_the_images_that_were_built_for_it() -> None:
    """One API for all; the app with the address of the environment's own API, under a tag of its own."""
    jobs = workflow(specs())["jobs"]
    steps = {step["name"]: step for step in jobs["docker-build-push"]["steps"]}
    for name, host in (("prod", "api.ddms.example.com"), ("staging", "api.staging.ddms.example.com")):
        build = steps[f"Build frontend-{name}"]
        assert build["with"]["build-args"] == "VITE_API_URL" and build["env"] == {"VITE_API_URL": f"https://{host}"}
        assert f"github.sha, '{name}'" in steps[f"Sign frontend-{name}"]["env"]["TAG"]
        deploy = next(step for step in jobs[f"deploy-{name}"]["steps"] if step["name"] == "Deploy")
        assert deploy["env"]["BACKEND_IMAGE"] == "${{ needs.docker-build-push.outputs.backend }}"
        assert deploy["env"]["FRONTEND_IMAGE"] == "${{ needs.docker-build-push.outputs.frontend-" + name + " }}"
    assert steps["Build backend"]["with"]["platforms"] == "linux/arm64"


def test_what_may_reach_a_cluster_runs_deployments_alone() -> None:
    """Code of a pull request never runs on the runner of a deployment, and each environment has its own."""
    jobs = workflow(specs())["jobs"]
    assert {job["runs-on"] for name, job in jobs.items() if name.startswith("deploy-")} == {"ddms-prod", "ubuntu-24.04"}
    assert jobs["deploy-prod"]["runs-on"] == "ddms-prod"
    for name, job in jobs.items():
        if not name.startswith("deploy-"):
            assert job["runs-on"] in ("ubuntu-24.04", "ubuntu-24.04-arm"), name
        else:
            assert "pull_request" not in job["if"]


@pytest.mark.parametrize(
    ("name", "runner", "platforms", "emulated"),
    [
        ("shipped", "ubuntu-24.04-arm", "linux/arm64", False),
        ("only-x64", "ubuntu-24.04", "linux/amd64", False),
        ("both-processors", "ubuntu-24.04", "linux/amd64,linux/arm64", True),
    ],
)
def test_images_are_built_on_the_processors_of_the_nodes(
    name: str, runner: str, platforms: str, emulated: bool
) -> None:
    """Emulation takes many times as long: it is for projects with nodes of both kinds alone."""
    job = workflow(variants()[name])["jobs"]["docker-build-push"]
    steps = {step["name"]: step for step in job["steps"]}
    assert job["runs-on"] == runner
    assert ("Set up emulation" in steps) is emulated
    assert steps["Build backend"]["with"]["platforms"] == platforms


def test_the_project_s_own_checks_run_after_the_compiler_s() -> None:
    """Each command of `ci.check` is a step, without secrets, after the build that `ci.compiler` names has compared."""
    job = workflow(variants()["checks"])["jobs"]["lint-test"]
    *_, install, compare, lint, other = job["steps"]
    assert install["env"]["REQUIREMENT"] == "./tools/compiler"
    assert compare["run"].endswith("build --check --format github")
    assert lint == {"name": "Additional check 1", "if": "${{ matrix.folder == '' }}", "run": "make lint"}
    assert other["run"] == "tofu fmt -check"
    assert job["permissions"] == {"contents": "read"} and "secrets." not in str(job)


@pytest.mark.parametrize(
    ("compiler", "line"),
    [
        ("", f"ddms-compile=={__version__}"),
        ("1.2.3", "ddms-compile==1.2.3"),
        (f"1.2.3@sha256:{'ab' * 32}", f"ddms-compile==1.2.3 --hash=sha256:{'ab' * 32}"),
        (".", "."),
        ("./a/b-1.whl", "./a/b-1.whl"),
        (f"git+https://a.example/b@{'c' * 40}", f"git+https://a.example/b@{'c' * 40}"),
    ],
)
def test_the_compiler_is_exact_to_a_release_a_commit_or_a_path(compiler: str, line: str) -> None:
    """What pip gets follows from `ci.compiler`, and nothing of the workflow depends on make."""
    made = workflow(all_of(specs(), ci__compiler=compiler, ci__check=()))["jobs"]["lint-test"]["steps"]
    assert next(step["env"]["REQUIREMENT"] for step in made if step["name"] == "Install ddms-compile") == line
    assert not any(re.search(r"\bmake\b", step.get("run", "")) for step in made)


def test_what_the_pipeline_cannot_reach_is_left_out() -> None:
    """An environment whose state is a file on a disk has no jobs."""
    assert "prod" not in str(workflow(variants()["state-on-a-disk"])["jobs"])


@pytest.mark.parametrize("name", [name for name in variants() if name != "only-local"])
def test_the_listed_secrets_are_those_in_use(name: str) -> None:
    """`ddms-compile secrets` names for each environment just the secrets that its jobs read."""
    of = variants()[name]
    jobs = workflow(of)["jobs"]
    for environment in resolve_all(of).values():
        mine = {key: job for key, job in jobs.items() if key == f"deploy-{environment.name}"}
        if mine:
            used = set(re.findall(r"secrets\.(\w+)", str(mine)))
            assert used == {secret.in_ci for secret in ci_secrets(environment)}


@pytest.mark.parametrize("name", ["prod", "staging"])
def test_secrets_in_ci_are_those_that_the_command_lists(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`ddms-compile secrets ENV --ci` prints what GitHub must hold, and the variable that counts its rotations."""
    assert main(["-C", str(built()), "secrets", name, "--ci"]) == 0
    printed = capsys.readouterr().out
    jobs = workflow(specs())["jobs"]
    text = str(jobs[f"deploy-{name}"])
    assert set(re.findall(r"environment secret (\w+)", printed)) == set(re.findall(r"secrets\.(\w+)", text))
    assert set(re.findall(r"repository's variable (\w+)", printed)) == set(re.findall(r"vars\.(SECRETS\w+)", text))


def test_roles_are_those_that_bootstrap_makes() -> None:
    """Each role that a job takes on is in the stack of its account."""
    stacks = {
        path.parent.name: path.read_text("utf-8")
        for path in (built() / "generated/bootstrap/terraform/stacks").glob("*/cdk.tf.json")
    }
    arns = re.findall(r"arn:aws:iam::(\d+):role/([\w-]+)", emitted(emit_workflows, specs())[PATH].text)
    assert len(arns) == 11
    for account, role in arns:
        assert f'"name": "{role}"' in stacks[account]


def trusted(account: str, role: str) -> set[str]:
    """The subjects of tokens for which a role may be taken on."""
    path = built() / "generated/bootstrap/terraform/stacks" / account / "cdk.tf.json"
    document = json.loads(path.read_text("utf-8"))
    (address,) = [key for key, each in document["resource"]["aws_iam_role"].items() if each["name"] == role]
    trust = document["data"]["aws_iam_policy_document"][f"{address}_trust"]["statement"]
    (values,) = [c["values"] for c in trust[0]["condition"] if c["variable"].endswith(":sub")]
    return set(values)


def subjects(job: dict[str, Any]) -> set[str]:
    """What GitHub writes into the token of a job: its environment, or else where it runs."""
    match job.get("environment"):
        case {"name": str(name)} | str(name):
            return {f"repo:example/ddms:environment:{name}"}
    places = {
        "pull_request": "pull_request",
        "refs/heads/main": "ref:refs/heads/main",
        "schedule": "ref:refs/heads/main",
    }
    return {f"repo:example/ddms:{place}" for word, place in places.items() if f"'{word}'" in job["if"]}


def test_each_role_trusts_just_the_jobs_that_take_it_on() -> None:
    """The subject of a job's token is one that its role accepts, and the role accepts no other."""
    checked = 0
    for job in workflow(specs())["jobs"].values():
        for account, role in re.findall(r"arn:aws:iam::(\d+):role/([\w-]+)", str(job)):
            assert subjects(job) == trusted(account, role), role
            checked += 1
    assert checked == 11


def longest(account: str, role: str) -> int:
    """Seconds for which a role may be taken on."""
    path = built() / "generated/bootstrap/terraform/stacks" / account / "cdk.tf.json"
    made = json.loads(path.read_text("utf-8"))["resource"]["aws_iam_role"].values()
    return int(next(each.get("max_session_duration", 3600) for each in made if each["name"] == role))


def sessions(job: dict[str, Any]) -> list[tuple[dict[str, Any], int]]:
    """Each step that reaches AWS after a login, and the seconds that the login lasts."""
    found, seconds = [], 0
    for step in job["steps"]:
        if role := step.get("with", {}).get("role-to-assume"):
            seconds = step["with"].get("role-duration-seconds", 3600)
            assert seconds <= longest(role.split(":")[4], role.split("/")[1])
        elif seconds and step.get("name") in ("Apply foundation", "Apply platform", "Deploy"):
            found.append((step, seconds))
    return found


def test_credentials_outlast_the_step_that_uses_them() -> None:
    """A step is stopped before its credentials end, with time to save the state; the role admits so long a session."""
    for name in ("prod", "staging"):
        job = workflow(specs())["jobs"][f"deploy-{name}"]
        found = sessions(job)
        assert [step["name"] for step, _ in found] == ["Apply foundation", "Apply platform", "Deploy"]
        assert all(step["timeout-minutes"] * 60 < seconds for step, seconds in found)
        assert sum(step["timeout-minutes"] for step, _ in found) < job["timeout-minutes"]


@pytest.mark.parametrize("name", ["shipped", "access-keys"])
def test_each_stack_is_applied_with_credentials_of_its_own(name: str) -> None:
    """Foundation and platform together may take longer the first time than one session lasts."""
    made = workflow(variants()[name])["jobs"]["deploy-prod"]
    steps = [(step.get("uses", "").partition("@")[0], step.get("env", {}).get("STACKS")) for step in made["steps"]]
    log_in = ("aws-actions/configure-aws-credentials", None)
    telling = [step for step in steps if step == log_in or step[1]]
    assert telling[:4] == [log_in, ("", "foundation"), log_in, ("", "platform")]
    known = {step["id"] for step in made["steps"] if "id" in step}
    deploy = next(step for step in made["steps"] if step["name"] == "Deploy")
    read = set(re.findall(r"steps\.([\w-]+)\.outputs", str(deploy["env"])))
    assert read and read <= known


def test_two_runs_never_change_one_environment_at_a_time() -> None:
    """Two deployments into one environment never meet, and what is begun is not cut off by a newer push."""
    made = workflow(variants()["many"])
    for name in ("staging", "qa", "prod", "prod-us"):
        expected = {"group": f"deploy-{name}", "cancel-in-progress": False}
        assert made["jobs"][f"deploy-{name}"]["concurrency"] == expected
    assert made["concurrency"]["cancel-in-progress"] == "${{ github.ref != 'refs/heads/main' }}"


def test_a_run_that_waits_for_its_approval_keeps_no_other_out() -> None:
    """On the deployed branch each run is on its own; a job that changes something first checks if it is superseded."""
    made = workflow(variants()["many"])
    assert "github.ref == 'refs/heads/main' && github.run_id || github.ref" in made["concurrency"]["group"]
    for name in ("staging", "qa", "prod", "prod-us"):
        job = made["jobs"][f"deploy-{name}"]
        assert job["permissions"]["deployments"] == "read"
        assert job["steps"][1]["run"] == "exec bash generated/ci/check-superseded.sh"
        assert job["steps"][1]["env"]["ENVIRONMENT"] == name


def test_only_what_changes_an_environment_is_a_deployment() -> None:
    """Jobs that only need the keys of a GitHub environment are none: `check-superseded.sh` would count them."""
    for name in ("shipped", "access-keys"):
        for job, made in workflow(variants()[name])["jobs"].items():
            place = made.get("environment")
            changing = job.partition("-")[0] == "deploy"
            silent = isinstance(place, dict) and place.get("deployment") is False
            assert place is None or changing is not silent


def test_a_script_takes_the_place_of_its_shell() -> None:
    """Signals of a canceled run reach the entry process of the step alone: the script that passes them on."""
    for name in variants():
        for job in workflow(variants()[name])["jobs"].values():
            for step in job["steps"]:
                if "generated/ci/" in step.get("run", ""):
                    assert re.fullmatch(r"exec bash generated/ci/[\w-]+\.sh", step["run"])


def test_plans_are_shown_also_when_one_of_them_failed() -> None:
    """One environment that cannot be planned hides no other; without a plan there is no comment."""
    condition = workflow(specs())["jobs"]["terraform-comment"]["if"]
    for part in ("!cancelled()", "github.event_name == 'pull_request'", "needs.terraform-plan.result != 'skipped'"):
        assert part in condition


def test_a_pull_request_shows_only_the_plans_that_it_may_have_made() -> None:
    """`deploy.plan_on = "branch"`: a pull request gets no credentials of it, and the night plans all."""
    shipped = specs()
    made = workflow(shipped | {"prod": changed(shipped["prod"], deploy__plan_on="branch")})["jobs"]
    legs = {leg["name"]: leg["requests"] for leg in made["terraform-plan"]["strategy"]["matrix"]["include"]}
    assert legs == {"prod": False, "staging": True}
    guarded = [step for step in made["terraform-plan"]["steps"] if "matrix.requests" in step.get("if", "")]
    assert [step["name"] for step in guarded] == ["Log in to AWS", "Plan", "Upload the plan"]
    assert all("github.event_name == 'schedule' || matrix.requests" in step["if"] for step in guarded)
    assert made["terraform-comment"]["steps"][-1]["env"]["ENVIRONMENTS"] == "staging"
    assert "terraform-comment" not in workflow(variants()["no-plans"])["jobs"]


def test_scripts_get_every_variable_that_they_insist_on() -> None:
    """What a script refuses to do without is in the `env` of each step that runs it."""
    artifacts = emitted(emit_workflows, specs())
    steps = [
        step
        for job in workflow(specs())["jobs"].values()
        for step in job["steps"]
        if "generated/ci/" in step.get("run", "")
    ]
    assert {Path(step["run"].split()[-1]).stem for step in steps} == {
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
        "sign-image",
        "smoke",
        "upgrade-crds",
        "verify-images",
    }
    for step in steps:
        script = artifacts[step["run"].removeprefix("exec bash ")].text
        # GitHub gives these to every step.
        assert set(re.findall(r"\$\{(\w+):\?\}", script)) - {"GITHUB_OUTPUT", "GITHUB_REPOSITORY"} <= set(step["env"])


def test_every_leaf_has_an_origin() -> None:
    """The leaves of the parsed workflow are those that were traced."""
    artifact = emitted(emit_workflows, specs())[PATH]

    def leaves(node: Any) -> int:
        match node:
            case dict() if node:
                return sum(leaves(item) for item in node.values())
            case list() if node:
                return sum(leaves(item) for item in node)
            case _:
                return 1

    assert leaves(yaml.safe_load(artifact.text)) == len(artifact.origins)
    assert artifact.origins["jobs.deploy-prod.environment.url"].keys >= {"prod:dns.root_domain", "prod:tier"}
