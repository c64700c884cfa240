"""Validation: the shape of each environment, then the rules over all valid shapes."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ddms_compile.diagnostics.few import few
from ddms_compile.load import Finding, LoadedProject
from ddms_compile.spec import EnvironmentSpec
from ddms_compile.validate.characters import check_characters
from ddms_compile.validate.numbers import check_numbers
from ddms_compile.validate.rules import RULES, Specs
from ddms_compile.validate.shape import check_shape
from ddms_compile.validate.waivers import apply_waivers


@dataclass(frozen=True, slots=True, kw_only=True)
class Valid:
    """The result. `specs`: the environments with a valid shape."""

    specs: Mapping[str, EnvironmentSpec]
    findings: tuple[Finding, ...]


def validate(project: LoadedProject, today: datetime.date) -> Valid:
    """Return all findings, those of the shape before those of the rules."""
    specs: dict[str, EnvironmentSpec] = {}
    findings: list[Finding] = []
    for name, tree in project.environments.items():
        if beyond := _few(check_numbers(tree)):
            findings += beyond  # no other check can count on being able to write such a number
            continue
        spec, problems = check_shape(tree)
        findings += problems
        wrong = {finding.place.key for finding in problems if finding.place is not None}
        findings += _few(f for f in check_characters(tree) if f.place is not None and f.place.key not in wrong)
        if spec is not None:
            specs[name] = spec
    facts = Specs(project=project, environments=specs, today=today)
    ruled = [finding for rule in RULES for finding in rule(facts)]
    return Valid(specs=specs, findings=(*findings, *apply_waivers(facts, ruled)))


def _few(findings: Iterable[Finding]) -> list[Finding]:
    """Return a limited number of findings per key, whatever the index in lists."""
    kept = few(findings, lambda f: f.place and tuple(s for s in f.place.key if isinstance(s, str)), each=5, total=200)
    return [replace(finding, more=others) for finding, others in kept]
