"""The two CDKTF implementations: HashiCorp's archived `cdktf` and its maintained fork, CDK Terrain (`cdktn`).

Both have the same API and package layout and differ in names only. To migrate, change the default engine.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path
from types import MappingProxyType
from typing import Literal

EngineName = Literal["cdktf", "cdktn"]

PROVIDER = "provider"
"""Name of the provider itself among the types of a package."""


class BindingError(Exception):
    """The binding is unusable: a package is missing, a type unknown, Node does not start. The text is for a user."""


class UnknownTypeError(BindingError):
    """A Terraform type that no provider has."""


@dataclass(frozen=True, slots=True)
class Package:
    """A Python package that wraps a jsii assembly.

    `module`: its Python name. `distribution`: its name on PyPI.
    """

    module: str
    distribution: str

    @property
    def root(self) -> Path:
        """The folder of the installed package. Raises BindingError when it is not installed."""
        # Neither by an import nor by the import system: a slim package of that name may be loaded already.
        try:
            folder = Path(str(distribution(self.distribution).locate_file(self.module)))
        except PackageNotFoundError:
            folder = Path()
        if not (folder / "_jsii").is_dir():
            raise BindingError(f"the Python package {self.distribution} is not installed")
        return folder

    @property
    def version(self) -> str:
        """The installed version. Raises BindingError when it is not installed."""
        try:
            return version(self.distribution)
        except PackageNotFoundError:
            raise BindingError(f"the Python package {self.distribution} is not installed") from None

    @property
    def tarball(self) -> Path:
        """The published assembly: an npm package that holds the JavaScript and `.jsii`."""
        found = sorted((self.root / "_jsii").glob("*.jsii.tgz"))
        if len(found) != 1:
            raise BindingError(f"{self.distribution} contains {len(found)} jsii assemblies instead of one")
        return found[0]


@dataclass(frozen=True, slots=True)
class Engine:
    """The packages of one implementation. `providers`: by the prefix of Terraform types.

    `pins`: source and version of each provider from which its package was generated; CDKTF writes them into each stack.
    `context`: the context of an App. CDK Terrain rejects features that the oldest target release of Terraform or
    OpenTofu lacks; write-only arguments came with 1.11 of both.
    """

    name: EngineName
    core: Package
    providers: Mapping[str, Package]
    pins: Mapping[str, tuple[str, str]]
    context: Mapping[str, object]
    constructs: Package = Package("constructs", "constructs")

    @property
    def packages(self) -> tuple[Package, ...]:
        """All packages, dependencies first."""
        return (self.constructs, self.core, *self.providers.values())


ENGINES: Mapping[EngineName, Engine] = MappingProxyType(
    {
        "cdktf": Engine(
            "cdktf",
            Package("cdktf", "cdktf"),
            MappingProxyType(
                {
                    "aws": Package("cdktf_cdktf_provider_aws", "cdktf-cdktf-provider-aws"),
                    "helm": Package("cdktf_cdktf_provider_helm", "cdktf-cdktf-provider-helm"),
                }
            ),
            MappingProxyType({"aws": ("aws", "6.25.0"), "helm": ("helm", "3.1.1")}),
            MappingProxyType({}),
        ),
        "cdktn": Engine(
            "cdktn",
            Package("cdktn", "cdktn"),
            MappingProxyType(
                {
                    "aws": Package("cdktn_provider_aws", "cdktn-provider-aws"),
                    "helm": Package("cdktn_provider_helm", "cdktn-provider-helm"),
                }
            ),
            MappingProxyType({"aws": ("hashicorp/aws", "6.69.1"), "helm": ("helm", "3.3.0")}),
            MappingProxyType({"targetVersions": {"terraform": ">=1.11.0", "opentofu": ">=1.11.0"}}),
        ),
    }
)


def by_provider(engine: Engine, types: frozenset[str]) -> dict[str, frozenset[str]]:
    """Return the types by provider. Raises BindingError for a type of no known provider."""
    result: dict[str, set[str]] = {}
    for kind in types:
        provider = kind.removeprefix("data.").split("_", 1)[0]
        if provider not in engine.providers:
            raise UnknownTypeError(f"{kind} belongs to no known provider ({', '.join(engine.providers)})")
        result.setdefault(provider, {PROVIDER}).add(kind)
    return {name: frozenset(result[name]) for name in sorted(result)}
