"""The runbook: commands that bash and shellcheck accept, about things that are there."""

import json
import os
import re
import tempfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ddms_compile.addons import addons
from ddms_compile.gates.document import untraced
from ddms_compile.kubernetes.helm.engine import documents
from ddms_compile.kubernetes.values.application import app_values
from ddms_compile.provenance.origins import origins
from ddms_compile.provenance.traced import Traced
from ddms_compile.resolve import resolve_all
from ddms_compile.runbook import emit_runbook
from ddms_compile.runbook.names import conditions, names
from ddms_compile.runbook.template import anchor, blocks, span
from ddms_compile.terraform.emit import emit_terraform
from delivery_cases.fakes import run, unavailable
from delivery_cases.project import ROOT, Specs, changed, emitted, forced, specs
from example_project import built
from oracles import shell

AWS = ("prod", "staging")


def variants() -> dict[str, Specs]:
    """Environments that differ in what the runbook depends on."""
    prod = specs()["prod"]
    return {
        "shipped": specs(),
        "own-password": {"prod": changed(prod, postgres__password="variable", redis__auth="none")},
        "no-backups": {"prod": changed(prod, backup__velero__enabled=False, redis__snapshots__retention_days=0)},
        "carried-secrets": {"prod": changed(prod, security__secrets="kubernetes", state__backend="local")},
        "dns-01": {"prod": changed(prod, edge__scheme="internal", edge__tls__challenge="dns-01")},
    }


def runbook(of: Specs, name: str = "prod") -> str:
    """The text of one environment."""
    return emitted(emit_runbook, of)[f"generated/{name}/RUNBOOK.md"].text


def commands(text: str) -> list[str]:
    """What stands in the blocks of code."""
    return [found[1] for found in re.findall(r"^(`{3,})bash\n(.*?)^\1$", text, re.MULTILINE | re.DOTALL)]


def strings(node: Any) -> set[str]:
    """Every string of a document."""
    match node:
        case dict():
            return set().union(*map(strings, node.values()))
        case list():
            return set().union(*map(strings, node))
        case str():
            return {node}
    return set()


def stack(environment: str, name: str) -> dict[str, Any]:
    """A stack as it is committed."""
    path = built() / "generated" / environment / "terraform/stacks" / name / "cdk.tf.json"
    document: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return document


@pytest.mark.parametrize("variant", variants())
def test_bash_and_shellcheck_object_to_nothing(variant: str) -> None:
    """All commands of a runbook, one after another, are a script that shellcheck accepts."""
    reason = shell.unavailable()
    if reason:
        pytest.skip(f"UNCHECKED runbooks: {reason}")
    for artifact in emitted(emit_runbook, variants()[variant]).values():
        assert shell.problems("#!/usr/bin/env bash\n" + "\n".join(commands(artifact.text))) == []


@pytest.mark.parametrize("name", AWS)
def test_what_it_names_is_in_terraform(name: str) -> None:
    """Every name in a command that names something in AWS is that of a resource in the environment's own stacks."""
    script = "\n".join(commands(runbook(specs(), name)))
    known = strings(stack(name, "foundation"))
    flags = (
        "cluster-name|name|db-instance-identifier|source-db-instance-identifier|db-subnet-group-name"
        "|replication-group-id|master-user-secret-kms-key-id|secret-id|source-identifier"
    )
    found = set(re.findall(rf"--(?:{flags}) ([a-z][\w./-]*)", script))
    # Only the procedure itself makes these two.
    made = {f"ddms-{name}-postgres-new", f"ddms-{name}-postgres-before"}
    assert len(found - made) >= 6
    assert found - made <= known


