"""Every procedure of the runbook is run, in order, in a world that changes with it."""

import json
import re
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from ddms_compile.resolve import resolve_all
from ddms_compile.runbook import emit_runbook
from ddms_compile.runbook.names import conditions, names
from ddms_compile.runbook.template import blocks
from ddms_compile.spec import EnvironmentSpec
from ddms_compile.terraform.emit import emit_terraform
from delivery_cases.fakes import unavailable
from delivery_cases.project import changed, emitted, specs
from example_project import built
from fake_world.server import Played, play
from fake_world.world import ROOT, World, running
from oracles.aws_words import data
from oracles.programs import helm, kubectl

NOBODY = {
    "apiVersion": "v1",
    "kind": "Config",
    "current-context": "nobody",
    "clusters": [{"name": "nobody", "cluster": {"server": "http://127.0.0.1:9"}}],
    "contexts": [{"name": "nobody", "context": {"cluster": "nobody"}}],
}
UNREACHABLE = re.compile(r"refused|unreachable|unable to connect|crds\.yaml\" does not exist", re.IGNORECASE)
"""How kubectl and Helm end after they have taken the words; the script deletes its file of CRDs when it ends."""

Check = Callable[[World], bool]


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """`before`: what has happened. `without`: blocks of the section that are another way to the same end."""

    after: Check
    before: Callable[[World], object] = lambda _: None
    inputs: str = ""
    without: tuple[str, ...] = ()


def serves(world: World) -> bool:
    """Nothing has changed for the worse."""
    return world.release == "deployed" and world.replicas > 0 and not world.locked


def restored(world: World) -> bool:
    """A restored database has the old name and an entry of its own, and is in the state; the old one is gone."""
    held = world.databases[world.database]
    managed = bool(world.only("aws_db_instance").get("manage_master_user_password"))
    return (
        bool(held.get("restored"))
        and (held["entry"] in world.secrets) is managed
        and list(world.databases) == [world.database]
        and f"{world.database}-before-final" in world.database_snapshots
        and world.state["foundation"] == world.addresses("foundation")
        and world.applied == ["foundation"]
        and serves(world)
    )


def rebuilt(world: World) -> bool:
    """The same name, the same token, known to Terraform."""
    return (
        world.caches[world.cache] == {"token": "old", "old": None}
        and world.state["foundation"] == world.addresses("foundation")
        and serves(world)
    )


def torn_down(world: World) -> bool:
    """Nothing is left but what backups need."""
    return world.destroyed and world.release == "absent" and not any(world.state.values())


def began_again(world: World) -> bool:
    """Entries, keys and vault are Terraform's again."""
    needed = {"aws_kms_key.data", "aws_kms_key.backup", "aws_backup_vault.main", "aws_secretsmanager_secret.app"}
    return needed <= world.state["foundation"] and not world.deleted_secrets


def counter(world: World) -> str:
    """The variable that counts rotations."""
    return world.variables.get(f"SECRETS_VERSION_{world.name.upper()}", "")


def claim_sizes(world: World) -> list[str]:
    """The sizes that volume claims were given, in order."""
    patches = [words[-1] for words in world.kubectl if "patch" in words and "persistentvolumeclaim/db-0" in words]
    return [json.loads(patch)["spec"]["resources"]["requests"]["storage"] for patch in patches]


def signed(world: World) -> list[str]:
    """The values of the application's entry."""
    return world.secrets[f"ddms/{world.name}/app"]


