"""Folders of charts, relative to the repository: in the project, or in `generated/`."""

from collections.abc import Collection
from dataclasses import dataclass

APPLICATION = "application"

SHIPPED = (APPLICATION, "cluster-base", "cluster-issuers", "monitoring-secrets", "secret-store")
"""The charts of the compiler."""

OWN = "helm"
"""Folder of a project's own charts."""

WRITTEN = "generated/charts"
"""Folder for the compiler's charts, in a project without its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartFolders:
    """`own`: names of the charts `helm/<name>/` of the project, which override the compiler's."""

    own: frozenset[str]

    def folder(self, name: str) -> str:
        """Return the folder of one of the platform's charts."""
        return f"{OWN}/{name}" if name in self.own else f"{WRITTEN}/{name}"

    def application(self, configured: str) -> str:
        """Return the folder of the application's chart. `configured`: `project.chart`, any folder."""
        return self.folder(name) if (name := _shipped_name(configured)) else configured

    def written(self, configured: Collection[str]) -> tuple[str, ...]:
        """Return names of the compiler's charts that a project needs, sorted. `configured`: each `project.chart`."""
        application = {name for path in configured if (name := _shipped_name(path))}
        platform = set(SHIPPED) - {APPLICATION}
        return tuple(sorted((application | platform) - self.own))


def _shipped_name(folder: str) -> str | None:
    name = folder.removeprefix(f"{OWN}/")
    return name if folder.startswith(f"{OWN}/") and name in SHIPPED else None
