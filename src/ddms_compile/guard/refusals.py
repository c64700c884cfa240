"""The words of what the guard refuses (DDMS603 to DDMS607, DDMS542, DDMS543)."""

from collections.abc import Iterable

from ddms_compile.diagnostics import Diagnostic, Severity
from ddms_compile.guard.past import Past
from ddms_compile.load.source import file_problem

_SHOWN = 5


def gone(past: Past, advice: str) -> Diagnostic:
    """DDMS604: the ledger is missing, but the manifest or other generated files prove that there was one."""
    why = "generated/manifest.json lists it" if past.listed else "other generated files of it are there"
    return file_problem(
        "DDMS604",
        past.path,
        f"{past.path} is gone, and with it the list of what {past.owner} holds",
        notes=(f"{why}: an earlier build wrote it", _WITHOUT),
        help=(f"restore it: git checkout HEAD -- {past.path}", advice),
    )


def nothing_left(workflow: str) -> Diagnostic:
    """DDMS604: all of generated/ is missing, but the generated workflow exists."""
    return file_problem(
        "DDMS604",
        workflow,
        "generated/ is gone, and with it the list of what exists in AWS",
        notes=(f"{workflow} is there: an earlier build wrote it", _WITHOUT),
        help=(
            "restore it: git checkout HEAD -- generated",
            f"where nothing was ever applied, delete {workflow} too: it is made again",
        ),
    )


def unreadable(past: Past, reason: str, advice: str) -> Diagnostic:
    """DDMS603: an invalid ledger."""
    return file_problem(
        "DDMS603",
        past.path,
        f"{past.path} cannot be read as a ledger of addresses",
        notes=(reason, _WITHOUT),
        help=(f"restore it: git checkout HEAD -- {past.path}", advice),
    )


def altered(past: Past, reason: str, advice: str) -> Diagnostic:
    """DDMS605: a ledger of another build."""
    return file_problem(
        "DDMS605",
        past.path,
        f"{past.path} is not the ledger that the last build wrote",
        notes=(reason, "by it a build could destroy something and not know"),
        help=(
            "after a merge: `ddms-compile build --force` takes it if it agrees with the stacks beside it",
            "else take everything generated from one commit that was built, such as: git checkout HEAD -- generated",
            advice,
        ),
    )


def vanished(past: Past, held: Iterable[str], advice: str) -> Diagnostic:
    """DDMS606: an environment or account that was removed from the data."""
    if past.kind == "environment":
        message = f"the environment `{past.name}` is gone, but what it holds is not"
        back = f"if it is to stay: git checkout HEAD -- environments/{past.name}.toml"
        down = f'if it is to go: first follow "Destroy the environment" in generated/{past.name}/RUNBOOK.md'
    else:
        message = f"nothing is in the account {past.name} any more, but what it holds is not gone"
        back = "if it is to stay, take back the change of `aws.account` or `project.account`"
        down = "if it is to go: first empty and destroy its stack `bootstrap`, as README.md says"
    return file_problem(
        "DDMS606",
        past.path,
        message,
        notes=(
            f"it holds data in {_some(tuple(held))}",
            "without its files nothing plans, applies or destroys them: they stay, unwatched, and cost money",
        ),
        help=(back, f"{down}; then {advice.removeprefix('if the loss is meant, ')}"),
    )


def renamed(past: Past, new: str, same: Iterable[str], names: Iterable[str], advice: str) -> Diagnostic:
    """DDMS607: a removed environment and a new one share their identity: a rename."""
    return file_problem(
        "DDMS607",
        f"environments/{new}.toml",
        f"this looks like `{past.name}` under another name, which would be a new environment beside the old one",
        notes=(
            f"the same in both: {', '.join(same)}",
            f"the name is part of names in AWS that stay as they were made: {_some(tuple(names))}",
            "it is also part of where Terraform keeps the state, and `moved` reaches from no state into another",
        ),
        help=(
            f"keep the name: git mv environments/{new}.toml environments/{past.name}.toml",
            f"to change it after all, keep both files, `{new}` with a network of its own, copy the data over, and take "
            f"`{past.name}` down",
            advice.replace("if the loss is meant", f"if `{past.name}` is down already"),
        ),
    )


def still_ours(past: Past, account: str | None) -> Diagnostic:
    """DDMS542: a ledger that protects what is in an account of the data."""
    return file_problem(
        "DDMS542",
        past.path,
        f"nothing tells in which account {past.owner} is"
        if account is None
        else f"{past.owner} is not forgotten: the data still name the account {account}"
        if past.kind == "environment"
        else f"{past.owner} is not forgotten: the data still name it",
        notes=("the ledger keeps a build from replacing resources that hold data; nothing was deleted",),
        help=(
            f"restore it: git checkout HEAD -- {past.path}"
            if account is None
            else "in a fork, first write your own accounts into ddms.toml and environments/",
            "an environment of this project is given up in `policy.losses`: see `ddms-compile explain-code DDMS606`",
        ),
    )


def unnamed(held: Iterable[str]) -> Diagnostic:
    """DDMS543: ledgers go only when a person names each environment that holds data."""
    return Diagnostic(
        code="DDMS543",
        severity=Severity.ERROR,
        message="the environments to forget are not those that hold data",
        notes=("nothing was deleted",),
        help=(f"name each of them: {' '.join(('ddms-compile forget', *held))}",),
    )


_WITHOUT = "without it nothing can say whether a resource with state would be lost"


def _some(items: tuple[str, ...]) -> str:
    more = f" and {len(items) - _SHOWN} more" if len(items) > _SHOWN else ""
    return ", ".join(items[:_SHOWN]) + more
