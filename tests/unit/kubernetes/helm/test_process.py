"""A chart is a program that anybody may have written: it ends, makes little, and brings nothing from elsewhere."""

import io
import os
import shutil
import socket
import tarfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from ddms_compile.kubernetes.chart.folder import problem
from ddms_compile.kubernetes.helm.engine import documents
from ddms_compile.kubernetes.helm.process import HelmError, helm
from ddms_compile.kubernetes.manifests.files import files

SECRET = "nobody-may-see-this"
CONFIG = "kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: x\ndata:\n  x: "


def chart(root: Path, **templates: str) -> Path:
    """A chart with these templates, by name."""
    folder = root / "chart"
    (folder / "templates").mkdir(parents=True)
    (folder / "Chart.yaml").write_text("apiVersion: v2\nname: chart\nversion: 1.0.0\n")
    for name, text in templates.items():
        (folder / "templates" / f"{name}.yaml").write_text(text)
    return folder


def rendered(folder: Path) -> str:
    """All that the chart makes."""
    return "".join(file.text for file in files(documents(folder, {}, name="x", namespace="y")))


ENDLESS = "{{ range $i := until 100000 }}{{ range $j := until 100000 }}{{ if eq $i -1 }}x{{ end }}{{ end }}{{ end }}"


def test_a_loop_without_end_is_ended_and_the_next_chart_is_rendered(tmp_path: Path) -> None:
    """The process is ended by its processor time; another one takes its place."""
    with pytest.raises(HelmError, match="infinite loop"):
        rendered(chart(tmp_path, loop=CONFIG + ENDLESS))
    assert rendered(chart(tmp_path / "next", good=f"{CONFIG}a\n")) == f"{CONFIG}a\n"


@pytest.mark.parametrize(
    "template",
    [
        '{{ repeat 4000000000 "x" | len }}',
        '{{ $x := repeat 1000000 "x" }}{{ range until 1000 }}{{ repeat 1000 $x | len }}{{ end }}',
        "{{ range until 100000 }}xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx{{ end }}",
        "{{ range until 20000 }}xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx{{ end }}",
        '{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}',
        '{{ fail "no" }}',
        "{{ index (list) 5 }}",
    ],
    ids=["one huge text", "many huge texts", "much output", "a large object", "recursion", "fail", "index"],
)
def test_a_template_that_wants_too_much_is_refused(tmp_path: Path, template: str) -> None:
    """Memory, output and recursion have an end; what a template refuses is refused."""
    with pytest.raises(HelmError):
        rendered(chart(tmp_path, greedy=CONFIG + template))


@pytest.mark.parametrize(
    "text",
    [
        "kind: " + "[" * 50_000,
        "a: &a [x]\nb: &b [*a,*a]\nkind: [*b,*b]\nmetadata: {name: x}",
        "kind: 5\nmetadata: {name: x}",
        "kind: ConfigMap\nmetadata: {name: [x]}",
        "kind: ConfigMap\nmetadata: 2026-99-99",
        "x: 2026-13-45T99:99:99Z",
        "x: !!python/object:os.system x",
        "x: " + "9" * 5000,
        "- a",
        "text",
        "kind: ConfigMap\nmetadata: {name: ../../../escape}",
    ],
)
def test_what_is_no_object_is_refused_or_has_a_harmless_name(tmp_path: Path, text: str) -> None:
    """Whatever a template writes, there is an answer, and no file name with a step in it."""
    try:
        made = files(documents(chart(tmp_path, odd=text), {}, name="x", namespace="y"))
    except HelmError:
        return
    assert all("/" not in file.name and not file.name.startswith(".") for file in made)


def link_to_a_file(folder: Path, outside: Path) -> None:
    (folder / "link.txt").symlink_to(outside / "secret")


def link_to_a_folder(folder: Path, outside: Path) -> None:
    (folder / "more").symlink_to(outside)


def linked_template(folder: Path, outside: Path) -> None:
    (folder / "templates" / "linked.yaml").symlink_to(outside / "secret")


