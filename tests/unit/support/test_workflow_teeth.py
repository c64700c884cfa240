"""The oracles of workflows and of shell object to each kind of mistake that we rely on them for."""

from collections.abc import Callable

import pytest

from oracles import shell, workflows

GOOD = """\
name: Good
on:
  push:
    branches: [main]
permissions: {}
concurrency:
  group: good
  cancel-in-progress: false
jobs:
  job:
    name: Job
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    permissions:
      contents: read # check out the repository
    steps:
      - name: Check out
        uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - name: Say
        run: echo "$WHAT"
        env:
          WHAT: ${{ github.event.head_commit.message }}
"""
SCRIPT = 'set -eu\necho "$1"\n'


def replaced(before: str, after: str) -> Callable[[], str]:
    """The good workflow with one mistake."""
    assert before in GOOD
    return lambda: GOOD.replace(before, after)


MISTAKES = {
    "template-injection": replaced('echo "$WHAT"', "echo ${{ github.event.head_commit.message }}"),
    "unpinned-uses": replaced("@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", "@v7"),
    "artipacked": replaced("persist-credentials: false", "persist-credentials: true"),
    "excessive-permissions": replaced("permissions: {}", "permissions: write-all"),
    "SC2086": replaced('echo "$WHAT"', "echo $WHAT"),
    "unknown-key": replaced("timeout-minutes: 5", "timeout-hours: 5"),
    "undefined-job": replaced("timeout-minutes: 5", "needs: [other]"),
}


def test_a_good_workflow_is_accepted() -> None:
    """What is right passes: else the objections would mean nothing."""
    reason = workflows.unavailable()
    if reason:
        pytest.skip(f"UNCHECKED workflows: {reason}")
    assert workflows.problems(GOOD) == []


@pytest.mark.parametrize("name", MISTAKES)
def test_each_mistake_in_a_workflow_is_found(name: str) -> None:
    """An injection, an action that can be moved, a token on the disk, too many rights, and what GitHub refuses."""
    reason = workflows.unavailable()
    if reason:
        pytest.skip(f"UNCHECKED workflows: {reason}")
    assert workflows.problems(MISTAKES[name]())


@pytest.mark.parametrize("script", ["if true; then\n", "echo $1\n", "cd x\nrm -r *\n"])
def test_each_mistake_in_a_script_is_found(script: str) -> None:
    """What bash cannot parse, and what shellcheck knows to be wrong."""
    reason = shell.unavailable()
    if reason:
        pytest.skip(f"UNCHECKED scripts: {reason}")
    assert shell.problems(SCRIPT) == []
    assert shell.problems(script)
