"""Steps that several jobs share."""

from ddms_compile.catalog.actions import action
from ddms_compile.github.expressions import WorkflowExpression, WorkflowTable, WorkflowTree, secret
from ddms_compile.provenance.commented import Commented
from ddms_compile.provenance.traced import NO_KEYS, Traced

Step = WorkflowTable


def permissions(roles: Traced[bool] | None = None, signs: Traced[bool] | None = None) -> WorkflowTable:
    """To read the repository, and with `roles` or `signs` to ask for the token that stands for a key."""
    read: WorkflowTable = {"contents": Commented("read", "check out the repository")}
    whom = {"AWS": roles, "Sigstore": signs}
    shown = [name for name, wanted in whom.items() if wanted is not None and wanted.value]
    if not shown:
        return read
    # Of two that want it, neither alone is why it is there.
    alone = whom[shown[0]] if len(shown) == 1 else None
    keys = alone.keys if alone is not None else NO_KEYS
    return {
        **read,
        "id-token": Traced(Commented("write", f"show {' and '.join(shown)} who we are, instead of a key"), keys),
    }


def uses(name: str) -> Commented:
    """An action at its commit, and beside it the tag that this is."""
    pinned = action(name)
    return Commented(f"{pinned.name}@{pinned.commit}", pinned.tag)


def check_out() -> Step:
    """The repository, without leaving the job's token on the disk."""
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
    """Credentials of AWS: of the role, or the keys of the job's GitHub environment; only of the account meant.

    `seconds`: how long the role is taken on, an hour unless it is said. `only`: a policy that leaves less of the role.
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
    """Terraform itself; the wrapper would hide its exit code."""
    return {
        "name": "Set up Terraform",
        "uses": uses("hashicorp/setup-terraform"),
        "with": {"terraform_version": version, "terraform_wrapper": False},
    }


def set_up_helm(version: Traced[str]) -> Step:
    """Helm itself."""
    return {
        "name": "Set up Helm",
        "uses": uses("Azure/setup-helm"),
        "with": {"version": version.map(lambda pin: f"v{pin.removeprefix('v')}")},
    }


def check_superseded(environment: str | Traced[str]) -> Step:
    """Stop here when a newer commit has been in the environment."""
    return script(
        "check-superseded",
        "Check that no newer commit was here",
        {
            "GH_TOKEN": WorkflowExpression("github.token"),
            "REPOSITORY": WorkflowExpression("github.repository"),
            "ENVIRONMENT": environment,
            "COMMIT": WorkflowExpression("github.sha"),
            "ROLLBACK_TO": WorkflowExpression("vars.ROLLBACK_TO"),
        },
    )


def changing(roles: Traced[bool], signs: Traced[bool] | None = None) -> WorkflowTable:
    """The permissions of a job that asks which commits environments have seen."""
    return {**permissions(roles, signs), "deployments": Commented("read", "see which commits were deployed")}


def script(name: str, title: str, env: WorkflowTable) -> Step:
    """One of the scripts in generated/ci. All data go into it by variables: none is part of a command.

    It takes the place of the step's shell, because the signals of a canceled run reach that process alone
    (https://docs.github.com/en/actions/reference/workflow-cancellation-reference).
    """
    return {"name": title, "run": f"exec bash generated/ci/{name}.sh", "env": env}
