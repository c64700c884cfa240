"""Daily changes and upgrades: what Terraform plans, in which order it happens, and that nothing is left to do."""

from collections.abc import Callable
from typing import Any

import pytest

from rehearse.conftest import ENVIRONMENTS, Life
from rehearse.stage import Plan, Verdict

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


def order(life: Life, *kinds: str) -> list[str]:
    """The kinds in the order in which the last apply changed them, each once."""
    found: list[str] = []
    for _, kind, _ in life.account.history:
        if kind in kinds and kind not in found:
            found.append(kind)
    return found


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
    assert plan.effects == dict.fromkeys(("aws_eks_node_group.general_0", "aws_eks_node_group.general_1"), "update")
    assert plan.changes["aws_eks_node_group.general_0"].differs == {"release_version"}


@pytest.mark.parametrize("name", short())
def test_another_addon_version_is_an_update_of_that_addon_alone(name: str, live: Live) -> None:
    """An add-on changes when the data say so, and by that alone."""
    plan = changed(live(name), cluster__addons={"vpc-cni": "v1.23.0-eksbuild.1"})
    assert plan.effects == {"aws_eks_addon.vpc_cni": "update"}


@pytest.mark.parametrize("name", short())
def test_another_instance_type_makes_the_new_group_before_the_old_one_goes(name: str, live: Live) -> None:
    """A managed node group cannot change its types: it is replaced, the new one first."""
    life = live(name)
    plan = changed(life, cluster__nodes__general__instance_types=["m7g.2xlarge"])
    wanted = {address for address in groups(life) if ".general_" in address}
    assert plan.effects == dict.fromkeys(sorted(wanted), "replace")
    for address in wanted:
        assert plan.changes[address].new_first
        assert plan.changes[address].causes == {"instance_types"}


@pytest.mark.parametrize("name", short())
def test_another_class_is_an_update_of_the_database_alone(name: str, live: Live) -> None:
    """RDS changes the class in place, with a failover where there is a standby."""
    plan = changed(live(name), postgres__instance_class="db.r7g.2xlarge")
    assert plan.effects == {"aws_db_instance.postgres": "update"}
    assert plan.changes["aws_db_instance.postgres"].differs == {"instance_class"}
