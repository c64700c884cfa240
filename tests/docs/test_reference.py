"""The reference says what the code says."""

import json
import re
from pathlib import Path

from docs import reference
from docs.golden import hold
from docs.program import Shell
from docs.walk import ROOT, copied, folded

from ddms_compile.cli.commands import COMMANDS
from ddms_compile.spec.schema import DOCUMENTS, json_schema
from example_project import built

PAGES = ROOT / "docs/reference"
IN_AN_EMPTY_FOLDER = "ddms-compile init --yes --name shop --domain shop.example.com --account 111122223333"
EXAMPLES = {
    "ddms-compile build": "...\n1\n",
    "ddms-compile build --check": "...\n1\n",
    "ddms-compile check prod": "",
    "ddms-compile env list": "",
    "ddms-compile explain prod aws_db_instance.postgres.multi_az": "",
    "ddms-compile explain staging network.nat": "",
    "ddms-compile secrets prod --ci": "",
    "ddms-compile explain-code DDMS101": "",
    "ddms-compile schema project": "1\n2\n3\n4\n...\n",
    "ddms-compile synth": "",
    "ddms-compile completion bash": "1\n2\n...\n",
    "ddms-compile env new qa --from staging --cidr 10.30.0.0/16": "",
    "ddms-compile forget prod staging": "1\n2\n3\n4\n5\n...\n",
    "ddms-compile version": "1\n...\n",
}
"""Each example with the lines of its output that are shown; nothing: all."""


def test_the_reference_of_keys_is_current() -> None:
    """Each key with its meaning, type, default and values: as models, defaults and the example project have it."""
    hold(PAGES / "keys.md", reference.keys())


def test_every_key_of_the_schema_is_in_the_reference() -> None:
    """The reference has a row for each key that an editor completes."""
    page = (PAGES / "keys.md").read_text("utf-8")
    rows = set(re.findall(r"^\| `([^`]+)` \|", page, re.MULTILINE))
    for document in DOCUMENTS:
        schema = json_schema(document)
        for node in (schema, *schema["$defs"].values()):
            for name, held in node.get("properties", {}).items():
                if not re.search(r"\$ref", json.dumps(held)):
                    assert name in rows, name


def test_the_reference_of_codes_is_current() -> None:
    """Each code with its title."""
    hold(PAGES / "diagnostics.md", reference.diagnostics())


def test_the_reference_of_commands_is_current(tmp_path: Path) -> None:
    """Each command with its options and an example, which is run."""
    folder, empty = tmp_path / "project", tmp_path / "shop"
    folder.mkdir()
    empty.mkdir()
    copied(folder)
    outputs = {IN_AN_EMPTY_FOLDER: folded(Shell(empty).run(IN_AN_EMPTY_FOLDER), "")}
    outputs |= {line: folded(Shell(folder).run(line), shown) for line, shown in EXAMPLES.items()}
    page = reference.commands(outputs)
    for command in COMMANDS:
        assert re.search(rf"^\$ ddms-compile (-q )?{' '.join(command.PATH)}\b", page, re.MULTILINE), command.PATH
    hold(PAGES / "commands.md", page)


def test_the_runbook_of_the_reference_is_current() -> None:
    """A reader without a project sees what the runbook of an environment holds."""
    hold(PAGES / "runbook.md", reference.runbook((built() / "generated/prod/RUNBOOK.md").read_text("utf-8")))
