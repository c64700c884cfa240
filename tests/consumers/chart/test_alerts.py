"""The alerts, checked and run by promtool against time series just under and just over each threshold."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from chart.rendering import FULL, MINIMAL, changed, objects

_PROMTOOL = shutil.which("promtool")
pytestmark = pytest.mark.skipif(
    _PROMTOOL is None, reason="SKIPPED, NOT PASSED: promtool is not installed, so no alert was run"
)
_TRAEFIK = {"alerts.controller": "traefik"}
_OTHER_NAMES = {"alerts.labels": {"team": "{{ $labels.x }} {{"}, "fullnameOverride": "other"}


def _promtool(folder: Path, values: dict[str, Any], *arguments: str, tests: Any = None) -> str:
    """What promtool says; it must succeed. Alerts are run at 15 s steps."""
    (rule,) = (manifest for (kind, _), manifest in objects(values).items() if kind == "PrometheusRule")
    yaml = YAML()
    with (folder / "rules.yaml").open("w", encoding="utf-8") as stream:
        yaml.dump(rule["spec"], stream)
    if tests is not None:
        with (folder / "tests.yaml").open("w", encoding="utf-8") as stream:
            yaml.dump({"rule_files": ["rules.yaml"], "evaluation_interval": "15s", "tests": tests}, stream)
    assert _PROMTOOL
    done = subprocess.run([_PROMTOOL, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("changes", [{}, _TRAEFIK, _OTHER_NAMES, {"ingress.enabled": False}], ids=str)
def test_rules_are_valid(tmp_path: Path, changes: dict[str, Any]) -> None:
    """Prometheus accepts the rules."""
    assert "SUCCESS" in _promtool(tmp_path, changed(FULL, changes), "check", "rules", "rules.yaml")


def _firing(folder: Path, alert: str, series: dict[str, str], at: str, values: dict[str, Any] = FULL) -> bool:
    """Whether the alert fires at that time, given the series (of `NxM` steps of a minute)."""

    def run(expected: list[dict[str, Any]]) -> bool:
        case = {"eval_time": at, "alertname": alert, "exp_alerts": expected}
        inputs = [{"series": name, "values": shape} for name, shape in series.items()]
        tests = [{"interval": "1m", "input_series": inputs, "alert_rule_test": [case]}]
        try:
            _promtool(folder, values, "test", "rules", "tests.yaml", tests=tests)
        except AssertionError as error:
            if "got:" not in str(error):
                raise
            return False
        return True

    return not run([])


def _nginx(status: str, *, namespace: str = "shop", ingress: str = "ddms", host: str = "api.example.com") -> str:
    labels = f'exported_namespace="{namespace}",ingress="{ingress}",host="{host}",status="{status}"'
    return f"nginx_ingress_controller_requests{{{labels}}}"


def _traefik(code: str, service: str = "shop-ddms-ddms-backend-http@kubernetesingressnginx") -> str:
    return f'traefik_service_requests_total{{exported_service="{service}",code="{code}"}}'


_ERRORS = [
    ("over", {_nginx("200"): "0+945x60", _nginx("502"): "0+55x60"}, "20m", True),
    ("exactly", {_nginx("200"): "0+5700x60", _nginx("500"): "0+300x60"}, "20m", True),
    ("under", {_nginx("200"): "0+955x60", _nginx("502"): "0+45x60"}, "20m", False),
    ("client errors", {_nginx("200"): "0+500x60", _nginx("404"): "0+500x60"}, "20m", False),
    ("not yet", {_nginx("200"): "0+900x60", _nginx("502"): "0+100x60"}, "5m", False),
    ("too few requests", {_nginx("200"): "0+2x60", _nginx("502"): "0+2x60"}, "20m", False),
    ("just enough requests", {_nginx("200"): "0+4x60", _nginx("502"): "0+3x60"}, "20m", True),
    ("no requests", {_nginx("200"): "10+0x60", _nginx("502"): "10+0x60"}, "20m", False),
    ("other namespace", {_nginx("502", namespace="other"): "0+100x60"}, "20m", False),
    ("other ingress", {_nginx("502", ingress="other"): "0+100x60"}, "20m", False),
    (
        "one host of two",
        {_nginx("200", host="app.example.com"): "0+99999x60", _nginx("200"): "0+90x60", _nginx("503"): "0+10x60"},
        "20m",
        True,
    ),
]


@pytest.mark.parametrize(("series", "at", "fires"), [case[1:] for case in _ERRORS], ids=[case[0] for case in _ERRORS])
def test_errors_at_ingress_nginx(tmp_path: Path, series: dict[str, str], at: str, fires: bool) -> None:
    """5 % or more of a host's answers with 5xx fire after five minutes, when there is traffic; less is silent."""
    assert _firing(tmp_path, "DdmsHighErrorRate", series, at) is fires


