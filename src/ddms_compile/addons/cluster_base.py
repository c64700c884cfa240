"""The chart `helm/cluster-base`: the default StorageClass, two namespaces, and the pipeline's RBAC in one of them."""

from collections.abc import Callable
from math import ceil

from ddms_compile.addons.addon import Addon
from ddms_compile.provenance.traced import Traced, text
from ddms_compile.resolve import Environment
from ddms_compile.spec import EnvironmentSpec
from ddms_compile.spec.units import mebibytes, millicores
from ddms_compile.spec.workloads import Workload
from ddms_compile.tree import TracedTable

NAME = "cluster-base"
NAMESPACE = "kube-system"


def deployers(environment: Environment) -> Traced[str]:
    """Return the Kubernetes group of the pipeline's deploy role (EKS access entry)."""
    return text("{}:deployers", environment.names.project)


def addon(environment: Environment) -> Addon:
    """Return the release; every environment has it, and it is the first: volumes need the class."""
    return Addon(name=NAME, chart=NAME, repository=None, version=None, namespace=NAMESPACE, values=values(environment))


def values(environment: Environment) -> TracedTable:
    """Return the values. The class encrypts each volume; EKS has had no default class since Kubernetes 1.30."""
    return {
        "storageClass": {"name": "gp3", "type": "gp3", "encrypted": True},
        "ingressController": {"namespace": environment.edge.namespace},
        "application": {
            "namespace": environment.names.project,
            "deployers": deployers(environment),
            "quota": {
                "pods": environment.read(lambda s: _most(s, lambda _: 1) + SPARE_PODS),
                "cpu": environment.read(lambda s: f"{_most(s, lambda w: millicores(w.resources.cpu)) + 1000}m"),
                "memory": environment.read(lambda s: f"{_most(s, lambda w: mebibytes(w.resources.memory)) + 1024}Mi"),
            },
        },
    }


SPARE_PODS = 10
"""Pods of the quota reserved for ACME challenges, `helm test` and debugging."""

SURGE = 4
"""Pods that a rolling update adds, as a divisor: a quarter, rounded up (`maxSurge: 25%` in the chart)."""


def _most(spec: EnvironmentSpec, ask: Callable[[Workload], int]) -> int:
    """Return the largest sum of requests: both workloads scaled up and in a rolling update, before an old pod ends."""
    workloads = (spec.workloads.backend, spec.workloads.frontend)
    return sum((2 * w.replicas.max + ceil(w.replicas.max / SURGE)) * ask(w) for w in workloads)
