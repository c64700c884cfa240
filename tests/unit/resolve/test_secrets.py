"""The list of an environment's secrets."""

import json

from ddms_compile.resolve import Environment
from ddms_compile.resolve.secrets import SecretStore, ci_secrets, secrets
from example_project import built
from terraform.documents import Stack
from terraform.shapes import SHAPES, environment, of


def names(env: Environment) -> list[str]:
    return [secret.name for secret in secrets(env)]


def test_every_sensitive_variable_of_a_stack_is_listed(stack: Stack) -> None:
    """Whatever Terraform will ask for, the list names."""
    for shape in SHAPES:
        asked = {
            f"TF_VAR_{name}"
            for part in ("foundation", "platform")
            for name, variable in stack(shape, part).get("variable", {}).items()
            if variable["sensitive"]
        }
        listed = {s.name for s in secrets(environment(shape)) if s.store is SecretStore.VARIABLE}
        assert asked == listed, shape


def test_every_entry_that_is_made_and_read_is_listed(stack: Stack) -> None:
    """Entries of Secrets Manager are listed by the names that they have."""
    made = stack("password_variable", "foundation")["resource"]["aws_secretsmanager_secret"]
    listed = {s.name for s in secrets(environment("password_variable")) if s.store is SecretStore.ENTRY}
    assert listed == {entry["name"] for entry in made.values()}


def test_the_pipeline_needs_no_key_of_aws_with_roles() -> None:
    """Access keys are asked for only where data say so."""
    assert not any(s.name.startswith("AWS_") for s in ci_secrets(environment("prod")))
    assert [s.name for s in ci_secrets(environment("access_keys")) if s.name.startswith("AWS_")] == [
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
    ]


def test_a_laptop_reads_a_file() -> None:
    """The tier `local` has variables of a `.env` file only."""
    found = secrets(of("local"))
    assert found and {s.store for s in found} == {SecretStore.FILE}


def test_who_reads_an_entry_is_said() -> None:
    """The backend reads the application's entry, by way of the deploy job or of the operator."""
    app = next(s for s in secrets(environment("prod")) if s.name == "ddms/prod/app")
    assert app.fields == ("jwt_secret",) and app.readers == ("External Secrets", "backend")
    app = next(s for s in secrets(environment("carried_secrets")) if s.name == "ddms/staging/app")
    assert app.readers == ("deploy job", "backend")


def test_the_webhook_may_be_left_out() -> None:
    """Without it alerts go nowhere, and nothing fails."""
    webhook = next(s for s in secrets(environment("prod")) if s.name == "TF_VAR_slack_webhook_url")
    assert webhook.optional and webhook.in_ci == "SLACK_WEBHOOK_URL"


def test_services_are_named_as_in_every_partition() -> None:
    """What may be opened by way of a service may be so in China too, whose services end in `.amazonaws.com.cn`."""
    stacks = built().glob("generated/**/cdk.tf.json")
    patterns = {
        condition["values"][0].replace("${var.aws_region}", "*")
        for stack in stacks
        for document in json.loads(stack.read_text("utf-8")).get("data", {}).get("aws_iam_policy_document", {}).values()
        for statement in document.get("statement", [])
        for condition in statement.get("condition", [])
        if condition["variable"] == "kms:ViaService"
    }
    assert patterns
    assert all(pattern.endswith(".amazonaws.com*") for pattern in patterns), patterns
