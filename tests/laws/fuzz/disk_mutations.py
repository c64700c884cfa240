"""Changes of what stands on the disk: links, pipes, directories, modes, damaged files of the working folder."""

import json
import random
from collections.abc import Callable

from fuzz import byte_mutations
from fuzz.entries import DIRECTORY, FIFO, Entry, Files, file, link

TARGETS = (
    "../../victim", "../../victim/kept.txt", "../beside/kept.txt", "../../home/.bashrc", "/etc/passwd",
    "/dev/zero", "/dev/null",
    "/dev/stdin", "/proc/self/environ", "/proc/self/mem", ".", "..", "itself", "generated", "ddms.toml",
    "environments/local.toml",
    "../../victim/absent", "/", "../../cache", "nowhere/at/all",
)  # fmt: skip
STATE = (
    ".ddms-compile", ".ddms-compile/stage", ".ddms-compile/stage/0.new", ".ddms-compile/builds.json",
    ".ddms-compile/builds.json.new", ".ddms-compile/journal.json", ".ddms-compile/journal.json.new",
    ".ddms-compile/lock",
    ".ddms-compile/trace", ".ddms-compile/trace.new", ".ddms-compile/.gitignore", ".ddms-compile/trace.json",
)  # fmt: skip
PLACES = (
    *STATE, "generated", "generated/manifest.json", "generated/local", "generated/schema", "generated/local/compose",
    ".github", ".github/workflows", ".github/workflows/ci-cd.yml", "environments", "environments/local.toml",
    "environments/x.toml", "ddms.toml", "helm", "helm/application", "helm/application/Chart.yaml",
    "helm/application/templates/x.yaml",
    "generated/staging/terraform/ledger.json", "generated/bootstrap/terraform/ledger.json", "cdktf.out",
)  # fmt: skip
NAMES = (
    "CON", "con", "..", "a\nb", "a\tb", "é", "e\u0301", "\u202egpj", "x" * 200, "PROD", "Local", "lo cal",
    ".hidden", "-x", "--x",
    "a.b", "ci", "bootstrap", "nul", "\udcff", "*", "$(id)", "'", '"', "a\\b", "%2e", "local\u200b", "0",
    "a" * 17, "a-", "a--b",
)  # fmt: skip
JSON = (
    b"", b"{", b"[]", b"null", b"1", b'"x"', b"[" * 200_000, b'{"a":' * 50_000, b'{"builds":[1]}',
    b'{"version":1}', b"\xff", b"\x00",
    b'{"version":1,"files":[]}', b'{"version":1,"files":{"../../x":{}}}',
    b'{"version":1,"files":{"generated/a":5}}', b"1e999",
    b'{"version":1,"manifest":null,"builds":{"x":null}}', b'{"version":1,"operations":[{"path":5}]}',
    b'{"operations":5}',
    b'{"version":1,"operations":[{"number":0,"path":"../../victim/kept.txt","before":null,"after":null}]}', b"NaN",
    b'{"version":1,"operations":[{"number":0,"path":"generated/x","before":5,"after":[]}]}',
    b'{"version":1,"stacks":[]}',
    b'{"version":' + b"9" * 5000 + b"}", b'{"version":1,"version":2}', b'{"\\ud800":1}',
    b'{"version":true,"files":{}}',
)  # fmt: skip


def mutate(entries: Files, chance: random.Random) -> dict[str, Entry]:
    """One change, of any kind."""
    return chance.choice(MUTATIONS)(dict(entries), chance)


def another_kind(entries: dict[str, Entry], chance: random.Random) -> dict[str, Entry]:
    """A link, a pipe or a directory where something else is or could be."""
    place = chance.choice(PLACES) if chance.random() < 0.8 or not entries else chance.choice(sorted(entries))
    made = chance.choice((link(chance.choice(TARGETS)), link(chance.choice(TARGETS)), FIFO, DIRECTORY))
    return {**_without(entries, place), place: made}


def damaged(entries: dict[str, Entry], chance: random.Random) -> dict[str, Entry]:
    """A file of the program's own with other bytes."""
    own = [path for path in sorted(entries) if path.startswith((".ddms-compile/", "generated/"))]
    place = chance.choice(own) if own and chance.random() < 0.5 else chance.choice(PLACES)
    content = entries[place].content if place in entries else b""
    if chance.random() < 0.5:
        return {**_without(entries, place), place: file(chance.choice(JSON))}
    return {**_without(entries, place), place: file(byte_mutations.mutate(content, chance))}


