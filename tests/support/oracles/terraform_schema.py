"""The exact schema of a Terraform provider, out of the package that CDKTF's binding was published in.

The binding was generated from the provider's schema and keeps enough of it: names of Terraform in the links of the
documentation, what is required, what is a block and what an attribute, what the provider computes. Not in it:
validators of values, conflicts between arguments, and whether a list is a set.
"""

import json
import re
import tarfile
from collections.abc import Mapping
from importlib.metadata import distribution, version
from pathlib import Path
from typing import Any

Schema = dict[str, Any]
"""A block: `attributes` name -> {type | nested, required, computed}, `blocks` name -> {nesting, max, block}."""

PROVIDERS = {
    "aws": ("cdktf_cdktf_provider_aws", "cdktf-cdktf-provider-aws"),
    "helm": ("cdktf_cdktf_provider_helm", "cdktf-cdktf-provider-helm"),
}

_META = {
    "connection", "count", "dependsOn", "forEach", "lifecycle", "provider", "provisioners",
}  # fmt: skip


def provider_schema(name: str, cache: Path) -> dict[str, Any]:
    """`{"provider": block, "resource": {type: block}, "data": {type: block}}`, kept in `cache` by package version."""
    module, name_on_pypi = PROVIDERS[name]
    kept = cache / f"{name_on_pypi}-{version(name_on_pypi)}-v3.json"
    if not kept.exists():
        # Not by the import system: the tests may have put a slim package of that name in place.
        folder = Path(str(distribution(name_on_pypi).locate_file(module))) / "_jsii"
        (tarball,) = folder.glob("*.jsii.tgz")
        with tarfile.open(tarball) as archive:
            member = archive.extractfile("package/.jsii")
            assert member is not None
            document = json.load(member)
        cache.mkdir(parents=True, exist_ok=True)
        temporary = kept.with_suffix(".new")
        temporary.write_text(json.dumps(_Assembly(document["types"]).provider(name)), "utf-8")
        temporary.replace(kept)
    result: dict[str, Any] = json.loads(kept.read_text("utf-8"))
    return result


