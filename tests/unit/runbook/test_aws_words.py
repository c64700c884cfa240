"""The runbook's calls of the AWS CLI, held to the descriptions from which the CLI is made (botocore's)."""

import re

import pytest

from ddms_compile.github import emit_workflows
from ddms_compile.runbook import emit_runbook
from delivery_cases.project import emitted, specs
from oracles.aws_words import calls, data, objections


def checked(script: str) -> tuple[int, list[str]]:
    """How many calls there are, and all that is wrong with them."""
    if data() is None:
        pytest.skip("UNCHECKED words of the AWS CLI: no botocore in .cache/moto; `make e2e-aws` installs it")
    found = calls(script)
    return len(found), [wrong for words in found for wrong in objections(words)]


@pytest.mark.parametrize("name", ["prod", "staging"])
def test_the_aws_cli_knows_every_word_of_a_runbook(name: str) -> None:
    """Operations, waiters and options exist, what is required is given, and a query asks for what the answer has."""
    text = emitted(emit_runbook, specs())[f"generated/{name}/RUNBOOK.md"].text
    script = "\n".join(re.findall(r"^```bash\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))
    count, wrong = checked(script)
    assert wrong == []
    assert count == len(re.findall(r"(?<![\w/.-])aws (?=[a-z])", script)) >= 30


def test_the_aws_cli_knows_every_word_of_the_pipeline() -> None:
    """The same for the scripts that the workflow runs."""
    scripts = [each.text for path, each in emitted(emit_workflows, specs()).items() if path.endswith(".sh")]
    count, wrong = checked("\n".join(scripts))
    assert wrong == [] and count >= 2


@pytest.mark.parametrize(
    ("command", "wrong"),
    [
        ("aws rds describe-db-instance", "no such operation"),
        ("aws rds wait db-instance-ready --db-instance-identifier x", "no waiter"),
        ("aws rds describe-db-instances --db-identifier x", "--db-identifier"),
        ("aws rds delete-db-instance --no-delete-automated-backups", "lacks DBInstanceIdentifier"),
        ("aws rds describe-db-instances --query 'DBInstances[0].Hostname'", "the answer has no Hostname"),
        ('x="$(aws eks update-kubeconfig --cluster x)"', "--cluster"),
    ],
)
def test_a_wrong_word_is_found(command: str, wrong: str) -> None:
    """The check is able to fail, at each kind of word."""
    _, found = checked(command)
    assert len(found) == 1 and wrong in found[0]