def other_values(entries: dict[str, Entry], chance: random.Random) -> dict[str, Entry]:
    """A JSON file with one value replaced by one of another kind."""
    names = [path for path in sorted(entries) if path.endswith(".json")]
    if not names:
        return entries
    place = chance.choice(names)
    try:
        document = json.loads(entries[place].content)
    except (ValueError, RecursionError):
        return entries
    _spoil(document, chance)
    return {**entries, place: file(json.dumps(document))}


def _spoil(document: object, chance: random.Random) -> None:
    for _ in range(20):
        if isinstance(document, dict) and document:
            key: str | int = chance.choice(sorted(document))
        elif isinstance(document, list) and document:
            key = chance.randrange(len(document))
        else:
            return
        if chance.random() < 0.4 or not isinstance(document[key], dict | list):  # type: ignore[index]
            document[key] = chance.choice((None, 5, "x", [], {}, True, -1, "../../victim/kept.txt", "x" * 9999))  # type: ignore[index]
            return
        document = document[key]  # type: ignore[index]


def gone(entries: dict[str, Entry], chance: random.Random) -> dict[str, Entry]:
    """A file or a whole folder less."""
    path = chance.choice(sorted(entries)) if entries else "x"
    return _without(entries, path if chance.random() < 0.6 else path.split("/")[0])


def another_environment(entries: dict[str, Entry], chance: random.Random) -> dict[str, Entry]:
    """One more file of an environment, under a name that is none, or that is one already but for its case."""
    source = [path for path in sorted(entries) if path.startswith("environments/")]
    content = entries[chance.choice(source)] if source else file('tier = "local"\n')
    return {**entries, f"environments/{chance.choice(NAMES)}.toml": content}


def modes(entries: dict[str, Entry], chance: random.Random) -> dict[str, Entry]:
    """A file that can be read, written or run by nobody or by everybody."""
    if not entries:
        return entries
    path = chance.choice(sorted(entries))
    entry = entries[path]
    mode = chance.choice((0o000, 0o200, 0o444, 0o777, 0o4755))
    return {**entries, path: Entry(kind=entry.kind, content=entry.content, target=entry.target, mode=mode)}


def undeclared(entries: dict[str, Entry], chance: random.Random) -> dict[str, Entry]:
    """A file of somebody else's among the generated ones."""
    folders = sorted({path.rsplit("/", 1)[0] for path in entries if path.startswith("generated/")}) or ["generated"]
    name = chance.choice(
        ("zz_override.tf.json", "a.tf", "x.auto.tfvars", ".terraform/x", "y.yaml", "\udcff", "new\nline", "notes.md")
    )
    return {**entries, f"{chance.choice(folders)}/{name}": file(chance.choice((b"{}", b"x", b"\xff")))}


def bait(entries: dict[str, Entry], chance: random.Random) -> dict[str, Entry]:
    """A file that some program would run or read by itself if it looked into the working directory."""
    name = chance.choice(BAIT)
    return {**entries, name: file(BAIT_CONTENT)}


BAIT = (
    "sitecustomize.py", "usercustomize.py", "tomllib.py", "json.py", "pydantic/__init__.py", "ddms_compile.py",
    "jsii.py",
    "ddms_compile/__init__.py", "pyproject.toml", "setup.cfg", "conftest.py", ".env", ".envrc", ".npmrc",
    "package.json",
    "node_modules/cdktf/index.js", "node_modules/constructs/index.js", "cdktf.json", ".node-version", ".pth",
    "helm.py",
    ".python-version", "pyvenv.cfg", "tsconfig.json", ".terraformrc", ".git/config", "helm_python/__init__.py",
)  # fmt: skip
BAIT_CONTENT = b"raise SystemExit('this file was run')\n"


def _without(entries: dict[str, Entry], path: str) -> dict[str, Entry]:
    """Neither the path, nor what is below it, nor a file above it."""
    above = {path[:end] for end, character in enumerate(path) if character == "/"}
    return {
        name: entry
        for name, entry in entries.items()
        if name != path and not name.startswith(f"{path}/") and name not in above
    }


MUTATIONS: tuple[Callable[[dict[str, Entry], random.Random], dict[str, Entry]], ...] = (
    another_kind,
    another_kind,
    another_kind,
    damaged,
    damaged,
    other_values,
    other_values,
    gone,
    another_environment,
    modes,
    undeclared,
    bait,
)
