"""Where a story is played: folders in which Terraform runs with the go-between, and the verdicts of its plans."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from oracles import real_aws
from oracles.terraform import terraform_command
from oracles.terraform_schema import provider_schema
from rehearse.account import Account
from rehearse.real_provider import binary_of

SECONDS = 3000
"""A go-between that nobody ends ends by itself."""

TESTS = Path(__file__).parents[2]
PATHS = os.pathsep.join((str(TESTS / "e2e"), str(TESTS / "support")))
CACHE = TESTS.parent / ".cache" / "oracles"


class Verdict(StrEnum):
    """What Terraform would do to one resource."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"
    IMPORT = "import"
    FORGET = "forget"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Change:
    """One resource of a plan. `causes`: the arguments that force the replacement; `differs`: those that change."""

    address: str
    verdict: Verdict
    causes: frozenset[str] = frozenset()
    differs: frozenset[str] = frozenset()
    new_first: bool = False


@dataclass(frozen=True)
class Plan:
    """What a plan says of each managed resource, those that stay as they are included."""

    changes: Mapping[str, Change]

    def all(self, verdict: Verdict) -> set[str]:
        """The addresses with a verdict."""
        return {address for address, change in self.changes.items() if change.verdict is verdict}

    @property
    def effects(self) -> dict[str, str]:
        """Address -> verdict, of everything that something happens to."""
        return {a: str(c.verdict) for a, c in self.changes.items() if c.verdict is not Verdict.NOTHING}


class Failed(AssertionError):  # noqa: N818  (a result of a story)
    """Terraform's errors, one a line."""


@dataclass(frozen=True)
class Folder:
    """One stack in its folder."""

    path: Path
    stage: "Stage"
    account: Path
    before: Path | None = None
    """The folder of the stack whose outputs this one reads."""

    def write(self, document: Mapping[str, Any]) -> None:
        """Put the stack there, as the provider of the mirror can take it, with its state beside it."""
        self.path.mkdir(parents=True, exist_ok=True)
        copy = self.stage.rewritten(document, self)
        (self.path / "main.tf.json").write_text(json.dumps(copy, indent=1), "utf-8")
        variables = {
            name: 1 if variable.get("type") == "number" else "a-value-of-sixteen-characters"
            for name, variable in document.get("variable", {}).items()
        }
        (self.path / "terraform.tfvars.json").write_text(json.dumps(variables), "utf-8")
        if not (self.path / ".terraform").exists():
            self._run("init", "-input=false", "-no-color")

    def plan(self, document: Mapping[str, Any]) -> Plan:
        """What Terraform would do for this configuration. Raises Failed."""
        self.write(document)
        self._run("plan", "-json", "-input=false", "-no-color", "-out=plan")
        shown = json.loads(self._run("show", "-json", "plan"))
        changes = [_change(item) for item in shown.get("resource_changes", []) if item["mode"] == "managed"]
        return Plan({change.address: change for change in changes})

    def apply(self, document: Mapping[str, Any]) -> Plan:
        """Apply it, and hold that the plan after it is empty. Returns what was done. Raises Failed."""
        plan = self.plan(document)
        self._run("apply", "-json", "-input=false", "-no-color", "plan")
        again = self.plan(document)
        assert again.effects == {}, {a: sorted(again.changes[a].differs) for a in again.effects}
        return plan

    def ident(self, address: str) -> str:
        """The id that a resource has in the state."""
        state = json.loads((self.path / "terraform.tfstate").read_text("utf-8"))
        found = {f"{r['type']}.{r['name']}": r["instances"] for r in state["resources"] if r["mode"] == "managed"}
        return str(found[address][0]["attributes"]["id"])

    def forget(self, *addresses: str) -> None:
        """`terraform state rm`: it stays in the account, and Terraform knows nothing of it any more."""
        self._run("state", "rm", *addresses)

    def take_back(self, document: Mapping[str, Any], address: str, ident: str) -> None:
        """`terraform import`: it is in the account, and comes back under Terraform's care. Raises Failed."""
        self.write(document)
        self._run("import", "-input=false", "-no-color", address, ident)

    def destroy(self) -> None:
        """`terraform destroy`. Raises Failed."""
        self._run("apply", "-destroy", "-json", "-auto-approve", "-input=false", "-no-color")

    def beside(self, name: str) -> "Folder":
        """A folder in the same account, for a stack that reads the outputs of this one."""
        return Folder(self.path.with_name(f"{self.path.name}-{name}"), self.stage, self.account, self.path)

    def copy(self, path: Path, account: Path) -> "Folder":
        """The same stack in the same state, in another folder and a copy of the account."""
        shutil.copytree(self.path, path, symlinks=True)
        shutil.copy(self.account, account)
        stack = json.loads((path / "main.tf.json").read_text("utf-8"))
        stack["provider"]["aws"][0]["access_key"] = str(account)  # a destroy that writes nothing first is in it, too
        (path / "main.tf.json").write_text(json.dumps(stack, indent=1), "utf-8")
        return Folder(path, self.stage, account)

    def _run(self, *arguments: str) -> str:
        result = subprocess.run(
            [*self.stage.command, *arguments],
            cwd=self.path,
            env={**os.environ, **self.stage.environ},
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        if result.returncode != 0:
            raise Failed("\n".join(_errors(result.stdout)) or f"{result.stdout[-2000:]}{result.stderr[-2000:]}")
        return result.stdout


@dataclass(frozen=True)
class Stage:
    """Terraform with the go-between behind it."""

    folder: Path
    command: tuple[str, ...]
    environ: Mapping[str, str]
    aws: real_aws.RealAws

    def root(self, name: str, *, number: str = "", region: str = "") -> Folder:
        """A new folder, with an account of its own in which nothing is yet."""
        account = self.folder / f"{name}.account.json"
        held = Account(number=number or Account.number, region=region or Account.region)
        held.save(account)
        return Folder(self.folder / name, self, account)

    def rewritten(self, document: Mapping[str, Any], folder: Folder) -> dict[str, Any]:
        """The stack for the older provider, with a state beside it and the account's file in place of credentials."""
        copy = self.aws.older(document)
        copy["terraform"]["required_providers"]["aws"] = {"source": "hashicorp/aws"}
        (provider,) = copy["provider"]["aws"]
        provider.pop("allowed_account_ids", None)
        provider["access_key"], provider["secret_key"] = str(folder.account), "made-up"
        if "helm" in copy["terraform"]["required_providers"]:
            copy["terraform"]["required_providers"]["helm"] = {"source": "hashicorp/helm"}
        for state in copy.get("data", {}).get("terraform_remote_state", {}).values():
            state.update(backend="local", config={"path": str(folder.before and folder.before / "terraform.tfstate")})
        return copy


@contextlib.contextmanager
def stage() -> Iterator[Stage]:
    """Terraform with a go-between that ends with the context. Callers ask `unavailable` first."""
    found, command = real_aws.mirror(), terraform_command()
    assert found is not None and command is not None, unavailable()
    root, version = found
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "rc").write_text("", "utf-8")
        (folder / "helm.json").write_text(json.dumps(provider_schema("helm", CACHE)), "utf-8")
        programs = {
            real_aws.SOURCE: (5, "between", [str(binary_of(root, version, real_aws.SOURCE)), str(SECONDS)]),
            "registry.terraform.io/hashicorp/helm": (6, "helm", [str(SECONDS), str(folder / "helm.json")]),
        }
        attached = {}
        for source, (protocol, program, arguments) in programs.items():
            socket = folder / f"{program}.sock"
            process = stack.enter_context(_started(program, str(socket), *arguments))
            attached[source] = {
                "Protocol": "grpc",
                "ProtocolVersion": protocol,
                "Pid": process.pid,
                "Test": True,
                "Addr": {"Network": "unix", "String": str(socket)},
            }
        environ = {
            "TF_REATTACH_PROVIDERS": json.dumps(attached),
            "TF_CLI_CONFIG_FILE": str(folder / "rc"),
            "TF_IN_AUTOMATION": "1",
            "CHECKPOINT_DISABLE": "1",
            "PYTHONPATH": PATHS,
        }
        yield Stage(folder, command, environ, real_aws.RealAws(folder, root, version))