_TRAEFIK_ERRORS = [
    ("over", {_traefik("200"): "0+945x60", _traefik("502"): "0+55x60"}, True),
    ("under", {_traefik("200"): "0+955x60", _traefik("502"): "0+45x60"}, False),
    ("too few requests", {_traefik("200"): "0+2x60", _traefik("502"): "0+2x60"}, False),
    ("other service", {_traefik("502", "shop-ddms-other-http@kubernetesingressnginx"): "0+100x60"}, False),
]


@pytest.mark.parametrize(
    ("series", "fires"), [case[1:] for case in _TRAEFIK_ERRORS], ids=[case[0] for case in _TRAEFIK_ERRORS]
)
def test_errors_at_traefik(tmp_path: Path, series: dict[str, str], fires: bool) -> None:
    """The same for Traefik's metrics, which are per Service."""
    assert _firing(tmp_path, "DdmsHighErrorRate", series, "20m", changed(FULL, _TRAEFIK)) is fires


def _replicas(*, wanted: str, available: str, namespace: str = "shop", name: str = "ddms-backend") -> dict[str, str]:
    labels = f'{{namespace="{namespace}",deployment="{name}"}}'
    return {
        f"kube_deployment_spec_replicas{labels}": wanted,
        f"kube_deployment_status_replicas_available{labels}": available,
    }


def _secret(shape: str, *, namespace: str = "shop", status: str = "True") -> dict[str, str]:
    labels = f'exported_namespace="{namespace}",name="ddms-backend",condition="Ready",status="{status}"'
    return {f"externalsecret_status_condition{{{labels}}}": shape}


_STALE = [
    ("read", _secret("1+0x60"), "20m", False),
    ("not read", _secret("1+0x5 0+0x60"), "20m", True),
    ("not read for a moment", _secret("1+0x5 0+0x5 1+0x60"), "20m", False),
    ("operator gone", _secret("1x5 stale"), "30m", True),
    ("of another namespace", _secret("1+0x60", namespace="other"), "20m", True),
]


@pytest.mark.parametrize(("series", "at", "fires"), [case[1:] for case in _STALE], ids=[case[0] for case in _STALE])
def test_a_secret_that_is_no_longer_refreshed(tmp_path: Path, series: dict[str, str], at: str, fires: bool) -> None:
    """Ten minutes without a successful read of a Secret fire, also when nothing tells of it any more."""
    assert _firing(tmp_path, "DdmsSecretNotRefreshed", series, at) is fires


