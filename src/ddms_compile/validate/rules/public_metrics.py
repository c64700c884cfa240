"""Metrics on the port of the API are public, because the Ingress forwards every path."""

from collections.abc import Iterator

from ddms_compile.load import Finding
from ddms_compile.validate.rules.rule import Specs, at, warning

CODE = "DDMS408"


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.cloud():
        for part, workload in spec.workloads:
            if workload.metrics.enabled and workload.metrics.port == workload.port:
                other = 9464 if workload.port != 9464 else 9465
                yield warning(
                    CODE,
                    f"the metrics of the {part} are public: their port is the one that the ingress exposes",
                    at(name, "workloads", part, "metrics", "port", label="the port of the workload"),
                    f"use another port, such as port = {other}, for the metrics of the {part} only",
                    related=(at(name, "workloads", part, "port", label="the port"),),
                )
