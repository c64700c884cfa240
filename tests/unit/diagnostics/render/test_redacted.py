"""No rendering of a diagnostic, in any format and by any command, shows a secret that stands in the sources."""

import json
import random
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ddms_compile.cli import main
from ddms_compile.cli.internal import internal_error
from ddms_compile.diagnostics import Diagnostic, Label, Severity, Span
from ddms_compile.diagnostics.render import FORMATS, redacted
from ddms_compile.pipeline.compile import check
from ddms_compile.pipeline.request import Request
from ddms_compile.write.cache import remember
from ddms_compile.write.fingerprint import Fingerprint
from example_project import DATA
from exposure.shapes import public_shapes, token

ROOT = Path(__file__).parents[4]
TODAY = date(2026, 11, 23)
FILES = ("ddms.toml", "environments/local.toml", "environments/prod.toml", "environments/staging.toml")
ROUNDS = 400
"""Broken projects; each is rendered in every format."""

PLACES = (
    'NOTE = "{}"',
    "NOTE = '{}'",
    "NOTE = {}",
    "NOTE: {}",
    "NOTE {}",
    "{} = 1",
    '"{}" = 1',
    "[{}]",
    '[a."{}"]',
    "[[{}]]",
    'NOTE = """\n{}\n"""',
    'NOTE = ["a", "{}"]',
    "NOTE = [{}",
    'NOTE = {{ a = "{}" }}',
    "NOTE = {{ a = {} }}",
    "# was {}",
    'tier = "{}"',
    'aws.tags."{}" = "x"',
    'aws.tags.x = "{}"',
    'network.nat = "{}"',
    'cluster.version = "{}"',
    'project.name = "{}"',
    'workloads.backend.environment.NOTE = "{}"',
    'workloads.backend.secrets.NOTE = "{}"',
    'dns.root_domain = "{}"',
    'redis.auth = "{}"',
    'policy.waivers = [{{ code = "{}", reason = "{}", expires = 1 }}]',
    'versions.terraform = "{}"',
    'ci.branch = "{}"',
    "a = 1\n{}",
)
"""Lines that are put into a file of the project, at any line."""


def as_it_is(line: str, secret: str) -> str:
    return line


def without_end(line: str, secret: str) -> str:
    return re.sub(r"[\"'](\W*)$", r"\1", line)


def twice(line: str, secret: str) -> str:
    return f"{line}\n{line}"


def with_crlf(line: str, secret: str) -> str:
    return line.replace("\n", "\r\n") + "\r"


def with_tabs(line: str, secret: str) -> str:
    return f"\t{line}".replace(" ", "\t")


def escaped(line: str, secret: str) -> str:
    return line.replace(secret, f"\\u{ord(secret[0]):04x}" + secret[1:])


def after_text(line: str, secret: str) -> str:
    return "é" * 90 + " " + line


def with_nul(line: str, secret: str) -> str:
    return line + "\0"


def by_name(line: str, secret: str) -> str:
    return line.replace("NOTE", "DB_PASSWORD")


BREAKAGES = (as_it_is, without_end, twice, with_crlf, with_tabs, escaped, after_text, with_nul, by_name)


def usable(secret: str) -> str:
    """The token as it may stand in double quotes."""
    return secret.replace("\\", "\\\\").replace('"', '\\"')


def spoil(folder: Path, chance: random.Random, secret: str) -> str:
    """A copy of the shipped files with the secret somewhere in it; what was done."""
    texts = {name: (DATA / name).read_text("utf-8").split("\n") for name in FILES}
    name, place, breakage = chance.choice(FILES), chance.choice(PLACES), chance.choice(BREAKAGES)
    line = breakage(place.replace("{}", secret).replace("{{", "{").replace("}}", "}"), secret)
    number = chance.choice([0, 3, len(texts[name]) - 1, chance.randrange(len(texts[name]))])
    texts[name].insert(number, line)
    (folder / "environments").mkdir(parents=True, exist_ok=True)
    for path, lines in texts.items():
        (folder / path).write_text("\n".join(lines), "utf-8", newline="")
    return f"{name}:{number} {breakage.__name__} {place}"


def pieces(template: str, secret: str) -> list[str]:
    """What is left of the random parts of a token when its ends are cut: nobody may see twelve characters of one."""
    words = re.split(r"\{[a-z0-9]+:[0-9]+\}", template)
    drawn = re.fullmatch("(.*)".join(map(re.escape, words)), secret, re.DOTALL)
    parts = drawn.groups() if drawn else ()
    return [part[offset : offset + 12] for part in parts if len(part) >= 20 for offset in (4, len(part) - 12)]


