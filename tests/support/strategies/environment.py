"""A whole environment: every key that a file of an environment can have, with a value that every rule accepts."""

import datetime
from typing import Any

from hypothesis import strategies as st

from ddms_compile.spec.environment import PROJECT_ONLY
from ddms_compile.validate.rules.tags import OWN
from strategies import texts, times
from strategies.application import workloads
from strategies.infrastructure import caches, clusters, databases, networks
from strategies.today import TODAY

Tree = dict[str, Any]

CONSTRAINTS = (">= 1.11.0, < 2.0.0", ">= 1.11", "~> 1.11", "!= 1.12.0, >= 1.11.0", "> 1.11.0, != 1.13.3")
CHARTS = (
    *("aws_load_balancer_controller", "cert_manager", "cluster_autoscaler", "external_dns", "external_secrets"),
    *("ingress_nginx", "kube_prometheus_stack", "metrics_server", "traefik", "velero"),
)


def _existing() -> st.SearchStrategy[Tree]:
    modes = {
        "github_oidc": ("create", "import", "reuse"),
        "state_bucket": ("create", "import"),
        "images": ("create", "reuse"),
        "guardduty": ("create", "import", "reuse"),
    }
    return st.fixed_dictionaries({name: st.sampled_from(choices) for name, choices in modes.items()})


@st.composite
def environment_trees(draw: st.DrawFn, *, tier: str, cidr: str, account: str, region: str, root_domain: str) -> Tree:
    """The tree of an environment's file. What must differ between environments is given."""
    secrets = draw(st.sampled_from(("kubernetes", "external-secrets")))
    return {
        "tier": tier,
        "aws": {"account": account, "region": region, "existing": draw(_existing()), "tags": draw(_tags())},
        "state": {
            "backend": draw(st.sampled_from(("s3", "local"))),
            "bucket": draw(st.one_of(st.just(""), st.builds("{}-{}".format, texts.slugs, texts.accounts))),
        },
        "dns": draw(_names(root_domain)),
        "network": draw(networks(cidr, region)),
        "cluster": draw(clusters()),
        "postgres": draw(databases()),
        "redis": draw(caches()),
        "edge": draw(_edges()),
        "observability": draw(_observability()),
        "backup": {
            "rds_retention_days": draw(st.integers(0, 35)),
            "vault": {"retention_days": draw(st.integers(1, 3650)), "schedule": draw(times.crons())},
            "velero": {
                "enabled": draw(st.booleans()),
                "schedule": draw(times.crons()),
                "ttl": draw(texts.durations("smhd")),
            },
        },
        "security": {
            "guardduty": draw(st.booleans()),
            "cloudtrail": draw(st.booleans()),
            "secrets": secrets,
            "key_deletion_days": draw(st.integers(7, 30)),
        },
        "workloads": {part: draw(workloads(secrets, part, tier)) for part in ("backend", "frontend")},
        "policy": {
            "waivers": draw(st.lists(_waivers(), max_size=2)),
            "losses": draw(st.lists(_losses(), max_size=2)),
            "vulnerabilities": draw(st.lists(_vulnerabilities(), max_size=2)),
            "false_positives": draw(st.lists(_false_positives(), max_size=2)),
        },
        "versions": draw(_versions()),
        "local": dict(
            zip(
                ("app_port", "api_port", "postgres_port", "redis_port"),
                draw(st.lists(st.integers(1024, 65535), min_size=4, max_size=4, unique=True)),
                strict=True,
            )
        ),
    }


def _tags() -> st.SearchStrategy[Tree]:
    keys = texts.tag_keys.filter(lambda key: key.lower() not in (*OWN, "team", "cost-center"))
    # IAM takes keys that differ in case only for the same.
    return texts.tables(keys, texts.tag_values).filter(lambda tags: len({key.lower() for key in tags}) == len(tags))


@st.composite
def _names(draw: st.DrawFn, root: str) -> Tree:
    own = draw(texts.unique_lists(texts.labels_of_dns, least=3, most=3))
    prefix = draw(st.sampled_from(("own-", "x.")))
    parents = [root.split(".", cut)[cut] for cut in range(root.count("."))]
    return {
        "root_domain": root,
        "zone": draw(st.sampled_from(("", *parents))),
        "hosts": {
            part: draw(st.sampled_from(("", f"{prefix}{label}.{root}")))
            for part, label in zip(("app", "api", "grafana"), own, strict=True)
        },
    }


