"""Digests of images: what a tag named when somebody looked."""

from ddms_compile.catalog.table import read_toml


def image_digest(image: str, tag: str) -> str | None:
    """`sha256:…` of the index of all platforms that a tag of an image named; or None."""
    found = read_toml("images").get(image, {}).get(tag)
    return str(found["digest"]) if found else None
