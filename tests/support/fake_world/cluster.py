"""kubectl and Helm in front of the world. Their words are held against the programs themselves, after the rehearsal."""

import base64
import json
import re

from fake_world.world import RefusedError, World

KINDS = {
    *("certificates", "challenges", "certificaterequests", "orders", "clusterissuers", "deployments", "events"),
    *("externalsecret", "secretstore", "ingress", "ingresses", "namespace", "node", "nodes", "pods", "services", "all"),
    *("persistentvolumes", "persistentvolumeclaims", "poddisruptionbudgets", "resourcequotas", "secret"),
}
DEPLOYMENTS = {
    "ddms": ("ddms-backend", "ddms-frontend"),
    "velero": ("velero",),
    "cert-manager": ("cert-manager",),
    "external-secrets": ("external-secrets",),
    "monitoring": ("kube-prometheus-stack-grafana",),
}
VALUED = {
    "--namespace",
    "--replicas",
    "--output",
    "--selector",
    "--container",
    "--field-selector",
    "--sort-by",
    "--for",
}
VALUED |= {"--label-columns", "--raw", "--current-replicas", "--type", "--patch"}


def kubectl(world: World, words: list[str], text: str) -> str:
    """What kubectl prints. Raises RefusedError."""
    own, _, inner = " ".join(words).partition(" -- ")
    world.kubectl.append(words)
    options, plain = _split(words[: words.index("--")] if "--" in words else words)
    namespace = options.get("--namespace", "default")
    if namespace not in world.namespaces:
        raise RefusedError(f"namespaces {namespace!r} not found")
    command, *objects = plain
    _known(namespace, objects, command)
    if command == "scale" and namespace == "ddms":
        world.replicas = int(options["--replicas"])
    if command == "delete" and objects[0] == "namespace":
        world.namespaces.remove(objects[1])
    if command in ("drain", "uncordon"):
        if objects != ["ip-10-0-0-1"]:
            raise RefusedError(f"nodes {objects} not found")
        world.cordoned = command == "drain"
    if command in ("patch", "apply") and text:
        json.loads(text)
    if "grafana cli" in own + inner and len(text) < 20:
        raise RefusedError("grafana: the password is empty or short")
    if command == "exec" and inner.startswith("/velero"):
        return _velero(world, inner.split()[1:])
    return _printed(world, command, objects, options)


def _split(words: list[str]) -> tuple[dict[str, str], list[str]]:
    options: dict[str, str] = {}
    plain: list[str] = []
    rest = iter(words)
    for word in rest:
        name, equals, value = word.partition("=")
        if word.startswith("--"):
            options[name] = value if equals else next(rest) if name in VALUED else "true"
        elif not re.fullmatch(r"[\w-]+=.*", word):
            plain.append(word)
    return options, plain


def _known(namespace: str, objects: list[str], command: str) -> None:
    if command in ("auth", "drain", "uncordon") or not objects:
        return
    rollout = objects[1:] if command == "rollout" else objects
    kind, slash, name = rollout[0].partition("/")
    if kind in ("deployment", "deploy") and slash and name not in DEPLOYMENTS.get(namespace, ()):
        raise RefusedError(f'deployments.apps "{name}" not found in {namespace}')
    if not slash and (unknown := set(kind.split(",")) - KINDS):
        raise RefusedError(f"the server doesn't have a resource type {unknown}")


def _velero(world: World, words: list[str]) -> str:
    if words[:2] == ["backup", "get"] and "json" in words:
        held = {"metadata": {"name": "daily", "creationTimestamp": "2026"}, "status": {"phase": "Completed"}}
        return json.dumps({"items": [held]})
    if words[:2] == ["restore", "create"]:
        if words[words.index("--from-backup") + 1] != "daily":
            raise RefusedError("no such backup")
        mapping = words[words.index("--namespace-mappings") + 1] if "--namespace-mappings" in words else ""
        world.namespaces |= {mapping.partition(":")[2] or "ddms"}
    return ""


def _printed(world: World, command: str, objects: list[str], options: dict[str, str]) -> str:
    match command, objects, options.get("--output", ""):
        case "get", ["deployments"], "json":
            made = {"metadata": {"name": "ddms-backend"}, "spec": {"replicas": world.replicas}}
            return json.dumps({"items": [made]})
        case "get", ["persistentvolumeclaims"], "name":
            return "persistentvolumeclaim/db-0\n"
        case "get", ["node", _], _:
            return "aws:///eu-west-1a/i-0123456789abcdef0"
        case "get", ["secret", "grafana-admin"], _:
            return base64.b64encode(b"a long password of grafana").decode()
        case "get", ["secret", _], _:
            return "4711"
    return ""


def helm(world: World, words: list[str], text: str) -> str:
    """What Helm prints. Raises RefusedError."""
    world.helm.append(words)
    command = words[0]
    if command == "show":
        return "kind: CustomResourceDefinition\n"
    if "ddms" not in words and "^ddms$" not in words and command != "list":
        raise RefusedError(f"release: not found: {words}")
    if world.release.startswith("pending-") and command in ("upgrade", "uninstall"):
        raise RefusedError("another operation (install/upgrade/rollback) is in progress")
    now = {"revision": world.revision, "status": world.release}
    match command:
        case "list":
            return json.dumps([now] if world.release != "absent" else [])
        case "status":
            return json.dumps({"info": {"status": world.release, "last_deployed": "2026-01-01T00:00:00Z"}})
        case "history":
            return json.dumps([{"revision": world.revision - 1, "status": "deployed"}, now])
        case "get":
            image = {"image": {"tag": "abc", "digest": f"sha256:{'1' * 64}"}}
            return json.dumps({"backend": image, "frontend": image})
        case "rollback":
            world.release, world.revision = "deployed", world.revision + 1
        case "uninstall":
            world.release = "absent"
        case "upgrade":
            hosts = json.loads(text)["backend"]["environment"]
            if not all(hosts.values()):
                raise RefusedError("hosts are empty")
            world.release, world.revision = "deployed", world.revision + 1
    return ""
