"""Every value that we give an add-on changes what its chart renders: a key without an effect is dead."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from cluster.measure_values import SHAPES, TARGET
from ddms_compile.addons import Addon, addons
from ddms_compile.diagnostics.keys import dotted
from ddms_compile.provenance.traced import NO_KEYS, Keys, Traced
from terraform.shapes import environment

SAID_ALOUD: Mapping[str, Mapping[str, str]] = {
    "aws-load-balancer-controller": {"serviceAccount.name": "the trust policy of its role names the account"},
    "cert-manager": {"serviceAccount.name": "the trust policy of its role names the account"},
    "cluster-autoscaler": {"rbac.serviceAccount.name": "the trust policy of its role names the account"},
    "external-dns": {"serviceAccount.name": "the trust policy of its role names the account"},
    "velero": {"serviceAccount.server.name": "the trust policy of its role names the account"},
    "ingress-nginx": {"controller.resources.requests.cpu": "one statement of requests and limits"},
    "metrics-server": {
        "resources.requests.cpu": "one statement of requests and limits",
        "resources.requests.memory": "one statement of requests and limits",
    },
    "traefik": {
        "updateStrategy.rollingUpdate.maxUnavailable": "one strategy for both ingress controllers",
        "updateStrategy.type": "one strategy for both ingress controllers",
    },
    "external-secrets": {
        f"crds.create{kind}": "the kinds are not in the chart's repository, only in its package"
        for kind in (
            "ClusterExternalSecret",
            "ClusterGenerator",
            "ClusterPushSecret",
            "ClusterSecretStore",
            "PushSecret",
        )
    },
}
"""Constants that are the chart's default, or cannot be measured, and why they are written all the same."""

UPSTREAM = [
    pytest.param(addon, id=f"{shape}-{addon.name}")
    for shape in SHAPES
    for addon in addons(environment(shape))
    if addon.repository is not None
]


def _effects(addon: Addon) -> dict[str, str]:
    assert addon.version is not None
    text = (TARGET / f"{addon.chart}-{addon.version.value}.txt").read_text("utf-8")
    return {path: how for how, _, path in (line.partition(" ") for line in text.splitlines())}


def _leaves(tree: Any, above: tuple[str, ...] = (), keys: Keys = NO_KEYS) -> Iterator[tuple[str, Keys]]:
    """Each leaf with the keys of the data that decide it."""
    while isinstance(tree, Traced):
        tree, keys = tree.value, keys | tree.keys
    if isinstance(tree, Mapping) and tree:
        for name, part in tree.items():
            yield from _leaves(part, (*above, name), keys)
    else:
        yield dotted(above), keys


@pytest.mark.parametrize("addon", UPSTREAM)
def test_every_value_has_an_effect(addon: Addon) -> None:
    """A constant changes the objects when it is removed; what data decide does so with another value at least."""
    effects, excused = _effects(addon), SAID_ALOUD.get(addon.name, {})
    dead = [
        path
        for path, keys in _leaves(addon.values)
        if effects.get(path) != "removed" and not (keys and effects.get(path) == "changed") and path not in excused
    ]
    assert dead == []


@pytest.mark.parametrize("name", SAID_ALOUD)
def test_every_exception_is_needed(name: str) -> None:
    """What is said aloud is a value of ours that does nothing by itself; otherwise the exception goes."""
    addon = next(a for shape in SHAPES for a in addons(environment(shape)) if a.name == name)
    every = {
        path for shape in SHAPES for a in addons(environment(shape)) if a.name == name for path, _ in _leaves(a.values)
    }
    assert set(SAID_ALOUD[name]) <= every
    assert not {path for path in SAID_ALOUD[name] if _effects(addon).get(path) == "removed"}
