"""Names and ports on which several back ends agree: one creates what another one reads."""

POSTGRES_PORT = 5432
REDIS_PORT = 6379

DATABASE_PASSWORD = "database_password"  # noqa: S105 (a name)
REDIS_AUTH_TOKEN = "redis_auth_token"  # noqa: S105 (a name)
SLACK_WEBHOOK_URL = "slack_webhook_url"
"""Terraform variables that are secrets; the GitHub secret of each has the same name in upper case."""

APP_ENTRY = "app"
POSTGRES_ENTRY = "postgres"
REDIS_ENTRY = "redis"
ENTRIES = (APP_ENTRY, POSTGRES_ENTRY, REDIS_ENTRY)
"""Entries of Secrets Manager, which `workloads.*.secrets.*.from` names too."""

POSTGRES_HOST = "postgres_host"
POSTGRES_SECRET = "postgres_secret_arn"  # noqa: S105 (a name)
REDIS_HOST = "redis_host"
"""Outputs of the stack foundation that the deploy job passes to the application's chart."""

HANDED_ON = {"database_host": POSTGRES_HOST, "database_secret": POSTGRES_SECRET, "redis_host": REDIS_HOST}
"""Outputs of the pipeline step that applies the foundation (`apply.sh`) -> the Terraform output of each."""

API_ADDRESS = "VITE_API_URL"
"""Variable of the frontend's build with the address of the API."""


def tf_var(variable: str) -> str:
    """Return the process variable that sets a Terraform variable (Terraform CLI, "Environment Variables")."""
    return f"TF_VAR_{variable}"