@st.composite
def _edges(draw: st.DrawFn) -> Tree:
    reaches: tuple[Tree, ...] = (
        {"scheme": "internet-facing", "allowed_cidrs": ["0.0.0.0/0"], "challenge": "http-01"},
        {"scheme": "internet-facing", "allowed_cidrs": ["128.0.0.0/1", "0.0.0.0/1"], "challenge": "http-01"},
        {"scheme": draw(st.sampled_from(("internet-facing", "internal"))), "challenge": "dns-01"},
    )
    reach = draw(st.sampled_from(reaches))
    return {
        "controller": draw(st.sampled_from(("ingress-nginx", "traefik"))),
        "replicas": draw(st.integers(1, 50)),
        "scheme": reach["scheme"],
        "allowed_cidrs": reach.get("allowed_cidrs") or draw(texts.unique_lists(times.cidrs(), least=1)),
        "tls": {
            "email": draw(texts.emails),
            "issuer": draw(st.sampled_from(("production", "staging"))),
            "challenge": reach["challenge"],
        },
        "external_dns": {
            "enabled": draw(st.booleans()),
            "policy": draw(st.sampled_from(("upsert-only", "sync"))),
        },
    }


@st.composite
def _observability(draw: st.DrawFn) -> Tree:
    channel = texts.words(texts.LOWER + texts.DIGITS, texts.LOWER + texts.DIGITS + "._-", 40)
    percents = st.one_of(st.integers(1, 100), st.floats(0.001, 100, allow_subnormal=False))
    return {
        "slack": {"channel": f"#{draw(channel)}"},
        "prometheus": {"retention": draw(texts.durations("smhd")), "storage": draw(texts.sizes(1, 999))},
        "grafana": {"enabled": draw(st.booleans()), "storage": draw(texts.sizes(1, 99))},
        "alertmanager": {"storage": draw(texts.sizes(1, 9, ("Gi", "Ti")))},
        "alerts": {
            "error_percent": draw(percents),
            "error_for": draw(texts.durations("smhd")),
            "replica_shortage_for": draw(texts.durations("smhd")),
        },
    }


def _waivers() -> st.SearchStrategy[Tree]:
    """Of rules that need no waiver too: that is only worth a warning."""
    codes = st.integers(301, 318).map("DDMS{}".format)
    return st.fixed_dictionaries({"code": codes, "reason": texts.data_texts(16, 500), "expires": ends()})


def _false_positives() -> st.SearchStrategy[Tree]:
    """Of keys that hold no secret: that is only worth a warning."""
    keys = texts.variables.map("workloads.backend.environment.{}".format)
    return st.fixed_dictionaries({"key": keys, "reason": texts.data_texts(16, 500), "expires": ends()})


def _vulnerabilities() -> st.SearchStrategy[Tree]:
    names = st.integers(1, 99999).map("CVE-2026-{}".format)
    return st.fixed_dictionaries({"id": names, "reason": texts.data_texts(16, 500), "expires": ends()})


def _losses() -> st.SearchStrategy[Tree]:
    volumes = st.sampled_from(("volume.prometheus", "volume.alertmanager", "volume.grafana"))
    addresses = st.builds("aws_{}.{}".format, texts.identifiers, texts.identifiers) | volumes
    return st.fixed_dictionaries({"address": addresses, "reason": texts.data_texts(16, 500), "expires": ends()})


def ends() -> st.SearchStrategy[datetime.date]:
    """Days on which an exception may end: not over, and within a year."""
    return st.integers(0, 366).map(lambda days: TODAY + datetime.timedelta(days=days))


@st.composite
def _versions(draw: st.DrawFn) -> Tree:
    pins = st.builds(
        "{}{}.{}.{}".format, st.sampled_from(("", "v")), st.integers(0, 99), st.integers(0, 99), st.integers(0, 9)
    )
    digests = st.text(st.sampled_from("0123456789abcdef"), min_size=64, max_size=64).map("@sha256:{}".format)
    tags = st.builds("{}{}".format, texts.tags_of_images, st.one_of(st.just(""), digests))
    return {
        "terraform": draw(st.sampled_from(CONSTRAINTS)),
        "engine": draw(st.sampled_from(("cdktf", "cdktn"))),
        "charts": {chart: draw(pins) for chart in CHARTS},
        "images": {image: draw(tags) for image in ("node", "nginx", "postgres", "redis")},
    }


assert set(PROJECT_ONLY) == {"project", "ci"}, "a new table of ddms.toml: draw it in strategies/projects.py"
