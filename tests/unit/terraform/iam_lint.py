"""A linter of IAM statements, as Terraform's policy documents have them: actions, condition keys and resources exist.

The facts are AWS's service authorization reference, in the package policy-sentry.
"""

import fnmatch
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from typing import Any


def unavailable() -> str | None:
    """Why nothing can be said, or None."""
    return None if find_spec("policy_sentry") else "IAM actions (the package policy-sentry is not installed)"


@cache
def _actions() -> Mapping[str, str]:
    """Every action by its lower-case name."""
    from policy_sentry.querying.all import get_all_actions

    return {action.lower(): action for action in get_all_actions()}


@cache
def _rows(action: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The kinds of resource of an action as ARN patterns, each with the condition keys that it knows."""
    from policy_sentry.querying.actions import get_action_data

    service, _, name = action.partition(":")
    rows = get_action_data(service, name)[service]
    return tuple((row["resource_arn_format"], tuple(row["condition_keys"])) for row in rows)


def findings(statement: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a statement, one sentence each."""
    sid = statement["sid"]
    if not re.fullmatch(r"[A-Za-z0-9]+", sid):
        yield f"{sid}: a statement id has letters and digits only"
    actions: set[str] = set()
    for pattern in statement.get("actions", statement.get("not_actions", [])):
        known = {real for lower, real in _actions().items() if fnmatch.fnmatchcase(lower, pattern.lower())}
        if not known:
            yield f"{sid}: no action is called {pattern}"
        actions |= known
    if not actions:
        return
    for condition in statement.get("condition", ()):
        key = condition["variable"]
        if not _known_key(key, actions):
            yield f"{sid}: no action of the statement knows the condition key {key}"
    for resource in statement.get("resources", ()):
        if resource != "*" and not any(_fits(resource, kind) for action in actions for kind, _ in _rows(action)):
            yield f"{sid}: no action of the statement works on {resource}"


def _known_key(key: str, actions: set[str]) -> bool:
    # Keys of the web identity are named by its issuer, those of `aws:` are every service's.
    if key.startswith("aws:") or key.endswith((":aud", ":sub")):
        return True
    known = {pattern for action in actions for _, keys in _rows(action) for pattern in keys}
    return any(re.fullmatch(_loose(pattern), key, re.IGNORECASE) for pattern in known)


def _fits(resource: str, kind: str) -> bool:
    """Whether some ARN is of the kind and matches the resource; an attribute of Terraform's is the ARN of its type."""
    if ":" not in kind:
        return False
    if "master_user_secret[0].secret_arn" in resource:  # an attribute that is the ARN of another service's
        return kind.split(":")[2] == "secretsmanager"
    made = re.match(r"\$\{(?:data\.)?(aws_\w+)\.", resource)
    if made and "partition" not in made[1]:
        return _service(made[1]) == kind.split(":")[2]
    parts, pattern = _plain(resource).split(":", 5), re.sub(r"\$\{[^}]*\}", "*", kind).split(":", 5)
    return len(parts) == len(pattern) and all(
        fnmatch.fnmatchcase(part, other) or fnmatch.fnmatchcase(other, part)
        for part, other in zip(parts, pattern, strict=True)
    )


def _service(terraform_type: str) -> str:
    services = {"cloudwatch": "logs", "vpc": "ec2"}
    name = terraform_type.removeprefix("aws_").split("_")[0]
    return services.get(name, name)


def _plain(resource: str) -> str:
    """The resource with the parts that only Terraform knows left open."""
    return re.sub(r"\$\{[^}]*\}", "*", resource)


def _loose(pattern: str) -> str:
    return ".*".join(re.escape(part) for part in re.split(r"\$\{[^}]*\}|tag-key$", pattern))
