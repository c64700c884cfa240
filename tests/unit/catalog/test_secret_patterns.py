"""A pasted secret is found by its form or its name; what only says where a secret is, is left alone."""

import pytest

from ddms_compile.exposure import find_secret

AWS_SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY"


@pytest.mark.parametrize(
    "key",
    ["PGPASSWORD", "dbPassword", "DATABASE_PASS", "authToken", "accessKey", "password", "JWT_SECRET"],
)
def test_a_telling_name_is_known_in_any_spelling(key: str) -> None:
    assert find_secret(key, "hunter2")


@pytest.mark.parametrize(
    "text",
    [
        f"aws_secret_access_key = {AWS_SECRET}",
        f"AWS_SECRET_ACCESS_KEY='{AWS_SECRET}'",
        "-----BEGIN PGP PRIVATE KEY " + "BLOCK-----",
        "glrt-" + "a1" * 10,
        "whsec_" + "a1" * 16,
        "redis://:hunter2@cache.example.com:6379",
        "postgres://app:$ecret@db.example.com/shop",
    ],
)
def test_a_form_is_known_under_any_name(text: str) -> None:
    assert find_secret("VALUE", text)


def test_an_aws_secret_that_begins_with_a_slash_is_no_path() -> None:
    assert find_secret("AWS_SECRET_ACCESS_KEY", "/" + AWS_SECRET[1:])


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("DATABASE_URL", "postgres://app:${DATABASE_PASSWORD}@db.example.com/shop"),
        ("DATABASE_URL", "postgres://$(USER):$(PASSWORD)@db.example.com/shop"),
        ("JWT_SECRET", "${JWT_SECRET}"),
        ("existingSecret", "grafana-admin"),
        ("secretName", "grafana-admin"),
        ("tokenTtl", "3600"),
        ("BYPASS", "yes"),
        ("COMPASS", "north"),
    ],
)
def test_a_pointer_to_a_secret_is_left_alone(key: str, text: str) -> None:
    assert find_secret(key, text) is None


def test_a_placeholder_hides_no_password_beside_it() -> None:
    assert find_secret("URL", "postgres://app:${A}hunter2@db.example.com/shop")
