"""Validate each value against its model, with errors in terms of TOML instead of Python."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ddms_compile.diagnostics import Severity
from ddms_compile.diagnostics.few import few
from ddms_compile.diagnostics.keys import Key, dotted
from ddms_compile.diagnostics.nearest import nearest
from ddms_compile.load import Finding, KeyLabel, LayeredTree, LayerKind
from ddms_compile.spec import EnvironmentSpec
from ddms_compile.spec.environment import ENVIRONMENT_ONLY, PROJECT_ONLY
from ddms_compile.spec.workloads import SecretReference

_EXPECTED = {
    "string_type": "a string",
    "int_type": "an integer",
    "int_from_float": "an integer",
    "bool_type": "true or false",
    "float_type": "a number",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "tuple_type": "an array",
    "date_type": "a date",
}
"""Pydantic's type errors (its documentation, "Validation Errors") -> TOML's name of the expected type."""

_BOUNDS = {
    "less_than_equal": "be at most {le}",
    "less_than": "be less than {lt}",
    "greater_than_equal": "be at least {ge}",
    "greater_than": "be more than {gt}",
    "too_short": "have {min_length} or more entries",
    "too_long": "have {max_length} entries or fewer",
    "string_too_short": "have {min_length} or more characters",
    "string_too_long": "have {max_length} characters or fewer",
    "finite_number": "be a finite number",
}
"""Pydantic's other errors -> the completion of "must …"."""


def check_shape(tree: LayeredTree) -> tuple[EnvironmentSpec | None, list[Finding]]:
    """Return the spec of a layered tree, or None and its findings."""
    findings = list(_misplaced(tree))
    try:
        spec = EnvironmentSpec.model_validate(tree.tree)
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=True)
        shown = few(_without_echoes(details), _alike, each=ALIKE, total=SHOWN)
        return None, findings + [replace(_finding(tree, detail), more=others) for detail, others in shown]
    return spec, findings


ALIKE, SHOWN = 5, 200
"""Maximum findings per list or table, and per environment."""


def _alike(detail: ErrorDetails) -> tuple[str, tuple[str, ...]]:
    """Return the kind of error and its list; for unknown keys, the table."""
    steps = detail["loc"][:-1] if detail["type"] == "extra_forbidden" else detail["loc"]
    return detail["type"], tuple(step for step in steps if isinstance(step, str))


def _without_echoes(details: Iterable[ErrorDetails]) -> Iterator[ErrorDetails]:
    """Yield the errors without "too short" for a list with invalid elements, which pydantic does not count."""
    details = tuple(details)
    lists = {detail["loc"][:-1] for detail in details}
    return (detail for detail in details if detail["type"] != "too_short" or detail["loc"] not in lists)


def _misplaced(tree: LayeredTree) -> Iterator[Finding]:
    for names, wrong, right in (
        (PROJECT_ONLY, LayerKind.ENVIRONMENT, "ddms.toml"),
        (ENVIRONMENT_ONLY, LayerKind.PROJECT, "the file of an environment"),
    ):
        for name in names:
            if any(origin.kind is wrong for origin in tree.origins((name,))):
                yield Finding(
                    code="DDMS106",
                    severity=Severity.ERROR,
                    message=f"`{name}` belongs in {right}",
                    place=KeyLabel(environment=tree.name, key=(name,), part="key", layer=wrong),
                    help=(f"move it into {right}",),
                )


def _finding(tree: LayeredTree, detail: ErrorDetails) -> Finding:
    """Return the finding of one pydantic error."""
    key: Key = tuple(step for step in detail["loc"] if step != "[key]")
    kind, given = detail["type"], detail["input"]
    model = _model_at(key[:-1])
    is_reference = _model_at(key) is SecretReference and kind.startswith("model_")
    if is_reference or (model is SecretReference and kind == "extra_forbidden"):
        return _secret(tree, key, key if is_reference else key[:-1])
    if kind == "extra_forbidden":
        return _unknown_key(tree, key, model)
    if kind == "missing":
        return _missing_key(tree, key)
    if kind in _EXPECTED:
        expected = _EXPECTED[kind]
        return _at_value(
            tree,
            key,
            "DDMS103",
            f"`{dotted(key)}` must be {expected}, not {_toml_type(given)}",
            f"expected {expected}",
            *_quote_help(kind, given),
        )
    if kind == "literal_error":
        return _choice(tree, key, detail)
    if kind == "value_error":
        wanted = str(detail["ctx"]["error"])
        return _at_value(tree, key, "DDMS105", f"`{dotted(key)}` {wanted}", "invalid format")
    wanted = _BOUNDS[kind].format(**detail.get("ctx", {})) if kind in _BOUNDS else _lower(detail["msg"])
    return _at_value(tree, key, "DDMS104", f"`{dotted(key)}` must {wanted}", f"must {wanted}")


def _at_value(tree: LayeredTree, key: Key, code: str, message: str, label: str, *help_lines: str) -> Finding:
    return Finding(
        code=code,
        severity=Severity.ERROR,
        message=message,
        place=KeyLabel(environment=tree.name, key=key, message=label),
        help=help_lines,
    )


