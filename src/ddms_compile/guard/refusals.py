"""Diagnostics of the guard (DDMS603 to DDMS607, DDMS542, DDMS543)."""

from collections.abc import Iterable

from ddms_compile.diagnostics import Diagnostic, Severity
from ddms_compile.guard.past import Past
from ddms_compile.load.source import file_problem

_SHOWN = 5


def gone(past: Past, advice: str) -> Diagnostic:
    """DDMS604: the ledger is missing, but the manifest or other generated files prove that there was one."""
    why = "generated/manifest.json lists it" if past.listed else "other generated files of it exist"
    return file_problem(
        "DDMS604",
        past.path,
        f"{past.path} is missing, and with it the list of stateful resources of {past.owner}",
        notes=(f"{why}: an earlier build wrote it", _WITHOUT),
        help=(f"restore it: git checkout HEAD -- {past.path}", advice),
    )


def nothing_left(workflow: str) -> Diagnostic:
    """DDMS604: all of generated/ is missing, but the generated workflow exists."""
    return file_problem(
        "DDMS604",
        workflow,
        "generated/ is missing, and with it the list of resources in AWS",
        notes=(f"{workflow} exists: an earlier build wrote it", _WITHOUT),
        help=(
            "restore it: git checkout HEAD -- generated",
            f"if nothing was ever applied, delete {workflow} too: the build creates it again",
        ),
    )


def unreadable(past: Past, reason: str, advice: str) -> Diagnostic:
    """DDMS603: an invalid ledger."""
    return file_problem(
        "DDMS603",
        past.path,
        f"{past.path} is not a valid ledger of addresses",
        notes=(reason, _WITHOUT),
        help=(f"restore it: git checkout HEAD -- {past.path}", advice),
    )


def altered(past: Past, reason: str, advice: str) -> Diagnostic:
    """DDMS605: a ledger of another build."""
    return file_problem(
        "DDMS605",
        past.path,
        f"{past.path} is not the ledger that the last build wrote",
        notes=(reason, "compared with it, a build could destroy a resource without a warning"),
        help=(
            "after a merge: `ddms-compile build --force` accepts it if it agrees with the stacks beside it",
            (
                "otherwise restore everything generated from one commit that was built, for "
                "example: git checkout HEAD -- generated"
            ),
            advice,
        ),
    )


def vanished(past: Past, held: Iterable[str], advice: str) -> Diagnostic:
    """DDMS606: an environment or account that was removed from the data."""
    if past.kind == "environment":
        message = f"the environment `{past.name}` was removed from the configuration, but its resources still exist"
        back = f"to keep it: git checkout HEAD -- environments/{past.name}.toml"
        down = f'to remove it: first follow "Destroy the environment" in generated/{past.name}/RUNBOOK.md'
    else:
        message = f"no environment uses the account {past.name} any more, but its resources still exist"
        back = "to keep it, revert the change of `aws.account` or `project.account`"
        down = "to remove it: first empty and destroy its stack `bootstrap`, as README.md describes"
    return file_problem(
        "DDMS606",
        past.path,
        message,
        notes=(
            f"its stateful resources: {_some(tuple(held))}",
            (
                "without its files they can no longer be planned, applied or destroyed: "
                "they stay, unmanaged, and cost money"
            ),
        ),
        help=(back, f"{down}; then {advice.removeprefix('if the loss is intended, ')}"),
    )


def renamed(past: Past, new: str, same: Iterable[str], names: Iterable[str], advice: str) -> Diagnostic:
    """DDMS607: a removed environment and a new one share their identity: a rename."""
    return file_problem(
        "DDMS607",
        f"environments/{new}.toml",
        f"this looks like `{past.name}` renamed, which would create a second environment beside the first one",
        notes=(
            f"identical in both: {', '.join(same)}",
            f"names in AWS contain the environment's name and cannot change: {_some(tuple(names))}",
            "the key of the Terraform state contains it too, and `moved` blocks work only within one state",
        ),
        help=(
            f"keep the name: git mv environments/{new}.toml environments/{past.name}.toml",
            (
                f"to change it after all, keep both files, `{new}` with a network of "
                f"its own, copy the data, and destroy `{past.name}`"
            ),
            advice.replace("if the loss is intended", f"if `{past.name}` is already destroyed"),
        ),
    )


def still_ours(past: Past, account: str | None) -> Diagnostic:
    """DDMS542: a ledger that protects what is in an account of the data."""
    return file_problem(
        "DDMS542",
        past.path,
        f"the account of {past.owner} cannot be determined"
        if account is None
        else f"the ledger of {past.owner} is kept: the configuration still uses the account {account}"
        if past.kind == "environment"
        else f"the ledger of {past.owner} is kept: the configuration still contains it",
        notes=("the ledger protects stateful resources; nothing was deleted",),
        help=(
            f"restore it: git checkout HEAD -- {past.path}"
            if account is None
            else "in a fork, first set your own accounts in ddms.toml and environments/",
            "to remove an environment of this project, use `policy.losses`: see `ddms-compile explain-code DDMS606`",
        ),
    )


def unnamed(held: Iterable[str]) -> Diagnostic:
    """DDMS543: ledgers go only when a person names each environment that holds data."""
    return Diagnostic(
        code="DDMS543",
        severity=Severity.ERROR,
        message="the named environments are not those with stateful resources",
        notes=("nothing was deleted",),
        help=(f"name each of them: {' '.join(('ddms-compile forget', *held))}",),
    )


_WITHOUT = "without it the compiler cannot determine whether a stateful resource would be lost"


def _some(items: tuple[str, ...]) -> str:
    more = f" and {len(items) - _SHOWN} more" if len(items) > _SHOWN else ""
    return ", ".join(items[:_SHOWN]) + more
