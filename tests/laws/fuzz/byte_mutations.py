"""Changes of bytes that know nothing of what they mean."""

import random
from collections.abc import Callable

from fuzz.corpus import documents

INSERTED = (
    b"\x00", b"\xef\xbb\xbf", b"\xff\xfe", b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80",
    b"\xe2\x80\xa8",
    b"\xe2\x80\xae", b"\xe2\x80\x8b", b"\xc2\x85", b"\x0b", b"\x0c", b"\x1b[31m", b"\x7f", b"\r", b"\r\n",
    b"\n", b"\t",
    b'"', b"'", b'"""', b"'''", b"[", b"]", b"{", b"}", b"=", b".", b",", b"#", b"\\", b"-", b"\xcc\x81" * 50,
    b" " * 5000,
    b"\n" * 3000, b"[" * 300, b"a." * 500, b"0" * 5000, b"=" * 100, b'"' * 100,
)  # fmt: skip


def mutate(data: bytes, chance: random.Random) -> bytes:
    """One change, of any kind."""
    return chance.choice(MUTATIONS)(data, chance)


def _at(data: bytes, chance: random.Random) -> int:
    return chance.randrange(len(data) + 1)


def flipped(data: bytes, chance: random.Random) -> bytes:
    """Some bits."""
    out = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 8)) if out else 0):
        out[chance.randrange(len(out))] ^= 1 << chance.randrange(8)
    return bytes(out)


def replaced(data: bytes, chance: random.Random) -> bytes:
    """One byte by any other."""
    at = _at(data, chance)
    return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]


def inserted(data: bytes, chance: random.Random) -> bytes:
    """Something that editors and attackers leave."""
    at = chance.choice((0, len(data), _at(data, chance), _at(data, chance)))
    return data[:at] + chance.choice(INSERTED) + data[at:]


def cut(data: bytes, chance: random.Random) -> bytes:
    """The end, the beginning or a piece is gone."""
    first, last = sorted((_at(data, chance), _at(data, chance)))
    return chance.choice((data[:first], data[last:], data[:first] + data[last:]))


def repeated(data: bytes, chance: random.Random) -> bytes:
    """A piece comes again, once or many times."""
    first = _at(data, chance)
    last = min(len(data), first + chance.randrange(1, 200))
    return data[:last] + data[first:last] * chance.choice((1, 3, 100)) + data[last:]


def spliced(data: bytes, chance: random.Random) -> bytes:
    """The beginning of one file and the end of another."""
    other = chance.choice(documents())
    return data[: _at(data, chance)] + other[_at(other, chance) :]


def reencoded(data: bytes, chance: random.Random) -> bytes:
    """Another encoding, or other line ends."""
    text = data.decode("utf-8", "replace")
    way = chance.randrange(5)
    if way == 0:
        return text.encode(chance.choice(("utf-16", "utf-16-le", "utf-32", "utf-7", "utf-8-sig")))
    if way == 1:
        return text.encode("latin-1", "replace")
    ends = (b"\r\n", b"\r", b"\xe2\x80\xa8")
    return data.replace(b"\n", ends[way - 2])


MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    flipped,
    flipped,
    replaced,
    inserted,
    inserted,
    inserted,
    cut,
    repeated,
    spliced,
    reencoded,
)
