"""What a build does about settings that no Terraform argument shows: volumes of the monitoring, the load balancer."""

import datetime
import json
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddms_compile.guard import Guarded, remarks
from ddms_compile.resolve import resolve_all
from ddms_compile.spec.policy import Loss
from ddms_compile.spec.units import gibibytes
from ddms_compile.terraform.ledger.ledger import Ledger, Owner, ledger_tree, read_ledger, together
from ddms_compile.terraform.ledger.settings import VOLUMES, grown_volumes, lost_volumes, settings, volume_losses
from ddms_compile.terraform.paths import ledger_of_environment
from delivery_cases.project import changed, specs

TODAY = datetime.date(2026, 11, 23)
PROD = Owner(name="prod", environment="prod", accepts="prod", address="environment.prod")
PROMETHEUS, GRAFANA = VOLUMES["volume.prometheus"], VOLUMES["volume.grafana"]
SIZES = st.builds("{}{}".format, st.integers(1, 2000), st.sampled_from(("Gi", "Ti")))
RECORDED = st.fixed_dictionaries({}, optional=dict.fromkeys(VOLUMES.values(), SIZES))


def refused(old: Mapping[str, str], new: Mapping[str, str], *accepted: str, region: str = "eu-west-1") -> list[str]:
    """The codes of what is refused between two builds."""
    before = Ledger(settings=old, ground={"region": "eu-west-1"})
    after = Ledger(settings=new, ground={"region": region})
    losses = tuple(Loss(address=each, reason="nobody needs it any more", expires=TODAY) for each in accepted)
    return [finding.code for finding in volume_losses(PROD, before, after, losses, TODAY)]


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [({key: "2Ti"}, {key: "2047Gi"}, ["DDMS616"]) for key in VOLUMES.values()]
    + [
        ({PROMETHEUS: "1Ti"}, {PROMETHEUS: "1024Gi"}, []),
        ({PROMETHEUS: "9Gi"}, {PROMETHEUS: "10Gi"}, []),
        ({GRAFANA: "10Gi"}, {}, ["DDMS618"]),
        ({}, {GRAFANA: "10Gi"}, []),
        ({PROMETHEUS: "a lot"}, {PROMETHEUS: "1Gi"}, []),
    ],
)
def test_a_volume_never_shrinks_or_goes_in_silence(
    old: Mapping[str, str], new: Mapping[str, str], codes: list[str]
) -> None:
    """Also in other units; a ledger without sizes, and a new volume, say nothing."""
    assert refused(old, new) == codes


def test_a_loss_is_accepted_by_the_address_of_its_volume_alone() -> None:
    old, new = {PROMETHEUS: "50Gi", GRAFANA: "10Gi"}, {PROMETHEUS: "20Gi"}
    assert refused(old, new, "volume.prometheus") == ["DDMS618"]
    assert refused(old, new, "volume.prometheus", "volume.grafana") == []


def test_an_environment_that_is_created_elsewhere_has_new_volumes() -> None:
    """DDMS608 is the error then, and it is enough."""
    assert refused({PROMETHEUS: "50Gi"}, {PROMETHEUS: "20Gi"}, region="eu-central-1") == []


@given(RECORDED, RECORDED)
def test_each_volume_of_the_last_build_is_lost_grown_or_the_same(old: dict[str, str], new: dict[str, str]) -> None:
    before, after = Ledger(settings=old), Ledger(settings=new)
    lost, grown = lost_volumes(before, after), grown_volumes(before, after)
    same = {a for a, key in VOLUMES.items() if key in old and key in new and gibibytes(old[key]) == gibibytes(new[key])}
    assert lost | grown | same == {address for address, key in VOLUMES.items() if key in old}
    assert not lost & grown and not (lost | grown) & same
    assert grown_volumes(after, before) - grown == lost_volumes(before, after) & {
        a for a in VOLUMES if VOLUMES[a] in new
    }


def test_the_ledger_holds_the_settings_and_an_older_one_is_valid() -> None:
    held = Ledger(settings={PROMETHEUS: "50Gi"})
    assert read_ledger(json.dumps(ledger_tree(held))) == held == together(held, Ledger())
    assert read_ledger('{"version": 1, "stacks": {}, "moved": {}}').settings == {}
    with pytest.raises(ValueError, match="not a ledger"):
        read_ledger('{"version": 1, "stacks": {}, "moved": {}, "settings": {"edge.scheme": 1}}')


def test_the_settings_are_those_of_the_environment() -> None:
    """Each follows from its own key; Grafana's size is there while Grafana is, and knows why."""
    prod = specs()["prod"]
    shown = {
        name: settings(each)
        for name, each in resolve_all(
            {
                "on": changed(prod, observability__prometheus__storage="7Gi"),
                "off": changed(prod, observability__grafana__enabled=False),
            }
        ).items()
    }
    assert shown["on"][PROMETHEUS].value == "7Gi"
    assert set(shown["on"]) - set(shown["off"]) == {GRAFANA}
    for key, value in shown["on"].items():
        assert value.keys == {key} | ({"observability.grafana.enabled"} if key == GRAFANA else set())


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ({"edge.scheme": "internal"}, {"edge.scheme": "internet-facing"}, ["DDMS297"]),
        ({"edge.controller": "traefik"}, {"edge.controller": "ingress-nginx"}, ["DDMS297"]),
        ({"edge.controller": "traefik"}, {"edge.controller": "traefik"}, []),
        ({}, {"edge.scheme": "internal", "edge.controller": "traefik", PROMETHEUS: "50Gi"}, []),
        ({PROMETHEUS: "50Gi"}, {PROMETHEUS: "100Gi"}, ["DDMS296"]),
        ({GRAFANA: "50Gi"}, {GRAFANA: "100Gi"}, []),
        ({PROMETHEUS: "50Gi"}, {PROMETHEUS: "20Gi"}, []),
    ],
)
@pytest.mark.parametrize("records", [True, False])
def test_what_needs_a_hand_or_an_outage_is_announced_once(
    old: Mapping[str, str], new: Mapping[str, str], codes: list[str], records: bool
) -> None:
    """Compared with the last build only: the one after it has the new value, and says nothing."""
    found = remarked(old, new, records)
    assert [code for code, _ in found] == codes
    assert remarked(new, new, records) == []
    assert all(("moves the records" in notes) is (code == "DDMS297") for code, notes in found)
    assert all(("ExternalDNS is off" in notes) is (code == "DDMS297" and not records) for code, notes in found)


def remarked(old: Mapping[str, str], new: Mapping[str, str], records: bool) -> list[tuple[str, str]]:
    """Codes and notes of a build after one with other settings."""
    path = ledger_of_environment("prod")
    spec: Any = SimpleNamespace(
        policy=SimpleNamespace(losses=()), edge=SimpleNamespace(external_dns=SimpleNamespace(enabled=records))
    )
    known = Guarded(ledgers={path: Ledger(settings=old)})
    texts = {path: json.dumps(ledger_tree(Ledger(settings=new)))}
    return [(found.code, " ".join(found.notes)) for found in remarks({"prod": spec}, known, texts, TODAY)]
