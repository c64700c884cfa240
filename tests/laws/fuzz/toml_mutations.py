"""Changes of a TOML text that know its grammar. Each takes bytes and a source of chance and gives bytes."""

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

from fuzz import dictionary, rules_of_keys
from fuzz.corpus import documents
from fuzz.toml_places import Pair, Table, places

Mutation = Callable[[bytes, random.Random], bytes]
_T = TypeVar("_T")


def mutate(data: bytes, chance: random.Random) -> bytes:
    """One change, of any kind."""
    return chance.choice(MUTATIONS)(data, chance)


def _pick(items: Sequence[_T], chance: random.Random) -> _T | None:
    return chance.choice(items) if items else None


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _put(data: bytes, start: int, end: int, text: str | bytes) -> bytes:
    return data[:start] + (_bytes(text) if isinstance(text, str) else text) + data[end:]


def any_value(data: bytes, chance: random.Random) -> bytes:
    """A value of the dictionary in place of one."""
    pair = _pick(places(data).pairs, chance)
    return _put(data, pair.value_start, pair.end, dictionary.value(chance)) if pair else data


def near_value(data: bytes, chance: random.Random) -> bytes:
    """A value close to the rule of its key."""
    pair = _pick(places(data).pairs, chance)
    value = rules_of_keys.near(pair.path, chance) if pair else None
    return _put(data, pair.value_start, pair.end, value) if pair and value else data


def other_value(data: bytes, chance: random.Random) -> bytes:
    """The value of another key, of this or another document."""
    pair = _pick(places(data).pairs, chance)
    source = chance.choice((data, chance.choice(documents())))
    other = _pick(places(source).pairs, chance)
    return _put(data, pair.value_start, pair.end, source[other.value_start : other.end]) if pair and other else data


def any_key(data: bytes, chance: random.Random) -> bytes:
    """Another key for the same value."""
    pair = _pick(places(data).pairs, chance)
    return _put(data, pair.start, pair.key_end, _key(chance)) if pair else data


def misspelt_key(data: bytes, chance: random.Random) -> bytes:
    """A key with one letter changed, doubled, dropped or in another case."""
    pair = _pick(places(data).pairs, chance)
    if pair is None:
        return data
    name = data[pair.start : pair.key_end]
    at = chance.randrange(max(1, len(name)))
    return _put(
        data, pair.start, pair.key_end, name[:at] + chance.choice((b"", b"x", name[at : at + 1] * 2)) + name[at + 1 :]
    )


def new_pair(data: bytes, chance: random.Random) -> bytes:
    """A pair more, in some table: any key, or one of the schema wherever it does not belong."""
    table = _pick(places(data).tables, chance)
    at = table.header_end if table and chance.random() < 0.7 else 0
    key = chance.choice((_key(chance), ".".join(chance.choice(rules_of_keys.keys()))))
    line = f"\n{key} = {dictionary.value(chance)}\n"
    return _put(data, at, at, line if at else line.lstrip("\n"))


def schema_pair(data: bytes, chance: random.Random) -> bytes:
    """A key of the schema, in full at the top, with a value near its rule."""
    path = chance.choice(rules_of_keys.keys())
    value = rules_of_keys.near(path, chance) or dictionary.value(chance)
    return _bytes(f"{'.'.join(path)} = {value}\n") + data


def without_pair(data: bytes, chance: random.Random) -> bytes:
    """A pair less."""
    pair = _pick(places(data).pairs, chance)
    return _put(data, pair.start, pair.end, b"") if pair else data


def twice(data: bytes, chance: random.Random) -> bytes:
    """A pair or a table again, in the same place or at the end."""
    found = places(data)
    parts: list[Pair | Table] = [*found.pairs, *found.tables]
    part = _pick(parts, chance)
    if part is None:
        return data
    at = chance.choice((part.end, len(data)))
    return _put(data, at, at, b"\n" + data[part.start : part.end] + b"\n")


def moved_pair(data: bytes, chance: random.Random) -> bytes:
    """A pair in another table."""
    found = places(data)
    pair, table = _pick(found.pairs, chance), _pick(found.tables, chance)
    if pair is None or table is None:
        return data
    line = b"\n" + data[pair.start : pair.end] + b"\n"
    if table.header_end <= pair.start:
        return data[: table.header_end] + line + data[table.header_end : pair.start] + data[pair.end :]
    if table.header_end >= pair.end:
        return data[: pair.start] + data[pair.end : table.header_end] + line + data[table.header_end :]
    return data


def moved_table(data: bytes, chance: random.Random) -> bytes:
    """A table at the front, where it swallows what had no table."""
    table = _pick(places(data).tables, chance)
    if table is None:
        return data
    return data[table.start : table.end] + b"\n" + data[: table.start] + data[table.end :]


