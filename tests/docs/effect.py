"""What an edit changes in the generated files, folded to what a reader needs."""

import difflib
import filecmp
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

WIDTH = 120
"""Of a line, in characters; what is cut is marked by `…`."""
LINES = 40
"""Of one file's diff; what is cut is counted."""
LEFT_OUT = {"generated/manifest.json": "checksums", "/ledger": "the compiler's record of what holds state"}
"""Parts of paths that a page shows only when it asks for them, and what is in the file."""


def files(root: Path) -> Iterator[Path]:
    """The generated files of a project."""
    yield from (path for path in sorted((root / "generated").rglob("*")) if path.is_file())
    yield from sorted((root / ".github/workflows").glob("*.yml"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One file: the lines of its unified diff without the head, and the Terraform resources that it changes."""

    lines: list[str]
    resources: dict[str, list[str]] = field(default_factory=dict)

    def count(self, sign: str) -> int:
        """How many lines are added (`+`) or removed (`-`)."""
        return sum(line.startswith(sign) for line in self.lines)


def changes(before: Path, after: Path) -> dict[str, Change]:
    """Each generated file that differs."""
    found: dict[str, Change] = {}
    names = sorted({path.relative_to(root).as_posix() for root in (before, after) for path in files(root)})
    for name in names:
        old, new = before / name, after / name
        if old.is_file() and new.is_file() and filecmp.cmp(old, new, shallow=False):
            continue
        texts = [path.read_text("utf-8") if path.is_file() else "" for path in (old, new)]
        above, below = (text.splitlines() for text in texts)
        lines = list(difflib.unified_diff(above, below, lineterm="", n=2))[2:]
        both = name.endswith("cdk.tf.json") and all(texts)
        found[name] = Change(lines=lines, resources=_resources(*map(json.loads, texts)) if both else {})
    return found


def _resources(old: Any, new: Any) -> dict[str, list[str]]:
    """Addresses of the resources that are in one stack only, or differ, by the verb."""
    sides = [
        {f"{kind}.{name}": body for kind, named in stack.get("resource", {}).items() for name, body in named.items()}
        for stack in (old, new)
    ]
    return {
        "adds": sorted(sides[1].keys() - sides[0].keys()),
        "changes": sorted(name for name in sides[0].keys() & sides[1].keys() if sides[0][name] != sides[1][name]),
        "removes": sorted(sides[0].keys() - sides[1].keys()),
    }


def described(changed: Mapping[str, Change], options: tuple[str, ...]) -> str:
    """The region of a page: a sentence, the diffs of the files that `show=` names (default: all), and what is cut.

    Options: `show=PART` shows only files whose path contains it, `lines=N` of each file.
    """
    if not changed:
        return "\nThis changes no generated file.\n\n"
    wanted = [value for name, _, value in (option.partition("=") for option in options) if name == "show"]
    limit = next((int(option[6:]) for option in options if option.startswith("lines=")), LINES)
    shown = {
        name: change
        for name, change in changed.items()
        if (any(part in name for part in wanted) if wanted else not _left_out(name))
    }
    added, removed = (sum(change.count(sign) for change in changed.values()) for sign in "+-")
    files_ = f"{len(changed)} generated file{'s' if len(changed) > 1 else ''}"
    text = f"\n`ddms-compile build` changes {files_}, {added} lines added and {removed} removed.\n\n"
    text += "".join(_diff(name, change, limit) for name, change in shown.items())
    rest = {name: change for name, change in changed.items() if name not in shown}
    return text + (f"Not shown:\n\n{''.join(_listed(rest))}\n" if rest else "")


def _left_out(name: str) -> str:
    return next((why for part, why in LEFT_OUT.items() if part in name), "")


def _diff(name: str, change: Change, limit: int) -> str:
    told = [
        f"{verb} {', '.join(f'`{address}`' for address in addresses)}"
        for verb, addresses in change.resources.items()
        if addresses
    ]
    summary = f"The stack `{name.split('/')[-2]}` {'; '.join(told)}.\n\n" if told else ""
    kept = [re.sub(r"^@@ .*", "@@", line) for line in narrowed(change.lines)[:limit]]
    cut = change.lines[limit:]
    if cut:
        kept.append(f"@@ {len(cut)} more lines of this diff are not shown")
    return summary + "\n".join(("```diff", f"--- {name}", f"+++ {name}", *kept, "```", "", ""))


def narrowed(lines: list[str]) -> list[str]:
    """The lines with long ones cut to the place where a removed and an added one differ."""
    starts: dict[int, int] = {}
    removed: list[int] = []
    for number, line in enumerate(lines):
        if line.startswith("-"):
            removed.append(number)
        elif line.startswith("+") and removed:
            other = removed.pop(0)
            same = _alike(line[1:], lines[other][1:])
            starts[number] = starts[other] = max(0, same - WIDTH // 2)
        else:
            removed = []
    return [_narrow(line, starts.get(number, 0)) for number, line in enumerate(lines)]


def _alike(one: str, other: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _narrow(line: str, start: int) -> str:
    if len(line) <= WIDTH:
        return line
    piece = line[1 + start : 1 + start + WIDTH]
    return f"{line[0]}{'…' if start else ''}{piece}{'…' if 1 + start + WIDTH < len(line) else ''}"


def _listed(rest: Mapping[str, Change]) -> Iterator[str]:
    """One line for each file, or for a folder with more than three of them."""
    for folder, group in groupby(rest, key=lambda name: name.rpartition("/")[0]):
        names = list(group)
        few = len(names) <= 3
        for part in [[name] for name in names] if few else [names]:
            added, removed = (sum(rest[name].count(sign) for name in part) for sign in "+-")
            named = f"`{part[0]}`" if few else f"{len(part)} files in `{folder}/`"
            why = f" ({_left_out(part[0])})" if _left_out(part[0]) else ""
            yield f"- {named}{why}: +{added} −{removed}\n"
