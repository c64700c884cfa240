"""The gate for YAML and JSON documents: a tree with traced leaves becomes text, and each leaf keeps its origin."""

import io
import json
from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

from ddms_compile.artifact import Artifact
from ddms_compile.synthesize.origins import origins
from ddms_compile.traced import Traced


def yaml_artifact(
    path: str, tree: Any, *, construct: str, environment: str | None, emitter: str, header: str = ""
) -> Artifact:
    """A YAML file of one document; `header` becomes comment lines above it. Keys keep the order of the tree."""
    return Artifact(
        path=path,
        text=comment(header) + to_yaml(untraced(tree)),
        environment=environment,
        emitter=emitter,
        origins=dict(origins(tree, construct)),
    )


def json_artifact(path: str, tree: Any, *, construct: str, environment: str | None, emitter: str) -> Artifact:
    """A JSON file with sorted keys."""
    return Artifact(
        path=path,
        text=to_json(untraced(tree)),
        environment=environment,
        emitter=emitter,
        origins=dict(origins(tree, construct)),
    )


def untraced(tree: Any) -> Any:
    """The tree of plain data; entries that are None are left out."""
    match tree:
        case Traced():
            return untraced(tree.value)
        case Mapping():
            return {str(key): untraced(value) for key, value in tree.items() if value is not None}
        case list() | tuple():
            return [untraced(item) for item in tree]
        case _:
            return tree


def to_json(tree: Any) -> str:
    """Two spaces, sorted keys, Unicode as it is, one final newline."""
    return json.dumps(tree, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def to_yaml(tree: Any) -> str:
    """YAML that every reader takes for the same strings: what YAML 1.1 or 1.2 could take for another type is quoted."""
    yaml = YAML(typ="rt")
    yaml.default_flow_style = False
    yaml.width = 1 << 20
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.allow_unicode = True
    stream = io.StringIO()
    yaml.dump(_quoted(tree), stream)
    return stream.getvalue()


def comment(header: str) -> str:
    """Lines of a comment, or nothing."""
    return "".join(f"# {line}".rstrip() + "\n" for line in header.splitlines())


_SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./ ")
_WORDS = frozenset({"", "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"})


def _quoted(tree: Any) -> Any:
    match tree:
        case dict():
            return {_quoted_text(key): _quoted(value) for key, value in tree.items()}
        case list():
            return [_quoted(item) for item in tree]
        case str():
            return _quoted_text(tree)
        case _:
            return tree


def _quoted_text(text: str) -> str:
    """The text bare when it begins with a letter or `/` and holds nothing with a meaning; else in double quotes.

    Several lines of printable text are a literal block, as a person would write them.
    """
    if _is_block(text):
        return LiteralScalarString(text)
    bare = (
        set(text) <= _SAFE
        and text[:1].isalpha() | text.startswith("/")
        and not text.endswith(" ")
        and text.lower() not in _WORDS
    )
    return text if bare else DoubleQuotedScalarString(text)


def _is_block(text: str) -> bool:
    lines = text.split("\n")
    ends_well = len(lines) > 1 and text.endswith("\n") and not text.endswith("\n\n") and text[0] not in " \n\t"
    return ends_well and text.isascii() and all(line.isprintable() and not line.endswith(" ") for line in lines)
