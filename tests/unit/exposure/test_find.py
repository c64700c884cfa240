"""The rule set finds the secrets of public rule sets and leaves innocent strings alone."""

import base64
import random
import time
from collections import Counter

import pytest

from ddms_compile.exposure import find_secret, masked, redact, secrets_in, secrets_of_document
from ddms_compile.exposure.shapes import shapes
from exposure.shapes import public_shapes, rows, token

TOKENS = 40
"""Tokens of each shape."""


def test_at_least_95_of_100_tokens_of_public_shapes_are_found() -> None:
    """Of each shape, many random tokens; a shape counts as caught when 95 of 100 of its tokens are."""
    chance = random.Random(20261125)
    missed: Counter[str] = Counter()
    for identifier, name, template in public_shapes():
        for _ in range(TOKENS):
            missed[identifier] += find_secret(name, token(template, chance)) is None
    total = len(missed) * TOKENS
    weak = {identifier: count for identifier, count in missed.items() if count > 0.05 * TOKENS}
    assert len(missed) >= 150
    assert weak == {}
    assert sum(missed.values()) <= 0.01 * total, missed.most_common(5)


def test_no_innocent_string_is_taken_for_a_secret() -> None:
    """Under no neutral name, and not as a sentence of a diagnostic."""
    innocent = rows("innocent_strings.txt")
    assert len(innocent) >= 600
    found = [(text, find_secret(name, text)) for name in ("VALUE", "ENDPOINT", "team") for text in innocent]
    assert [(text, kind) for text, kind in found if kind is not None] == []
    assert [text for text in innocent if redact(text) != text] == []


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode, lambda data: data.hex().encode()])
def test_a_known_token_is_found_behind_an_encoding_and_behind_two(encode) -> None:  # type: ignore[no-untyped-def]
    chance = random.Random(7)
    for template in ("ghp_{alnum:36}", "hvs.{url:95}", "postgres://app:{alnum:12}@db/app", "AKIA{b32:16}"):
        once = encode(token(template, chance).encode())
        assert find_secret("VALUE", once.decode())
        assert find_secret("VALUE", base64.b64encode(once).decode())


@pytest.mark.parametrize(
    "name",
    [
        "ENCRYPTION_KEY",
        "SIGNING_KEY",
        "JWT_KEY",
        "DB_PASSPHRASE",
        "encryptionKey",
        "MASTER_KEY",
        "HMAC_KEY",
        "SESSION_KEY",
        "SECRET_KEY_BASE",
        "DB_PW",
        "DB_PASSWORD_OLD",
        "API_TOKEN_V2",
        "PGPASSWORD",
        "smtpPasswd",
        "COOKIE_SECRET",
        "APIKEY",
        "CLIENT_SECRET",
        "LICENSE_KEY",
        "PASSWORD_SALT",
        "WEBHOOK_SECRET",
        "REDIS_AUTH_TOKEN",
        "SSH_PRIVATE_KEY",
        "AWS_CREDENTIALS",
    ],
)
def test_what_stands_under_a_name_of_a_secret_is_one(name: str) -> None:
    assert find_secret(name, "horse")


@pytest.mark.parametrize(
    "name",
    [
        "PARTITION_KEY",
        "SORT_KEY",
        "CACHE_KEY",
        "PUBLIC_KEY",
        "TOKEN_TTL",
        "MAX_TOKENS",
        "PASSWORD_MIN_LENGTH",
        "PASSWORD_RESET_ENABLED",
        "SECRET_NAME",
        "existingSecret",
        "KEY_ID",
        "ENCRYPTION_KEY_ID",
        "JWT_ISSUER",
        "COMPASS",
        "MONKEY",
        "KEYBOARD",
        "TOKENIZER",
        "AUTHOR_NAME",
    ],
)
def test_a_name_that_only_sounds_like_one_is_not(name: str) -> None:
    assert find_secret(name, "horse") is None


