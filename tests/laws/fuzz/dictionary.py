"""Values that programs stumble over, as TOML and as text; and secrets that no output may show."""

import random
import string

SECRETS = (
    "ghp_" + "R7mK2pXq9LwZ4tVb8NcY3sHd6JfG1aQeU5iO",
    "AKIA" + "Q3EGRIV7KXTM5ZWL",
    "xoxb-" + "731904826157-Kd83hQmZ2vTn7LpXw4Rc",
    "glpat-" + "Zx9Qm3Lt7Wp2Vk8Nc4Hb",
    "sk_" + "live_" + "9fKq27LmXz83VtBnWp46RcYh",
    "npm_" + "qX7Lm2Zt9Vw4Kc8Nb3Hp6RdY1sGf5JaQeUiO",
    "AIza" + "SyD3kQ9mZx7LtVw2Kc8Nb4Hp6RdY1sGfJaE",
    "hf_" + "QmXzLtVwKcNbHpRdYsGfJaEeUiOqTrPlKj",
    "hvs." + "CAESIKq7Lm2Zt9Vw4Kc8Nb3Hp6RdY1sGf5JaQeUiOx",
    "dop_v1_" + "4e1f8a92c73d5b60718e2f9ac4b3d5067f8192a3b4c5d6e7f8091a2b3c4d5e6f",
    "shpat_" + "9c3f7a1e5b8d2046f1a9c7e3b5d80264",
    "SG." + "kQ9mZx7LtVw2Kc8Nb4Hp6R.dY1sGfJaEqX7Lm2Zt9Vw4Kc8Nb3Hp6RdYsGf",
)
"""Made up, of shapes that their issuers document; nothing in the corpus holds any of their letters by chance."""

TEXTS = (
    "", " ", "\t", "\n", "\r\n", "\x00", "\x1b[2J", "\x7f", "\u0085", "\u2028", "\u202e", "\u200b", "\ufeff",
    "\u00a0",
    "\U0001f468\u200d\U0001f469", "e\u0301", "\u00e9", "\ufb01", "\u0130", "\u017f", "\u212a", "ß", "\uffff",
    "\U0010ffff",
    "a" * 64, "a" * 256, "x" * 5000, "..", ".", "../../etc/passwd", "/etc/passwd", "C:\\x", "a/b", "CON", "nul",
    "-", "--",
    "-rf", "~", "$HOME", "$(touch PWNED)", "`id`", "${aws.x}", "%{if x}", "{{ .Values.x }}", "${{ secrets.X }}",
    "%s%n",
    "'; DROP TABLE x; --", "<script>", "&amp;", "::error::x", "%0A", "#", "=", "[", "]", "{", "}", '"', "'",
    "\\", "\\u0000",
    "true", "null", "~", "yes", "0", "-1", "1e309", "nan", "0x10", "1_000", "2024-02-30", "2027-01-31", "12:00", "*",
    "*/0 * * * *", "0 0 31 2 *", "60 24 0 13 8", "@reboot", "0\v0 * * *", "10.0.0.0/33", "10.20.0.0/16",
    "0.0.0.0/0", "::/0",
    "300.1.1.1/8", "10.0.0.1/16", "db.t4g.medium", "m7g.large", "999999999999Gi", "-5Gi", "1e3m", "0", "100m",
    "9" * 400,
    "a.b.c", "A.B", "a..b", ".a", "a.", "xn--nxasmq6b", "a" * 63 + ".com", "__proto__", "constructor",
    "toString", "self",
    "refs/heads/x", "x.lock", "main/", "a~b", "HEAD", ".git", "eu-west-1", "us-gov-west-1", "cn-north-1",
    "111122223333",
    "sha256:" + "0" * 64, "latest", "v1.2.3", "1.35", "999.999", "production", "local", "staging",
)  # fmt: skip

