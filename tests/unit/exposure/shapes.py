"""Tokens made from the public shapes when a test runs, so that no file of the repository holds one."""

import random
import re
import string
from pathlib import Path

HERE = Path(__file__).parent
ALPHABETS = {
    "alnum": string.ascii_letters + string.digits,
    "letters": string.ascii_letters,
    "lower": string.ascii_lowercase + string.digits,
    "upper": string.ascii_uppercase + string.digits,
    "hex": "0123456789abcdef",
    "b64": string.ascii_letters + string.digits + "+/",
    "url": string.ascii_letters + string.digits + "_-",
    "digits": string.digits,
    "b32": string.ascii_uppercase + "234567",
    "bech": "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
}


def rows(name: str) -> list[str]:
    """The lines of a table beside this file, without its head."""
    return [line for line in (HERE / name).read_text("utf-8").split("\n") if line and not line.startswith("# ")]


def public_shapes() -> list[tuple[str, str, str]]:
    """Id, name of the key, template."""
    return [tuple(row.split("\t")) for row in rows("public_shapes.txt")]  # type: ignore[misc]


def token(template: str, chance: random.Random) -> str:
    """A text of this shape."""

    def piece(match: re.Match[str]) -> str:
        return "".join(chance.choice(ALPHABETS[match[1]]) for _ in range(int(match[2])))

    return re.sub(r"\{([a-z0-9]+):([0-9]+)\}", piece, template)