def test_no_format_shows_a_secret_of_a_broken_project(tmp_path: Path) -> None:
    """Random shapes, at random places, in documents broken at random."""
    chance = random.Random(20261125)
    shapes = [
        row for row in public_shapes() if row[1] == "VALUE" and not row[2].startswith(("-----", "curl", "{", "doc"))
    ]
    for _ in range(ROUNDS):
        identifier, _name, template = chance.choice(shapes)
        secret = usable(token(template, chance))
        done = spoil(tmp_path, chance, secret)
        result = check(Request(root=tmp_path, today=TODAY, cache_dir=tmp_path / "unused"))
        sources = result.project.sources if result.project else {}
        for name, render in FORMATS.items():
            text = render(result.diagnostics, sources)
            seen = [part for part in pieces(template, secret) if part in text]
            assert secret not in text and seen == [], (identifier, done, name, text)


@pytest.mark.parametrize("kind", ["plain", "json", "sarif", "github"])
@pytest.mark.parametrize(
    "command",
    [["check"], ["build"], ["build", "--check"], ["explain", "prod", "postgres.multi_az"], ["secrets", "prod"]],
)
def test_no_command_shows_a_secret(
    kind: str, command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Of a value, of a key, of lines that do not parse: on neither stream, nor in the working folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    chance = random.Random(f"{kind} {command}")
    for line in (
        '"{}" = 1',
        "NOTE = {}",
        "password = hunter2horse",
        'tier = "{}"',
        'x = "hunter2horse',
        'aws.tags."{}" = "x"',
    ):
        secret = token("ghp_{alnum:36}", chance)
        root = tmp_path / "project"
        (root / "environments").mkdir(parents=True, exist_ok=True)
        for name in FILES:
            (root / name).write_text((DATA / name).read_text("utf-8"), "utf-8")
        prod = root / FILES[2]
        prod.write_text(prod.read_text("utf-8").replace("# Production.", line.replace("{}", secret)), "utf-8")
        assert main(["-C", str(root), "--format", kind, *command]) == 1
        output = "".join(capfd.readouterr())
        assert secret[4:] not in output and ("password" not in line or "hunter2" not in output)
        kept = "".join(path.read_text("utf-8", "replace") for path in root.glob(".ddms-compile/**/*") if path.is_file())
        assert secret not in kept


def test_every_text_of_every_rule_to_come_goes_through_the_gate() -> None:
    """A diagnostic that quotes a secret in each of its fields, also one that only the name in the source tells."""
    secret, word = token("hvs.{url:95}", random.Random(1)), "correct-horse-battery"
    span = Span(path="a.toml", line=1, column=1, end_line=1, end_column=5)
    for value in (secret, word):
        text = f"cannot be {value} here"
        label = Label(span=span, message=text)
        one = Diagnostic(
            code="DDMS101",
            severity=Severity.ERROR,
            message=text,
            primary=label,
            related=(label,),
            notes=(text,),
            help=(text,),
        )
        sources = {"a.toml": f'password = "{word}"\nx = "{secret}"\n'}
        for render in FORMATS.values():
            assert value not in render([one], sources)
        assert redacted(*redacted([one], sources)) == redacted([one], sources)


def test_nothing_but_the_gate_renders() -> None:
    """The modules of the formats are imported by the gate alone."""
    for path in (ROOT / "src").rglob("*.py"):
        if path.parent.name != "render":
            assert not re.search(
                r"diagnostics\.render(\.| import )(plain|json|sarif|github)", path.read_text("utf-8")
            ), path


def test_the_report_of_an_internal_error_holds_no_value(tmp_path: Path) -> None:
    secret = token("ghp_{alnum:36}", random.Random(2))
    try:
        try:
            int(f"hunter2horse {secret}")
        except ValueError as error:
            raise KeyError(secret) from error
    except KeyError as error:
        internal_error(error, tmp_path, datetime.now(UTC))
    (report,) = tmp_path.rglob("*.txt")
    text = report.read_text("utf-8")
    assert "ValueError" in text and "test_redacted.py" in text
    assert secret[4:] not in text and "hunter2" not in text.replace('int(f"hunter2horse {secret}")', "")


def test_a_remembered_build_keeps_no_secret_of_a_comment(tmp_path: Path) -> None:
    secret = token("ghp_{alnum:36}", random.Random(3))
    (tmp_path / "generated").mkdir()
    (tmp_path / "generated/manifest.json").write_text("{}", "utf-8")
    span = Span(path="ddms.toml", line=1, column=1, end_line=1, end_column=2)
    note = Diagnostic(code="DDMS403", severity=Severity.NOTE, message=f"see {secret}", primary=Label(span=span))
    remember(tmp_path, Fingerprint(key="k", witness="w"), [], [note], {"ddms.toml": f"# {secret}\n"})
    kept = (tmp_path / ".ddms-compile/builds.json").read_text("utf-8")
    assert json.loads(kept)["builds"]["k"]["sources"]["ddms.toml"].startswith("# ***")
    assert secret not in kept
