"""A project of some environments, as the files that somebody would write."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st
from pydantic import ValidationError

from ddms_compile import __version__
from ddms_compile.catalog.regions import partition, regions, zones
from ddms_compile.exposure import find_secret
from ddms_compile.load.discover import RESERVED
from ddms_compile.spec import EnvironmentSpec
from ddms_compile.validate.rules import existing_agrees
from ddms_compile.validate.rules.guarantees import GUARANTEES
from ddms_compile.validate.rules.project_name import reason
from strategies import texts, times
from strategies.environment import Tree, ends, environment_trees
from strategies.today import TODAY
from strategies.toml_text import toml_text

CHARTS = ("helm/application", "charts/other")
"""Folders in which a root for these projects must have the application's chart."""

COMPILERS = (
    *("", __version__, f"{__version__}@sha256:{'0' * 64}", ".", "./tools/compiler"),
    f"./wheels/ddms_compile-{__version__}-py3-none-any.whl",
    f"git+https://git.example.com/platform/ddms-compile@{'0a' * 20}",
)

RUNNERS = ("ubuntu-24.04", "ubuntu-24.04-arm", "ubuntu-latest")


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """`shared`: the tree of ddms.toml; `environments`: those of the other files, by name."""

    shared: Tree
    environments: Mapping[str, Tree]

    def write(self, root: Path) -> None:
        """The files, in a folder that has none yet."""
        (root / "environments").mkdir(parents=True)
        (root / "ddms.toml").write_text(toml_text(self.shared), "utf-8")
        for name, tree in self.environments.items():
            (root / "environments" / f"{name}.toml").write_text(toml_text(tree), "utf-8")


@st.composite
def projects(draw: st.DrawFn, least: int = 1, most: int = 4, tiers: tuple[str, ...] = ("staging", "production")) -> Any:
    """Projects that a build accepts, with that many environments of these tiers."""
    names = draw(texts.unique_lists(texts.slugs.filter(lambda name: name not in RESERVED), least=least, most=most))
    # A project does not reach from one partition of AWS into another.
    reach = draw(st.sampled_from(("aws", "aws", "aws", "aws-cn", "aws-us-gov")))
    here = [region for region in regions() if partition(region) == reach]
    shared = draw(_shared(here))
    ranges = draw(times.vpc_ranges(len(names)))
    account = draw(texts.accounts)
    environments: dict[str, Tree] = {}
    for name, cidr in zip(names, ranges, strict=True):
        tier = draw(st.sampled_from(tiers))
        region = draw(st.sampled_from([region for region in here if len(zones(region)) >= 2]))
        tree = draw(
            environment_trees(
                tier=tier,
                cidr=cidr,
                account=draw(st.one_of(st.just(account), texts.accounts)),
                region=region,
                root_domain=f"{name}.{draw(texts.hosts)}",
            )
        )
        keyed = shared["ci"]["auth"] == "access-keys"
        user = f"arn:aws:iam::{tree['aws']['account']}:user/pipeline" if keyed else ""
        # Clusters are drawn that admit a few ranges only.
        tree["deploy"] = {"runner": draw(st.sampled_from(("inside", "x64.inside"))), "user": user}
        tree["deploy"]["plan_on"] = draw(st.sampled_from(("pull-request", "branch")))
        environments[name] = _watching_once(tree, environments)
    _share_dockerfiles(environments)
    _share_settings(environments)
    for tree in environments.values():
        _waive(draw, shared, tree)
    assume(not any(map(_secrets, (shared, *environments.values()))))
    return Project(shared=shared, environments=environments)


def _secrets(value: Any) -> bool:
    """Whether any text looks like a secret: chance draws one now and then."""
    if isinstance(value, Mapping):
        return any(_secrets(key) or _secrets(inner) for key, inner in value.items())
    if isinstance(value, list | tuple):
        return any(map(_secrets, value))
    return isinstance(value, str) and find_secret("", value) is not None


