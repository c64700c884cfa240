"""Terraform in front of the world: states and plans as sets of addresses."""

import json
from pathlib import Path

from fake_world.world import RefusedError, World

TAKEN = {
    "init": {"-input"},
    "plan": {"-input", "-out"},
    "apply": {"-input", "-replace"},
    "destroy": {"-input"},
    "import": {"-input"},
    "output": {"-json"},
    "show": {"-json"},
    "force-unlock": {"-force"},
    "state rm": set(),
    "state show": set(),
}
"""Options by command (https://developer.hashicorp.com/terraform/cli/commands)."""

KEPT = ("aws_kms_key.data", "aws_kms_key.backup", "aws_backup_vault.main")
"""What backups need after the end."""

STATEFUL = ("aws_db_instance.postgres", "aws_elasticache_replication_group.redis")


def terraform(world: World, words: list[str], env: dict[str, str]) -> str:
    """What Terraform prints. Raises RefusedError."""
    folder, *rest = words
    stack = Path(folder.removeprefix("-chdir=")).name
    if folder != f"-chdir=generated/{world.name}/terraform/stacks/{stack}":
        raise RefusedError(f"terraform: another environment: {folder}")
    command = " ".join(rest[:2]) if rest[0] == "state" else rest[0]
    rest = rest[len(command.split()) :]
    if wrong := {word.partition("=")[0] for word in rest if word.startswith("-")} - TAKEN[command]:
        raise RefusedError(f"terraform {command}: {wrong}")
    if command in ("plan", "apply", "import", "destroy") and "plan.tfplan" not in rest:
        _variables(world, stack, env)
    if world.locked == stack and command in ("plan", "apply", "destroy", "import", "state rm"):
        raise RefusedError("Error acquiring the state lock")
    arguments = [word for word in rest if not word.startswith("-")]
    return _run(world, stack, command, arguments, rest)


def _variables(world: World, stack: str, env: dict[str, str]) -> None:
    for name, declared in world.stacks[stack].get("variable", {}).items():
        if "default" not in declared and not env.get(f"TF_VAR_{name}"):
            raise RefusedError(f"No value for required variable: {name}")


def _run(world: World, stack: str, command: str, arguments: list[str], rest: list[str]) -> str:
    state = world.state[stack]
    match command:
        case "plan":
            # A database or a cache that the plan would create is a second one: nothing of the first may be lost.
            world.trouble += [f"{a} would be created beside the first" for a in _missing(world, stack) & set(STATEFUL)]
            world.planned |= {stack for each in rest if each == "-out=plan.tfplan"}
        case "apply":
            if arguments == ["plan.tfplan"] and stack not in world.planned:
                raise RefusedError("Failed to load plan.tfplan")
            world.planned.discard(stack)
            world.applied.append(stack)
            state |= world.addresses(stack)
        case "destroy" if stack == "platform":
            state.clear()
        case "destroy":
            if "foundation" not in world.applied:
                raise RefusedError("deletion protection is on: nothing has been applied that turns it off")
            world.trouble += [f"{name} is not empty" for name, left in world.buckets.items() if left]
            world.trouble += [f"{kept} would go" for kept in KEPT if kept in state]
            world.end()
        case "state rm":
            _in_state(state, arguments)
            state -= set(arguments)
        case "state show":
            _in_state(state, arguments)
            return "    key_id = 1234abcd\n"
        case "import":
            address, identity = arguments
            if address in state or address not in world.addresses(stack):
                raise RefusedError(f"import: {address} is managed already, or not configured")
            if address == STATEFUL[0] and identity not in world.databases:
                raise RefusedError(f"import: no database {identity}")
            if address == STATEFUL[1] and identity not in world.caches:
                raise RefusedError(f"import: no cache {identity}")
            state.add(address)
        case "output":
            return json.dumps({name: {"value": value} for name, value in _outputs(world, stack).items()})
        case "show":
            made = [{"type": "aws_s3_bucket", "values": {"bucket": name}} for name in world.buckets]
            return json.dumps({"values": {"root_module": {"resources": made}}})
        case "force-unlock":
            if arguments != ["6d0f"] or world.locked != stack:
                raise RefusedError("LockID does not match")
            world.locked = ""
    return ""


def _outputs(world: World, stack: str) -> dict[str, str]:
    (held,) = world.databases.values()
    entries = world.foundation["resource"]["aws_secretsmanager_secret"]
    entry = held["entry"] or entries["postgres"]["name"]
    return {name: entry if name == "postgres_secret_arn" else name for name in world.stacks[stack]["output"]}


def _missing(world: World, stack: str) -> set[str]:
    return world.addresses(stack) - world.state[stack]


def _in_state(state: set[str], addresses: list[str]) -> None:
    if unknown := set(addresses) - state:
        raise RefusedError(f"No matching objects found: {unknown}")
