"""A cloud that is none: moto answers the calls of AWS on the loopback, and a real provider applies stacks to it.

Runs in the environment of `.requirements/moto.txt`. What moto does not know is named by a table (`e2e_aws.left_out`);
everything else of a stack is applied as it was generated, but for the arguments that the provider of the machine's
mirror is too old for (`oracles.real_aws`).
"""

import contextlib
import json
import logging
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from moto.server import ThreadedMotoServer

SECONDS = 400
"""For one command of Terraform."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account of the pretended cloud."""

    number: str
    region: str
    environ: Mapping[str, str]

    def client(self, service: str) -> Any:
        """A client of one service."""
        return boto3.client(
            service,
            region_name=self.region,
            endpoint_url=self.environ["AWS_ENDPOINT_URL"],
            aws_access_key_id=self.environ["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.environ["AWS_SECRET_ACCESS_KEY"],
            aws_session_token=self.environ["AWS_SESSION_TOKEN"],
        )


@contextlib.contextmanager
def cloud() -> Iterator[str]:
    """The address of a server that ends with the context."""
    os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def account(address: str, number: str, region: str) -> Account:
    """A session in an account; moto tells the accounts apart by the role that was assumed."""
    sts = boto3.client(
        "sts", region_name=region, endpoint_url=address, aws_access_key_id="test", aws_secret_access_key="test"
    )
    answer = sts.assume_role(RoleArn=f"arn:aws:iam::{number}:role/administrator", RoleSessionName="e2e")
    keys = answer["Credentials"]
    environ = {
        "AWS_ENDPOINT_URL": address,
        "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
        "AWS_SESSION_TOKEN": keys["SessionToken"],
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
    return Account(number=number, region=region, environ=environ)


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """A folder with one stack, in which Terraform runs as a person would run it."""

    folder: Path
    environ: Mapping[str, str]

    def write(self, document: Mapping[str, Any]) -> None:
        """Put the stack there."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "cdk.tf.json").write_text(json.dumps(document, indent=1), "utf-8")

    def up(self, *options: str) -> None:
        """`init` and `apply`."""
        self._run("init", "-input=false", "-no-color", "-reconfigure")
        self._run("apply", "-auto-approve", "-input=false", "-no-color", *options)

    def down(self, *options: str) -> None:
        """`destroy`."""
        self._run("destroy", "-auto-approve", "-input=false", "-no-color", *options)

    def addresses(self) -> list[str]:
        """The managed resources in the state."""
        return [line for line in self._run("state", "list").split() if not line.startswith("data.")]

    def attributes(self) -> dict[str, dict[str, Any]]:
        """The attributes of each resource in the state, by its address."""
        values = json.loads(self._run("show", "-json")).get("values", {})
        return {item["address"]: item["values"] for item in values.get("root_module", {}).get("resources", [])}

    def changes(self) -> set[str]:
        """What `plan` would change now, each as `kind.argument`."""
        self._run("plan", "-input=false", "-no-color", "-out=plan")
        resources = json.loads(self._run("show", "-json", "plan")).get("resource_changes", [])
        changed = [item for item in resources if item["change"]["actions"] not in (["no-op"], ["read"])]
        return {f"{item['type']}.{name}" for item in changed for name in _differing(item["change"])}

    def _run(self, *arguments: str) -> str:
        program = shutil.which("terraform")
        assert program is not None
        result = subprocess.run(
            [program, *arguments],
            cwd=self.folder,
            env={**os.environ, **self.environ, "CHECKPOINT_DISABLE": "1"},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        if result.returncode != 0:
            errors = result.stderr[-6000:] or result.stdout[-3000:]
            raise AssertionError(f"terraform {arguments[0]} in {self.folder.name}:\n{errors}")
        return result.stdout


def _differing(change: Mapping[str, Any]) -> list[str]:
    """The arguments that differ, or `*` of a thing that is made or ends. Empty is as good as absent."""
    before, after = change["before"], change["after"]
    if before is None or after is None:
        return ["*"]
    return [name for name in after if (after[name] or None) != (before.get(name) or None)]
