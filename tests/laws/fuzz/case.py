"""One case: a project and a command. `make` gives the same one for the same seed and number, on any machine."""

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fuzz import byte_mutations, corpus, dictionary, disk_mutations, rules_of_keys, toml_mutations
from fuzz.entries import Entry, file, from_json, to_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`base`: the project before the changes, one of `corpus` or `built`; `changes`: entries by path, None: absent.

    `charts`: whether `helm/` is there. `arguments`: the command line.
    """

    base: str
    changes: Mapping[str, Entry | None]
    arguments: tuple[str, ...]
    charts: bool = False

    def entries(self, built: Mapping[str, Entry]) -> dict[str, Entry]:
        """The project. `built`: what the base `built` is here."""
        found = dict(built if self.base == "built" else corpus.bases()[self.base])
        if self.charts:
            found = {**corpus.charts(), **found}
        for path, entry in self.changes.items():
            if entry is None:
                found.pop(path, None)
            else:
                found[path] = entry
        return found


def make(seed: str, number: int, built: Mapping[str, Entry]) -> Case:
    """Case `number` of a run."""
    chance = random.Random(f"{seed}:{number}")
    kind = chance.random()
    if kind < 0.905:
        return _of_toml(chance, chance.choice(_BASES)(chance), _checking(chance))
    if kind < 0.945:
        return _of_toml(chance, chance.choice(("local", "minimal")), _building(chance, "local"), mild=True)
    if kind < 0.9925:
        return _of_disk(chance, built)
    return _of_toml(chance, chance.choice(("staging", "prod")), ("build",), mild=True, charts=True)


_BASES = (
    lambda _: "local",
    lambda _: "local",
    lambda _: "minimal",
    lambda _: "staging",
    lambda _: "prod",
    lambda _: "shipped",
    lambda chance: chance.choice(corpus.names()),
)


def _checking(chance: random.Random) -> tuple[str, ...]:
    """A command that compiles nothing; most of them `check`, with every format in turn."""
    if chance.random() < 0.93:
        return ("check",)
    return chance.choice(
        (
            ("env", "list"),
            ("secrets", "local"),
            ("secrets", "prod"),
            ("check", dictionary.text(chance) or "x"),
            ("check", "prod"),
        )
    )


def _building(chance: random.Random, environment: str) -> tuple[str, ...]:
    kind = chance.random()
    if kind < 0.5:
        return ("build",)
    if kind < 0.6:
        return ("build", "--check")
    if kind < 0.65:
        return ("build", environment, "--force")
    if kind < 0.7:
        return ("build", dictionary.text(chance) or "x")
    target = dictionary.text(chance) if chance.random() < 0.4 else ".".join(chance.choice(rules_of_keys.keys()))
    return ("explain", environment, "--", target or "x")


def _of_toml(
    chance: random.Random, base: str, arguments: tuple[str, ...], *, mild: bool = False, charts: bool = False
) -> Case:
    """Changes of files; `mild`: such as often leave a project that compiles."""
    entries = corpus.bases()[base]
    changes: dict[str, Entry | None] = {}
    mild = mild or chance.random() < 0.45
    count = min(8, 1 + int(chance.expovariate(1.5 if mild else 0.9)))
    for _ in range(count):
        path = chance.choice(sorted(entries))
        before = changes.get(path) or entries[path]
        if mild:
            way = chance.choice(toml_mutations.MILD)
        else:
            way = toml_mutations.mutate if chance.random() < 0.7 else byte_mutations.mutate
        changes[path] = file(way(before.content, chance)[: 1 << 21])
    return Case(base=base, changes=changes, arguments=arguments, charts=charts)


def _of_disk(chance: random.Random, built: Mapping[str, Entry]) -> Case:
    """Changes of what stands on the disk, on a project that was built."""
    entries = dict(built)
    for _ in range(chance.choice((1, 1, 2, 3))):
        entries = disk_mutations.mutate(entries, chance)
    changes = {path: entries.get(path) for path in sorted({*built, *entries}) if entries.get(path) != built.get(path)}
    arguments = _building(chance, "local") if chance.random() < 0.8 else chance.choice((("check",), ("env", "list")))
    return Case(base="built", changes=changes, arguments=arguments)


def to_text(case: Case, law: str = "") -> str:
    """A case as JSON for people and for `from_text`."""
    document: dict[str, Any] = {"law": law} if law else {}
    document |= {"base": case.base, "arguments": list(case.arguments)} | ({"charts": True} if case.charts else {})
    document["changes"] = {path: to_json(entry) for path, entry in case.changes.items()}
    text = json.dumps(document, indent=2) + "\n"
    for number, secret in enumerate(dictionary.SECRETS):  # whole ones would make every scanner of repositories cry
        text = text.replace(secret, f"@SECRET_{number:02}@")
    return text


def from_text(text: str) -> Case:
    """The inverse of `to_text`."""
    for number, secret in enumerate(dictionary.SECRETS):
        text = text.replace(f"@SECRET_{number:02}@", secret)
    document = json.loads(text)
    return Case(
        base=document["base"],
        arguments=tuple(document["arguments"]),
        charts=document.get("charts", False),
        changes={path: from_json(value) for path, value in document["changes"].items()},
    )
