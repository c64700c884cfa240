"""The environments as the pipeline goes through them: staging before production."""

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
    """One environment in the cloud, with the keys of an artifact of the whole project. `exists`: why it is here."""

    environment: Environment
    exists: Keys

    @property
    def name(self) -> str:
        """The environment's, and that of its GitHub environment."""
        return self.environment.name

    @property
    def production(self) -> bool:
        """Whether everything else comes first."""
        return self.environment.tier == "production"

    @property
    def roles(self) -> Traced[bool]:
        """Whether jobs take on roles; else they use access keys."""
        return self.of(self.environment.read(lambda s: s.ci.auth == "oidc"))

    def of(self, value: Traced[T]) -> Traced[T]:
        """A value of the environment, with the environment in its keys."""
        return qualified(self.environment, value)

    def role(self, name: Traced[str]) -> Traced[str]:
        """The ARN of a role in the environment's account."""
        environment = self.environment
        arn = text("arn:{}:iam::{}:role/{}", partition_of(environment), environment.names.account, name)
        return self.of(arn).because(self.roles.keys)


def stages(environments: Mapping[str, Environment]) -> tuple[Stage, ...]:
    """Those whose account and state the pipeline can reach: no laptop, and no state on somebody's disk."""
    found = []
    for name in sorted(environments):
        environment = environments[name]
        backend = environment.read(lambda s: s.state.backend)
        tier = environment.read(lambda s: s.tier)
        if tier.value != "local" and backend.value == "s3":
            reason = Traced(None, tier.keys | backend.keys | environment.names.environment.keys)
            found.append(Stage(environment, qualified(environment, reason).keys))
    return tuple(sorted(found, key=lambda stage: (stage.production, stage.name)))
