"""Strings of users are data in the workflow: nothing of them is evaluated, by GitHub or by a shell."""

import re
from typing import Any

import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ddms_compile.github import emit_workflows
from ddms_compile.github.expressions import as_data, literal
from delivery_cases.project import emitted, forced, specs

PATH = ".github/workflows/ci-cd.yml"
TRAPS = (
    "${{",
    "}}",
    "'",
    "''",
    '"',
    "$(id)",
    "`id`",
    ";",
    "\n",
    "#",
    ": ",
    "%{",
    "{{",
    "😀",
    "\\",
    "&&",
    "${{ secrets.X }}",
)
hostile = st.lists(st.one_of(st.sampled_from(TRAPS), st.text(max_size=6)), max_size=6).map("".join)
ESCAPED = "${{ '${{' }}"


def evaluated(text: str) -> str:
    """What GitHub makes of a string of data, if the only expressions in it are those that give the text back."""
    assert "${{" not in text.replace(ESCAPED, "")
    return text.replace(ESCAPED, "${{")


def workflow(value: str) -> dict[str, Any]:
    """The workflow with the string in every place from which strings come, though the models would refuse it."""
    changes: dict[str, Any] = {
        "ci__runner": value,
        "ci__node": value,
        "ci__terraform": value,
        "ci__branch": value,
        "ci__compiler": f".{value}",
        "ci__package_index": value,
        "ci__check": (value,),
        "dns__hosts__api": f"a{value}",
        "dns__hosts__app": f"a{value}",
        "project__chart": value,
        "project__account": value,
        "workloads__backend__image__context": value,
        "workloads__backend__probes__liveness__path": value,
    }
    of = {name: forced(spec, **changes) for name, spec in specs().items()}
    document: dict[str, Any] = yaml.safe_load(emitted(emit_workflows, of)[PATH].text)
    return document


@settings(max_examples=30)
@given(hostile)
@example("${{ github.token }}")
@example("'; touch x; '\n${{")
def test_every_string_arrives_as_data(value: str) -> None:
    """A string comes out of YAML and of GitHub's evaluation as it went in."""
    jobs = workflow(value)["jobs"]
    assert evaluated(jobs["lint-test"]["strategy"]["matrix"]["include"][0]["folder"]) == value
    assert evaluated(jobs["lint-test"]["runs-on"]) == value
    assert evaluated(jobs["lint-test"]["steps"][1]["with"]["node-version"]) == value
    install = next(step for step in jobs["lint-test"]["steps"] if step.get("name") == "Install ddms-compile")
    assert evaluated(install["env"]["REQUIREMENT"]) == f".{value}"
    assert evaluated(install["env"]["INDEX"]) == value
    assert evaluated(jobs["lint-test"]["steps"][-1]["run"]) == value
    assert evaluated(jobs["deploy-prod"]["environment"]["url"]) == f"https://a{value}/"
    steps = {step["name"]: step for step in jobs["deploy-prod"]["steps"]}
    assert evaluated(steps["Deploy"]["env"]["CHART"]) == value
    assert evaluated(steps["Check the public endpoints"]["env"]["API_URL"]) == f"https://a{value}{value}"


@settings(max_examples=30)
@given(hostile)
@example("' || true || '")
def test_a_string_in_an_expression_stays_a_string(value: str) -> None:
    """The branch is one literal of the condition, whatever quotes it holds."""
    condition = workflow(value)["jobs"]["docker-build-push"]["if"]
    assert (
        condition
        == "${{ (github.event_name == 'push' || github.event_name == 'workflow_dispatch') && github.ref == "
        + literal(f"refs/heads/{value}")
        + " }}"
    )
    body = literal(value)[1:-1]
    assert "'" not in body.replace("''", "") and body.replace("''", "'") == value


@settings(max_examples=30)
@given(hostile)
def test_no_command_depends_on_data(value: str) -> None:
    """All commands but those of `ci.check` are constants: data reach them through variables only."""

    def commands(document: dict[str, Any]) -> list[str]:
        document["jobs"]["lint-test"]["steps"].pop()
        return [step["run"] for job in document["jobs"].values() for step in job["steps"] if "run" in step]

    made = commands(workflow(value))
    assert made == commands(workflow("plain"))
    assert not any("${{" in command for command in made)


@given(st.text())
def test_escaping_is_complete(value: str) -> None:
    """No `${{` is left that does not give itself back."""
    assert evaluated(as_data(value)) == value
    assert len(re.findall(re.escape("${{"), as_data(value))) == 2 * value.count("${{")
