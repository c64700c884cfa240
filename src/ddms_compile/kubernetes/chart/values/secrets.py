"""Where secret environment variables come from."""

from typing import Annotated, Literal

from pydantic import Field

from ddms_compile.kubernetes.chart.values.base import (
    Annotations,
    GoDuration,
    ObjectNameOrNone,
    Values,
    VariableName,
    Variables,
)


class ExistingSecret(Values):
    name: ObjectNameOrNone = ""
    """Name of a Secret in the namespace, each key of which becomes a variable. Required in the mode `existing`; in
    the mode `externalSecrets` the name of the Secret that the operator creates. Empty there: the component's name."""


class Store(Values):
    name: ObjectNameOrNone = ""
    """Name of the store. Required in the mode `externalSecrets`."""

    kind: Literal["SecretStore", "ClusterSecretStore"] = "ClusterSecretStore"
    """Kind of the store."""


class EntryValues(Values):
    name: VariableName
    """Name of the environment variable."""

    remote_key: Annotated[str, Field(min_length=1, max_length=512)]
    """Name of the entry in the store (in AWS Secrets Manager: name or ARN)."""

    property: Annotated[str, Field(max_length=512)] = ""
    """Key inside the entry. Empty: the whole entry."""


class ExternalSecrets(Values):
    store_ref: Store = Store()
    """Store of the External Secrets operator."""

    refresh_interval: GoDuration = "1h"
    """Refresh interval, in s, m or h."""

    entries: Annotated[tuple[EntryValues, ...], Field(strict=False)] = ()
    """Variables to read. At least one in the mode `externalSecrets`."""

    aliases: Annotations = Field(default_factory=dict)
    """Aliases of keys in the store that `entries` may use, for a key that only the installer knows."""


class Secrets(Values):
    mode: Literal["none", "existing", "externalSecrets", "inline"] = "none"
    """`none`; `existing`: an existing Secret; `externalSecrets`: read by the External Secrets operator; `inline`: in
    these values, for local use only."""

    existing: ExistingSecret = ExistingSecret()
    """For the mode `existing`."""

    external: ExternalSecrets = ExternalSecrets()
    """For the mode `externalSecrets`."""

    inline: Variables = Field(default_factory=dict)
    """For the mode `inline`: variables and their values, in plain text. Never commit them."""
