"""What a rule takes and gives."""

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from ddms_compile.load import Finding, Project
from ddms_compile.spec import EnvironmentSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Specs:
    """All environments that have a shape, and the day on which we look at them (support ends, waivers expire)."""

    project: Project
    environments: Mapping[str, EnvironmentSpec]
    today: datetime.date


Rule = Callable[[Specs], Iterable[Finding]]
