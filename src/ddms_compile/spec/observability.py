"""`[observability]`: metrics, dashboards, alerts."""

from typing import Annotated

from pydantic import Field

from ddms_compile.spec.base import Disk, Duration, Table, matching


class Slack(Table):
    """Where alerts go. The webhook is the sensitive variable `slack_webhook_url`; without it they go nowhere."""

    channel: Annotated[str, matching(r"|#[a-z0-9][a-z0-9._-]{0,78}", 'a Slack channel, such as "#alerts", or empty')]
    """The channel; empty: `#<project>-alerts`."""


class Prometheus(Table):
    """Metrics."""

    retention: Duration
    """How long to keep a metric."""

    storage: Disk
    """Volume for the metrics (gp3)."""


class Grafana(Table):
    """Dashboards."""

    enabled: bool
    """Whether Grafana runs."""

    storage: Disk
    """Volume for dashboards made by hand (gp3)."""


class Alertmanager(Table):
    """Alerts."""

    storage: Disk
    """Volume for silences and notices (gp3)."""


class Alerts(Table):
    """Thresholds of the application's own alerts."""

    error_percent: Annotated[float, Field(gt=0, le=100)]
    """Share of requests answered 5xx at the ingress, in percent, from which an alert fires."""

    error_for: Duration
    """How long the share must hold."""

    replica_shortage_for: Duration
    """How long a Deployment may have fewer pods than it wants."""


class Observability(Table):
    """Metrics, dashboards, alerts."""

    slack: Slack
    """Where alerts go."""

    prometheus: Prometheus
    """Metrics."""

    grafana: Grafana
    """Dashboards."""

    alertmanager: Alertmanager
    """Alerts."""

    alerts: Alerts
    """Thresholds."""