@pytest.mark.parametrize("name", AWS)
def test_terraform_addresses_and_outputs_exist(name: str) -> None:
    """Resources that are imported or replaced, and outputs that are read, are in the stack that is named."""
    script = "\n".join(commands(runbook(specs(), name)))
    foundation = stack(name, "foundation")
    addresses = set(re.findall(r"\b(aws_[a-z_]+)\.([a-z_]+)\b", script))
    assert {kind for kind, _ in addresses} == {
        "aws_backup_vault",
        "aws_db_instance",
        "aws_elasticache_replication_group",
        "aws_kms_key",
    }
    assert all(address in foundation["resource"][kind] for kind, address in addresses)
    outputs = set(re.findall(r"\.(\w+)\.value\b", script))
    assert outputs == {"postgres_host", "postgres_secret_arn", "redis_host"} and outputs <= set(foundation["output"])
    folders = set(re.findall(r"-chdir=(\S+)", script))
    assert folders == {f"generated/{name}/terraform/stacks/{each}" for each in ("foundation", "platform")}
    assert all((built() / folder / "cdk.tf.json").exists() for folder in folders)
    given_variables = set(re.findall(r"TF_VAR_(\w+)=", script))
    assert given_variables <= set(foundation["variable"])


@pytest.mark.parametrize("secrets", ["external-secrets", "kubernetes"])
def test_a_restore_forgets_what_is_bound_to_the_old_password(secrets: str) -> None:
    """A restored database has another entry: what Terraform would have to replace because of it leaves the state."""
    of = specs() | {"prod": changed(specs()["prod"], security__secrets=secrets)}
    made = emitted(emit_terraform, of)["generated/prod/terraform/stacks/foundation/cdk.tf.json"].text
    resources = json.loads(made)["resource"]
    bound = {
        f"{kind}.{key}"
        for kind, found in resources.items()
        for key, arguments in found.items()
        if "aws_db_instance.postgres.master_user_secret" in str(arguments.get("secret_id", ""))
    }
    forgotten = set(re.findall(r"state rm (\S+)", "\n".join(commands(runbook(of)))))
    assert bound == {address for address in forgotten if "_secret_rotation." in address}
    assert bool(bound) is (secrets == "kubernetes")


@pytest.mark.parametrize("name", AWS)
def test_files_that_it_names_exist(name: str) -> None:
    """Charts, scripts and data are where the runbook says."""
    text = runbook(specs(), name)
    for path in (
        f"environments/{name}.toml",
        "generated/ci/deploy.sh",
        "generated/ci/upgrade-crds.sh",
        "helm/application",
    ):
        assert path in text and (built() / path).exists()


@pytest.mark.parametrize("variant", variants())
def test_links_lead_to_headings(variant: str) -> None:
    """Every link inside a runbook has its heading, in every variant."""
    for artifact in emitted(emit_runbook, variants()[variant]).values():
        headings = {anchor(line[3:]) for line in artifact.text.splitlines() if line.startswith("## ")}
        links = set(re.findall(r"\]\(#([^)]+)\)", artifact.text))
        assert links and links <= headings


@pytest.mark.parametrize("project", ["ddms", "web-shop", "a1-b2c"])
def test_every_alert_of_ours_has_its_heading(project: str) -> None:
    """Alerts of the application's chart and of the add-ons' values are explained, where the chart links to."""
    of = specs() | {"prod": changed(specs()["prod"], project__name=project)}
    environment = resolve_all(of)["prod"]
    rendered = documents(ROOT / "helm/application", untraced(app_values(environment)), name=project, namespace=project)
    (alerting,) = [found for each in rendered if (found := yaml.safe_load(each.text))["kind"] == "PrometheusRule"]
    rules = alerting["spec"]["groups"][0]["rules"]
    alerts = {rule["alert"] for rule in rules}
    for addon in addons(environment):
        alerts |= {str(o.value) for path, o in origins(addon.values, addon.name) if path.rpartition(".")[2] == "alert"}
    mine = "".join(part.capitalize() for part in project.split("-"))
    wanted = {f"{mine}HighErrorRate", f"{mine}ReplicaShortage", f"{mine}SecretNotRefreshed", "VeleroBackupFailed"}
    assert wanted <= alerts
    headings = set(re.findall(r"^## (\w+)$", runbook(of), re.MULTILINE))
    assert alerts <= headings
    urls = {rule["annotations"]["runbook_url"].partition("#")[2] for rule in rules}
    assert urls <= {anchor(heading) for heading in headings}


