"""Strings of a user's are data."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chart.rendering import MINIMAL, at, changed, objects

TRAPS = (
    "no", "Yes", "on", "y", "~", "null", "", " ", "1e3", "0o7", "0x1F", "007", "1_000", ".inf", ".nan", "12:30:45",
    "2026-01-01", "=", "<<", "*a", "&a", "!tag", "- a", "a: b", "a #b", "#", "? a", "{a: b}", "[a]", "|", ">", "%", "@",
    "`", "'", '"', "\\", "\\n", "a\tb", "a\nb", "a\n", "\na", "a\r\nb", "\u2028", "\u0085", "\ufeff", "😀", "\x7f",
    "{{ .Values.backend }}", "{{ fail \"x\" }}", "${HOME}", "$(HOME)", "${{ x }}", "%{x}", "---", "...", "\x01",
)  # fmt: skip
_TEXT = st.one_of(st.text(st.characters(exclude_categories=["Cs"])), st.sampled_from(TRAPS))


def _strings_arrive(text: str) -> None:
    made = objects(
        changed(
            MINIMAL,
            {
                "backend.environment": {"TEXT": text, "NO": text},
                "backend.secrets": {"mode": "inline", "inline": {"null": text}},
                "backend.podAnnotations": {"on": text},
                "ingress.annotations": {"1e3": text},
                "backend.egress": [{"cidr": "192.0.2.0/24", "ports": [443], "reason": f"reason: {text[:150]}"}],
                "backend.serviceAccount.annotations": {"yes": text},
            },
        )
    )
    assert made["ConfigMap", "ddms-backend"]["data"] == {"TEXT": text, "NO": text}
    assert made["Secret", "ddms-backend"]["stringData"] == {"null": text}
    assert at(made["Deployment", "ddms-backend"], "spec/template/metadata/annotations/on") == text
    assert at(made["Ingress", "ddms"], "metadata/annotations/1e3") == text
    reason = at(made["NetworkPolicy", "ddms-backend"], "metadata/annotations/egress.ddms~10")
    assert reason == f"192.0.2.0/24: reason: {text[:150]}"
    assert made["ServiceAccount", "ddms-backend"]["metadata"]["annotations"] == {"yes": text}


@pytest.mark.parametrize("text", TRAPS, ids=ascii)
def test_traps_arrive_as_they_are(text: str) -> None:
    """What YAML, a template or a shell would take for something else arrives as the same string, as do such keys."""
    _strings_arrive(text)


@settings(max_examples=60, deadline=None)
@example("\U0001f600\ud7ff\ue000")
@given(_TEXT)
def test_any_text_arrives_as_it_is(text: str) -> None:
    """Every Unicode text arrives as the same string."""
    _strings_arrive(text)


@settings(max_examples=30, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_names_in_the_secret_store_arrive_as_they_are(text: str) -> None:
    """The keys of an entry in the secret store are data too."""
    entries = [{"name": "A", "remoteKey": text, "property": text}]
    external = {"storeRef": {"name": "s"}, "entries": entries}
    made = objects(changed(MINIMAL, {"backend.secrets": {"mode": "externalSecrets", "external": external}}))
    assert made["ExternalSecret", "ddms-backend"]["spec"]["data"][0]["remoteRef"] == {"key": text, "property": text}
