"""Entries of Secrets Manager that the application reads, without values in the configuration."""

from collections.abc import Sequence

from ddms_compile.addons import secret_store
from ddms_compile.provenance.traced import NO_KEYS, Keys, text
from ddms_compile.resolve import Environment
from ddms_compile.resolve.interfaces import (
    APP_ENTRY,
    DATABASE_PASSWORD,
    POSTGRES_ENTRY,
    POSTGRES_SECRET,
    REDIS_AUTH_TOKEN,
    REDIS_ENTRY,
)
from ddms_compile.terraform.components.iam import OidcProvider, condition, service_account_role, statement
from ddms_compile.terraform.components.secret_version import secrets_version
from ddms_compile.terraform.expression import Expression, expression, reference
from ddms_compile.terraform.stack import Handle, Scope, Stack
from ddms_compile.tree import TracedTable


def secret_entries(stack: Stack, environment: Environment, data_key: Expression, oidc: OidcProvider) -> None:
    """Add the entries: `app`, which people fill, and those of database and cache with secrets from variables.

    Variables are written by write-only arguments, which are not in the state.
    """
    scope = stack.component("secrets")
    app = _entry(scope, environment, APP_ENTRY, "Secrets of the application that you provide", data_key)
    scope.output("app_secret_arn", app.ref("arn"), "Entry to fill with the application's own secrets")
    password = environment.read(lambda s: s.postgres.password)
    if password.value == "variable":
        entry = _entry(scope, environment, POSTGRES_ENTRY, "Master password of the database", data_key, password.keys)
        _value(scope, POSTGRES_ENTRY, entry, "password", reference(f"var.{DATABASE_PASSWORD}"), password.keys)
        arn = entry.ref("arn")
    else:
        arn = reference("aws_db_instance.postgres", "master_user_secret[0].secret_arn")
    entries = [app.ref("arn"), arn.because(password.keys)]
    scope.output(POSTGRES_SECRET, arn.because(password.keys), "Entry with the master password of the database")
    auth = environment.read(lambda s: s.redis.auth)
    if auth.value == "token":
        entry = _entry(scope, environment, REDIS_ENTRY, "Auth token of the cache", data_key, auth.keys)
        _value(scope, REDIS_ENTRY, entry, "auth_token", reference(f"var.{REDIS_AUTH_TOKEN}"), auth.keys)
        entries.append(entry.ref("arn").because(auth.keys))
    _reader(scope, environment, oidc, entries, data_key)


def _reader(
    scope: Scope, environment: Environment, oidc: OidcProvider, entries: Sequence[Expression], data_key: Expression
) -> None:
    """Add the role of External Secrets' store, which reads these entries only."""
    chosen = environment.read(lambda s: s.security.secrets)
    if chosen.value != "external-secrets":
        return
    region = environment.read(lambda s: s.aws.region)
    service_account_role(
        scope,
        environment,
        "secret_reader",
        oidc,
        text("{}:{}", environment.names.project, secret_store.SERVICE_ACCOUNT),
        statements=[
            statement("ReadEntries", ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"], entries),
            statement(
                "OpenThem",
                ["kms:Decrypt"],
                [data_key],
                condition("StringLike", "kms:ViaService", text("secretsmanager.{}.amazonaws.com*", region)),
            ),
        ],
        exists=chosen.keys,
    )


def _entry(
    scope: Scope, environment: Environment, name: str, description: str, key: Expression, exists: Keys = NO_KEYS
) -> Handle:
    return scope.resource(
        "aws_secretsmanager_secret",
        name,
        exists=exists,
        name=environment.names.secret(name),
        description=description,
        kms_key_id=key,
        recovery_window_in_days=environment.read(lambda s: s.security.key_deletion_days),
    )


def _value(scope: Scope, name: str, entry: Handle, field: str, value: Expression, exists: Keys) -> None:
    version: TracedTable = {
        "secret_id": entry.ref("id"),
        "secret_string_wo": expression(f'jsonencode({{{{"{field}" = {{}}}}}})', value),
        "secret_string_wo_version": secrets_version(),
    }
    scope.resource("aws_secretsmanager_secret_version", name, version, exists=exists)