def unavailable() -> str | None:
    """Why nothing can be rehearsed, or None."""
    return real_aws.unavailable()


@contextlib.contextmanager
def _started(program: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", f"rehearse.{program}", *arguments],
        env={**os.environ, "PYTHONPATH": PATHS},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        if process.stdout.readline() != "ready\n":
            raise RuntimeError(f"rehearse.{program} did not start")
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def _change(item: Mapping[str, Any]) -> Change:
    change = item["change"]
    actions = change["actions"]
    if "importing" in change:
        verdict = Verdict.IMPORT
    elif len(actions) == 2:
        verdict = Verdict.REPLACE
    else:
        verdict = {"no-op": Verdict.NOTHING}.get(actions[0]) or Verdict(actions[0])
    before, after = change["before"] or {}, change["after"] or {}
    unknown = change.get("after_unknown") or {}
    return Change(
        address=item["address"],
        verdict=verdict,
        causes=frozenset(str(path[0]) for path in change.get("replace_paths", [])),
        differs=frozenset(
            name
            for name in {*before, *after, *unknown}
            if _any(unknown.get(name)) or _filled(before.get(name)) != _filled(after.get(name))
        ),
        new_first=actions == ["create", "delete"],
    )


def _filled(value: Any) -> Any:
    """The value without what is empty: the provider's older resources write null as zero when they plan again."""
    if isinstance(value, dict):
        return {key: inner for key, item in value.items() if (inner := _filled(item))} or None
    if isinstance(value, list):
        return [_filled(item) for item in value] or None
    return value or None


def _any(unknown: Any) -> bool:
    """Whether something in it is known only after the apply."""
    if isinstance(unknown, dict | list):
        return any(_any(item) for item in (unknown.values() if isinstance(unknown, dict) else unknown))
    return bool(unknown)


def _errors(output: str) -> Iterator[str]:
    for line in output.splitlines():
        if line.startswith("{") and (event := json.loads(line)).get("type") == "diagnostic":
            found = event["diagnostic"]
            if found["severity"] == "error":
                yield f"{found.get('address', '')} {found['summary']} {found.get('detail', '')}".strip()
