"""A real hashicorp/aws provider, where the machine carries one in a filesystem mirror: it checks values too.

It is older than the version that we pin, so a copy of the stack is asked about, in which the pin is rewritten and the
arguments that the older provider does not know are dropped; the schema that it gives itself says which those are. What
the provider would ask of AWS is answered by locals in the place of data sources, so that no network is needed.
"""

import contextlib
import json
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from oracles.problem import Problem
from oracles.terraform import _problem, _variables, terraform_command

SOURCE = "registry.terraform.io/hashicorp/aws"
PLACES = ("/opt", "/usr/share", "/usr/local/share", "/usr/lib", "/var/lib")

LOCAL = ("aws_iam_policy_document", "aws_partition")
"""Data sources that the provider answers without asking AWS."""

ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "aws_caller_identity": {"account_id": "444455556666"},
    "aws_route53_zone": {
        "zone_id": "Z0123456789ABCDEFGHIJ",
        "arn": "arn:aws:route53:::hostedzone/Z0123456789ABCDEFGHIJ",
    },
    "aws_eks_cluster": {"endpoint": "https://mock.example.com", "certificate_authority": [{"data": "bW9jaw=="}]},
}


def mirror() -> tuple[Path, str] | None:
    """The mirror's folder and the version of the provider in it."""
    roots = [Path(os.environ["TF_PLUGIN_MIRROR"])] if "TF_PLUGIN_MIRROR" in os.environ else []
    roots += [child for place in PLACES if Path(place).is_dir() for child in sorted(Path(place).iterdir())]
    for root in roots:
        with contextlib.suppress(OSError):
            for version in sorted((root / SOURCE).glob("*/linux_*"), reverse=True):
                return root, version.parent.name
    return None


def unavailable() -> str | None:
    """Why no real provider can be asked, or None."""
    if terraform_command() is None:
        return "no Terraform"
    return None if mirror() else f"no filesystem mirror with {SOURCE} (TF_PLUGIN_MIRROR names one)"


@dataclass(frozen=True)
class RealAws:
    """The provider of a mirror."""

    folder: Path
    root: Path
    version: str

    def plan(self, document: Mapping[str, Any]) -> list[Problem]:
        """`validate` and plan the stack with it. Only stacks that use no other provider."""
        with self._planned(document) as (_, problems):
            return problems

    def shown(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """The plan as `terraform show -json` tells it. Raises AssertionError when there is none."""
        with self._planned(document) as (root, problems):
            assert problems == []
            found: dict[str, Any] = json.loads(self._run(root, "show", "-json", "plan"))
            return found

    @contextlib.contextmanager
    def _planned(self, document: Mapping[str, Any]) -> Iterator[tuple[Path, list[Problem]]]:
        """A folder with a file `plan`, and what Terraform and the provider object to."""
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            root = Path(folder)
            copy = _offline(self.older(document))
            (root / "main.tf.json").write_text(json.dumps(copy, indent=1), "utf-8")
            (root / "terraform.tfvars.json").write_text(json.dumps(_variables(document)), "utf-8")
            self._run(root, "init", "-input=false", "-no-color")
            output = self._run(root, "plan", "-json", "-input=false", "-no-color", "-out=plan")
            events = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
            problems = [
                _problem(event["diagnostic"])
                for event in events
                if event.get("type") == "diagnostic" and event["diagnostic"]["severity"] == "error"
            ]
            if not problems and not (root / "plan").exists():
                problems = [Problem("terraform plan", output[-2000:])]
            yield root, problems

    def older(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """The stack as the older provider can take it."""
        copy: dict[str, Any] = json.loads(json.dumps(document))
        copy["terraform"].pop("backend", None)
        copy["terraform"]["required_providers"]["aws"] = {"source": "hashicorp/aws", "version": self.version}
        for section, schemas in (("resource", "resource_schemas"), ("data", "data_source_schemas")):
            for kind, elements in copy.get(section, {}).items():
                block = self.schema[schemas].get(kind)
                for body in elements.values() if block else ():
                    _prune(body, block["block"])
        return copy

    @cached_property
    def schema(self) -> dict[str, Any]:
        """What `terraform providers schema` says of it."""
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            root = Path(folder)
            pin = {"aws": {"source": "hashicorp/aws", "version": self.version}}
            (root / "main.tf.json").write_text(json.dumps({"terraform": {"required_providers": pin}}), "utf-8")
            self._run(root, "init", "-input=false", "-no-color")
            answer = json.loads(self._run(root, "providers", "schema", "-json"))
            schema: dict[str, Any] = answer["provider_schemas"][SOURCE]
            return schema

    def _run(self, folder: Path, *arguments: str) -> str:
        rc = self.folder / "rc"
        rc.write_text(
            f'provider_installation {{\n  filesystem_mirror {{\n    path = "{self.root}"\n  }}\n}}\n', "utf-8"
        )
        command = terraform_command()
        assert command is not None
        environ = {
            "TF_CLI_CONFIG_FILE": str(rc),
            "CHECKPOINT_DISABLE": "1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_EC2_METADATA_DISABLED": "true",
            "PYTHONPATH": str(Path(__file__).parents[1]),
        }
        result = subprocess.run(
            [*command, *arguments],
            cwd=folder,
            env={**os.environ, **environ},
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        if result.returncode != 0 and arguments[0] != "plan":
            raise RuntimeError(f"terraform {arguments[0]}: {result.stdout[-2000:]}{result.stderr[-2000:]}")
        return result.stdout


@contextlib.contextmanager
def real_aws() -> Iterator[RealAws]:
    """The provider, with a folder of its own for its copies."""
    found = mirror()
    assert found is not None, unavailable()
    with tempfile.TemporaryDirectory() as folder:
        yield RealAws(Path(folder), *found)


def _prune(body: dict[str, Any], block: Mapping[str, Any]) -> None:
    """Drop what the schema does not know."""
    attributes, blocks = block.get("attributes", {}), block.get("block_types", {})
    meta = {"depends_on", "lifecycle", "count", "for_each", "provider"}
    for name in [name for name in body if name not in attributes and name not in blocks and name not in meta]:
        del body[name]
    for name, nested in blocks.items():
        for item in body.get(name, []) if isinstance(body.get(name), list) else [body[name]] if name in body else []:
            _prune(item, nested["block"])


def _offline(document: Mapping[str, Any]) -> dict[str, Any]:
    """The stack with answers in place of what the provider would ask of AWS."""
    text, answers = json.dumps(document), {}
    for kind, elements in document.get("data", {}).items():
        for name in elements if kind not in LOCAL else ():
            answers[f"{kind}_{name}"] = ANSWERS[kind]
            text = re.sub(rf"\bdata\.{kind}\.{name}\b", f"local.{kind}_{name}", text)
    copy: dict[str, Any] = json.loads(text)
    copy["data"] = {kind: elements for kind, elements in copy.get("data", {}).items() if kind in LOCAL}
    copy["locals"] = {**copy.get("locals", {}), **answers}
    (provider,) = copy["provider"]["aws"]
    provider.pop("allowed_account_ids", None)
    provider |= {
        "skip_credentials_validation": True,
        "skip_requesting_account_id": True,
        "skip_metadata_api_check": "true",
    }
    return copy
