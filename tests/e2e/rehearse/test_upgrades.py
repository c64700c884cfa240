"""Daily changes and upgrades: what Terraform plans, in which order it happens, and that nothing is left to do."""

import copy
import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rehearse.conftest import BINDINGS, ENVIRONMENTS, Life
from rehearse.projects import Project, Rejected
from rehearse.stage import Failed, Plan, Stage, Verdict

ADDONS = ("aws-ebs-csi-driver", "coredns", "kube-proxy", "vpc-cni")

Live = Callable[[str], Life]


def short(*names: str) -> list[Any]:
    """The environments as parameters; those that are not named are left to `make rehearse`."""
    return [pytest.param(n, marks=() if n in names else pytest.mark.whole) for n in ENVIRONMENTS]


def changed(life: Life, **changes: Any) -> Plan:
    """Change the data, build, and apply until nothing is left to do."""
    life.built = life.project.build(life.name, **changes)
    return life.foundation.apply(life.built.stacks["foundation"])


def touched(plan: Plan, *kinds: str) -> dict[str, str]:
    """What happens to resources of some kinds."""
    return {a: verdict for a, verdict in plan.effects.items() if a.partition(".")[0] in kinds}


def effects(plan: Plan) -> dict[str, str]:
    """What happens to everything but policies: one that names what changes is rendered again, and is the same after."""
    policies = ("aws_iam_role", "aws_iam_role_policy")
    return {a: v for a, v in plan.effects.items() if (a.partition(".")[0] not in policies) or v != "update"}


def begin(life: Life) -> None:
    """Forget what was done until now."""
    account = life.account
    account.history.clear()
    account.save(life.foundation.account)


def groups(life: Life) -> set[str]:
    return {f"aws_eks_node_group.{name}" for name in life.built.stacks["foundation"]["resource"]["aws_eks_node_group"]}


@pytest.mark.parametrize("name", short("prod"))
def test_an_upgrade_by_one_minor_takes_control_plane_then_addons_then_nodes(name: str, live: Live) -> None:
    """One apply brings all three up in the order that EKS asks for, in place, and leaves nothing to do.

    EKS user guide, "Update existing cluster to new Kubernetes version": control plane, then add-ons and nodes.
    """
    life = live(name)
    begin(life)
    plan = changed(life, cluster__version="1.36")
    assert plan.changes["aws_eks_cluster.main"].verdict is Verdict.UPDATE
    assert touched(plan, "aws_eks_node_group") == dict.fromkeys(sorted(groups(life)), "update")
    assert touched(plan, "aws_eks_addon") == {
        "aws_eks_addon.aws_ebs_csi_driver": "update",
        "aws_eks_addon.kube_proxy": "update",
    }
    assert plan.all(Verdict.REPLACE) | plan.all(Verdict.DELETE) | plan.all(Verdict.CREATE) == set()
    steps = [kind for _, kind, _ in life.account.history if kind.startswith("aws_eks_")]
    assert steps[0] == "aws_eks_cluster"
    assert steps.index("aws_eks_addon") < steps.index("aws_eks_node_group")  # kube-proxy before the nodes


@pytest.mark.parametrize("name", short())
def test_nodes_can_stay_behind_their_cluster_and_follow_later(name: str, live: Live) -> None:
    """With a version of their own the nodes stay while the control plane goes up; without it they follow."""
    life = live(name)
    pins = {f"cluster.nodes.{group}.version": "1.35" for group in life.project.data[name]["cluster"]["nodes"]}
    life.project.set(name, pins)
    plan = changed(life, cluster__version="1.36")
    assert touched(plan, "aws_eks_cluster", "aws_eks_node_group") == {"aws_eks_cluster.main": "update"}
    life.project.set(name, dict.fromkeys(pins, ""))
    plan = changed(life)
    assert touched(plan, "aws_eks_cluster", "aws_eks_node_group") == dict.fromkeys(sorted(groups(life)), "update")


@pytest.mark.parametrize("name", short("staging"))
def test_a_newer_ami_is_an_update_of_its_group_alone(name: str, live: Live) -> None:
    """Patching the nodes is a change of data with a diff: EKS replaces them one after another, nothing else changes."""
    life = live(name)
    plan = changed(life, cluster__nodes__general__ami_release="1.35.8-20261119")
    assert effects(plan) == {a: "update" for a in sorted(groups(life)) if ".general_" in a}
    assert plan.changes["aws_eks_node_group.general_0"].differs == {"release_version"}


