"""Values as Terraform's plugin protocol carries them: msgpack by a schema, with a mark for what is not known yet.

Source: github.com/hashicorp/terraform, docs/plugin-protocol/object-wire-format.md. The messages of protocol 5 and 6 are
the same on the wire for everything that is used here.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

import msgpack
from tf.gen import tfplugin_pb2 as pb

UNKNOWN = msgpack.ExtType(0, b"\x00")
"""The value of an attribute that is known after the apply."""

_REFINED = 12
LIST, SET, MAP = 2, 3, 4
"""Nesting modes of a block (`Schema.NestedBlock.NestingMode`); the others hold one object."""

State = dict[str, Any]


def pack(value: Any) -> bytes:
    """A value as bytes."""
    packed: bytes = msgpack.packb(value, use_bin_type=True)
    return packed


def unpack(data: bytes) -> Any:
    """The value of bytes; what is unknown, refined or not, is `UNKNOWN`. Empty bytes are null."""

    def extension(code: int, content: bytes) -> Any:
        return UNKNOWN if code in (0, _REFINED) else msgpack.ExtType(code, content)

    return msgpack.unpackb(data, ext_hook=extension, strict_map_key=False, raw=False) if data else None


def dynamic(value: Any) -> Any:
    """A value as a message."""
    return pb.DynamicValue(msgpack=pack(value))


def attribute_type(attribute: Any) -> Any:
    """The type of an attribute, as Terraform writes types in JSON: "string", ["list", "string"], …"""
    return json.loads(attribute.type)


def empty(block: Any) -> State:
    """A block of the schema without any value."""
    state: State = {attribute.name: None for attribute in block.attributes}
    for nested in block.block_types:
        state[nested.type_name] = [] if nested.nesting in (LIST, SET) else {} if nested.nesting == MAP else None
    return state


def complete(block: Any, values: Mapping[str, Any]) -> State:
    """A state of the schema that has these values, and nothing else."""
    state = empty(block)
    return state | {name: value for name, value in values.items() if name in state}


Invent = Callable[[str, Any, Any], Any]
"""What to put in for an unknown value: its name, its type, and the value that it had before."""


def fill(block: Any, planned: State | None, prior: State | None, invent: Invent) -> State | None:
    """The state after an apply: as planned, with a value in each place that was not known."""
    if planned is None:
        return None
    state: State = {}
    before = prior or {}
    for attribute in block.attributes:
        kind, name = attribute_type(attribute), attribute.name
        state[name] = _filled(planned[name], name, kind, before.get(name), invent)
    for nested in block.block_types:
        name = nested.type_name
        state[name] = _filled_block(nested, planned[name], before.get(name), invent)
    return state


def _filled_block(nested: Any, value: Any, prior: Any, invent: Invent) -> Any:
    if value is None or nested.nesting not in (LIST, SET, MAP):
        return fill(nested.block, value, prior, invent)
    if value == UNKNOWN:
        if nested.nesting != LIST:
            return {} if nested.nesting == MAP else []
        value = [{name: UNKNOWN if inner is None else inner for name, inner in empty(nested.block).items()}]
    if nested.nesting == MAP:
        return {key: fill(nested.block, item, (prior or {}).get(key), invent) for key, item in value.items()}
    olds = prior if isinstance(prior, list) and len(prior) == len(value) else [None] * len(value)
    return [fill(nested.block, item, old, invent) for item, old in zip(value, olds, strict=True)]


def _filled(value: Any, name: str, kind: Any, prior: Any, invent: Invent) -> Any:
    if value == UNKNOWN:
        if isinstance(kind, str):
            return invent(name, kind, prior)
        outer, inner = kind
        if outer == "object":
            return {key: _filled(UNKNOWN, key, item, None, invent) for key, item in inner.items()}
        if prior:
            return prior
        # A computed list of objects is a part of the resource, such as the issuer of a cluster: it has one.
        return {} if outer == "map" else [] if isinstance(inner, str) else [_filled(UNKNOWN, name, inner, None, invent)]
    if isinstance(value, list) and isinstance(kind, list):
        return [_filled(item, name, kind[1], None, invent) for item in value]
    if isinstance(value, dict) and isinstance(kind, list):
        inner = kind[1]
        return {
            key: _filled(v, key, inner[key] if kind[0] == "object" else inner, None, invent) for key, v in value.items()
        }
    return value
