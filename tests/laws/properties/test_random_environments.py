"""Random environments, held against what will consume their files."""

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML

from chart.schemas import VERSIONS
from ddms_compile.exposure import secrets_in
from ddms_compile.kubernetes.manifests.influence import leaves
from ddms_compile.provenance.artifact import Artifact, LazyOrigins
from example_project import built
from oracles.terraform import Terraform
from properties.compiling import ROOT, Build, Compiler
from properties.objects import objects_of, problems
from strategies import Project

ASKED = int(os.environ.get("DDMS_TERRAFORM_ENVIRONMENTS", "80"))
"""Environments that Terraform looks at, which takes it a second or two for each."""

APPLIED = int(os.environ.get("DDMS_APPLIED_ENVIRONMENTS", "10"))
"""Environments that Terraform applies to mocks, which takes it four seconds for each."""

APPLIED_BATCH = 12
"""Stacks in one apply."""

BATCH = 60
"""Stacks in one run of Terraform."""

FEW = 6
"""Environments for what takes a second or more each."""


def _stacks(builds: list[Build]) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, build in enumerate(builds):
        for artifact in build.artifacts:
            if artifact.path.endswith("cdk.tf.json"):
                name = artifact.path.removeprefix("generated/").removesuffix("/cdk.tf.json").replace("/", "-")
                yield f"{number}-{name}", json.loads(artifact.text)


def test_terraform_accepts_every_stack(builds: list[Build], terraform: Terraform) -> None:
    """`terraform validate`, with the exact schemas of the providers, finds nothing in any stack."""
    stacks = list(_stacks(builds[: ASKED // 2]))
    for start in range(0, len(stacks), BATCH):
        assert terraform.validate(dict(stacks[start : start + BATCH])) == []


def test_terraform_settles_after_one_apply(builds: list[Build], terraform: Terraform) -> None:
    """With mocks for AWS an apply of every stack succeeds, and the plan after it changes nothing."""
    stacks = list(_stacks(builds[: APPLIED // 2]))
    for start in range(0, len(stacks), APPLIED_BATCH):
        assert terraform.settle(dict(stacks[start : start + APPLIED_BATCH]), {"vpc_id": "vpc-0123456789abcdef0"}) == []


def test_kubernetes_accepts_every_object(builds: list[Build]) -> None:
    """The strict schemas accept every object: all versions for the first environments, then one version in turn."""
    seen: Counter[str] = Counter()
    for number, build in enumerate(builds):
        versions = VERSIONS if number < FEW // 2 else (VERSIONS[number % len(VERSIONS)],)
        for name in build.project.environments:
            made = objects_of(build.of(name))
            assert made
            seen.update(manifest["kind"] for manifest in made.values())
            for version in versions:
                assert problems(made, version) == []
    assert {"Deployment", "Ingress", "NetworkPolicy", "ServiceMonitor", "ExternalSecret"} <= set(seen)


def test_every_leaf_has_an_origin_and_every_origin_a_leaf(builds: list[Build]) -> None:
    """The paths in the trace are those of the file as a parser reads it, and the values are those in the file."""
    looked_at: Counter[str] = Counter()
    for number, build in enumerate(builds):
        for artifact in build.artifacts:
            # What a chart makes of a value is found out by rendering it some hundred times.
            if artifact.path.endswith((".json", ".yaml", ".yml")) and (number == 0 or not _is_lazy(artifact)):
                assert set(artifact.origins) == {_name(path) for path, _ in leaves(_parsed(artifact))}, artifact.path
                looked_at[artifact.emitter] += 1
    assert {"terraform", "manifests"} <= set(looked_at)


def test_nothing_generated_looks_like_a_secret(builds: list[Build]) -> None:
    """No form of a secret is in any file, here or in the example project, whatever the drawn words are."""
    found: list[tuple[str, str]] = []
    for number, build in enumerate(builds):
        suspicious = [each for each in build.artifacts if any(secrets_in(each.text))]
        drawn = _drawn_words(build.project) if suspicious else None
        for each in suspicious:
            text = each.text if drawn is None else drawn.sub("w", each.text)
            found += [(f"{number}:{each.path}", text[secret.start : secret.end]) for secret in secrets_in(text)]
    for folder in ("generated", ".github"):
        for path in (built() / folder).rglob("*"):
            if path.is_file():
                found += [(str(path), secret.kind) for secret in secrets_in(path.read_text("utf-8"))]
    assert found[:3] == []


def _drawn_words(project: Project) -> re.Pattern[str]:
    """Words of the random data that the language lacks: whether one is a secret is a question to the data's rules."""
    texts: list[str] = []
    left: list[object] = [project.shared, project.environments]
    while left:
        match left.pop():
            case dict() as table:
                texts += table
                left += table.values()
            case list() as items:
                left += items
            case str() as text:
                texts.append(text)
    language = (ROOT / "src/ddms_compile/spec/defaults.toml").read_text("utf-8").lower()
    words = {word for text in texts for word in re.findall(r"[a-z0-9]{5,}", text.lower())}
    longest_first = sorted((word for word in words if word not in language), key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, longest_first)) or r"(?!)", re.IGNORECASE)


def test_an_environment_does_not_depend_on_the_others(builds: list[Build], compiler: Compiler) -> None:
    """Each environment alone in its project has the files, byte for byte, that it has among others."""
    for build in builds[:FEW]:
        for name, tree in build.project.environments.items():
            alone = type(build.project)(shared=build.project.shared, environments={name: tree})
            assert compiler.build(alone).of(name) == build.of(name)


def test_wanting_one_environment_gives_its_files(builds: list[Build], compiler: Compiler) -> None:
    """`build NAME` writes for that environment what a build of all writes."""
    for build in builds[:FEW]:
        name = min(build.project.environments)
        assert compiler.build(build.project, (name,)).of(name) == build.of(name)


def _is_lazy(artifact: Artifact) -> bool:
    return isinstance(artifact.origins, LazyOrigins)


def _name(path: str) -> str:
    """The trace names a resource and a variable as Terraform does: `aws_vpc.main`, `var.edition`."""
    return re.sub(r"^variable\.", "var.", path.removeprefix("resource."))


def _parsed(artifact: Artifact) -> Any:
    if artifact.path.endswith(".json"):
        return json.loads(artifact.text)
    return YAML(typ="safe").load(artifact.text)