def test_every_procedure_is_there_in_every_variant() -> None:
    """What cannot be done in an environment says so under its heading: links from elsewhere do not break."""
    sections = {variant: re.findall(r"^## (.+)$", runbook(of), re.MULTILINE) for variant, of in variants().items()}
    assert len({tuple(found) for found in sections.values()}) == 1
    for wanted in (
        "Restore the database",
        "Rebuild the cache",
        "Restore a namespace",
        "Redeploy",
        "Upgrade Kubernetes",
        "Update the node AMIs",
        "Upgrade PostgreSQL",
        "Upgrade an add-on",
        "Destroy the environment",
        "Recreate the environment",
    ):
        assert wanted in sections["shipped"]


def test_no_placeholder_is_left() -> None:
    """Names and conditions of the template are those that are given, neither more nor fewer."""
    template = (ROOT / "src/ddms_compile/runbook/text.md").read_text("utf-8")
    environment = resolve_all(specs())["prod"]
    assert set(re.findall(r"<<(\w+)>>", template)) == set(names(environment))
    used = set(re.findall(r"<!-- when: (\w+) -->", template))
    assert used <= set(conditions(environment))
    assert all("<<" not in re.sub(r"<<<", "", artifact.text) for artifact in emitted(emit_runbook, specs()).values())


def test_laptops_have_none() -> None:
    """There is nothing to recover on a laptop."""
    assert set(emitted(emit_runbook, specs())) == {f"generated/{name}/RUNBOOK.md" for name in AWS}


TRAPS = (
    "'",
    '"',
    "$(touch PWNED)",
    "`touch PWNED`",
    "; touch PWNED;",
    "\n",
    "\ntouch PWNED\n",
    "```",
    "|",
    "*",
    "😀",
    "\\",
    " ",
)
hostile = st.lists(st.sampled_from(TRAPS), min_size=1, max_size=5).map("".join)


@given(hostile)
@settings(max_examples=15)
@example("'; touch PWNED #\n")
def test_a_name_is_never_a_command(value: str) -> None:
    """Whatever stands in the data, bash takes it for one word: no command of it runs."""
    reason = unavailable()
    if reason:
        pytest.skip(f"UNCHECKED runbooks: {reason}")
    hurt = forced(
        specs()["prod"],
        project__name=f"p{value}",
        aws__region=value,
        project__chart=value,
        dns__hosts__api=f"a{value}",
    )
    environment = resolve_all({"prod": forced(hurt, aws__region="eu-west-1")})["prod"]
    given_names = {**names(environment), "region": Traced(value), "account": Traced(value)}
    template = (ROOT / "src/ddms_compile/runbook/text.md").read_text("utf-8")
    made = "\n\n".join(block.text.value for block in blocks(template, given_names, conditions(environment)))
    script = "\n".join(commands(made)).replace("sleep 10", "sleep 0")
    fakes = ("aws", "terraform", "kubectl", "helm", "gh", "openssl", "curl")
    with tempfile.TemporaryDirectory() as folder:
        answers = dict.fromkeys(fakes, "true") | {"aws": 'case "$*" in *SecretStatus*) echo active ;; esac'}
        result = run(Path(folder), script, {}, answers)
        assert not any("PWNED" in files for _, _, files in os.walk(folder))
        (login,) = [call for call in result.of("aws") if "update-kubeconfig" in call.arguments]
        assert login.arguments == ("aws", "eks", "update-kubeconfig", "--region", value, "--name", f"p{value}-prod")


@given(st.text(min_size=1).filter(str.strip))
def test_a_span_of_code_ends_where_it_should(value: str) -> None:
    """Nothing in a name is Markdown: the marks around it are longer than any in it, and it is on one line."""
    made = span(value)
    mark = re.match("`+", made)
    assert mark and made.endswith(mark[0]) and "\n" not in made
    inside = made[len(mark[0]) : -len(mark[0])]
    assert mark[0] not in re.findall("`+", inside)


def test_blocks_that_come_and_go_move_no_other() -> None:
    """The leaves have the same places in every variant, and a block that is not there knows why."""
    made = {name: emitted(emit_runbook, of)["generated/prod/RUNBOOK.md"].origins for name, of in variants().items()}
    assert len({tuple(found) for found in made.values()}) == 1
    gone = {place for place, origin in made["no-backups"].items() if origin.value != made["shipped"][place].value}
    for place in gone:
        keys = made["shipped"][place].keys
        assert keys & {"backup.velero.enabled", "redis.snapshots.retention_days"}