class _Assembly:
    def __init__(self, types: Mapping[str, Any]) -> None:
        self._types = types
        self._configs = {
            fqn.rpartition(".")[0]: fqn
            for fqn, kind in types.items()
            if kind["kind"] == "interface" and "cdktf.TerraformMetaArguments" in kind.get("interfaces", ())
        }

    def provider(self, name: str) -> dict[str, Any]:
        result: dict[str, Any] = {"resource": {}, "data": {}, "provider": None}
        for fqn, kind in self._types.items():
            base = kind.get("base", "")
            if base == "cdktf.TerraformProvider":
                result["provider"] = self._element(fqn)
            elif base in ("cdktf.TerraformResource", "cdktf.TerraformDataSource"):
                match = re.search(r"Represents a \{@link \S+ (\w+)\}", kind["docs"].get("summary", ""))
                if match:
                    section = "resource" if base.endswith("Resource") else "data"
                    result[section][match[1]] = self._element(fqn)
        assert result["provider"] is not None, name
        return result

    def _element(self, fqn: str) -> Schema:
        """The block of a resource: its configuration, and what the class exports beside it."""
        block = self._struct(self._configs.get(fqn.rpartition(".")[0], f"{fqn}Config"), outside=fqn)
        for prop in self._types[fqn].get("properties", []):
            name = _snake(prop["name"])
            exported = prop.get("immutable") and not prop.get("static") and not prop["name"].endswith("Input")
            taken = (
                name in block["attributes"]
                or name in block["blocks"]
                or prop["name"] in ("tfResourceType", "metaAttributes")
            )
            if exported and not taken:
                block["attributes"][name] = {"type": self._exported(prop["type"]), "computed": True}
        return block

    def _struct(self, fqn: str, outside: str) -> Schema:
        attributes: dict[str, Any] = {}
        blocks: dict[str, Any] = {}
        for prop in self._types[fqn].get("properties", []):
            if prop["name"] in _META:
                continue
            docs = prop.get("docs", {})
            name = _terraform_name(docs) or _snake(prop["name"])
            required = not prop.get("optional")
            if docs.get("summary", "").endswith(" block.") and _is_struct(prop["type"]):
                blocks[name] = self._block(name, prop["type"], outside)
            else:
                attributes[name] = {**self._typed(prop["type"]), "required": required}
        return {"attributes": attributes, "blocks": blocks}

    def _block(self, name: str, kind: Any, outside: str) -> dict[str, Any]:
        fqn, many = _struct_name(kind)
        inner = self._struct(fqn, outside)
        reference = self._types.get(f"{fqn}OutputReference", {})
        for prop in reference.get("properties", []):
            inner_name = _snake(prop["name"])
            known = inner_name in inner["attributes"] or inner_name in inner["blocks"]
            if prop.get("immutable") and not known and not prop["name"].endswith("Input"):
                inner["attributes"][inner_name] = {"type": self._exported(prop["type"]), "computed": True}
        if name == "timeouts":
            return {"nesting": "single", "block": inner}
        return {"nesting": "list", "max": 0 if many else 1, "block": inner}

    def _typed(self, kind: Any) -> dict[str, Any]:
        """An attribute: a plain type, or a nested object."""
        try:
            fqn, many = _struct_name(kind)
        except KeyError:
            return {"type": self._plain(kind)}
        return {"nested": self._struct(fqn, fqn), "nesting": "list" if many else "single"}

    def _plain(self, kind: Any) -> Any:
        if "primitive" in kind:
            return {"string": "string", "number": "number", "boolean": "bool", "any": "dynamic"}[kind["primitive"]]
        if "collection" in kind:
            outer = "map" if kind["collection"]["kind"] == "map" else "list"
            return [outer, self._plain(kind["collection"]["elementtype"])]
        if "union" in kind:
            rest = [item for item in kind["union"]["types"] if item.get("fqn") != "cdktf.IResolvable"]
            return self._plain(rest[0]) if rest else "dynamic"
        return "dynamic"

    def _exported(self, kind: Any) -> Any:
        if "fqn" not in kind:
            return self._plain(kind)
        fqn = kind["fqn"]
        simple = {
            "cdktf.IResolvable": "bool",
            "cdktf.StringMap": ["map", "string"],
            "cdktf.BooleanMap": ["map", "bool"],
            "cdktf.NumberMap": ["map", "number"],
        }
        if fqn in simple:
            return simple[fqn]
        if fqn.endswith("List") and fqn.removesuffix("List") + "OutputReference" in self._types:
            return ["list", self._object(fqn.removesuffix("List") + "OutputReference")]
        if fqn.endswith("OutputReference"):
            return self._object(fqn)
        return "dynamic"

    def _object(self, fqn: str) -> Any:
        members = {
            _snake(prop["name"]): self._exported(prop["type"])
            for prop in self._types[fqn].get("properties", [])
            if prop.get("immutable") and not prop["name"].endswith("Input")
        }
        return ["object", members]


def _struct_name(kind: Any) -> tuple[str, bool]:
    """The struct that a type holds, and whether it is a list of them. Raises KeyError for any other type."""
    if "union" in kind:
        (kind,) = [item for item in kind["union"]["types"] if item.get("fqn") != "cdktf.IResolvable"] or [{}]
    if "collection" in kind and kind["collection"]["kind"] == "array":
        return _struct_name(kind["collection"]["elementtype"])[0], True
    fqn = kind["fqn"]
    if fqn.startswith("cdktf."):
        raise KeyError(fqn)
    return fqn, False


def _is_struct(kind: Any) -> bool:
    """A block that holds itself without end is of any type in the binding."""
    try:
        _struct_name(kind)
    except KeyError:
        return False
    return True


def _terraform_name(docs: Mapping[str, str]) -> str | None:
    match = re.search(r"#(\w+) \w+#", docs.get("summary", "") + " " + docs.get("remarks", ""))
    return match[1] if match else None


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()
