"""The environments in the order of deployment: production last."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from ddms_compile.provenance.traced import Keys, Traced, text
from ddms_compile.resolve import Environment
from ddms_compile.resolve.accounts import qualified
from ddms_compile.resolve.roles import partition_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stage:
    """One environment in the cloud, with keys of a project-wide artifact. `exists`: the keys of its presence."""

    environment: Environment
    exists: Keys

    @property
    def name(self) -> str:
        """The name of the environment, and of its GitHub environment."""
        return self.environment.name

    @property
    def production(self) -> bool:
        """Whether it is deployed after all others."""
        return self.environment.tier == "production"

    @property
    def roles(self) -> Traced[bool]:
        """Whether jobs assume roles; else they use access keys."""
        return self.of(self.environment.read(lambda s: s.ci.auth == "oidc"))

    def of(self, value: Traced[T]) -> Traced[T]:
        """Return a value of the environment, with the environment in its keys."""
        return qualified(self.environment, value)

    def role(self, name: Traced[str]) -> Traced[str]:
        """Return the ARN of a role in the environment's account."""
        environment = self.environment
        arn = text("arn:{}:iam::{}:role/{}", partition_of(environment), environment.names.account, name)
        return self.of(arn).because(self.roles.keys)


def stages(environments: Mapping[str, Environment]) -> tuple[Stage, ...]:
    """Return the environments that the pipeline can deploy: not of the tier `local`, and with state in S3."""
    found = []
    for name in sorted(environments):
        environment = environments[name]
        backend = environment.read(lambda s: s.state.backend)
        tier = environment.read(lambda s: s.tier)
        if tier.value != "local" and backend.value == "s3":
            reason = Traced(None, tier.keys | backend.keys | environment.names.environment.keys)
            found.append(Stage(environment, qualified(environment, reason).keys))
    return tuple(sorted(found, key=lambda stage: (stage.production, stage.name)))
