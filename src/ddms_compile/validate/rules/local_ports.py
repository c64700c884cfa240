"""Two services of a local environment cannot listen on one port."""

from collections.abc import Iterator

from ddms_compile.load import Finding
from ddms_compile.validate.rules.rule import Specs, at, error

CODE = "DDMS220"


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.environments.items():
        seen: dict[int, str] = {}
        for field, port in spec.local:
            if port in seen:
                yield error(
                    CODE,
                    f"port {port} is used twice",
                    at(name, "local", field, label="taken already"),
                    f"use another port, such as {field} = {_free(port, {int(p) for _, p in spec.local})}",
                    related=(at(name, "local", seen[port], label="taken here"),),
                )
            else:
                seen[port] = field


def _free(port: int, taken: set[int]) -> int:
    others: tuple[int, ...] = (*range(port + 1, 65536), *range(1024, port))
    return next(other for other in others if other not in taken)
