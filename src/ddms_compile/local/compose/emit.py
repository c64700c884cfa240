"""The back end: a Compose file of the whole application, from the same data as production."""

from collections.abc import Iterator

from ddms_compile.emitter import Inputs
from ddms_compile.gates.document import yaml_artifact
from ddms_compile.gates.text import Line, text_artifact
from ddms_compile.provenance.artifact import Artifact
from ddms_compile.provenance.traced import NO_KEYS, Keys, Traced, text
from ddms_compile.resolve import Environment
from ddms_compile.resolve.interfaces import API_ADDRESS, POSTGRES_PORT, REDIS_PORT
from ddms_compile.resolve.site import built_in
from ddms_compile.tree import TracedTable

ROOT = "../../.."
"""Relative path from the folder of the Compose file to the root of the repository."""


def emit_compose(inputs: Inputs) -> Iterator[Artifact]:
    """Yield `generated/<environment>/compose/{compose.yaml,.env.example}` for each environment of the tier `local`."""
    for environment in inputs.selected:
        if environment.tier == "local":
            folder = f"generated/{environment.name}/compose"
            yield yaml_artifact(
                f"{folder}/compose.yaml",
                compose(environment),
                construct="compose",
                environment=environment.name,
                emitter="compose",
                header=_header(folder),
            )
            yield text_artifact(
                f"{folder}/.env.example",
                _example(environment),
                construct="compose",
                environment=environment.name,
                emitter="compose",
            )


def _header(folder: str) -> str:
    return (
        f"The application on a local machine. Copy {folder}/.env.example to {folder}/.env, "
        "fill it in, and\n"
        f"docker compose --env-file {folder}/.env -f {folder}/compose.yaml up --build"
    )


def compose(environment: Environment) -> TracedTable:
    """Return the Compose file. Every port is bound to the loopback address."""
    return {
        "name": text("{}-{}", environment.names.project, environment.names.environment),
        "services": {
            "api": _api(environment),
            "app": _app(environment),
            "postgres": _postgres(environment),
            "redis": _redis(environment),
        },
        "volumes": {"postgres": {}, "redis": {}},
    }


_HARDENED: TracedTable = {
    "restart": "unless-stopped",
    "init": True,
    "cap_drop": ["ALL"],
    "security_opt": ["no-new-privileges:true"],
}


def _api(environment: Environment) -> TracedTable:
    read = environment.read
    port = read(lambda s: str(s.workloads.backend.port))
    own = read.table(lambda s: s.workloads.backend.environment)
    return {
        "build": _build(environment, "backend"),
        "environment": {
            "PORT": port,
            "METRICS_PORT": read(lambda s: str(s.workloads.backend.metrics.port)),
            "WEB_ORIGIN": text("http://localhost:{}", read(lambda s: s.local.app_port)),
            "DATABASE_HOST": "postgres",
            "DATABASE_PORT": str(POSTGRES_PORT),
            "DATABASE_NAME": environment.names.database,
            "DATABASE_USER": environment.names.database_user,
            "DATABASE_SSL": "disable",
            "REDIS_HOST": "redis",
            "REDIS_PORT": str(REDIS_PORT),
            "REDIS_TLS": "false",
            **{name: value.map(literal) for name, value in own.items()},
            **{name: Traced(_asked(name), _secret_keys(name)) for name in _secrets(environment)},
        },
        "ports": [text("127.0.0.1:{}:{}", read(lambda s: s.local.api_port), port)],
        "depends_on": {
            "postgres": {"condition": "service_healthy"},
            "redis": {"condition": "service_healthy"},
        },
        "read_only": True,
        "tmpfs": ["/tmp"],  # noqa: S108  (inside the container)
        **_HARDENED,
    }


def _app(environment: Environment) -> TracedTable:
    read = environment.read
    api = text("http://localhost:{}", read(lambda s: s.local.api_port))
    ports = text("127.0.0.1:{}:{}", read(lambda s: s.local.app_port), read(lambda s: s.workloads.frontend.port))
    return {
        "build": {
            **_build(environment, "frontend"),
            "additional_contexts": {"platform": "../../images/frontend"},
            "args": {
                **{name: value.map(literal) for name, value in built_in(environment).items()},
                API_ADDRESS: api,
            },
        },
        "ports": [ports],
        "depends_on": {"api": {"condition": "service_healthy"}},
        "read_only": True,
        "tmpfs": ["/tmp"],  # noqa: S108  (inside the container)
        **_HARDENED,
    }


