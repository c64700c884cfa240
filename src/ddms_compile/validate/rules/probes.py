"""A probe that may take longer than its period, or a start that is given no time, restarts healthy pods."""

from collections.abc import Iterator

from ddms_compile.load import Finding
from ddms_compile.spec.quantities import seconds
from ddms_compile.validate.rules.rule import Specs, at, error

CODE = "DDMS221"
SHORTEST_START = 10
"""Seconds: a process of Node.js with a cold disk needs that long now and then."""


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.environments.items():
        for part, workload in spec.workloads:
            key = ("workloads", part, "probes")
            for kind, probe in workload.probes:
                if seconds(probe.timeout) > seconds(probe.period):
                    yield error(
                        CODE,
                        (
                            f"the {kind} probe of the {part} has the timeout {probe.timeout}, "
                            f"longer than its period {probe.period}"
                        ),
                        at(name, *key, kind, "timeout", label="longer than the period"),
                        f'write timeout = "{probe.period}" or less',
                        related=(at(name, *key, kind, "period", label="the period"),),
                    )
            startup = workload.probes.startup
            budget = seconds(startup.period) * startup.failures
            if budget < SHORTEST_START:
                yield error(
                    CODE,
                    f"the startup probe of the {part} allows only {budget} s to start",
                    at(name, *key, "startup", "failures", label=f"{startup.failures} x {startup.period}"),
                    f"write failures = {-(-30 // seconds(startup.period))}, which allows 30 s",
                    related=(at(name, *key, "startup", "period", label="the period"),),
                )