@st.composite
def _shared(draw: st.DrawFn, here: list[str]) -> Tree:
    owners = texts.words(texts.ALNUM, texts.ALNUM + "-", 30)
    repository = texts.words(texts.ALNUM, texts.ALNUM + "._-", 30)
    return {
        "project": {
            "name": draw(texts.slugs.filter(lambda name: reason(name) is None)),
            "repository": f"{draw(owners)}/{draw(repository)}",
            "region": draw(st.sampled_from(here)),
            "account": draw(texts.accounts),
            "chart": draw(st.sampled_from(CHARTS)),
            "github": {
                "owner_id": draw(st.integers(0, 10**9)),
                "repository_id": draw(st.integers(0, 10**9)),
            },
        },
        "ci": {
            "auth": draw(st.sampled_from(("oidc", "access-keys"))),
            "branch": draw(texts.branches),
            "compiler": draw(st.sampled_from(COMPILERS)),
            "package_index": draw(st.sampled_from(("", "https://packages.example.com/simple/"))),
            "check": draw(st.lists(texts.data_texts(1, 60).filter(str.strip), max_size=3)),
            "runner": draw(st.sampled_from(RUNNERS)),
            "arm_runner": draw(st.sampled_from(RUNNERS)),
            "node": draw(st.sampled_from(("22", "24", "26"))),
            "terraform": draw(st.sampled_from(("1.12.2", "1.15.9"))),
            "helm": draw(st.sampled_from(("4.2.3", "v4.1.0"))),
            "sign_images": draw(st.booleans()),
            "cosign": draw(st.sampled_from(("3.0.6", "v3.0.5"))),
            "drift_check": draw(times.crons()),
        },
    }


def _watching_once(tree: Tree, others: Mapping[str, Tree]) -> Tree:
    """GuardDuty is turned on once in an account and region."""
    where = [(t["aws"]["account"], t["aws"]["region"]) for t in others.values() if t["security"]["guardduty"]]
    if (tree["aws"]["account"], tree["aws"]["region"]) in where:
        tree["security"]["guardduty"] = False
    return tree


def _share_dockerfiles(environments: Mapping[str, Tree]) -> None:
    """Versions of base images and the port of nginx are the same everywhere: they are in one Dockerfile."""
    first, *others = environments.values()
    for tree in others:
        tree["workloads"]["frontend"]["port"] = first["workloads"]["frontend"]["port"]
        tree["versions"]["images"] |= {image: first["versions"]["images"][image] for image in ("node", "nginx")}


def _share_settings(environments: Mapping[str, Tree]) -> None:
    """The engine, the constraint on Terraform, the source of the images and what is written into them are shared."""
    first, *others = environments.values()
    for tree in others:
        tree["versions"] |= {key: first["versions"][key] for key in ("engine", "terraform")}
        tree["aws"]["existing"] |= {key: first["aws"]["existing"][key] for key in existing_agrees.SHARED}
        for name, workload in tree["workloads"].items():
            usual = first["workloads"][name]
            workload["port"] = usual["port"]
            workload["image"]["context"] = usual["image"]["context"]
            workload["probes"]["liveness"]["path"] = usual["probes"]["liveness"]["path"]


def _waive(draw: st.DrawFn, shared: Tree, tree: Tree) -> None:
    """A production environment has a waiver for each guarantee that does not hold."""
    if tree["tier"] != "production":
        return
    try:
        spec = EnvironmentSpec.model_validate({**shared, **tree})
    except ValidationError as error:
        raise AssertionError(f"not drawn as the language has it: {error}") from error
    have = {waiver["code"] for waiver in tree["policy"]["waivers"]}
    for code in sorted({each.code for each in GUARANTEES if not each.holds(spec)} - have):
        reason = draw(texts.data_texts(16, 500))
        tree["policy"]["waivers"].append({"code": code, "reason": reason, "expires": draw(ends())})


__all__ = ["CHARTS", "TODAY", "Project", "projects"]
