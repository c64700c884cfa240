"""What scripts and runbooks ask of `helm` and `kubectl`, held against the programs themselves."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from example_project import built
from oracles.programs import helm, kubectl, output

ROOT = Path(__file__).parents[3]
TEXTS = [*sorted((built() / "generated" / "ci").glob("*.sh")), *sorted((built() / "generated").glob("*/RUNBOOK.md"))]
GROUPS = ("helm get", "helm show", "kubectl auth", "kubectl rollout")
"""Commands of two words."""

texts = pytest.mark.parametrize("path", TEXTS, ids=[f"{path.parent.name}-{path.stem}" for path in TEXTS])


def _commands(path: Path, program: str) -> Iterator[tuple[list[str], list[str]]]:
    """Each command with its options; options before the command are the program's own, and count as well."""
    text = re.sub(r"\\\n *", "", path.read_text("utf-8"))
    if path.suffix == ".md":  # in prose, a command is a span of code
        blocks = re.findall(r"^```bash\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
        text = "\n".join([*blocks, *re.findall(rf"(?<!`)`({program} [^`\n]+)`(?!`)", text)])
    for line in re.findall(rf"(?:^|[\s(]){program} ([^|\n`]*)", text):
        words = re.sub(r"(--[a-z-]+ )(?:\S+ )(?=[a-z])", r"\1", f"{line} ") if line.startswith("--") else line
        plain = [word for word in words.split() if not word.startswith("-")]
        if not plain or not re.fullmatch(r"[a-z-]+", plain[0]):
            continue
        options = re.findall(r"(?<!\S)(--[a-z-]+)", line.partition(" -- ")[0])
        yield plain[: 2 if f"{program} {plain[0]}" in GROUPS else 1], options


@texts
def test_every_command_and_option_of_helm_exists(path: Path) -> None:
    """Helm knows each command and option, and lists none as deprecated."""
    for command, options in _commands(path, "helm"):
        known = output(helm(), *command, "--help")
        for option in options:
            assert re.search(rf"^ .*{option}\b", known, re.MULTILINE), f"helm {' '.join(command)} {option}"


@texts
def test_every_command_and_option_of_kubectl_exists(path: Path) -> None:
    """kubectl knows each command and option."""
    for command, options in _commands(path, "kubectl"):
        known = output(kubectl(), *command, "--help") + output(kubectl(), "options")
        for option in options:
            assert re.search(rf"^ .*{option}(=|\b)", known, re.MULTILINE), f"kubectl {' '.join(command)} {option}"


def test_commands_are_found() -> None:
    """The search sees the commands that matter, with their options on whichever side."""
    found = [(command, options) for path in TEXTS for command, options in _commands(path, "kubectl")]
    assert (["rollout", "restart"], ["--namespace"]) in found
    assert {"apply", "get", "logs", "scale"} <= {command[0] for command, _ in found}
    deploy = {command[0]: options for command, options in _commands(built() / "generated/ci/deploy.sh", "helm")}
    assert "--rollback-on-failure" in deploy["upgrade"]
