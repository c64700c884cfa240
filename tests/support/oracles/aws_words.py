"""The words of the AWS CLI, by the descriptions from which it is made (botocore's)."""

import gzip
import json
import re
import shlex
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
BOTOCORE = ROOT / ".cache/moto/lib"
GLOBAL = {"region", "query", "output", "no-cli-pager", "cli-input-json", "profile", "max-items"}
OWN_COMMANDS = {("eks", "update-kubeconfig"): {"name", "alias", "kubeconfig"}}
"""What the CLI has beside the operations of a service."""


ENDS = ("|", "||", ">", ";", "do")


def data() -> Path | None:
    """The folder of botocore's descriptions, if one is installed (`make e2e-aws` installs it)."""
    return next(iter(sorted(BOTOCORE.glob("python*/site-packages/botocore/data"))), None)


def dashed(name: str) -> str:
    """`DBInstanceIdentifier` as the CLI spells it: `db-instance-identifier`."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name)
    return parted.lower()


@cache
def described(service: str, file: str) -> dict[str, Any]:
    """The newest description of one service."""
    folder = data()
    assert folder is not None
    newest = max((folder / service).glob("*/service-2.json.gz")).parent
    path = next(newest.glob(f"{file}.json*"))
    content = path.read_bytes()
    document: dict[str, Any] = json.loads(gzip.decompress(content) if path.suffix == ".gz" else content)
    return document


def members(model: dict[str, Any], shape: str, seen: frozenset[str] = frozenset()) -> set[str]:
    """Every name in the shape and in what it holds."""
    if shape in seen:
        return set()
    held = model["shapes"][shape]
    inner = [each["shape"] for each in held.get("members", {}).values()]
    inner += [held[key]["shape"] for key in ("member", "value") if key in held]
    return set(held.get("members", {})).union(*(members(model, each, seen | {shape}) for each in inner))


def calls(script: str) -> list[list[str]]:
    """The words of each call; what the shell puts in is one word."""
    joined = script.replace("\\\n", " ")
    # The inside of a substitution is looked at by itself, and stands for a value outside.
    pieces, pattern = [], re.compile(r'"?\$\(((?:[^()]|\((?:[^()])*\))*)\)"?')
    while found := pattern.search(joined):
        pieces.append(found[1])
        joined = joined[: found.start()] + "VALUE" + joined[found.end() :]
    made = []
    for line in "\n".join([joined, *pieces]).splitlines():
        for part in re.split(r"\|\|?|&&|;|>(?!>)", line) if "--query" not in line else [line]:
            if found := re.search(r"(?:^|\s|\|)aws (?=[a-z])", part):
                words = shlex.split(part[found.end() :].replace("<<<", " "), comments=True)
                stop = next((i for i, word in enumerate(words) if word in ENDS), len(words))
                made.append(words[:stop])
    return made


def objections(words: list[str]) -> list[str]:
    """What the CLI would not take."""
    service, command, *rest = words
    call = f"aws {service} {command}"
    options = [word.removeprefix("--").partition("=")[0] for word in rest if word.startswith("--")]
    if (service, command) in OWN_COMMANDS:
        return [f"{call}: --{o}" for o in options if o not in GLOBAL | OWN_COMMANDS[service, command]]
    service = {"s3api": "s3"}.get(service, service)
    model = described(service, "service-2")
    if command == "wait":
        waiters = described(service, "waiters-2")["waiters"]
        found = next((each for name, each in waiters.items() if dashed(name) == rest[0]), None)
        if found is None:
            return [f"{call}: no waiter {rest[0]}"]
        name: str | None = found["operation"]
    else:
        name = next((each for each in model["operations"] if dashed(each) == command), None)
    if name is None:
        return [f"{call}: no such operation"]
    operation = model["operations"][name]
    shape = model["shapes"][operation["input"]["shape"]]
    taken = {dashed(each) for each in shape["members"]}
    negated = {f"no-{dashed(each)}" for each, held in shape["members"].items() if is_boolean(model, held["shape"])}
    wrong = [f"{call}: --{option}" for option in options if option not in taken | negated | GLOBAL]
    if "cli-input-json" not in options:
        given = {option.removeprefix("no-") if option in negated else option for option in options}
        wrong += [f"{call}: lacks {each}" for each in shape.get("required", []) if dashed(each) not in given]
    queries = [rest[i + 1] for i, word in enumerate(rest) if word == "--query"]
    answered = members(model, operation["output"]["shape"])
    for query in queries:
        asked = set(re.findall(r"[A-Za-z]\w*", query)) - {"sort_by"}
        wrong += [f"{call}: the answer has no {each}" for each in sorted(asked - answered)]
    return wrong


def is_boolean(model: dict[str, Any], shape: str) -> bool:
    """Whether the CLI has a `--no-` beside it."""
    return bool(model["shapes"][shape]["type"] == "boolean")