def _postgres(environment: Environment) -> TracedTable:
    read = environment.read
    return {
        "image": read(lambda s: f"postgres:{s.versions.images.postgres}"),
        "environment": {
            "POSTGRES_DB": environment.names.database,
            "POSTGRES_USER": environment.names.database_user,
            "POSTGRES_PASSWORD": _asked("DATABASE_PASSWORD"),
        },
        "volumes": ["postgres:/var/lib/postgresql/data"],
        "ports": [text("127.0.0.1:{}:{}", read(lambda s: s.local.postgres_port), POSTGRES_PORT)],
        "healthcheck": {
            # By TCP: while the image initializes a volume, a temporary server listens on the Unix socket only.
            "test": [
                "CMD-SHELL",
                'pg_isready --host 127.0.0.1 --username "$$POSTGRES_USER" --dbname "$$POSTGRES_DB"',
            ],
            "interval": "2s",
            "timeout": "3s",
            "retries": 30,
        },
        "restart": "unless-stopped",
        "security_opt": ["no-new-privileges:true"],
    }


def _redis(environment: Environment) -> TracedTable:
    read = environment.read
    return {
        "image": read(lambda s: f"redis:{s.versions.images.redis}"),
        "environment": {"REDISCLI_AUTH": _asked("REDIS_AUTH_TOKEN")},
        # By a shell, so that the password is not in the file; `exec`, so that SIGTERM reaches Redis.
        "command": ["sh", "-c", 'exec redis-server --requirepass "$$REDISCLI_AUTH" --appendonly yes'],
        "volumes": ["redis:/data"],
        "ports": [text("127.0.0.1:{}:{}", read(lambda s: s.local.redis_port), REDIS_PORT)],
        "healthcheck": {
            "test": ["CMD-SHELL", "redis-cli ping | grep -qx PONG"],
            "interval": "2s",
            "timeout": "3s",
            "retries": 30,
        },
        "restart": "unless-stopped",
        "security_opt": ["no-new-privileges:true"],
    }


def _build(environment: Environment, workload: str) -> TracedTable:
    context = environment.read(lambda s: getattr(s.workloads, workload).image.context)
    # Compose resolves the Dockerfile relative to the context.
    up = context.map(lambda folder: "/".join(".." for _ in folder.split("/")))
    return {
        "context": text("{}/{}", ROOT, context),
        "dockerfile": text("{}/generated/images/{}/Dockerfile", up, workload),
    }


def literal(value: str) -> str:
    """Return a string that Compose reads as `value`: with doubled dollars (Compose specification, "Interpolation")."""
    return value.replace("$", "$$")


def _asked(name: str) -> str:
    """Return a reference to a required variable of the `.env` file."""
    return f"${{{name}:?set {name} in the .env file}}"


def _secrets(environment: Environment) -> list[str]:
    return environment.read(lambda s: sorted(s.workloads.backend.secrets)).value


def _secret_keys(name: str) -> Keys:
    return frozenset({f"workloads.backend.secrets.{name}"})


_MEANINGS = {
    "DATABASE_PASSWORD": "Password of the database user; the volume keeps the first one.",
    "REDIS_AUTH_TOKEN": "Redis password.",
    "JWT_SECRET": "Key that signs tokens, at least 32 characters: openssl rand -hex 32",
}


def _example(environment: Environment) -> Iterator[Line]:
    """Yield one line per variable, without a value, and its meaning."""
    yield "# Secrets of the local stack. Copy this file to .env beside it and fill it in; git ignores .env."
    # https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/#env-file-syntax
    yield (
        "# Quote a value that contains anything but letters and digits in single "
        "quotes: Compose replaces $ in all others."
    )
    for name in sorted({*_secrets(environment), "DATABASE_PASSWORD", "REDIS_AUTH_TOKEN"}):
        keys = _secret_keys(name) if name in _secrets(environment) else NO_KEYS
        yield ""
        yield Traced(f"# {_MEANINGS.get(name, 'A secret of the API.')}", keys)
        yield Traced(f"{name}=", keys)
