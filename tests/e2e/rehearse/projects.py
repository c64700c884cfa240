"""A copy of the shipped project, whose data a story changes and builds, as its user would."""

import copy
import datetime
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ddms_compile.diagnostics import Severity
from ddms_compile.pipeline.compile import compile
from ddms_compile.pipeline.request import Request
from ddms_compile.write import apply, plan
from example_project import DATA
from strategies.toml_text import toml_text

ROOT = Path(__file__).parents[3]
TODAY = datetime.date(2026, 11, 23)
REMOVED = object()
"""In place of a value: the key is not there."""


class Rejected(AssertionError):  # noqa: N818  (a result of a story)
    """What the compiler refuses to build. `codes`: of its errors."""

    def __init__(self, codes: frozenset[str], text: str) -> None:
        super().__init__(text)
        self.codes = codes


@dataclass(frozen=True)
class Built:
    """The stacks of an environment, of its account, and everything else that was generated for it."""

    stacks: Mapping[str, Mapping[str, Any]]
    account: Mapping[str, Any]
    files: Mapping[str, str]


@dataclass
class Project:
    """`folder`: where it is; what earlier builds wrote there counts, as it does for a user."""

    folder: Path
    cache: Path
    shared: dict[str, Any] = field(default_factory=dict)
    data: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def shipped(cls, folder: Path, cache: Path, *names: str) -> "Project":
        """The shipped project with some of its environments."""
        environments = {name: tomllib.loads((DATA / f"environments/{name}.toml").read_text("utf-8")) for name in names}
        return cls(folder, cache, tomllib.loads((DATA / "ddms.toml").read_text("utf-8")), environments)

    def set(self, name: str, changes: Mapping[str, Any]) -> None:
        """Change settings of an environment, by dotted keys; a key that begins with `project.` is of `ddms.toml`."""
        for key, value in changes.items():
            tree = self.shared if key.startswith("project.") else self.data[name]
            *tables, last = key.split(".")
            for step in tables:
                tree = tree.setdefault(step, {})
            if value is REMOVED:
                del tree[last]
            else:
                tree[last] = copy.deepcopy(value)

    def build(self, name: str, **changes: Any) -> Built:
        """Change the environment's data (`__` in a name is a dot) and build. Raises Rejected, with nothing written."""
        before = copy.deepcopy((self.shared, self.data))
        self.set(name, {key.replace("__", "."): value for key, value in changes.items()})
        try:
            return self._build(name)
        except Rejected:
            self.shared, self.data = before
            raise

    def _build(self, name: str) -> Built:
        (self.folder / "environments").mkdir(parents=True, exist_ok=True)
        (self.folder / "ddms.toml").write_text(toml_text(self.shared), "utf-8")
        for path in (self.folder / "environments").glob("*.toml"):
            path.unlink()
        for other, tree in self.data.items():
            (self.folder / f"environments/{other}.toml").write_text(toml_text(tree), "utf-8")
        compiled = compile(Request(root=self.folder, today=TODAY, cache_dir=self.cache))
        errors = [found for found in compiled.checked.diagnostics if found.severity is Severity.ERROR]
        if errors:
            text = "\n".join(f"{found.code} {found.message} {found.notes} {found.help}" for found in errors)
            raise Rejected(frozenset(found.code for found in errors), text)
        written = plan(self.folder, compiled.artifacts, environments=None, force=False)
        assert not written.conflicts, written.conflicts
        apply(written)
        files = {artifact.path: artifact.text for artifact in compiled.artifacts}
        stacks = {
            path.split("/")[4]: json.loads(text)
            for path, text in files.items()
            if path.startswith(f"generated/{name}/terraform/stacks/")
        }
        number = stacks["foundation"]["provider"]["aws"][0]["allowed_account_ids"][0]
        account = json.loads(files[f"generated/bootstrap/terraform/stacks/{number}/cdk.tf.json"])
        return Built(stacks, account, files)
