"""Writes `value_paths/<chart>.txt` from the values files of the pinned charts: `python refresh_value_paths.py FOLDER`.

FOLDER holds `<chart>-<version>.values.yaml`, as `helm show values` prints them. A line is a path of keys; a path that
ends in `.*` is a table that takes any keys. A key that the file only shows in a comment counts too.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

TARGET = Path(__file__).parent / "value_paths"
_KEY = re.compile(r"^(?P<indent> *)(?P<comment># ?)?(?P<key>[A-Za-z][\w.-]*):(?: |$)")


def paths(tree: Any, above: str = "") -> Iterator[str]:
    """Every path; an empty table is open, because its keys are the user's."""
    if not isinstance(tree, dict):
        return
    if not tree and above:
        yield f"{above}.*"
    for key, value in tree.items():
        path = f"{above}.{key}" if above else str(key)
        yield path
        yield from paths(value, path)


def commented(text: str) -> Iterator[str]:
    """Keys in comments, each under the table in which the comment stands."""
    stack: list[tuple[int, str]] = []
    for line in text.splitlines():
        match = _KEY.match(line)
        if match is None:
            continue
        indent = len(match["indent"])
        inside = [entry for entry in stack if entry[0] < indent]
        if match["comment"]:
            yield ".".join([key for _, key in inside] + [match["key"]])
        else:
            stack = [*inside, (indent, match["key"])]


def main(folder: Path) -> None:
    """One file for each chart."""
    for source in sorted(folder.glob("*.values.yaml")):
        text = source.read_text("utf-8")
        found = {*paths(YAML(typ="safe").load(text)), *commented(text)}
        name = source.name.removesuffix(".values.yaml")
        (TARGET / f"{name}.txt").write_text("\n".join(sorted(found)) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
