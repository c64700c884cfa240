"""Cutting an assembly: exact wherever the chunks end, and exactly the types asked for."""

import json

import pytest

from ddms_compile.cdktf import BindingError, assembly
from ddms_compile.cdktf.engine import ENGINES, by_provider
from ddms_compile.cdktf.store import key_of

CDKTF = ENGINES["cdktf"]
HELM = CDKTF.providers["helm"]
RELEASE = frozenset({"helm_release", "provider"})


@pytest.mark.parametrize("chunk", [97, 1024, 65537, 372526, 1 << 24])
def test_the_cut_does_not_depend_on_the_chunks(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same types come out, with the same content, for any size of chunk."""
    expected = assembly.slim(HELM, RELEASE)
    monkeypatch.setattr(assembly, "CHUNK", chunk)
    assert assembly.slim(HELM, RELEASE) == expected


def test_only_the_types_asked_for_are_kept() -> None:
    """Every type left belongs to a submodule in use, and the head of the assembly is whole."""
    head = json.loads(assembly.slim(HELM, RELEASE).files[".jsii"])
    assert {name.split(".")[1] for name in head["types"]} == {"provider", "release"}
    assert {"name", "version", "schema", "jsiiVersion", "dependencies", "fingerprint"} <= head.keys()


def test_classes_follow_from_the_assembly() -> None:
    """Resources, data sources and providers are told apart by what the assembly says about them."""
    classes = assembly.slim(HELM, frozenset({"helm_release", "data.helm_template", "provider"})).classes
    assert classes == {
        "helm_release": ("release", "Release"),
        "data.helm_template": ("data_helm_template", "DataHelmTemplate"),
        "provider": ("provider", "HelmProvider"),
    }


def test_a_package_kept_whole_has_all_its_types() -> None:
    """The core is not cut: its entry and every type are there."""
    core = assembly.whole(CDKTF.core)
    assert "lib/index.js" in core.files
    assert {"cdktf.App", "cdktf.TerraformStack", "cdktf.S3Backend"} <= json.loads(core.files[".jsii"])["types"].keys()


def test_a_type_that_does_not_exist_is_named() -> None:
    """Both an unknown provider and an unknown type of a known one are errors that name it."""
    with pytest.raises(BindingError, match="gcp_thing"):
        by_provider(CDKTF, frozenset({"gcp_thing"}))
    with pytest.raises(BindingError, match="helm_nothing"):
        assembly.slim(HELM, frozenset({"helm_nothing"}))


def test_the_key_follows_the_types_and_not_their_order() -> None:
    """Another set of types is another folder; the same set in another order is the same."""
    one, two = frozenset({"aws_vpc"}), frozenset({"aws_vpc", "aws_subnet"})
    assert key_of(CDKTF, one) != key_of(CDKTF, two)
    assert key_of(CDKTF, two) == key_of(CDKTF, frozenset({"aws_subnet", "aws_vpc"}))
