"""The chart `helm/cluster-base`: the default storage class, the application's namespace, and who may deploy into it."""

from typing import Any

from ddms_compile.resolve import Environment
from ddms_compile.synthesize.helm.addons.addon import Addon

NAME = "cluster-base"
NAMESPACE = "kube-system"
DEPLOYERS = "ddms:deployers"
"""The group in which an access entry puts the pipeline's deploy role."""


def addon(environment: Environment) -> Addon:
    """Always there, and first: volumes need the class."""
    return Addon(name=NAME, chart=NAME, repository=None, version=None, namespace=NAMESPACE, values=values(environment))


def values(environment: Environment) -> dict[str, Any]:
    """The class encrypts every volume; EKS has had no default class since Kubernetes 1.30."""
    return {
        "storageClass": {"name": "gp3", "type": "gp3", "encrypted": True},
        "application": {"namespace": environment.names.project, "deployers": DEPLOYERS},
    }
