"""Variables of the single-page app arrive in every build of its image."""

import json
from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML

from ddms_compile.gates.document import untraced
from ddms_compile.github import emit_workflows
from ddms_compile.kubernetes.values.application import app_values
from ddms_compile.local.compose import emit_compose
from ddms_compile.local.images import emit_images
from ddms_compile.resolve import resolve_all
from ddms_compile.spec import EnvironmentSpec
from delivery_cases.project import changed, emitted, specs

VARIABLES = {"VITE_MODE": "beta $x ${{ y }}", "VITE_TITLE": "two\nlines"}


def given(**more: Any) -> Mapping[str, EnvironmentSpec]:
    """The shipped environments, each with variables of its own."""
    return {name: changed(spec, workloads__frontend__environment=VARIABLES, **more) for name, spec in specs().items()}


def test_the_dockerfile_takes_each_variable_as_an_argument() -> None:
    """One Dockerfile takes what any environment builds in, and an argument that is not given is not set."""
    text = emitted(emit_images, given())["generated/images/frontend/Dockerfile"].text
    build = text.partition("AS runtime")[0]
    assert [line for line in build.splitlines() if line.startswith("ARG ")] == [
        "ARG VITE_API_URL",
        "ARG VITE_MODE",
        "ARG VITE_TITLE",
    ]
    shipped = emitted(emit_images, specs())["generated/images/frontend/Dockerfile"].text
    assert text.replace("\nARG VITE_MODE\nARG VITE_TITLE", "") == shipped


def test_the_pipeline_gives_each_environment_its_own_values() -> None:
    """Names are build arguments, and values the variables of the step."""
    workflow = emitted(emit_workflows, given())[".github/workflows/ci-cd.yml"].text
    steps = YAML(typ="safe").load(workflow)["jobs"]["docker-build-push"]["steps"]
    builds = {step["id"]: step for step in steps if str(step.get("id", "")).startswith("build-frontend")}
    assert builds
    for step in builds.values():
        assert step["with"]["build-args"].split() == ["VITE_API_URL", "VITE_MODE", "VITE_TITLE"]
        assert step["env"]["VITE_TITLE"] == VARIABLES["VITE_TITLE"]
        assert "${{ y }}" not in json.dumps(step["env"])


def test_a_laptop_builds_them_in_too() -> None:
    """Compose passes names and values as arguments of the build; its own interpolation leaves them alone."""
    text = emitted(emit_compose, given())["generated/local/compose/compose.yaml"].text
    args = YAML(typ="safe").load(text)["services"]["app"]["build"]["args"]
    assert args["VITE_MODE"] == VARIABLES["VITE_MODE"].replace("$", "$$")
    assert args["VITE_TITLE"] == VARIABLES["VITE_TITLE"]


def test_only_an_image_from_elsewhere_has_them_in_its_container() -> None:
    """nginx reads no variables; of another image nobody knows, so it gets them, and no build does."""
    own, other = given(), given(workloads__frontend__image__repository="example.com/app")
    for of, expected in ((own, {}), (other, VARIABLES)):
        values: dict[str, Any] = untraced(app_values(resolve_all(of)["prod"]))
        assert values["frontend"]["environment"] == expected
    cloud = {name: spec for name, spec in other.items() if spec.tier != "local"}
    assert "VITE_MODE" not in emitted(emit_images, cloud)["generated/images/frontend/Dockerfile"].text
