"""The interface of a rule, and constructors of findings."""

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from ddms_compile.diagnostics import Severity
from ddms_compile.load import Finding, KeyLabel, LoadedProject
from ddms_compile.spec import EnvironmentSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Specs:
    """The input of a rule: all specs, and the date for ends of support and of waivers."""

    project: LoadedProject
    environments: Mapping[str, EnvironmentSpec]
    today: datetime.date

    def cloud(self) -> Iterable[tuple[str, EnvironmentSpec]]:
        """Return the environments in AWS, with their names."""
        return ((name, spec) for name, spec in self.environments.items() if spec.tier != "local")

    def production(self) -> Iterable[tuple[str, EnvironmentSpec]]:
        """Return the environments of the tier `production`, with their names."""
        return ((name, spec) for name, spec in self.environments.items() if spec.tier == "production")


Rule = Callable[[Specs], Iterable[Finding]]


def at(environment: str, *key: str | int, label: str = "") -> KeyLabel:
    """Return a label at the value of a key."""
    return KeyLabel(environment=environment, key=key, message=label)


def error(
    code: str,
    message: str,
    place: KeyLabel,
    *help_lines: str,
    related: tuple[KeyLabel, ...] = (),
    notes: tuple[str, ...] = (),
) -> Finding:
    """Return an error, which stops a build."""
    return Finding(
        code=code,
        severity=Severity.ERROR,
        message=message,
        place=place,
        related=related,
        notes=notes,
        help=help_lines,
    )


def warning(
    code: str,
    message: str,
    place: KeyLabel,
    *help_lines: str,
    related: tuple[KeyLabel, ...] = (),
    notes: tuple[str, ...] = (),
) -> Finding:
    """Return a warning, which does not stop a build."""
    return replace(error(code, message, place, *help_lines, related=related, notes=notes), severity=Severity.WARNING)


def note(code: str, message: str, place: KeyLabel, *help_lines: str, notes: tuple[str, ...] = ()) -> Finding:
    """Return a note."""
    return Finding(code=code, severity=Severity.NOTE, message=message, place=place, notes=notes, help=help_lines)