def other_header(data: bytes, chance: random.Random) -> bytes:
    """Another name for a table: any, one of the schema, an element of a list, or none."""
    table = _pick(places(data).tables, chance)
    if table is None:
        return data
    name = data[table.name_start : table.name_end]
    path = _bytes(".".join(chance.choice(rules_of_keys.keys())))
    made = chance.choice(
        (_bytes(_key(chance)), path, b"[" + name + b"]", b"", name + b".x", name + b".*", b'"' + name + b'"')
    )
    return _put(data, table.name_start, table.name_end, made)


def inline(data: bytes, chance: random.Random) -> bytes:
    """A pair as an inline table, a list, a longer key."""
    pair = _pick(places(data).pairs, chance)
    if pair is None:
        return data
    key, value = data[pair.start : pair.key_end], data[pair.value_start : pair.end]
    made = (
        key + b" = {" + key + b" = " + value + b"}",
        key + b" = [" + value + b"]",
        key + b".x = " + value,
        key + b" = [" + value + b", " + value + b"]",
        b"[[" + key + b"]]\nx = " + value,
        b"[" + key + b"]\nx = " + value,
    )
    return _put(data, pair.start, pair.end, chance.choice(made))


def longer_list(data: bytes, chance: random.Random) -> bytes:
    """An element more in an array, of any kind; or hundreds."""
    arrays = [pair for pair in places(data).pairs if data[pair.value_start : pair.value_start + 1] == b"["]
    pair = _pick(arrays, chance)
    if pair is None:
        return data
    element = _bytes(dictionary.value(chance, 2) + ",") * chance.choice((1, 1, 1, 300, 2500))
    return _put(data, pair.value_start + 1, pair.value_start + 1, element)


def spliced(data: bytes, chance: random.Random) -> bytes:
    """A table of another document, or its whole text."""
    source = chance.choice(documents())
    table = _pick(places(source).tables, chance)
    part = source[table.start : table.end] if table and chance.random() < 0.8 else source
    return data + b"\n" + part


def deep_key(data: bytes, chance: random.Random) -> bytes:
    """A header or key with more parts than anybody needs."""
    name = ".".join(
        chance.choice(("a", '""', "'b c'", "k")) for _ in range(chance.choice((10, 63, 64, 65, 1000, 4000)))
    )
    return data + _bytes(
        chance.choice((f"\n[{name}]\nx = 1\n", f"\n{name} = 1\n", f"\n[[{name}]]\n", f"\nx = {{{name} = 1}}\n"))
    )


def a_secret(data: bytes, chance: random.Random) -> bytes:
    """A secret where people put one: quoted, bare, half quoted, as a key, with a colon, in a comment, on one line."""
    secret = chance.choice(dictionary.SECRETS)
    name = chance.choice(
        ("GH_TOKEN", "value", "x", "workloads.backend.environment.A", "JWT_KEY", "aws.tags.owner", "tier")
    )
    pair = _pick(places(data).pairs, chance)
    forms = (
        f'{name} = "{secret}"', f"{name} = {secret}", f'{name} = "{secret}', f"{name}: {secret}", f'"{secret}" = 1',
        f"{secret} = 1", f"[{secret}]", f"{name} = ['a', '{secret}']", f"{name} = {{ a = '{secret}' }}",
        f"# {secret}",
        f"{name} = 1 # {secret}", f"{name} = '{secret}'\n{name} = '{secret}'", f"{name} = '''\n{secret}\n'''", secret,
        f"export {name}={secret}", f"{name} = \"x\" {secret}", f"{name} = 'https://u:{secret}@h/p'",
        f"{name} {secret}",
        f"aws.tags = {{ \"{secret}\" = 'x' }}", f"{name} = \"\\q{secret}\"", f"[[{secret}]]",
        f"{name}.\"{secret}\" = 1",
    )  # fmt: skip
    form = chance.choice(forms)
    if pair and chance.random() < 0.4:
        return _put(
            data, pair.value_start, pair.end, chance.choice((f'"{secret}"', secret, f'"{secret}', f"['{secret}']"))
        )
    return _bytes(form + "\n") + data if chance.random() < 0.6 else data + _bytes(f"\n{form}\n")


def _key(chance: random.Random) -> str:
    return (
        chance.choice(dictionary.KEYS) if chance.random() < 0.7 else dictionary.quoted(dictionary.text(chance), chance)
    )


MUTATIONS: tuple[Mutation, ...] = (
    any_value,
    any_value,
    near_value,
    near_value,
    near_value,
    other_value,
    any_key,
    misspelt_key,
    new_pair,
    schema_pair,
    schema_pair,
    without_pair,
    twice,
    moved_pair,
    moved_table,
    other_header,
    inline,
    longer_list,
    spliced,
    deep_key,
    a_secret,
)

MILD: tuple[Mutation, ...] = (
    near_value,
    near_value,
    schema_pair,
    schema_pair,
    other_value,
    without_pair,
    any_value,
    moved_pair,
)
"""Those after which a file often is still TOML, so that what comes after parsing is reached."""