def linked_templates(folder: Path, outside: Path) -> None:
    shutil.rmtree(folder / "templates")
    (folder / "templates").symlink_to(outside)


def linked_description(folder: Path, outside: Path) -> None:
    (folder / "Chart.yaml").rename(outside / "Chart.yaml")
    (folder / "Chart.yaml").symlink_to(outside / "Chart.yaml")


def linked_chart(folder: Path, outside: Path) -> None:
    folder.rename(outside / "chart")
    folder.symlink_to(outside / "chart")


def dependency_by_link(folder: Path, outside: Path) -> None:
    (folder / "charts").symlink_to(outside)


def pipe(folder: Path, _outside: Path) -> None:
    os.mkfifo(folder / "pipe")


def listener(folder: Path, _outside: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        os.chdir(folder)
        made.bind("socket")


def too_large(folder: Path, _outside: Path) -> None:
    with (folder / "large").open("wb") as file:
        file.truncate(2**30)


def too_many(folder: Path, _outside: Path) -> None:
    (folder / "many").mkdir()
    for number in range(2001):
        (folder / "many" / str(number)).touch()


def nothing(folder: Path, _outside: Path) -> None:
    shutil.rmtree(folder)


def no_description(folder: Path, _outside: Path) -> None:
    (folder / "Chart.yaml").unlink()


@pytest.mark.parametrize(
    "spoil",
    [
        link_to_a_file,
        link_to_a_folder,
        linked_template,
        linked_templates,
        linked_description,
        linked_chart,
        dependency_by_link,
        pipe,
        listener,
        too_large,
        too_many,
        nothing,
        no_description,
    ],
)
def test_a_chart_is_made_of_files_of_its_own(
    tmp_path: Path, spoil: Callable[[Path, Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No link in it or on the way to it, nothing that is not a file, and no more than a chart has."""
    monkeypatch.chdir(tmp_path)
    root, outside = tmp_path / "project", tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_text(SECRET)
    folder = chart(root, good=f"{CONFIG}a\n")
    assert problem(root, "chart") is None
    spoil(folder, outside)
    assert problem(root, "chart")


@pytest.mark.parametrize("way", ["../outside", "a/../../outside", "/etc"])
def test_a_chart_is_inside_the_project(tmp_path: Path, way: str) -> None:
    """Whatever the data say, which validation refuses first."""
    chart(tmp_path / "outside", good=f"{CONFIG}a\n")
    (tmp_path / "project").mkdir()
    assert problem(tmp_path / "project", f"{way}/chart")


@pytest.mark.parametrize(
    "template",
    [
        '{{ env "HELM_SECRET" }}',
        '{{ expandenv "$HELM_SECRET" }}',
        '{{ .Files.Get "../outside" }}{{ .Files.Get "/etc/hostname" }}',
        '{{ range $path, $_ := .Files.Glob "../**" }}{{ $path }}{{ end }}',
        '{{ getHostByName "localhost" }}',
        '{{ lookup "v1" "Secret" "" "" | toYaml }}',
        '{{ tpl "{{ env \\"HELM_SECRET\\" }}" . }}',
    ],
)
def test_a_template_sees_neither_this_machine_nor_the_net(
    tmp_path: Path, template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Variables, files outside, names and clusters: refused or empty."""
    monkeypatch.setenv("HELM_SECRET", SECRET)
    (tmp_path / "outside").write_text(SECRET)
    folder = chart(tmp_path, curious=f"{CONFIG}'<{template}>'\n")
    try:
        made = rendered(folder)
    except HelmError as error:
        assert SECRET not in str(error)
        return
    assert made in (f"{CONFIG}'<>'\n", f"{CONFIG}'<{{}}>'\n", f"{CONFIG}'<{{}}\n>'\n")


@pytest.mark.parametrize(
    "repository", ["file://../..", "file:///etc", "https://charts.invalid/", "oci://charts.invalid/x"]
)
def test_a_dependency_is_not_fetched(tmp_path: Path, repository: str) -> None:
    """What is not under charts/ is not there: an error, or nothing of it."""
    folder = chart(tmp_path, good=f"{CONFIG}a\n")
    (folder / "Chart.yaml").write_text(
        "apiVersion: v2\nname: chart\nversion: 1.0.0\n"
        f"dependencies:\n- name: other\n  version: 1.0.0\n  repository: {repository}\n"
    )
    with suppress(HelmError):
        assert rendered(folder) == f"{CONFIG}a\n"


def test_an_interrupted_question_gets_no_later_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After Ctrl-C in a rendering the next one is answered with its own text."""
    from ddms_compile.kubernetes.helm import process as helm_process

    def interrupt(*_: object) -> bytes:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(helm_process, "_line", interrupt)
        with pytest.raises(KeyboardInterrupt):
            helm().texts(chart(tmp_path / "a", good=f"{CONFIG}a\n"), {}, name="x", namespace="y")
    assert rendered(chart(tmp_path / "b", good=f"{CONFIG}b\n")) == f"{CONFIG}b\n"


REFERENCES = {
    "$ref": '{{"$ref": "{0}"}}',
    "$schema": '{{"$schema": "{0}"}}',
    "within": '{{"properties": {{"a": {{"anyOf": [{{"$ref": "{0}#/definitions/x"}}]}}}}}}',
}


@pytest.mark.parametrize("place", ["", "charts/sub/"], ids=["chart", "dependency"])
@pytest.mark.parametrize("reference", REFERENCES)
@pytest.mark.parametrize("target", ["http", "file", "path", "device"])
def test_a_schema_of_values_leads_nowhere(tmp_path: Path, target: str, reference: str, place: str) -> None:
    """Helm loads what a schema refers to: no address is asked, and no file outside the chart is opened."""
    outside = tmp_path / "outside.json"
    outside.write_text(f'"{SECRET}"')
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/x"
        where = {"http": address, "file": outside.as_uri(), "path": str(outside), "device": "/dev/zero"}[target]
        folder = chart(tmp_path, good=f"{CONFIG}a\n")
        (folder / place).mkdir(parents=True, exist_ok=True)
        if place:
            (folder / place / "Chart.yaml").write_text("apiVersion: v2\nname: sub\nversion: 1.0.0\n")
        (folder / place / "values.yaml").write_text("a: 1\n")
        (folder / place / "values.schema.json").write_text(REFERENCES[reference].format(where))
        with pytest.raises(HelmError, match=r"it can open no other, and no connection|no URLLoader"):
            rendered(folder)
        with pytest.raises(TimeoutError):
            server.accept()


def test_a_schema_may_refer_to_itself_and_to_the_drafts(tmp_path: Path) -> None:
    """What is in the chart, or in Helm, needs nothing to be opened. Afterwards other charts are loaded."""
    folder = chart(tmp_path, good=f"{CONFIG}a\n")
    (folder / "values.schema.json").write_text(
        '{"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"a": {"$ref": "#/definitions/a"}},'
        ' "definitions": {"a": {"type": "integer"}}}'
    )
    assert rendered(folder) == f"{CONFIG}a\n"
    assert rendered(chart(tmp_path / "next", good=f"{CONFIG}b\n")) == f"{CONFIG}b\n"


def test_an_archive_does_not_grow_without_end(tmp_path: Path) -> None:
    """A dependency of a few kilobytes that is 150 MiB when it is unpacked."""
    folder = chart(tmp_path, good=f"{CONFIG}a\n")
    (folder / "charts").mkdir()
    with tarfile.open(folder / "charts/sub-1.0.0.tgz", "w:gz") as archive:
        for name in ("sub/Chart.yaml", "sub/large"):
            member = tarfile.TarInfo(name)
            member.size = 150 * 2**20 if name == "sub/large" else 0
            archive.addfile(member, io.BytesIO(bytes(member.size)))
    assert (folder / "charts/sub-1.0.0.tgz").stat().st_size < 2 * 2**20
    with pytest.raises(HelmError):
        rendered(folder)
