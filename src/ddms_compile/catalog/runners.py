"""Labels of the runners that GitHub hosts (GitHub, "GitHub-hosted runners reference", read on 2026-11-25)."""

SYSTEMS = ("macos-", "ubuntu-", "windows-")
"""What every such label begins with: `ubuntu-24.04`, `ubuntu-24.04-arm`, `macos-15`. Any other names your own."""


def github_hosted(label: str) -> bool:
    """Whether GitHub hosts the runner."""
    return label.startswith(SYSTEMS)