CASES: dict[str, tuple[Case, ...]] = {
    "Access the cluster": (Case(after=serves),),
    "First apply in an existing AWS account": (Case(after=serves),),
    "Restore the database": (
        Case(after=restored, without=("restore-db-instance-from-db-snapshot",)),
        Case(after=restored, without=("restore-db-instance-to-point-in-time",)),
    ),
    "Rebuild the cache": (Case(after=rebuilt),),
    "Restore a namespace": (Case(after=lambda w: serves(w) and "ddms-look" not in w.namespaces),),
    "Redeploy": (
        Case(
            after=lambda w: serves(w) and w.revision == 9 and "dispatch" in w.runs and "ROLLBACK_TO" not in w.variables,
        ),
    ),
    "Failed or canceled run": (Case(after=lambda w: w.runs[-1] == "run rerun"),),
    "Image without a valid signature": (Case(after=lambda w: w.runs[-1] == "run rerun"),),
    "Two runs waiting for approval": (Case(after=serves),),
    "Stale state lock": (
        Case(before=lambda w: setattr(w, "locked", "foundation"), after=serves, without=("platform.tfstate.tflock",)),
        Case(before=lambda w: setattr(w, "locked", "platform"), after=serves, without=("foundation.tfstate.tflock",)),
    ),
    "Pending Helm release": (Case(before=lambda w: setattr(w, "release", "pending-upgrade"), after=serves),),
    "Runner cannot connect to the cluster": (Case(after=serves),),
    "Access denied": (Case(after=serves),),
    "Certificate not issued or expired": (Case(after=serves),),
    "Drain a node": (
        Case(inputs="ip-10-0-0-1\n", without=("uncordon",), after=lambda w: w.terminated == ["i-0123456789abcdef0"]),
        Case(inputs="ip-10-0-0-1\n", without=("terminate-instance",), after=lambda w: not (w.cordoned or w.terminated)),
    ),
    "Rotate the JWT secret": (
        # A key in front, the old one removed, and back: the value before.
        Case(after=lambda w: len(signed(w)) == 4 and signed(w)[3] == signed(w)[1] and " first" in signed(w)[1]),
    ),
    "Rotate the database password": (Case(after=lambda w: len(w.rotated) == 1),),
    "Rotate the cache token": (
        Case(after=lambda w: counter(w) == "2" and "REDIS_AUTH_TOKEN" in w.github_secrets),
        Case(
            before=lambda w: w.variables.update({f"SECRETS_VERSION_{w.name.upper()}": "9"}),
            after=lambda w: counter(w) == "10",
        ),
    ),
    "Rotate an exposed cache token": (Case(after=lambda w: w.caches[w.cache] == {"token": "old", "old": None}),),
    "Rotate the other secrets": (
        Case(
            inputs="https://hooks.example.com/services/x\n",
            after=lambda w: counter(w) == "2" and w.github_secrets["SLACK_WEBHOOK_URL"].startswith("https://"),
        ),
    ),
    "Upgrade Kubernetes": (Case(after=serves),),
    "Update the node AMIs": (Case(after=serves),),
    "Upgrade PostgreSQL": (
        Case(
            after=lambda w: f"{w.database}-before-upgrade" in w.database_snapshots and w.applied == ["foundation"],
        ),
    ),
    "Upgrade Redis": (Case(after=lambda w: serves(w) and f"{w.cache}-upgrade" in w.cache_snapshots),),
    "Change a database parameter": (Case(after=lambda w: w.databases[w.database]["rebooted"] is True),),
    "Replace the load balancer": (Case(after=lambda w: serves(w) and w.applied == ["platform"]),),
    "Grow a monitoring volume": (Case(after=lambda w: w.applied == ["platform"] and len(claim_sizes(w)) == 2),),
    "Shrink a monitoring volume": (Case(after=lambda w: serves(w) and w.applied == ["platform"]),),
    "Upgrade an add-on": (Case(after=lambda w: w.applied == ["platform"]),),
    "Destroy the environment": (Case(after=torn_down),),
    "Recreate the environment": (Case(before=World.end, inputs="1234abcd\n5678abcd\n", after=began_again),),
    "DdmsHighErrorRate": (Case(after=serves),),
    "DdmsReplicaShortage": (Case(after=serves),),
    "DdmsSecretNotRefreshed": (Case(after=serves),),
    "VeleroBackupFailed": (Case(after=serves),),
    "VeleroBackupMissing": (Case(after=serves),),
}
WITHOUT_COMMANDS = {
    "Contents": "a list of links",
    "Inventory": "a table of names",
}
"""Sections that are not rehearsed, and why."""

AWS = ("prod", "staging")
BEGINS_ITSELF = ("Access the cluster", "Recreate the environment")
"""Sections that need nothing from "Access the cluster"."""


def variants() -> dict[str, EnvironmentSpec]:
    """Environments whose runbooks hold all blocks between them."""
    prod = specs()["prod"]
    return {
        "prod": prod,
        "staging": specs()["staging"],
        "own-password": changed(prod, postgres__password="variable", redis__snapshots__retention_days=0),
        "carried-secrets": changed(prod, security__secrets="kubernetes"),
        "by-hand": changed(prod, state__backend="local", redis__auth="none", backup__velero__enabled=False),
    }


OTHERWISE: dict[tuple[str, str], Case] = {
    ("own-password", "Rotate the database password"): Case(
        after=lambda w: counter(w) == "2" and "DATABASE_PASSWORD" in w.github_secrets
    ),
    ("own-password", "Rebuild the cache"): Case(after=lambda w: serves(w) and w.applied == ["foundation"]),
    ("by-hand", "Rebuild the cache"): Case(after=lambda w: w.caches == {w.cache: {"token": None, "old": None}}),
    ("by-hand", "Redeploy"): Case(after=lambda w: serves(w) and w.revision == 9 and not w.runs),
}
"""Where a variant ends otherwise."""

TURNS = [(name, title, index) for name in AWS for title in CASES for index in range(len(CASES[title]))]


@pytest.fixture(autouse=True)
def needed() -> None:
    """Says loudly when nothing can be rehearsed."""
    reason = unavailable() or ("no botocore in .cache/moto; `make e2e-aws` installs it" if data() is None else None)
    if reason:
        pytest.skip(f"UNCHECKED rehearsals of the runbook: {reason}")


