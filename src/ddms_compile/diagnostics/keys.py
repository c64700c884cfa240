"""Key paths: the address of a value in the TOML data.

A key is a tuple of table keys and list indexes, `("cluster", "nodes", "general", "taints", 0, "key")`, written
`cluster.nodes.general.taints[0].key` for people. Keys that TOML would have to quote are quoted here too.
"""

import json
import re

Key = tuple[str | int, ...]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STEP = re.compile(r'\[(\d+)\]|\.?("(?:[^"\\]|\\.)*"|[^.\[\]"]+)')


def dotted(key: Key) -> str:
    """Return `("a", "b c", 0)` as `a."b c"[0]`."""
    parts: list[str] = []
    for step in key:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        else:
            name = step if _BARE.fullmatch(step) else json.dumps(step, ensure_ascii=False)
            parts.append(f".{name}" if parts else name)
    return "".join(parts)


def parse_key(text: str) -> Key:
    """Return the key of a dotted text, the inverse of `dotted`. Raises ValueError when it is not a key path."""
    key: list[str | int] = []
    position = 0
    while position < len(text):
        match = _STEP.match(text, position)
        if match is None or (position == 0 and text[0] in ".["):
            raise ValueError(f"not a key path: {text!r}")
        index, name = match.groups()
        key.append(int(index) if index is not None else json.loads(name) if name[0] == '"' else name)
        position = match.end()
    return tuple(key)