def _unknown_key(tree: LayeredTree, key: Key, model: type[BaseModel] | None) -> Finding:
    known = _keys_of(model) if model else []
    name = str(key[-1])
    guess = nearest(name, known)
    table = f"table `{dotted(key[:-1])}`" if len(key) > 1 else "top level"
    if guess:
        advice = f"did you mean `{guess}`?"
    elif known:
        advice = f"known keys: {', '.join(sorted(known))}"
    else:
        advice = "remove it"
    return Finding(
        code="DDMS101",
        severity=Severity.ERROR,
        message=f"unknown key `{name}` in {table}" if len(key) > 1 else f"unknown key `{name}` at the {table}",
        place=KeyLabel(environment=tree.name, key=key, part="key", message="unknown key"),
        help=(advice,),
    )


def _missing_key(tree: LayeredTree, key: Key) -> Finding:
    example = _example(key)
    return Finding(
        code="DDMS102",
        severity=Severity.ERROR,
        message=f"missing key `{dotted(key)}` in environment `{tree.name}`",
        place=KeyLabel(environment=tree.name, key=key, part="key"),
        help=(f"add it, for example: {example}",) if example else (),
    )


def _choice(tree: LayeredTree, key: Key, detail: ErrorDetails) -> Finding:
    choices = str(detail["ctx"]["expected"]).replace("'", '"')
    given = detail["input"]
    guess = nearest(str(given), [c.strip(' "') for c in choices.replace(" or ", ", ").split(",")])
    return _at_value(
        tree,
        key,
        "DDMS104",
        f"`{dotted(key)}` must be one of {choices}",
        "not allowed",
        *((f'did you mean "{guess}"?',) if guess and isinstance(given, str) else ()),
    )


def _secret(tree: LayeredTree, key: Key, reference: Key) -> Finding:
    return Finding(
        code="DDMS107",
        severity=Severity.ERROR,
        message=f"`{dotted(reference)}` must reference a secret, not contain it",
        place=KeyLabel(environment=tree.name, key=key, message="expected a reference", secret=True),
        notes=("the files of this project are committed: a secret in them is an exposed secret",),
        help=(
            'write a reference, such as { from = "app", key = "jwt_secret" }; from is app, postgres, redis or github',
        ),
    )


def _toml_type(value: object) -> str:
    for kind, name in ((bool, "a boolean"), (int, "an integer"), (float, "a float"), (str, "a string")):
        if isinstance(value, kind):
            return name
    return "a table" if isinstance(value, Mapping) else "an array" if isinstance(value, list | tuple) else "a date"


def _quote_help(kind: str, given: object) -> tuple[str, ...]:
    if kind == "string_type" and isinstance(given, int | float) and not isinstance(given, bool):
        return ("put it in quotes",)
    if kind == "bool_type":
        return ("write true or false, without quotes",)
    if kind == "date_type":
        return ("write it without quotes, such as 2027-01-31",)
    if kind in ("int_type", "float_type") and isinstance(given, str):
        return ("write it without quotes",)
    return ("put it in brackets: [ … ]",) if kind == "tuple_type" else ()


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _keys_of(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_at(key: Key) -> type[BaseModel] | None:
    """Return the model of the table at `key`, if it has fixed keys."""
    current: Any = EnvironmentSpec
    for step in key:
        if isinstance(current, type) and issubclass(current, BaseModel):
            fields = {field.alias or name: field for name, field in current.model_fields.items()}
            if step not in fields:
                return None
            current = fields[str(step)].annotation
        elif get_origin(current) in (dict, tuple):
            current = get_args(current)[1 if get_origin(current) is dict else 0]
        else:
            return None
        while hasattr(current, "__metadata__"):
            current = current.__origin__
    return current if isinstance(current, type) and issubclass(current, BaseModel) else None


_EXAMPLES: Mapping[str, str] = {
    "tier": 'tier = "staging"',
    "project.name": 'name = "shop" under [project] in ddms.toml',
    "project.repository": 'repository = "example/shop" under [project] in ddms.toml',
    "project.account": 'account = "111122223333" under [project] in ddms.toml',
    "project.region": 'region = "eu-west-1" under [project] in ddms.toml',
    "aws.region": 'region = "eu-west-1" under [aws]',
    "aws.account": 'account = "111122223333" under [aws]',
    "dns.root_domain": 'root_domain = "staging.example.com" under [dns]',
    "cluster.nodes": 'instance_types = ["m7g.large"], min = 2 and max = 4 under [cluster.nodes.general]',
    "policy.waivers.code": 'code = "DDMS301"',
    "policy.waivers.reason": 'reason = "the standby comes with the launch in March"',
    "policy.waivers.expires": "expires = 2027-03-31, without quotes",
    "policy.losses.address": 'address = "aws_db_instance.postgres"',
    "policy.losses.reason": 'reason = "the data were moved to the new instance"',
    "policy.losses.expires": "expires = 2027-03-31, without quotes",
    "policy.false_positives.key": 'key = "workloads.backend.environment.ASSETS_DIGEST"',
    "policy.false_positives.reason": 'reason = "the digest of a public file"',
    "policy.false_positives.expires": "expires = 2027-03-31, without quotes",
    "edge.tls.email": 'email = "ops@example.com" under [edge.tls]',
}
"""What to write for each key that has no default."""


def _example(key: Key) -> str | None:
    return _EXAMPLES.get(dotted(tuple(step for step in key if isinstance(step, str))))
