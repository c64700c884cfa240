"""The workloads. Durations stay inside what the chart takes: an hour for a probe, ten seconds at least for a scrape."""

from typing import Any

from hypothesis import strategies as st

from ddms_compile.validate.rules.variables import PLATFORM
from strategies import texts, times

Tree = dict[str, Any]

PODS = st.integers(1, 40)


@st.composite
def workloads(draw: st.DrawFn, mode: str, part: str, tier: str) -> Tree:
    """One part of the application; `mode`: how its secrets reach it."""
    least = draw(PODS)
    secret = texts.variables.filter(lambda name: name not in PLATFORM)
    repository = draw(texts.image_names)
    static = part == "frontend" and (tier == "local" or not repository)  # a laptop builds its images itself
    if static:
        # Files that nginx serves: Vite builds in some variables, and there are no secrets.
        secret = secret.map("VITE_{:.100}".format).filter(lambda name: name != "VITE_API_URL")
    secrets = {} if static else draw(texts.tables(secret, _references(mode)))
    free = secret.filter(lambda name: name not in secrets and name not in DEFAULT_SECRETS)
    return {
        "image": {
            "repository": repository,
            "tag": draw(texts.tags_of_images),
            "context": draw(texts.folders),
        },
        "port": draw(st.integers(1024, 65535)),
        "replicas": {
            "min": least,
            "max": draw(st.integers(least, 60)),
            "cpu_percent": draw(st.integers(1, 100)),
        },
        "resources": {
            "cpu": draw(texts.durations("m", 500)),
            "memory": draw(texts.sizes(1, 1024, ("Mi",))),
            "ephemeral_storage": draw(texts.sizes(1, 9, ("Mi", "Gi"))),
        },
        "probes": {kind: draw(_probes(kind)) for kind in ("startup", "readiness", "liveness")},
        "environment": draw(texts.tables(free, texts.data_texts(lines=True))),
        "secrets": secrets,
        "metrics": {
            "enabled": draw(st.booleans()),
            "path": draw(texts.paths),
            "port": draw(st.integers(1024, 65535)),
            "interval": draw(st.one_of(st.integers(10, 999).map("{}s".format), texts.durations("m", 60))),
        },
        "egress": draw(st.lists(_ways_out(), max_size=3)),
        "shutdown_grace": draw(st.one_of(st.integers(20, 900).map("{}s".format), texts.durations("m", 60))),
    }


DEFAULT_SECRETS = ("DATABASE_PASSWORD", "REDIS_AUTH_TOKEN", "JWT_SECRET")


def _references(mode: str) -> st.SearchStrategy[Tree]:
    # The operator in the cluster cannot read what GitHub keeps.
    sources = ("app", "postgres", "redis") if mode == "external-secrets" else ("app", "postgres", "redis", "github")
    return st.fixed_dictionaries(
        {
            "from": st.sampled_from(sources),
            "key": texts.words(texts.ALNUM[:52] + "_", texts.ALNUM + "_", 30),
        }
    )


def _ways_out() -> st.SearchStrategy[Tree]:
    ports = st.lists(st.integers(1, 65535), min_size=1, max_size=3)
    return st.fixed_dictionaries({"cidr": times.cidrs(), "ports": ports, "reason": texts.data_texts(8, 200)})


@st.composite
def _probes(draw: st.DrawFn, kind: str) -> Tree:
    period = draw(st.integers(1, 3600))
    return {
        "path": draw(texts.paths),
        "period": f"{period}s",
        "timeout": f"{draw(st.integers(1, period))}s",
        # A start is given ten seconds at least.
        "failures": draw(st.integers(max(1, -(-10 // period)) if kind == "startup" else 1, 100)),
    }
