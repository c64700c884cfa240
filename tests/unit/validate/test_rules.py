"""Laws of the rules that no golden case can show."""

import ast
import re
from datetime import date
from itertools import product
from pathlib import Path

import pytest

from ddms_compile.diagnostics import codes
from ddms_compile.exposure import find_secret
from ddms_compile.resolve.network import place_subnets
from ddms_compile.spec.quantities import daily, weekly
from ddms_compile.validate import rules
from ddms_compile.validate.rules import windows
from ddms_compile.validate.rules.subnets_fit import KINDS, _first_without_room
from diagnostics.golden_case import cases

SOURCE = Path(rules.__file__).parents[2]


def used_codes() -> set[str]:
    """Every code that stands alone in a string of the program."""
    found: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and re.fullmatch(r"DDMS\d{3}", node.value)
            ):
                found.add(node.value)
    return found


def test_every_code_is_explained_and_every_explanation_is_of_a_code() -> None:
    assert sorted(used_codes()) == list(codes.all_codes())


def test_every_code_of_a_check_or_a_loss_has_a_golden_case() -> None:
    wanted = {code for code in used_codes() if code[4] in "012346"}
    assert sorted(wanted - {case.code for case in cases()}) == []


def test_every_rule_file_is_in_the_table() -> None:
    rest = {"__init__", "guarantees", "production", "rule"}
    files = {path.stem for path in Path(rules.__file__).parent.glob("*.py")} - rest
    assert files <= {rule.__module__.rpartition(".")[2] for rule in rules.RULES}


def test_subnets_fit_when_the_resolver_can_place_them() -> None:
    for vpc, private, public, data in product((16, 18, 20), (18, 20, 22, 25), (20, 22, 28), (20, 24, 28)):
        cidr, sizes = f"10.64.0.0/{vpc}", [private, public, data]
        try:
            place_subnets(cidr, dict(zip(KINDS, sizes, strict=True)))  # type: ignore[arg-type]
        except ValueError:
            assert _first_without_room(cidr, sizes) is not None
        else:
            assert _first_without_room(cidr, sizes) is None


@pytest.mark.parametrize(
    ("backup", "maintenance", "overlaps"),
    [
        ("02:00-03:00", "sun:04:00-sun:05:00", False),
        ("04:00-05:00", "sun:05:00-sun:06:00", False),
        ("03:30-04:01", "sun:04:00-sun:05:00", True),
        ("23:30-00:30", "mon:00:00-mon:01:00", True),
        ("23:30-00:30", "sat:23:00-sun:01:00", True),
        ("04:10-04:40", "sun:04:00-sun:05:00", True),
        ("00:30-01:00", "sat:23:00-sun:00:30", False),
    ],
)
def test_windows_overlap_when_they_share_a_minute(backup: str, maintenance: str, overlaps: bool) -> None:
    assert windows._overlap(*daily(backup), *weekly(maintenance)) == overlaps


@pytest.mark.parametrize("backup", ["02:00-03:00", "21:30-22:30", "22:00-23:59", "23:30-00:30", "10:00-06:00"])
def test_the_window_that_the_advice_names_does_not_overlap(backup: str) -> None:
    """Also where it is past midnight: `sun:23:30-sun:00:30` would be a week less 23 hours."""
    start, length = daily(backup)
    wanted = weekly(windows._after(start + length))
    assert wanted[1] == 60
    assert not windows._overlap(start, length, *wanted)


@pytest.mark.parametrize(
    "text",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "ghp_" + "a1" * 18,
        "xoxb-123456789012-abcdef",
        "https://hooks.slack.com/services/T000/B000/XXXXXXXXXXXXXXXX",
        "rediss://:hunter2@cache.example.com:6379",
        "postgres://u:p@db/x",
        "-----BEGIN RSA PRIVATE KEY-----",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcdefghijk",
        "sk_live_" + "a" * 24,
    ],
)
def test_a_secret_is_known_by_its_form(text: str) -> None:
    assert find_secret("VALUE", text)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("cidr", "10.20.0.0/16"),
        ("URL", "https://example.com:8443/path?a=b@c"),
        ("URL", "postgres://db.example.com/shop"),
        ("admins", "arn:aws:iam::444455556666:role/platform-admin"),
        ("TOKEN_ISSUER", "https://id.example.com"),
        ("JWT_AUDIENCE", "ddms-web"),
        ("PASSWORD_FILE", "/run/secrets/password"),
        ("ACCESS_TOKEN", "/run/token"),
        ("tag", "2.14.0@sha256:" + "ab" * 32),
        ("reason", "the password is rotated by hand"),
        ("PRIVATE_KEY", ""),
    ],
)
def test_what_is_no_secret_is_left_alone(key: str, text: str) -> None:
    assert find_secret(key, text) is None


def test_patterns_take_a_long_text_without_a_blow_up() -> None:
    """No wall clock here: a pattern that backtracks would not come back at all."""
    for unit in ("a", "a:", "eyJ", "://", "AKIA", "-----BEGIN "):
        assert find_secret("x", unit * 20_000) is None or unit


def test_an_expired_version_is_judged_by_the_day_of_the_check() -> None:
    from ddms_compile.catalog.engines import image_end, postgres_majors

    assert postgres_majors()["13"] == date(2026, 2, 28)
    assert image_end("node", "20-bookworm-slim@sha256:" + "0" * 64) == date(2026, 4, 30)
    assert image_end("nginx", "1.27-alpine") == date(2025, 6, 24)
    assert image_end("redis", "7.2-alpine") == date(2029, 12, 1)
    assert image_end("redis", "99-alpine") is None
