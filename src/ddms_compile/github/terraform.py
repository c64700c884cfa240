"""Jobs and steps of Terraform: plans of pull requests, drift detection, applies."""

from collections.abc import Sequence

from ddms_compile.github.expressions import WorkflowExpression, WorkflowTable, expression, secret
from ddms_compile.github.stages import Stage
from ddms_compile.github.steps import (
    Step,
    check_out,
    credentials,
    permissions,
    script,
    set_up_terraform,
    uses,
)
from ddms_compile.provenance.commented import Commented
from ddms_compile.provenance.traced import NO_KEYS, Traced, keys_of
from ddms_compile.resolve import delivery
from ddms_compile.resolve.delivery import STACKS
from ddms_compile.resolve.github import APPLY_SECONDS, plans_requests, role_names
from ddms_compile.resolve.interfaces import DATABASE_PASSWORD, REDIS_AUTH_TOKEN, tf_var
from ddms_compile.resolve.secrets import SecretStore, ci_secrets

PLAN, COMMENT, DRIFT = "terraform-plan", "terraform-comment", "terraform-drift"

# Pull requests of forks and of Dependabot get no credentials.
_OWN_REQUEST = (
    "github.event_name == 'pull_request'"
    " && github.event.pull_request.head.repo.full_name == github.repository"
    " && github.event.pull_request.user.login != 'dependabot[bot]'"
)


_PLANNED = "github.event_name == 'schedule' || matrix.requests"
"""On steps, because a job's condition cannot read its matrix."""

_RUN_URL = WorkflowExpression("format('{0}/{1}/actions/runs/{2}', github.server_url, github.repository, github.run_id)")


def terraform_plan(stages: Sequence[Stage]) -> WorkflowTable:
    """Return the plan job: one matrix leg per environment, with the read-only role; at night, drift is a failure."""
    first = stages[0]
    read, roles = first.environment.read, first.roles
    legs = [Traced(_leg(stage), stage.exists) for stage in sorted(stages, key=lambda stage: stage.name)]
    return {
        "name": expression("format({}, matrix.name)", "Plan {0}"),
        "if": f"github.event_name == 'schedule' || ({_OWN_REQUEST})",
        "runs-on": first.of(read(lambda s: s.ci.runner)),
        "timeout-minutes": 30,
        **(
            {}
            if roles.value
            else {"environment": Traced({"name": WorkflowExpression("matrix.name"), "deployment": False}, roles.keys)}
        ),
        "permissions": permissions(roles),
        "strategy": {"fail-fast": False, "matrix": {"include": legs}},
        "steps": [
            check_out(),
            set_up_terraform(first.of(read(lambda s: s.ci.terraform))),
            {
                **credentials(
                    WorkflowExpression("matrix.region"),
                    WorkflowExpression("matrix.account"),
                    WorkflowExpression("matrix.role"),
                    roles,
                ),
                "if": WorkflowExpression(_PLANNED),
            },
            {
                **script(
                    "plan",
                    "Plan",
                    {
                        "ENVIRONMENT": WorkflowExpression("matrix.name"),
                        "STACKS": " ".join(STACKS),
                        "PLANS": WorkflowExpression("format('{0}/plans', runner.temp)"),
                        "DRIFT": WorkflowExpression("github.event_name == 'schedule' && 'fail' || 'show'"),
                        "TF_VAR_secrets_version": WorkflowExpression("matrix.secrets_version"),
                    },
                ),
                "if": WorkflowExpression(_PLANNED),
            },
            {
                "name": "Upload the plan",
                # Also after a failure.
                "if": WorkflowExpression(f"!cancelled() && ({_PLANNED})"),
                "uses": uses("actions/upload-artifact"),
                "with": {
                    "name": WorkflowExpression("format('plan-{0}', matrix.name)"),
                    "path": WorkflowExpression("format('{0}/plans', runner.temp)"),
                    "retention-days": 7,
                },
            },
        ],
    }


def _leg(stage: Stage) -> WorkflowTable:
    names = stage.environment.names
    leg: WorkflowTable = {
        "name": stage.of(names.environment),
        "region": stage.of(stage.environment.read(lambda s: s.aws.region)),
        "account": stage.of(names.account),
        "secrets_version": secrets_version(stage),
        "requests": stage.of(plans_requests(stage.environment)),
    }
    return leg | ({"role": stage.role(role_names(names).plan)} if stage.roles.value else {})


def planned_on_request(stages: Sequence[Stage]) -> Traced[tuple[str, ...]]:
    """Return the names of the environments with plans on pull requests."""
    wanted = [stage.of(plans_requests(stage.environment)).because(stage.exists) for stage in stages]
    names = (stage.name for stage, planned in zip(stages, wanted, strict=True) if planned.value)
    return Traced(tuple(sorted(names)), keys_of(wanted))