@pytest.mark.parametrize("name", short())
def test_another_addon_version_is_an_update_of_that_addon_alone(name: str, live: Live) -> None:
    """An add-on changes when the data say so, and by that alone."""
    plan = changed(live(name), cluster__addons={"vpc-cni": "v1.23.0-eksbuild.1"})
    assert effects(plan) == {"aws_eks_addon.vpc_cni": "update"}


@pytest.mark.parametrize("name", short())
def test_another_instance_type_makes_the_new_group_before_the_old_one_goes(name: str, live: Live) -> None:
    """A managed node group cannot change its types: it is replaced, the new one first."""
    life = live(name)
    plan = changed(life, cluster__nodes__general__instance_types=["m7g.2xlarge"])
    wanted = {address for address in groups(life) if ".general_" in address}
    assert effects(plan) == dict.fromkeys(sorted(wanted), "replace")
    for address in wanted:
        assert plan.changes[address].new_first
        assert plan.changes[address].causes == {"instance_types"}


@pytest.mark.parametrize("name", short())
def test_another_class_is_an_update_of_the_database_alone(name: str, live: Live) -> None:
    """RDS changes the class in place, with a failover where there is a standby."""
    plan = changed(live(name), postgres__instance_class="db.r7g.2xlarge")
    assert effects(plan) == {"aws_db_instance.postgres": "update"}
    assert plan.changes["aws_db_instance.postgres"].differs == {"instance_class"}


@pytest.mark.parametrize("name", short("staging"))
def test_a_declared_major_upgrade_is_an_update_with_its_own_parameter_group(name: str, live: Live) -> None:
    """PostgreSQL 16 to 17 in place: the group of the new family first, the old one last, nothing left to do."""
    life = live(name)
    begin(life)
    plan = changed(life, postgres__version="17", postgres__allow_major_upgrade=True, postgres__apply_immediately=True)
    assert effects(plan) == {
        "aws_db_instance.postgres": "update",
        "aws_db_parameter_group.postgres": "replace",
    }
    steps = [(what, kind) for what, kind, _ in life.account.history if kind.startswith("aws_db_")]
    assert steps == [
        ("create", "aws_db_parameter_group"),
        ("update", "aws_db_instance"),
        ("delete", "aws_db_parameter_group"),
    ]
    # Afterwards the word is taken back, and nothing follows from it.
    plan = changed(life, postgres__allow_major_upgrade=False)
    assert effects(plan) == {"aws_db_instance.postgres": "update"}
    assert plan.changes["aws_db_instance.postgres"].differs == {"allow_major_version_upgrade"}


@pytest.mark.parametrize("name", short())
def test_a_minor_upgrade_by_rds_is_no_change_for_terraform(name: str, live: Live) -> None:
    """RDS patches in the maintenance window; the data name the major alone, so the plan stays empty.

    Provider page of aws_db_instance, "engine_version": a prefix is taken, what runs is `engine_version_actual`.
    """
    life = live(name)
    account = life.account
    (database,) = account.of("aws_db_instance").values()
    database["engine_version_actual"] = "16.14"
    account.save(life.foundation.account)
    assert life.foundation.plan(life.built.stacks["foundation"]).effects == {}


@pytest.mark.parametrize("name", short("staging"))
def test_a_zone_is_added_beside_the_others(name: str, live: Live, tmp_path: Path) -> None:
    """New subnets take their reserved places and get node groups of their own; what was there stays."""
    life = live(name)
    if name == "prod":  # it has all three already, and a zone does not go
        life.project = Project.shipped(tmp_path / "two-zones", BINDINGS, name)
        life.project.set(name, {"network.zones": 2, "policy.waivers": [WAIVER]})
        life.built = life.project.build(name)
        life.foundation = life.foundation.stage.root("prod-two-zones", number="444455556666")
        life.foundation.apply(life.built.stacks["foundation"])
    plan = changed(life, network__zones=3)
    assert touched(plan, "aws_subnet") == {f"aws_subnet.{kind}_2": "create" for kind in KINDS}
    assert touched(plan, "aws_db_instance", "aws_elasticache_replication_group") == {}
    # EKS takes no subnet in a zone that the cluster was not created in.
    assert touched(plan, "aws_eks_cluster", "aws_db_subnet_group") == {"aws_db_subnet_group.postgres": "update"}
    new = {group for group in groups(life) if group.endswith("_2")}
    nodes = touched(plan, "aws_eks_node_group")
    assert {group for group, verdict in nodes.items() if verdict == "create"} == new
    # The sizes of a group are shared among its zones: those that were there may give some away.
    assert all(plan.changes[group].differs == {"scaling_config"} for group in nodes.keys() - new)


