"""Base images by digest: the data may hold one or not, and the files say what the data says."""

import datetime
import re
import tomllib
from pathlib import Path

import pytest

import ddms_compile
from ddms_compile.catalog.images import image_digest
from ddms_compile.catalog.table import read_toml
from ddms_compile.local.compose import emit_compose
from ddms_compile.local.images import emit_images
from delivery_cases.project import changed, emitted, specs

DEFAULTS = tomllib.loads((Path(ddms_compile.__file__).parent / "spec/defaults.toml").read_text("utf-8"))
DIGEST = "sha256:" + "ab" * 32
PINNED = re.compile(r"(.+)@(sha256:[0-9a-f]{64})")


@pytest.mark.parametrize("tag", ["26-alpine", f"26-alpine@{DIGEST}"])
def test_a_base_image_is_named_as_the_data_name_it(tag: str) -> None:
    """With its digest or without, in each stage of both Dockerfiles and on the laptop."""
    names = ("node", "nginx", "postgres", "redis")
    of = {name: changed(spec, **{f"versions__images__{each}": tag for each in names}) for name, spec in specs().items()}
    made = emitted(emit_images, of)
    lines = [
        line.split(" AS ")[0]
        for each in ("backend", "frontend")
        for line in made[f"generated/images/{each}/Dockerfile"].text.splitlines()
        if line.startswith("FROM ")
    ]
    assert len(lines) == 4 and all(line.endswith(f":{tag}") for line in lines)
    laptop = emitted(emit_compose, of)["generated/local/compose/compose.yaml"].text
    assert f'"postgres:{tag}"' in laptop and f'"redis:{tag}"' in laptop


def test_each_default_holds_the_digest_of_the_catalog() -> None:
    """A default without a digest, or with one that no source is known for, is not shipped."""
    for image, value in DEFAULTS["versions"]["images"].items():
        found = PINNED.fullmatch(value)
        assert found is not None, image
        assert found[2] == image_digest(image, found[1]), image


def test_each_digest_has_two_sources_and_a_day() -> None:
    """A digest that one place alone names may be anybody's."""
    for image, tags in read_toml("images").items():
        for tag, row in tags.items():
            assert set(row) == {"digest", "seen", "sources"}, (image, tag)
            assert re.fullmatch(r"sha256:[0-9a-f]{64}", row["digest"]) and len(set(row["sources"])) >= 2
            assert isinstance(row["seen"], datetime.date) and row["seen"] <= datetime.date(2026, 12, 1)


def test_a_tag_that_the_catalog_does_not_know_has_no_digest() -> None:
    """Nor has an image that it does not know."""
    assert image_digest("node", "99") is None and image_digest("caddy", "2") is None
