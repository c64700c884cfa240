"""What all tests share: Terraform with its providers, and a loud word about every check that could not run."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from oracles import terraform as terraform_oracle

ROOT = Path(__file__).parents[1]

# `nohup` and background jobs of a shell ignore SIGINT, and every process that a test starts would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
CACHE = ROOT / ".cache" / "oracles"

# The same examples in every run: a build machine must not find by chance what a person cannot repeat.
settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("search", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session")
def terraform() -> Iterator[terraform_oracle.Terraform]:
    """Terraform core with a stub of each provider that has its exact schema."""
    reason = terraform_oracle.unavailable()
    if reason:
        pytest.skip(f"UNCHECKED by Terraform: {reason}")
    with terraform_oracle.terraform(CACHE) as running:
        yield running


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Each reason for a skip once, so that nobody takes a skip for a pass."""
    reasons = {str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", []) if report.longrepr}
    if reasons:
        terminalreporter.section("UNCHECKED", red=True, bold=True)
        for reason in sorted(reasons):
            terminalreporter.write_line(reason.removeprefix("Skipped: "), red=True)
