"""The chart `helm/monitoring-secrets`: Alertmanager's receivers, and Grafana's initial password.

The values do not hold the Slack webhook: Terraform passes it by a write-only argument when the variable is set.
"""

from ddms_compile.addons.addon import Addon
from ddms_compile.provenance.traced import text
from ddms_compile.resolve import Environment
from ddms_compile.tree import TracedTable

NAME = "monitoring-secrets"
NAMESPACE = "monitoring"
ALERTMANAGER_CONFIG = "alertmanager-config"
SLACK_WEBHOOK = "alertmanager-slack"
GRAFANA_ADMIN = "grafana-admin"
WEBHOOK_VALUE = "slack.webhookUrl"
"""Name of the value that Terraform's write-only argument sets."""


def addon(environment: Environment) -> Addon:
    """Return the release; every environment has it, before kube-prometheus-stack."""
    return Addon(name=NAME, chart=NAME, repository=None, version=None, namespace=NAMESPACE, values=values(environment))


def values(environment: Environment) -> TracedTable:
    """Return the values: names of the Secrets, the channel, and the prefix of messages."""
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
