"""The pass: shape first, environment by environment, then the rules over what has a shape."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from ddms_compile.load import Finding, Project
from ddms_compile.spec import EnvironmentSpec
from ddms_compile.validate.characters import check_characters
from ddms_compile.validate.rules import RULES, Specs
from ddms_compile.validate.shape import check_shape
from ddms_compile.validate.waivers import apply_waivers


@dataclass(frozen=True, slots=True, kw_only=True)
class Valid:
    """What came of it. `specs` lacks the environments whose shape is wrong."""

    specs: Mapping[str, EnvironmentSpec]
    findings: tuple[Finding, ...]


def validate(project: Project, today: datetime.date) -> Valid:
    """All findings at once, those of the shape before those of the rules."""
    specs: dict[str, EnvironmentSpec] = {}
    findings: list[Finding] = []
    for name, tree in project.environments.items():
        spec, problems = check_shape(tree)
        findings += problems
        wrong = {finding.place.key for finding in problems if finding.place is not None}
        findings += (f for f in check_characters(tree) if f.place is not None and f.place.key not in wrong)
        if spec is not None:
            specs[name] = spec
    facts = Specs(project=project, environments=specs, today=today)
    ruled = [finding for rule in RULES for finding in rule(facts)]
    return Valid(specs=specs, findings=(*findings, *apply_waivers(facts, ruled)))
