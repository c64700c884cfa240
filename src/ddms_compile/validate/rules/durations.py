"""Limits of durations for Kubernetes and Prometheus; their types define the format."""

from collections.abc import Iterator

from ddms_compile.load import Finding
from ddms_compile.spec.quantities import seconds
from ddms_compile.validate.rules.rule import Specs, at, error

CODE = "DDMS228"
LONGEST = 3600
"""An hour: a probe or a stop that takes longer is a mistake of the unit."""

SHORTEST_STOP = 20
"""Ten seconds in which the load balancer learns of it, five to close what is open, and some to finish a request."""

SHORTEST_SCRAPE = 10
"""Prometheus gives a scrape ten seconds, and refuses an interval that is shorter than that."""


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.environments.items():
        for part, workload in spec.workloads:
            place = ("workloads", part)
            times = [
                (("shutdown_grace",), workload.shutdown_grace, SHORTEST_STOP),
                (("metrics", "interval"), workload.metrics.interval, SHORTEST_SCRAPE),
            ]
            for kind, probe in workload.probes:
                times += [
                    (("probes", kind, "period"), probe.period, 1),
                    (("probes", kind, "timeout"), probe.timeout, 1),
                ]
            for key, written, shortest in times:
                if not shortest <= seconds(written) <= LONGEST:
                    yield error(
                        CODE,
                        f"`{'.'.join((*place, *key))}` is {written}, which is not between {shortest}s and 1h",
                        at(name, *place, *key, label=f"{seconds(written)} s"),
                        f'write a duration from "{shortest}s" to "1h"',
                    )