_SHORTAGES = [
    ("one missing", _replicas(wanted="3+0x60", available="2+0x60"), "16m", True),
    ("none missing", _replicas(wanted="3+0x60", available="3+0x60"), "16m", False),
    ("more than wanted", _replicas(wanted="3+0x60", available="4+0x60"), "16m", False),
    ("not yet", _replicas(wanted="3+0x60", available="2+0x60"), "14m", False),
    ("back in time", _replicas(wanted="3+0x60", available="2+0x13 3+0x40"), "20m", False),
    ("frontend", _replicas(wanted="2+0x60", available="0+0x60", name="ddms-frontend"), "16m", True),
    ("other deployment", _replicas(wanted="3+0x60", available="2+0x60", name="other"), "16m", False),
    ("other namespace", _replicas(wanted="3+0x60", available="2+0x60", namespace="other"), "16m", False),
    ("scaled to none", _replicas(wanted="0+0x60", available="0+0x60"), "16m", True),
]
_THERE = {
    **_replicas(wanted="3+0x60", available="3+0x60"),
    **_replicas(wanted="2+0x60", available="2+0x60", name="ddms-frontend"),
}
_GONE = [
    ("backend gone", _replicas(wanted="3x10 stale", available="3x10 stale"), "27m", True),
    ("frontend gone", _replicas(wanted="2x10 stale", available="2x10 stale", name="ddms-frontend"), "27m", True),
    ("not yet gone for long", _replicas(wanted="3x10 stale", available="3x10 stale"), "25m", False),
    ("gone for a moment", _replicas(wanted="3x10 stale _x8 3x40", available="3x10 stale _x8 3x40"), "27m", False),
]


@pytest.mark.parametrize(("series", "at", "fires"), [case[1:] for case in _GONE], ids=[case[0] for case in _GONE])
def test_a_deployment_that_is_gone(tmp_path: Path, series: dict[str, str], at: str, fires: bool) -> None:
    """A Deployment of which nothing is known any more counts as one without pods, after the same 15 minutes."""
    assert _firing(tmp_path, "DdmsReplicaShortage", {**_THERE, **series}, at) is fires


@pytest.mark.parametrize("values", [FULL, changed(FULL, _TRAEFIK)], ids=["ingress-nginx", "traefik"])
def test_no_traffic_is_no_error(tmp_path: Path, values: dict[str, Any]) -> None:
    """Where the ingress controller has no series at all, or none of an error, nothing fires."""
    quiet = {_nginx("200"): "0+0x60", _traefik("200"): "0+0x60"}
    good = {_nginx("200"): "0+900x60", _traefik("200"): "0+900x60"}
    for series in ({}, quiet, good):
        assert not _firing(tmp_path, "DdmsHighErrorRate", {**_THERE, **series}, "20m", values)


@pytest.mark.parametrize(
    ("series", "at", "fires"), [case[1:] for case in _SHORTAGES], ids=[case[0] for case in _SHORTAGES]
)
def test_shortage_of_replicas(tmp_path: Path, series: dict[str, str], at: str, fires: bool) -> None:
    """Fewer available pods than wanted fire after 15 minutes, for this release's Deployments alone."""
    assert _firing(tmp_path, "DdmsReplicaShortage", {**_THERE, **series}, at) is fires


def test_an_alert_says_what_to_do(tmp_path: Path) -> None:
    """A firing alert carries severity, the user's labels as they were written, and the heading in the runbook."""
    values = changed(
        MINIMAL,
        {
            "alerts.enabled": True,
            "alerts.runbookBaseUrl": "https://example.com/r",
            "alerts.labels": {"note": "{{ $labels.x }} {{ 1 }}"},
        },
    )
    expected = {
        "exp_labels": {
            "severity": "critical",
            "note": "{{ $labels.x }} {{ 1 }}",
            "ingress": "ddms",
            "host": "api.example.com",
        },
        "exp_annotations": {
            "summary": "ddms answers with errors",
            "description": (
                "50% of the requests that came through the ingress were answered with a "
                "status of 500 to 599 (host api.example.com)."
            ),
            "runbook_url": "https://example.com/r#ddmshigherrorrate",
        },
    }
    case = {"eval_time": "20m", "alertname": "DdmsHighErrorRate", "exp_alerts": [expected]}
    series = [{"series": _nginx("200"), "values": "0+50x60"}, {"series": _nginx("502"), "values": "0+50x60"}]
    tests = [{"interval": "1m", "input_series": series, "alert_rule_test": [case]}]
    _promtool(tmp_path, values, "test", "rules", "tests.yaml", tests=tests)