RAW = (
    "0", "-0", "+1", "1", "-1", "2", "63", "64", "65535", "65536", "2147483648", "9223372036854775807",
    "9223372036854775808", "-9223372036854775809", "1" + "0" * 400, "1_000", "0xff", "0o17", "0b11",
    "0x" + "f" * 5000,
    "0b" + "1" * 20000, "0.0", "-0.0", "1e308", "1e309", "inf", "-inf", "nan", "1e-400", "3.14", "true", "false",
    "1979-05-27", "0001-01-01", "9999-12-31", "1979-05-27T07:32:00Z", "1979-05-27T07:32:00.999999999+23:59",
    "07:32:00",
    "24:00:00", "1979-02-30", "2027-01-31", "[]", "{}", "[[]]", "[{}]", "{a={}}", "[1,'a',{}]", "''", '""', "''''''",
    '"""\na"""', "[ # c\n1,\n]", "yes", "null", "", "@", "= 1", "'a' 'b'", "\u201cx\u201d", "1 2", "08", "1__0",
    "'", '"',
    '"""', "'''", "[", "{", "{a=1,}", "{a=1,a=2}", '"\\x41"', '"\\ud800"', '"\\U00110000"', '"\\u0000"', "''#",
    "ghp_",
)  # fmt: skip

KEYS = (
    "a", "tier", "cidr", "*", '"*"', "a.b", "a . b", '""', "''", '"a b"', '"\\u0000"', '"\\n"', "'#'", '"a.b"',
    "1", "-",
    "__proto__", '"\\u202e"', '"é"', "é", "ＡＢ", "x" * 300, ".".join(["k"] * 40), ".".join(["k"] * 3000), "name",
    "enabled",
    "TOKEN", "password", '"aws.tags"', "key", "from", "min", "max", "image", "code", "[0]", '"[0]"',
)  # fmt: skip


def text(chance: random.Random) -> str:
    """A hostile text: of the list, of random characters, or two of them joined."""
    kind = chance.random()
    if kind < 0.6:
        return chance.choice(TEXTS)
    if kind < 0.75:
        return "".join(chance.choices(string.printable, k=chance.randrange(1, 40)))
    if kind < 0.85:
        return "".join(chr(_scalar(chance)) for _ in range(chance.randrange(1, 8)))
    if kind < 0.93:
        return chance.choice(TEXTS) + chance.choice(TEXTS)
    return chance.choice(SECRETS)


def _scalar(chance: random.Random) -> int:
    code = chance.choice((chance.randrange(0x20), chance.randrange(0x3000), chance.randrange(0x110000)))
    return 0x20 if 0xD800 <= code < 0xE000 else code


def quoted(value: str, chance: random.Random) -> str:
    """A text as a TOML string: right in most cases, and in any of the four ways."""
    way = chance.random()
    if way < 0.6:
        return '"' + "".join(_escaped(c) for c in value) + '"'
    if way < 0.8:
        return f"'{value}'"
    return f'"""{value}"""' if way < 0.9 else f"'''{value}'''"


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    return character if character.isprintable() else f"\\U{ord(character):08X}"


def value(chance: random.Random, depth: int = 0) -> str:
    """A TOML value, or what looks like one."""
    kind = chance.random()
    if kind < 0.4:
        return chance.choice(RAW)
    if kind < 0.75 or depth > 3:
        return quoted(text(chance), chance)
    if kind < 0.85:
        return "[" + ", ".join(value(chance, depth + 1) for _ in range(chance.randrange(4))) + "]"
    if kind < 0.95:
        inner = ", ".join(f"{chance.choice(KEYS)} = {value(chance, depth + 1)}" for _ in range(chance.randrange(4)))
        return "{" + inner + "}"
    return nested(chance)


def nested(chance: random.Random) -> str:
    """Arrays or inline tables, deeper or longer than anybody needs."""
    depth = chance.choice((5, 30, 63, 64, 65, 200, 900, 1100, 6000))
    kind = chance.random()
    if kind < 0.4:
        return "[" * depth + "]" * chance.choice((depth, depth, 0, depth - 1))
    if kind < 0.8:
        return "{a=" * depth + "1" + "}" * depth
    item = chance.choice(("1", '"x"', "{}", "[]", "true", "nan", "'a'"))
    return "[" + ",".join([item] * chance.choice((100, 2000))) + "]"
