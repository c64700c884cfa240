"""`[observability]`: metrics, dashboards and alerts."""

from typing import Annotated

from pydantic import Field

from ddms_compile.spec.base import Disk, Duration, Table, matching


class Slack(Table):
    """Receiver of alerts. The webhook is the sensitive variable `slack_webhook_url`; without it no alerts are sent."""

    channel: Annotated[str, matching(r"|#[a-z0-9][a-z0-9._-]{0,78}", 'a Slack channel, such as "#alerts", or empty')]
    """Slack channel; empty: `#<project>-alerts`."""


class Prometheus(Table):
    """Prometheus."""

    retention: Duration
    """Retention of metrics."""

    storage: Disk
    """Size of the volume for metrics (gp3)."""


class Grafana(Table):
    """Grafana."""

    enabled: bool
    """Whether Grafana is installed."""

    storage: Disk
    """Size of the volume for dashboards created by hand (gp3)."""


class Alertmanager(Table):
    """Alertmanager."""

    storage: Disk
    """Size of the volume for silences and notifications (gp3)."""


class Alerts(Table):
    """Thresholds of the application's alerting rules."""

    error_percent: Annotated[float, Field(gt=0, le=100)]
    """Percentage of requests at the ingress with a 5xx response above which an alert fires."""

    error_for: Duration
    """Time for which the percentage must stay above the threshold."""

    replica_shortage_for: Duration
    """Time for which a Deployment may have fewer available pods than desired."""


class Observability(Table):
    """Metrics, dashboards and alerts."""

    slack: Slack
    """Receiver of alerts."""

    prometheus: Prometheus
    """Metrics."""

    grafana: Grafana
    """Dashboards."""

    alertmanager: Alertmanager
    """Alerts."""

    alerts: Alerts
    """Thresholds of alerting rules."""
