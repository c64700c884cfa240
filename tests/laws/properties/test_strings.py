"""What a user writes as text arrives as that text, whatever another language would make of it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import yaml
from ruamel.yaml import YAML

from properties.compiling import Build
from properties.objects import objects_of
from strategies.environment import Tree
from strategies.texts import TRAPS

PARTS = ("backend", "frontend")


def _environments(builds: list[Build]) -> Iterator[tuple[Tree, Mapping[str, str]]]:
    for build in builds:
        for name, tree in build.project.environments.items():
            yield tree, build.of(name)


def _file(texts: Mapping[str, str], end: str) -> str:
    (found,) = (text for path, text in texts.items() if path.endswith(end))
    return found


def test_variables_reach_the_pods(builds: list[Build]) -> None:
    """Each variable of a container is in the values and in the ConfigMap, verbatim, by two readers of YAML."""
    tried: set[str] = set()
    for tree, texts in _environments(builds):
        values = _file(texts, "/helm/values.yaml")
        maps = [each["data"] for each in objects_of(texts).values() if each["kind"] == "ConfigMap"]
        for part in PARTS:
            if _is_static(tree, part):
                continue
            wanted = tree["workloads"][part]["environment"]
            for read in (yaml.safe_load(values), YAML(typ="safe").load(values)):
                assert {name: read[part]["environment"][name] for name in wanted} == wanted
            assert not wanted or any(wanted.items() <= data.items() for data in maps)
            tried |= {trap for trap in TRAPS for value in wanted.values() if trap in value}
    assert tried, "no trap was drawn"


def test_variables_of_a_static_site_reach_its_build(builds: list[Build]) -> None:
    """Each variable of a frontend that the pipeline builds is an argument of its Dockerfile and of its build."""
    found = 0
    for build in builds:
        texts = {each.path: each.text for each in build.artifacts}
        dockerfile = texts["generated/images/frontend/Dockerfile"].splitlines()
        jobs = yaml.safe_load(_file(texts, "/ci-cd.yml"))["jobs"].values()
        steps = [step for job in jobs for step in job["steps"] if "build-args" in step.get("with", {})]
        trees = [tree for tree, _ in _environments([build]) if _is_static(tree, "frontend")]
        wanted = [set(tree["workloads"]["frontend"]["environment"]) for tree in trees]
        assert {f"ARG {name}" for names in wanted for name in names} <= set(dockerfile)
        for step in steps:
            given = set(step["with"]["build-args"].split())
            assert given <= set(step["env"])
            assert given - {"VITE_API_URL"} in wanted
            found += len(given) - 1
    assert found, "no variable of a static site was drawn"


def _is_static(tree: Tree, part: str) -> bool:
    """Whether the pipeline builds it from files, so that no container has variables of its own."""
    return part == "frontend" and not tree["workloads"][part]["image"]["repository"]


def test_reasons_reach_the_policies(builds: list[Build]) -> None:
    """Why a way out is open stands in the values and at the policy, verbatim."""
    found = 0
    for tree, texts in _environments(builds):
        policies = [each for each in objects_of(texts).values() if each["kind"] == "NetworkPolicy"]
        notes = [text for each in policies for text in each["metadata"].get("annotations", {}).values()]
        for part in PARTS:
            for way in tree["workloads"][part]["egress"]:
                assert f"{way['cidr']}: {way['reason']}" in notes
                found += 1
    assert found


def test_parameters_reach_the_database_and_the_cache(builds: list[Build]) -> None:
    """Each parameter has its value in Terraform, where what looks like code is escaped and reads back verbatim."""
    found = 0
    for tree, texts in _environments(builds):
        resources = json.loads(_file(texts, "/stacks/foundation/cdk.tf.json"))["resource"]
        for table, kind in (("postgres", "aws_db_parameter_group"), ("redis", "aws_elasticache_parameter_group")):
            given = {
                entry["name"]: _read_by_terraform(entry["value"])
                for group in resources[kind].values()
                for entry in group["parameter"]
            }
            wanted = tree[table]["parameters"]
            assert {name: given.get(name) for name in wanted} == wanted
            found += len(wanted)
    assert found


def test_tags_reach_every_resource(builds: list[Build]) -> None:
    """The provider sets each tag with its value."""
    for tree, texts in _environments(builds):
        (provider,) = json.loads(_file(texts, "/stacks/foundation/cdk.tf.json"))["provider"]["aws"]
        (tags,) = (entry["tags"] for entry in provider["default_tags"])
        assert tree["aws"]["tags"].items() <= {name: _read_by_terraform(value) for name, value in tags.items()}.items()


def _read_by_terraform(text: str) -> Any:
    """A text of JSON as Terraform's template language reads it: `$${` and `%%{` are how it writes `${` and `%{`."""
    return text.replace("$${", "${").replace("%%{", "%{")
