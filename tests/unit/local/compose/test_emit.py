"""The stack on a laptop, as Docker Compose and its user find it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from ddms_compile.local.compose import emit_compose
from delivery_cases.project import ROOT, changed, emitted, specs
from example_project import built
from oracles.dockerfile import stages
from oracles.interpolation import InterpolationError, interpolated
from oracles.shell import problems

FOLDER = built() / "generated" / "local" / "compose"
FILE = FOLDER / "compose.yaml"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return read


def test_the_schema_of_compose_accepts_it() -> None:
    """The published schema, which is closed to unknown keys."""
    program = shutil.which("check-jsonschema", path=str(Path(sys.executable).parent))
    if program is None:
        pytest.skip("UNCHECKED by the compose schema: the package check-jsonschema is not installed")
    done = subprocess.run(
        [program, "--builtin-schema", "vendor.compose-spec", str(FILE)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_whatever_is_named_is_there(document: dict[str, Any]) -> None:
    """Folders to build in, Dockerfiles, further contexts, volumes, and services that others wait for."""
    services = document["services"]
    for service in services.values():
        if build := service.get("build"):
            context = FOLDER / build["context"]
            assert context.is_dir()
            assert (context / build["dockerfile"]).resolve().is_file()
            assert all((FOLDER / folder).is_dir() for folder in build.get("additional_contexts", {}).values())
        assert {mount.split(":")[0] for mount in service.get("volumes", ())} <= set(document["volumes"])
        assert set(service.get("depends_on", ())) <= set(services)
    mounted = [mount.split(":")[0] for service in services.values() for mount in service.get("volumes", ())]
    assert sorted(mounted) == sorted(document["volumes"])


def test_whoever_is_waited_for_says_when_it_is_healthy(document: dict[str, Any]) -> None:
    """In the compose file, or in the image that is built; and nobody waits for itself."""
    services = document["services"]
    for service in services.values():
        for name, condition in service.get("depends_on", {}).items():
            assert condition == {"condition": "service_healthy"}
            other = services[name]
            if "healthcheck" not in other:
                dockerfile = FOLDER / other["build"]["context"] / other["build"]["dockerfile"]
                assert stages(dockerfile.read_text("utf-8"))[-1].all("HEALTHCHECK")
    order: list[str] = []
    while len(order) < len(services):
        ready = [n for n, s in services.items() if n not in order and set(s.get("depends_on", ())) <= set(order)]
        assert ready, "they wait for each other"
        order += ready


def test_contexts_and_arguments_are_those_of_the_dockerfile(document: dict[str, Any]) -> None:
    """An argument that nobody reads, or a context that is missing, is found when the image is built and not before."""
    for service in document["services"].values():
        if build := service.get("build"):
            text = (FOLDER / build["context"] / build["dockerfile"]).read_text("utf-8")
            found = stages(text)
            asked = {argument for stage in found for argument in stage.all("ARG")}
            assert set(build.get("args", {})) == asked
            outside = set(re.findall(r"--from=(\S+)", text)) - {stage.name for stage in found}
            assert set(build.get("additional_contexts", {})) == outside


def test_nothing_is_reached_from_outside_the_laptop(document: dict[str, Any]) -> None:
    """Each port is bound to the loopback address, and no two share one."""
    ports = [port for service in document["services"].values() for port in service.get("ports", ())]
    assert len(ports) == 4
    assert all(re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port) for port in ports)
    assert len({port.split(":")[1] for port in ports}) == len(ports)


def test_our_own_containers_have_no_rights(document: dict[str, Any]) -> None:
    """As in the cluster: read-only, no capability, no way to more."""
    for name in ("api", "app"):
        service = document["services"][name]
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert "privileged" not in service


def test_the_versions_are_those_of_the_data(document: dict[str, Any]) -> None:
    """PostgreSQL and Redis of staging and production, of which rule DDMS406 watches that they are the same."""
    shipped = specs()
    for table, service in (("postgres", "postgres"), ("redis", "redis")):
        tag = document["services"][service]["image"].split(":")[1]
        for name in ("staging", "prod"):
            version = getattr(shipped[name], table).version
            assert tag.split("-")[0].split(".")[0] == version.split(".")[0]
    other = {"local": changed(shipped["local"], versions__images__postgres="17.2-alpine")}
    made = yaml.safe_load(emitted(emit_compose, other)["generated/local/compose/compose.yaml"].text)
    assert made["services"]["postgres"]["image"] == "postgres:17.2-alpine"


def _variables(text: str) -> set[str]:
    return set(re.findall(r"\$\{(\w+):\?", text))


def test_the_example_names_every_variable_says_what_it_is_and_holds_no_value() -> None:
    """Neither more nor fewer than the compose file asks for, each below the comment that explains it."""
    lines = (FOLDER / ".env.example").read_text("utf-8").splitlines()
    given = [line for line in lines if line and not line.startswith("#")]
    assert {line.removesuffix("=") for line in given} == _variables(FILE.read_text("utf-8"))
    assert all(line.endswith("=") for line in given)
    assert all(lines[number - 1].startswith("# ") for number, line in enumerate(lines) if line in given)


def test_without_its_variables_it_does_not_start(document: dict[str, Any]) -> None:
    """And says which one is missing and where it belongs."""
    environment = document["services"]["api"]["environment"]
    with pytest.raises(InterpolationError, match=r"set JWT_SECRET in the \.env file"):
        interpolated(environment["JWT_SECRET"], {})
    assert interpolated(environment["JWT_SECRET"], {"JWT_SECRET": "a$b"}) == "a$b"


def test_the_commands_are_shell(document: dict[str, Any]) -> None:
    """Those that compose runs by a shell, after it has undone its own dollars."""
    scripts = [document["services"]["redis"]["command"][2]]
    scripts += [s["healthcheck"]["test"][1] for s in document["services"].values() if "healthcheck" in s]
    assert len(scripts) == 3
    assert [problem for script in scripts for problem in problems(interpolated(script, {}) + "\n")] == []


def test_the_command_at_the_top_and_in_the_readme_names_files_that_are_there() -> None:
    """It is copied into a terminal."""
    comment = FILE.read_text("utf-8").split("name:")[0]
    command = re.search(r"docker compose .+", comment)
    assert command
    assert command.group() in (ROOT / "README.md").read_text("utf-8").replace("\\\n  ", "")
    assert "--env-file generated/local/compose/.env -f generated/local/compose/compose.yaml" in command.group()
