"""Digests of images, by tag, as of the table's date."""

from ddms_compile.catalog.table import read_toml


def image_digest(image: str, tag: str) -> str | None:
    """Return the `sha256:…` of the multi-platform index of a tag; None if unknown."""
    found = read_toml("images").get(image, {}).get(tag)
    return str(found["digest"]) if found else None
