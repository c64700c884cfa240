"""The chart `helm/monitoring-secrets`: where Alertmanager sends alerts, and Grafana's first password.

The webhook is no value of this file: Terraform passes it by a write-only argument when the variable is set.
"""

from typing import Any

from ddms_compile.addons.addon import Addon
from ddms_compile.provenance.traced import text
from ddms_compile.resolve import Environment

NAME = "monitoring-secrets"
NAMESPACE = "monitoring"
ALERTMANAGER_CONFIG = "alertmanager-config"
SLACK_WEBHOOK = "alertmanager-slack"
GRAFANA_ADMIN = "grafana-admin"
WEBHOOK_VALUE = "slack.webhookUrl"
"""The value that only Terraform's write-only argument sets."""


def addon(environment: Environment) -> Addon:
    """Always there, before Prometheus."""
    return Addon(name=NAME, chart=NAME, repository=None, version=None, namespace=NAMESPACE, values=values(environment))


def values(environment: Environment) -> dict[str, Any]:
    """Names of the secrets, the channel, and what the messages begin with."""
    names = environment.names
    return {
        "alertmanager": {"secretName": ALERTMANAGER_CONFIG},
        "slack": {
            "secretName": SLACK_WEBHOOK,
            "channel": environment.names.alert_channel,
            "title": text("{} {}", names.project, names.environment),
        },
        "grafana": {"secretName": GRAFANA_ADMIN},
    }