@cache
def sections(variant: str) -> dict[str, list[str]]:
    """The blocks of commands of each section."""
    spec = variants()[variant]
    name = "staging" if variant == "staging" else "prod"
    text = emitted(emit_runbook, specs() | {name: spec})[f"generated/{name}/RUNBOOK.md"].text
    found = re.split(r"^## (.+)\n", text, flags=re.MULTILINE)
    pattern = re.compile(r"^(`{3,})bash\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
    return {
        title: [block[1] for block in pattern.findall(body)]
        for title, body in zip(found[1::2], found[2::2], strict=True)
    }


@cache
def stacks(variant: str) -> str:
    """The two stacks of a variant, as JSON: each rehearsal gets its own copy."""
    name = "staging" if variant == "staging" else "prod"
    made = emitted(emit_terraform, specs() | {name: variants()[variant]})
    folder = f"generated/{name}/terraform/stacks"
    return json.dumps(
        {each: json.loads(made[f"{folder}/{each}/cdk.tf.json"].text) for each in ("foundation", "platform")}
    )


def rehearsed(world: World, held: dict[str, list[str]], title: str, case: Case) -> Played:
    """Run the section after "Access the cluster", as a reader does."""
    case.before(world)
    # A look at the plan needs the lock that the reader came for.
    reach = [block.partition("terraform ")[0] if world.locked else block for block in held["Access the cluster"]]
    chosen = [block for block in held[title] if not any(part in block for part in case.without)]
    assert len(held[title]) - len(chosen) == len(case.without)
    wanted = chosen if title in BEGINS_ITSELF else [*reach, *chosen]
    return play(world, "\n".join(wanted), case.inputs)


def test_every_section_is_rehearsed_or_says_why_not() -> None:
    """No procedure is added without its rehearsal."""
    held = sections("prod")
    assert set(CASES) | set(WITHOUT_COMMANDS) == set(held) and not set(CASES) & set(WITHOUT_COMMANDS)
    assert all(held[title] for title in CASES)
    assert not any(held[title] for title in WITHOUT_COMMANDS)


def test_every_block_of_the_text_is_rehearsed() -> None:
    """The variants hold every block of commands that the text has, whatever its condition."""
    text = (ROOT / "src/ddms_compile/runbook/text.md").read_text("utf-8")
    wanted = len(re.findall(r"^```bash$", text, re.MULTILINE))
    environments = resolve_all(variants())
    shown = [
        {block.place for block in blocks(text, names(each), conditions(each)) if block.text.value.startswith("```")}
        for each in environments.values()
    ]
    assert len(set().union(*shown)) == wanted


@pytest.mark.parametrize(("name", "title", "index"), TURNS)
def test_a_procedure_reaches_its_end(name: str, title: str, index: int) -> None:
    """Under `bash -euo pipefail`, every command is accepted, no value is empty, and the world is as it should be."""
    world = reaches_its_end(name, title, CASES[title][index])
    if name == "prod":  # staging uses the same words
        assert refusals(world) == []


@pytest.mark.parametrize("variant", [name for name in variants() if name not in AWS])
def test_what_a_variant_does_otherwise_reaches_its_end(variant: str) -> None:
    """The same for each section that reads otherwise where keys differ."""
    held, shipped = sections(variant), sections("prod")
    different = [title for title in CASES if held[title] and held[title] != shipped[title]]
    assert different
    for title in different:
        cases = (OTHERWISE[variant, title],) if (variant, title) in OTHERWISE else CASES[title]
        for case in cases:
            reaches_its_end(variant, title, case)


def reaches_its_end(variant: str, title: str, case: Case) -> World:
    """The world after the section."""
    world = running("staging" if variant == "staging" else "prod", json.loads(stacks(variant)))
    if sections(variant)[title]:  # else its data turns the section off, and it says so
        played = rehearsed(world, sections(variant), title, case)
        assert played.code == 0, f"{title}: {played.output}"
        assert world.trouble == [], title
        assert case.after(world), f"{title}: {world}"
    return world


def refusals(world: World) -> list[str]:
    """What the real kubectl and Helm say to the same words, before a server that is not there."""
    return [
        f"{words}: {said}"
        for program, calls in ((kubectl(), world.kubectl), (helm(), world.helm))
        for words in dict.fromkeys(map(tuple, calls))
        if not UNREACHABLE.search(said := refusal(program, words))
    ]


@cache
def refusal(program: str, words: tuple[str, ...]) -> str:
    """How the program ends: with the port where nobody listens, if it takes the words."""
    if words[:2] == ("show", "crds"):
        return "refused"  # it would load a chart from its repository; its options: tests/unit/github/test_programs.py
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config"
        config.write_text(json.dumps(NOBODY))
        environment = {"KUBECONFIG": str(config), "HOME": folder, "HELM_CACHE_HOME": folder}
        done = subprocess.run(
            [program, *words],
            cwd=built(),
            env=environment,
            input="{}",
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    return done.stderr
