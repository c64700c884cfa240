"""A small evaluator of IAM policies, as Terraform's policy documents have them: one request, allowed or not.

The rules are those of the IAM user guide, "Policy evaluation logic": an explicit denial wins, else some identity policy
and the permissions boundary must both allow the action. Conditions: "IAM JSON policy elements: Condition operators".
"""

import fnmatch
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Statement = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """An action on a resource. `context`: condition keys and their values; a key that is not there is absent."""

    action: str
    resource: str
    context: Mapping[str, str] = field(default_factory=dict)


POWER_USER: tuple[Statement, ...] = (
    {"effect": "Allow", "not_actions": ["iam:*", "organizations:*", "account:*"], "resources": ["*"]},
    {
        "effect": "Allow",
        "actions": [
            "account:GetAccountInformation",
            "account:GetPrimaryEmail",
            "account:ListRegions",
            "iam:CreateServiceLinkedRole",
            "iam:DeleteServiceLinkedRole",
            "iam:ListRoles",
            "organizations:DescribeOrganization",
        ],
        "resources": ["*"],
    },
)
"""AWS's PowerUserAccess (AWS managed policy reference)."""


def allowed(request: Request, identity: Iterable[Statement], boundary: Iterable[Statement] | None = None) -> bool:
    """Whether a role with these policies, inside this boundary, may do so."""
    identity, limits = list(identity), None if boundary is None else list(boundary)
    every = identity + (limits or [])
    if any(each["effect"] == "Deny" and _applies(each, request) for each in every):
        return False
    return all(
        any(each["effect"] == "Allow" and _applies(each, request) for each in policy)
        for policy in ([identity] if limits is None else [identity, limits])
    )


def _applies(statement: Statement, request: Request) -> bool:
    if "actions" in statement:
        if not _any(statement["actions"], request.action, fold=True):
            return False
    elif _any(statement["not_actions"], request.action, fold=True):
        return False
    if not _any(statement["resources"], request.resource):
        return False
    return all(_holds(each, request.context) for each in statement.get("condition", ()))


def _any(patterns: Iterable[str], value: str, *, fold: bool = False) -> bool:
    value = value.lower() if fold else value
    escaped = (re.sub(r"\[", "[[]", pattern) for pattern in patterns)
    return any(fnmatch.fnmatchcase(value, pattern.lower() if fold else pattern) for pattern in escaped)


def _holds(condition: Mapping[str, Any], context: Mapping[str, str]) -> bool:
    test, found = condition["test"], context.get(condition["variable"])
    values: list[str] = condition["values"]
    match test:
        case "Null":
            return (found is None) == (values == ["true"])
        case "StringEquals" | "ForAnyValue:StringEquals":
            return found in values
        case "StringNotEquals":
            return found not in values
        case "StringLike" | "ArnLike":
            return found is not None and _any(values, found)
    raise ValueError(f"not known here: {test}")
