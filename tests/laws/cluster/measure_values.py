"""Writes `live_values/<chart>-<version>.txt`: which of our values change what a pinned chart renders.

    python tests/laws/cluster/measure_values.py FOLDER

FOLDER holds each pinned chart, unpacked, under its name (`helm pull --untar`). Each leaf of the values of each shape is
removed, and the chart rendered again by Helm. A line is `removed PATH` when that changes the objects, or `changed PATH`
when only another value does: then ours is the chart's default.
"""

import copy
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

sys.path.extend(str(Path(__file__).parents[2] / folder) for folder in ("support", "laws", "unit"))

from ddms_compile.addons import Addon, addons
from ddms_compile.diagnostics.keys import dotted
from ddms_compile.gates.document import untraced
from oracles.programs import helm
from terraform.shapes import environment

TARGET = Path(__file__).parent / "live_values"
SHAPES = ("prod", "staging", "traefik", "dns_01")
KINDS = ("monitoring.coreos.com/v1", "monitoring.coreos.com/v1/ServiceMonitor")
DRAWN = re.compile(r"(caBundle|ca\.crt|tls\.crt|tls\.key|checksum/[\w-]+|admin-password): \S+")
"""What charts draw at random, or make from such."""

Path_ = tuple[str, ...]


def leaves(tree: Mapping[str, Any], above: Path_ = ()) -> Iterator[Path_]:
    """Every path to something that is no table, or an empty one."""
    for key, value in tree.items():
        if isinstance(value, Mapping) and value:
            yield from leaves(value, (*above, key))
        else:
            yield (*above, key)


def rendered(chart: Path, addon: Addon, values: Mapping[str, Any]) -> str | None:
    """The objects; None when the chart refuses the values."""
    given = {**values, **({"vpcId": "vpc-1"} if addon.name == "aws-load-balancer-controller" else {})}
    command = [helm(), "template", addon.name, str(chart), "-f", "-", "-n", addon.namespace, "--kube-version", "1.35.0"]
    command += [part for kind in KINDS for part in ("--api-versions", kind)]
    done = subprocess.run(command, input=json.dumps(given), capture_output=True, text=True, check=False)
    return None if done.returncode else DRAWN.sub(r"\1", done.stdout)


def effect(chart: Path, addon: Addon, values: dict[str, Any], path: Path_, base: str) -> str:
    """`removed`, `changed`, or nothing for a value that no template reads."""
    *above, last = path
    roots = [copy.deepcopy(values) for _ in range(2)]
    for root, change in zip(roots, (False, True), strict=True):
        table = root
        for step in above:
            table = table[step]
        if change:
            table[last] = _other(table[last])
        else:
            del table[last]
    if rendered(chart, addon, roots[0]) != base:
        return "removed"
    return "changed" if rendered(chart, addon, roots[1]) != base else ""


def _other(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    return f"{value}x" if isinstance(value, str) else []


def main(folder: Path) -> None:
    """One file for each chart of the shapes."""
    found: dict[str, dict[str, str]] = {}
    for shape in SHAPES:
        for addon in addons(environment(shape)):
            if addon.repository is None or addon.version is None:
                continue
            known = found.setdefault(f"{addon.chart}-{addon.version.value}", {})
            chart, values = folder / addon.chart, untraced(addon.values)
            base = rendered(chart, addon, values)
            assert base is not None, addon.name
            for path in leaves(values):
                if known.get(dotted(path)) != "removed":
                    known[dotted(path)] = effect(chart, addon, values, path, base) or known.get(dotted(path), "")
    for name, effects in found.items():
        lines = [f"{how} {path}" for path, how in sorted(effects.items()) if how]
        (TARGET / f"{name}.txt").write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
