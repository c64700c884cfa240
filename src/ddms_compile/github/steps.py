"""Steps that several jobs share."""

from ddms_compile.catalog.actions import action
from ddms_compile.github.expressions import WorkflowExpression, WorkflowTable, WorkflowTree, secret
from ddms_compile.provenance.commented import Commented
from ddms_compile.provenance.traced import NO_KEYS, Traced

Step = WorkflowTable


def permissions(roles: Traced[bool] | None = None, signs: Traced[bool] | None = None) -> WorkflowTable:
    """Return permissions to read the repository, and with `roles` or `signs` to request an OIDC token."""
    read: WorkflowTable = {"contents": Commented("read", "check out the repository")}
    whom = {"AWS": roles, "Sigstore": signs}
    shown = [name for name, wanted in whom.items() if wanted is not None and wanted.value]
    if not shown:
        return read
    # When both need it, neither key alone decides.
    alone = whom[shown[0]] if len(shown) == 1 else None
    keys = alone.keys if alone is not None else NO_KEYS
    return {
        **read,
        "id-token": Traced(Commented("write", f"request an OIDC token for {' and '.join(shown)}"), keys),
    }


def uses(name: str) -> Commented:
    """Return an action pinned by commit, with its tag as a comment."""
    pinned = action(name)
    return Commented(f"{pinned.name}@{pinned.commit}", pinned.tag)


def check_out() -> Step:
    """Return the checkout step, which does not persist the job's token."""
    return {"name": "Check out", "uses": uses("actions/checkout"), "with": {"persist-credentials": False}}


def credentials(
    region: WorkflowTree,
    account: WorkflowTree,
    role: WorkflowTree,
    roles: Traced[bool],
    *,
    seconds: int | None = None,
    only: str | None = None,
) -> Step:
    """Return the AWS login: by role, or by the access keys of the job's GitHub environment; only to its account.

    `seconds`: duration of the role session, an hour by default. `only`: a session policy.
    """
    given: WorkflowTable = {"aws-region": region, "allowed-account-ids": account}
    if roles.value:
        given |= {"role-to-assume": Traced(role, roles.keys)}
        if seconds is not None:
            given |= {"role-duration-seconds": Traced(seconds, roles.keys)}
        if only is not None:
            given |= {"inline-session-policy": Traced(only, roles.keys)}
    else:
        given |= {
            "aws-access-key-id": secret("AWS_ACCESS_KEY_ID", roles.keys),
            "aws-secret-access-key": secret("AWS_SECRET_ACCESS_KEY", roles.keys),
        }
    return {
        "name": "Log in to AWS",
        "uses": uses("aws-actions/configure-aws-credentials"),
        "with": given,
    }


def set_up_terraform(version: Traced[str]) -> Step:
    """Return the step that installs Terraform, without the wrapper, which hides its exit code."""
    return {
        "name": "Set up Terraform",
        "uses": uses("hashicorp/setup-terraform"),
        "with": {"terraform_version": version, "terraform_wrapper": False},
    }


def set_up_helm(version: Traced[str]) -> Step:
    """Return the step that installs Helm."""
    return {
        "name": "Set up Helm",
        "uses": uses("Azure/setup-helm"),
        "with": {"version": version.map(lambda pin: f"v{pin.removeprefix('v')}")},
    }


def check_superseded(environment: str | Traced[str]) -> Step:
    """Return the step that fails when the environment has had a newer commit."""
    return script(
        "check-superseded",
        "Check for newer commits",
        {
            "GH_TOKEN": WorkflowExpression("github.token"),
            "REPOSITORY": WorkflowExpression("github.repository"),
            "ENVIRONMENT": environment,
            "COMMIT": WorkflowExpression("github.sha"),
            "ROLLBACK_TO": WorkflowExpression("vars.ROLLBACK_TO"),
        },
    )


def changing(roles: Traced[bool], signs: Traced[bool] | None = None) -> WorkflowTable:
    """Return the permissions of a job that also reads the deployments of environments."""
    return {**permissions(roles, signs), "deployments": Commented("read", "read the deployed commits")}


def script(name: str, title: str, env: WorkflowTable) -> Step:
    """Return a step that runs a script of generated/ci. Data are variables, never part of a command.

    The script replaces the step's shell (`exec`), because only that process gets the signals of a canceled run
    (https://docs.github.com/en/actions/reference/workflow-cancellation-reference).
    """
    return {"name": title, "run": f"exec bash generated/ci/{name}.sh", "env": env}
