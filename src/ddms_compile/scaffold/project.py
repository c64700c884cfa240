"""The files of a new project, about 15 lines of TOML."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The answers of `init`. `repository`: `owner/name` on GitHub; `domain`: the parent of environments' domains."""

    name: str
    repository: str
    domain: str
    account: str
    region: str
    email: str


_IGNORED = (".ddms-compile/", ".terraform/", "*.tfstate", "*.tfstate.*", "*.tfplan", "cdktf.out/", ".env")
"""Working files that must not be committed: the compiler's, Terraform's, and local secrets."""

_GENERATED = ("generated/**", ".github/workflows/ci-cd.yml")
"""Files whose bytes `build --check` compares, on every system, and that GitHub collapses in reviews."""


def settings_of_git() -> Mapping[str, str]:
    """Path -> text of git's own files, for a repository that has none."""
    return {
        ".gitattributes": "".join(f"{pattern} text eol=lf linguist-generated\n" for pattern in _GENERATED),
        ".gitignore": "".join(f"{pattern}\n" for pattern in _IGNORED),
    }


def new_project(answers: Answers, *, compiler: str) -> Mapping[str, str]:
    """Path -> text. Strings are quoted, so that any answer yields TOML; `check` decides whether it is valid.

    `compiler`: the release of ddms-compile that the pipeline installs.
    """
    quoted = {name: json.dumps(getattr(answers, name), ensure_ascii=False) for name in Answers.__slots__}
    staging = json.dumps(f"staging.{answers.domain}", ensure_ascii=False)
    return {
        "ddms.toml": _PROJECT.format(**quoted, compiler=json.dumps(compiler)),
        "environments/local.toml": 'tier = "local"\n',
        "environments/staging.toml": _STAGING.format(**quoted, root_domain=staging),
    }


def slug(text: str) -> str:
    """Return a project name from a folder's name; `app` when the name has no usable characters."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).lstrip("0123456789-")[:16].rstrip("-") or "app"


_PROJECT = """\
[project]
name = {name}
repository = {repository}
account = {account}
region = {region}

[edge]
controller = "traefik"
tls = {{ email = {email} }}

[ci]
compiler = {compiler}
"""

_STAGING = """\
tier = "staging"
aws = {{ account = {account}, region = {region} }}
dns = {{ root_domain = {root_domain} }}
network = {{ cidr = "10.10.0.0/16" }}

[cluster.nodes.general]
instance_types = ["t4g.large"]
min = 2
max = 4
"""
