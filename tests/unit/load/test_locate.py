"""From key paths to places."""

from pathlib import Path

import pytest

from ddms_compile.diagnostics import Key, Severity
from ddms_compile.load import Finding, KeyLabel, LoadedProject, load_project, locate
from ddms_compile.load import positions as positions_module
from ddms_compile.load.occurrences import NameKind, Occurrence, Occurrences, read_occurrences
from ddms_compile.load.positions import Positions
from ddms_compile.load.source import Source
from diagnostics.golden_case import BASE


@pytest.fixture(scope="module")
def project() -> LoadedProject:
    return load_project(BASE)[0]


def finding(place: KeyLabel | None, *related: KeyLabel) -> Finding:
    return Finding(code="DDMS201", severity=Severity.ERROR, message="m", place=place, related=related)


def place_of(project: LoadedProject, environment: str | None, key: Key, part: str = "value") -> tuple[str, int, int]:
    place = KeyLabel(environment=environment, key=key, part="key" if part == "key" else "value")
    (diagnostic,) = locate(project, [finding(place)])
    assert diagnostic.primary is not None
    span = diagnostic.primary.span
    return span.path, span.line, span.column


def test_a_value_of_the_environment(project: LoadedProject) -> None:
    assert place_of(project, "prod", ("network", "cidr")) == ("environments/prod.toml", 11, 8)


def test_a_key_of_the_environment(project: LoadedProject) -> None:
    assert place_of(project, "prod", ("network", "cidr"), "key") == ("environments/prod.toml", 11, 1)


def test_an_element_of_a_list(project: LoadedProject) -> None:
    key = ("cluster", "nodes", "general", "instance_types", 0)
    assert place_of(project, "prod", key) == ("environments/prod.toml", 14, 19)


def test_a_value_of_the_shared_file_seen_from_an_environment(project: LoadedProject) -> None:
    assert place_of(project, "prod", ("project", "name")) == ("ddms.toml", 2, 8)


def test_a_value_of_the_shared_file_itself(project: LoadedProject) -> None:
    assert place_of(project, None, ("project", "name")) == ("ddms.toml", 2, 8)


def test_a_default_stands_in_the_file_of_defaults(project: LoadedProject) -> None:
    assert place_of(project, "prod", ("postgres", "version"))[0].startswith("ddms-compile:")


def test_a_default_of_every_entry_stands_in_the_star_table(project: LoadedProject) -> None:
    path, line, _ = place_of(project, "prod", ("cluster", "nodes", "general", "ami"))
    assert path == "ddms-compile:defaults.toml"
    assert project.sources[path].split("\n")[line - 1].startswith("ami")


def test_a_missing_key_stands_at_the_nearest_table_of_the_environment(project: LoadedProject) -> None:
    assert place_of(project, "prod", ("network", "absent", "deep")) == ("environments/prod.toml", 10, 1)


def test_a_missing_key_of_a_table_of_the_shared_file_stands_there(project: LoadedProject) -> None:
    assert place_of(project, "prod", ("project", "absent")) == ("ddms.toml", 1, 1)


def test_a_missing_table_stands_at_the_start_of_the_environment(project: LoadedProject) -> None:
    assert place_of(project, "prod", ("absent",)) == ("environments/prod.toml", 1, 1)


def test_both_places_of_a_conflict_between_environments(project: LoadedProject) -> None:
    cidr = ("network", "cidr")
    found = finding(KeyLabel(environment="prod", key=cidr), KeyLabel(environment="staging", key=cidr, message="there"))
    (diagnostic,) = locate(project, [found])
    assert [(label.span.path, label.message) for label in diagnostic.related] == [
        ("environments/staging.toml", "there")
    ]


def test_a_finding_without_a_place_stays_so(project: LoadedProject) -> None:
    assert locate(project, [finding(None)])[0].primary is None


def test_what_each_environment_finds_in_the_shared_file_is_said_once(project: LoadedProject) -> None:
    name = ("project", "name")
    twice = [finding(KeyLabel(environment=environment, key=name)) for environment in ("prod", "staging")]
    assert len(locate(project, twice)) == 1


def test_what_the_grammar_does_not_understand_stands_at_the_nearest_table(monkeypatch: pytest.MonkeyPatch) -> None:
    def half(source: Source) -> Occurrences:
        known = read_occurrences(source).occurrences
        return Occurrences(tuple(o for o in known if o.key[-1] != "cidr"), complete=False)

    monkeypatch.setattr(positions_module, "read_occurrences", half)
    assert place_of(load_project(BASE)[0], "prod", ("network", "cidr")) == ("environments/prod.toml", 10, 1)


def test_a_place_that_the_data_deny_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a = 1\nb = 2\n"
    span_of_b = Positions(Source("x.toml", text)).value_span(("b",))
    assert span_of_b is not None
    wrong = (
        Occurrence(key=("a",), kind=NameKind.VALUE, name=span_of_b, value=span_of_b),
        Occurrence(key=("c",), kind=NameKind.VALUE, name=span_of_b, value=span_of_b),
        Occurrence(key=("b",), kind=NameKind.VALUE, name=span_of_b, value=span_of_b),
    )
    monkeypatch.setattr(positions_module, "read_occurrences", lambda _: Occurrences(wrong, complete=False))
    positions = Positions(Source("x.toml", text))
    assert [positions.value_span((name,)) for name in "acb"] == [None, None, span_of_b]


def test_an_unknown_environment_has_no_place(project: LoadedProject) -> None:
    (diagnostic,) = locate(project, [finding(KeyLabel(environment="nowhere", key=("a",)))])
    assert diagnostic.primary is None


def test_places_are_the_same_with_crlf_and_a_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "environments").mkdir()
    (tmp_path / "ddms.toml").write_bytes(b"")
    data = (BASE / "environments/prod.toml").read_bytes()
    (tmp_path / "environments/prod.toml").write_bytes(b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n"))
    loaded, _ = load_project(tmp_path)
    assert place_of(loaded, "prod", ("network", "cidr")) == ("environments/prod.toml", 11, 8)
