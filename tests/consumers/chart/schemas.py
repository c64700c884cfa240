"""The strict schemas of the objects that the charts make; a kind without a schema is an error, custom or not."""

import functools
from typing import Any

import jsonschema
import kubernetes_validate

from chart.admission import refusals
from ddms_compile.catalog.kubernetes import kubernetes_versions
from oracles.custom_kinds import recorded
from strategies.today import TODAY

OLDEST = 32
"""The minor version that the charts begin with: `kubeVersion` of each says the same."""

VERSIONS = tuple(
    each.version
    for each in kubernetes_versions()
    if each.extended_end >= TODAY and int(each.version.removeprefix("1.")) >= OLDEST
)
"""Every version that EKS supports and the charts accept."""


def problem(manifest: dict[str, Any], version: str) -> str | None:
    """The first thing that the API server of this version would refuse, or None."""
    custom = _custom().get((manifest["apiVersion"], manifest["kind"]))
    try:
        if custom is None:
            kubernetes_validate.validate(manifest, version, strict=True)
        else:
            custom.validate(manifest)
            # `metadata` is the API server's own in every kind: it is looked at inside of one that it knows.
            bearer = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": manifest["metadata"]}
            kubernetes_validate.validate(bearer, version, strict=True)
    except (jsonschema.ValidationError, kubernetes_validate.ValidationError) as error:
        return f"{manifest['kind']} {manifest['metadata']['name']}: {error.message}"
    beside = next(refusals(manifest), None)
    return beside and f"{manifest['kind']} {manifest['metadata']['name']}: {beside}"


@functools.cache
def _custom() -> dict[tuple[str, str], jsonschema.Draft7Validator]:
    return {kind: jsonschema.Draft7Validator(schema) for kind, schema in recorded().items()}
