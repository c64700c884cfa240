"""GitHub's `gh` in front of the world."""

from fake_world.world import RefusedError, World

TAKEN = {
    "api": {"--jq", "--method"},
    "run list": {"--workflow", "--branch", "--event", "--status", "--commit", "--limit", "--json", "--jq"},
    "run rerun": {"--failed"},
    "run view": {"--log-failed"},
    "run watch": {"--exit-status"},
    "secret set": {"--env"},
    "variable delete": set(),
    "variable get": set(),
    "variable set": {"--body"},
    "workflow run": {"--ref", "--field"},
}
"""Options by command (https://cli.github.com/manual/), as far as they are used."""

STATUSES = {"in_progress", "waiting", "queued", "completed", "failure", "success"}
SECRETS = {"REDIS_AUTH_TOKEN", "DATABASE_PASSWORD", "SLACK_WEBHOOK_URL"}
LEAST = 16


def gh(world: World, words: list[str], text: str) -> str:
    """What gh prints. Raises RefusedError."""
    command = words[0] if words[0] == "api" else " ".join(words[:2])
    rest = words[len(command.split()) :]
    if wrong := {word for word in rest if word.startswith("--")} - TAKEN[command]:
        raise RefusedError(f"gh {command}: unknown flag: {wrong}")
    options = {word: following for word, following in zip(rest, [*rest[1:], ""], strict=True) if word.startswith("--")}
    if options.get("--status", "waiting") not in STATUSES or options.get("--workflow", "ci-cd.yml") != "ci-cd.yml":
        raise RefusedError(f"gh {command}: invalid argument")
    match command:
        case "run list":
            return "4711" if "--jq" in options else "completed  success  CI/CD  main  push  4711"
        case "run rerun" | "run view" | "run watch":
            if not {"4711"} & set(rest):
                raise RefusedError("gh: no run is named")
            world.runs.append(command)
        case "workflow run":
            world.runs.append(f"dispatch {options.get('--field', '')}".strip())
        case "secret set":
            if rest[0] not in SECRETS or options["--env"] != world.name or len(text.strip()) < LEAST:
                raise RefusedError(f"gh: no such secret, another environment, or an empty value: {rest}")
            world.github_secrets[rest[0]] = text.strip()
        case "variable get" | "variable delete":
            if rest[0] not in world.variables:
                raise RefusedError(f"variable {rest[0]} was not found")
            return world.variables[rest[0]] if command == "variable get" else world.variables.pop(rest[0])
        case "variable set":
            world.variables[rest[0]] = options["--body"]
    return ""