def terraform_comment(stages: Sequence[Stage]) -> WorkflowTable:
    """Return the comment job, separate from the plan: one has AWS access, the other may write to the pull request."""
    first = stages[0]
    names = planned_on_request(stages).map(" ".join)
    return {
        "name": "Post the plans",
        # When one plan fails, show the others.
        "if": WorkflowExpression(
            f"!cancelled() && github.event_name == 'pull_request' && needs.{PLAN}.result != 'skipped'"
        ),
        "needs": [PLAN],
        "runs-on": first.of(first.environment.read(lambda s: s.ci.runner)),
        "timeout-minutes": 10,
        "permissions": {**permissions(), "pull-requests": Commented("write", "post the plans as comments")},
        "steps": [
            check_out(),
            {
                "name": "Download the plans",
                "uses": uses("actions/download-artifact"),
                "with": {"pattern": "plan-*", "path": WorkflowExpression("format('{0}/plans', runner.temp)")},
            },
            script(
                "comment",
                "Post the comments",
                {
                    "GH_TOKEN": WorkflowExpression("github.token"),
                    "REPOSITORY": WorkflowExpression("github.repository"),
                    "PULL_REQUEST": WorkflowExpression("github.event.pull_request.number"),
                    "RUN_URL": _RUN_URL,
                    "ENVIRONMENTS": names,
                    "PLANS": WorkflowExpression("format('{0}/plans', runner.temp)"),
                },
            ),
        ],
    }


def terraform_drift(first: Stage) -> WorkflowTable:
    """Return the job that keeps one issue open during drift: GitHub notifies one person at most of a failed run."""
    return {
        "name": "Report drift",
        "if": WorkflowExpression("!cancelled() && github.event_name == 'schedule'"),
        "needs": [PLAN],
        "runs-on": first.of(first.environment.read(lambda s: s.ci.runner)),
        "timeout-minutes": 10,
        "permissions": {**permissions(), "issues": Commented("write", "open or close the issue about drift")},
        "steps": [
            check_out(),
            script(
                "drift",
                "Open or close the issue",
                {
                    "GH_TOKEN": WorkflowExpression("github.token"),
                    "REPOSITORY": WorkflowExpression("github.repository"),
                    "OUTCOME": WorkflowExpression(f"needs.{PLAN}.result"),
                    "RUN_URL": _RUN_URL,
                },
            ),
        ],
    }


def apply_steps(stage: Stage) -> list[Step]:
    """Return the steps that apply the stacks in order; each session outlasts its step, which saves the state last."""
    return [step for stack in STACKS for step in _apply_steps(stage, stack)]


def _apply_steps(stage: Stage, stack: str) -> list[Step]:
    environment, names = stage.environment, stage.environment.names
    return [
        credentials(
            stage.of(environment.read(lambda s: s.aws.region)),
            stage.of(names.account),
            stage.role(role_names(names).apply),
            stage.roles,
            seconds=APPLY_SECONDS,
        ),
        *([_upgrade_crds(stage)] if stack == "platform" else []),
        {
            "id": f"apply-{stack}",
            **script(
                "apply",
                f"Apply {stack}",
                {
                    "ENVIRONMENT": stage.of(names.environment),
                    "STACKS": stack,
                    "TF_VAR_secrets_version": secrets_version(stage),
                    **_variables(stage),
                },
            ),
            # A cluster takes 20 minutes, a database change up to an hour.
            "timeout-minutes": APPLY_SECONDS // 60 - 10,
        },
    ]


def _upgrade_crds(stage: Stage) -> Step:
    """Return the step that upgrades CRDs before the charts: a newer controller needs the new fields."""
    names = stage.environment.names
    return script(
        "upgrade-crds",
        "Upgrade the CRDs of the add-ons",
        {
            "ENVIRONMENT": stage.of(names.environment),
            "AWS_REGION": stage.of(stage.environment.read(lambda s: s.aws.region)),
            "CLUSTER": stage.of(names.cluster),
        },
    )


def secrets_version(stage: Stage) -> WorkflowExpression:
    """Return the counter of rotations, a repository variable, since plans run outside the GitHub environment."""
    name = stage.of(delivery.secrets_version(stage.environment))
    return WorkflowExpression(f"vars.{name.value} || '1'", name.keys | stage.exists)


def _variables(stage: Stage) -> dict[str, WorkflowExpression]:
    """Return the secrets that are Terraform variables, as `ddms-compile secrets` lists them."""
    read = stage.environment.read
    because = {
        tf_var(DATABASE_PASSWORD): read.keys(lambda s: s.postgres.password),
        tf_var(REDIS_AUTH_TOKEN): read.keys(lambda s: s.redis.auth),
    }
    return {
        item.name: secret(item.in_ci, stage.of(Traced(None, because.get(item.name, NO_KEYS))).keys)
        for item in ci_secrets(stage.environment)
        if item.store is SecretStore.VARIABLE and item.in_ci is not None
    }
