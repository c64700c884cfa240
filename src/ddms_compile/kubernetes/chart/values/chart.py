"""The chart's values as a whole."""

from typing import Annotated

from pydantic import Field, StringConstraints

from ddms_compile.kubernetes.chart.values.base import Values
from ddms_compile.kubernetes.chart.values.edge import AlertsValues, Global, Ingress, NetworkPolicies, Tests
from ddms_compile.kubernetes.chart.values.workload import WorkloadValues, backend, frontend


class ChartValues(Values):
    """Values of the chart `application`. `ChartValues()` is its values.yaml."""

    global_: Annotated[Global, Field(alias="global")] = Global()
    """What both components share."""

    name_override: Annotated[str, StringConstraints(pattern="^(?:|[a-z]([a-z0-9-]*[a-z0-9])?)$", max_length=53)] = ""
    """Name of the application in labels and, in one word, at the beginning of its alerts' names. Empty: the chart's.
    Selectors have it, and a Deployment's selector cannot change."""

    fullname_override: Annotated[str, StringConstraints(pattern="^(?:|[a-z]([a-z0-9-]*[a-z0-9])?)$", max_length=53)] = (
        ""
    )
    """Prefix of every object's name. Empty: made from the release's name."""

    backend: WorkloadValues = backend()
    """The API."""

    frontend: WorkloadValues = frontend()
    """The single-page app."""

    ingress: Ingress = Ingress()
    """Way in from the internet: one host for each component."""

    network_policy: NetworkPolicies = NetworkPolicies()
    """Which pods may talk to whom."""

    alerts: AlertsValues = AlertsValues()
    """When somebody is woken."""

    tests: Tests = Tests()
    """`helm test`."""
