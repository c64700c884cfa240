"""Labels of GitHub-hosted runners (GitHub, "GitHub-hosted runners reference", read on 2026-11-25)."""

SYSTEMS = ("macos-", "ubuntu-", "windows-")
"""Prefixes of their labels: `ubuntu-24.04`, `ubuntu-24.04-arm`, `macos-15`. Other labels are self-hosted runners."""


def github_hosted(label: str) -> bool:
    """Return whether the label is of a GitHub-hosted runner."""
    return label.startswith(SYSTEMS)