HOSTILE = (
    "a",
    "a:",
    "a=",
    "eyJ",
    "eyJ-",
    "://",
    "a://b:",
    "AKIA",
    "-----BEGIN ",
    "-----BEGIN PRIVATE KEY-----",
    "password=",
    "ghp_",
    "password=/",
    'password=\\"',
    "password='''a",
    "password=[",
    "password\n",
    "password=\n",
    "x.y.",
    "Bearer ",
    "basic ",
    "MIIE",
    "aB1",
    "aB1/",
    "sk-",
    "SG.aaaaaaaaaaaaaaaa",
    "%41",
    "\\u0041",
    "T3BlbkFJ",
    "M.",
    "s.a",
    "key=a ",
    "authorization: token ",
    "--password ",
    "aWduaWduaWduaWdu ",
    '\'""',
    'pass="',
    "t1.aaa",
    "sshpass -p ",
    "hooks.slack.com/services/",
    "é",
    "\\",
)


@pytest.mark.parametrize("unit", HOSTILE)
def test_a_megabyte_of_what_patterns_begin_with_is_read_in_linear_time(unit: str) -> None:
    """Four times the text takes some four times the time of the processor, not sixteen times."""
    small, large = (unit * (size // len(unit)) for size in (250_000, 1_000_000))
    spent = []
    for text in (small, large):
        before = time.process_time()
        list(secrets_in(text))
        list(secrets_of_document(text))
        spent.append(time.process_time() - before)
    assert spent[1] < 9 * spent[0] + 1, spent


def test_keywords_are_in_every_match() -> None:
    """A text without a shape's keywords is not searched for it, so each of its tokens must have one."""
    chance = random.Random(3)
    named = {keyword for shape in shapes() for keyword in shape.keywords}
    assert all(keyword == keyword.lower() for keyword in named)
    assert all(shape.source and shape.name.split()[0] in ("a", "an", "credentials") for shape in shapes())
    found = {s.kind for _, _, template in public_shapes() for s in secrets_in(token(template, chance))}
    assert len(found) > 90


@pytest.mark.parametrize(
    "line",
    [
        "GH_TOKEN = {}",
        "TOKEN: {}",
        'tier = "{}"',
        '"{}" = 1',
        "{} = 1",
        "[{}]",
        "[[a.{}]]",
        'x = "{}',
        "x = '''\n{}\n",
        "# old: {}",
        "x = ['a', '{}']",
        "x = {{ y = '{}' }}",
        "x\t=\t{}\r\ny = 1\r\n",
        "{}",
        "x y {} z",
        "x = “{}”",
    ],
)
@pytest.mark.parametrize(
    "template", ["ghp_{alnum:36}", "hf_{letters:34}", "AKIA{b32:16}", "sk_live_{alnum:24}", "{b64:40}"]
)
def test_a_document_shows_no_secret_wherever_it_stands(line: str, template: str) -> None:
    """In a value, a key, a header, a comment; with or without quotes; and every other character keeps its place."""
    secret = token(template, random.Random(line))
    text = line.format(secret)
    shown = masked(text)
    assert secret not in shown and secret[6:-6] not in shown
    assert len(shown) == len(text) and shown.count("\n") == text.count("\n")


@pytest.mark.parametrize(
    "line",
    [
        "password = hunter2horse",
        "password: hunter2horse",
        "password hunter2horse",
        'db.password = "hunter2horse',
        "PASSPHRASE='hunter2horse'",
        '"pass\\u0077ord" = "hunter2horse"',
        'password = "\\u0068unter2horse"',
        "password =\n  hunter2horse\n",
        'password = """\nhunter2horse"""',
        "x = { user = 'a', password = 'hunter2horse' }",
        "passwords = ['a', 'hunter2horse']",
        "password = “hunter2horse”",
        "DB_PASSWORD=hunter2horse # c",
    ],
)
def test_a_value_under_a_telling_name_is_not_shown_although_it_does_not_parse(line: str) -> None:
    assert "hunter2" not in masked(line) and "unter2horse" not in masked(line)
    assert len(masked(line)) == len(line)


def test_a_token_that_a_mistake_cut_short_is_not_shown() -> None:
    secret = token("ghp_{alnum:36}", random.Random(1))
    for text in (
        f'x = "{secret[:14]}"{secret[14:]}"',
        f'x = "{secret[:20]}\\q{secret[20:]}"',
        f"x = {secret[:13]}",
        f'x = """{secret[:20]}\\\n  {secret[20:]}"""',
    ):
        shown = masked(text)
        assert secret[4:13] not in shown and secret[20:] not in shown
