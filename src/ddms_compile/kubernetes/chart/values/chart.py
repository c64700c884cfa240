"""The chart's values as a whole."""

from typing import Annotated

from pydantic import Field, StringConstraints

from ddms_compile.kubernetes.chart.values.base import Values
from ddms_compile.kubernetes.chart.values.edge import AlertsValues, Global, Ingress, NetworkPolicies, Tests
from ddms_compile.kubernetes.chart.values.workload import WorkloadValues, backend, frontend


class ChartValues(Values):
    """Values of the chart `application`. `ChartValues()` is its values.yaml."""

    global_: Annotated[Global, Field(alias="global")] = Global()
    """Settings that both components share."""

    name_override: Annotated[str, StringConstraints(pattern="^(?:|[a-z]([a-z0-9-]*[a-z0-9])?)$", max_length=53)] = ""
    """Name of the application in labels, and the prefix of alert names. Empty: the chart's name. Selectors contain
    it, and the selector of a Deployment cannot change."""

    fullname_override: Annotated[str, StringConstraints(pattern="^(?:|[a-z]([a-z0-9-]*[a-z0-9])?)$", max_length=53)] = (
        ""
    )
    """Prefix of every object's name. Empty: derived from the release's name."""

    backend: WorkloadValues = backend()
    """The backend: the API."""

    frontend: WorkloadValues = frontend()
    """The frontend: a single-page application."""

    ingress: Ingress = Ingress()
    """Ingress: one public host per component."""

    network_policy: NetworkPolicies = NetworkPolicies()
    """Network policies: which pods may connect to which."""

    alerts: AlertsValues = AlertsValues()
    """Alerting rules."""

    tests: Tests = Tests()
    """Pods of `helm test`."""