KINDS = ("private", "public", "data")
WAIVER = {"code": "DDMS308", "reason": "a rehearsal begins small", "expires": datetime.date(2026, 12, 1)}


@pytest.mark.parametrize(
    ("changes", "code", "said"),
    [
        ({"network__subnets": {"private": 20}}, "DDMS612", "InvalidSubnet.Conflict"),
        ({"postgres__version": "17"}, "DDMS611", "AllowMajorVersionUpgrade"),
        (
            {"cluster__version": "1.37", "cluster__addons": dict.fromkeys(ADDONS, "v1.2.3-eksbuild.1")},
            "DDMS613",
            "EKS does not",
        ),
        ({"postgres__version": "15"}, "DDMS610", "does not go back"),
        ({"cluster__nodes__general__ami_release": "1.35.1-20260101"}, "DDMS610", "cannot roll back a node group"),
    ],
)
@pytest.mark.whole
@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_what_the_build_refuses_is_what_aws_would_refuse(
    name: str, changes: dict[str, Any], code: str, said: str, live: Live, tmp_path: Path
) -> None:
    """The compiler refuses the change; built without its ledger, the plan is made and its apply fails half way."""
    life = live(name)
    with pytest.raises(Rejected) as rejected:
        life.project.build(name, **changes)
    assert rejected.value.codes == {code}
    stranger = Project.shipped(tmp_path / "without-a-past", BINDINGS, name)
    built = stranger.build(name, **changes)
    with pytest.raises(Failed, match=said):
        life.foundation.apply(built.stacks["foundation"])


@pytest.mark.whole
@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_an_older_cache_is_a_loss_that_the_build_refuses(name: str, live: Live, tmp_path: Path) -> None:
    """Redis 7.1 to 7.0 replaces the replication group: its data are gone, and no error says so but ours."""
    life = live(name)
    with pytest.raises(Rejected) as rejected:
        life.project.build(name, redis__version="7.0")
    assert rejected.value.codes == {"DDMS602"}
    built = Project.shipped(tmp_path / "without-a-past", BINDINGS, name).build(name, redis__version="7.0")
    plan = life.foundation.plan(built.stacks["foundation"])
    assert effects(plan) == {"aws_elasticache_replication_group.redis": "replace"}


@pytest.mark.whole
@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_an_upgrade_that_waits_for_the_window_fails_at_the_old_parameter_group(
    name: str, live: Live, tmp_path: Path
) -> None:
    """DDMS254 is right: the group of the old family cannot be deleted while the instance waits to leave it."""
    life = live(name)
    built = Project.shipped(tmp_path / "without-a-past", BINDINGS, name).build(
        name, postgres__version="17", postgres__allow_major_upgrade=True, postgres__apply_immediately=True
    )
    document = copy.deepcopy(built.stacks["foundation"])
    document["resource"]["aws_db_instance"]["postgres"]["apply_immediately"] = False
    with pytest.raises(Failed, match="InvalidDBParameterGroupState"):
        life.foundation.apply(document)


@pytest.mark.whole
@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_a_renamed_environment_is_another_one(name: str, theater: Stage, live: Live, tmp_path: Path) -> None:
    """States do not cross: under another name everything is created beside the old one, which stays unmanaged."""
    life = live(name)
    life.project.data["renamed"] = life.project.data.pop(name)
    with pytest.raises(Rejected) as rejected:
        life.project.build("renamed")
    assert rejected.value.codes == {"DDMS607"}
    stranger = Project.shipped(tmp_path / "without-a-past", BINDINGS, name)
    stranger.data["renamed"] = stranger.data.pop(name)
    built = stranger.build("renamed")
    backend = built.stacks["foundation"]["terraform"]["backend"]["s3"]
    assert backend["key"] != life.built.stacks["foundation"]["terraform"]["backend"]["s3"]["key"]
    plan = life.foundation.beside("renamed").plan(built.stacks["foundation"])
    assert set(plan.effects.values()) == {"create"}
    assert len(life.account.of("aws_db_instance")) == 1
