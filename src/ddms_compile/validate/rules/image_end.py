"""A base image whose release has ended gets no more security fixes."""

from collections.abc import Iterator

from ddms_compile.catalog.engines import image_end
from ddms_compile.load import Finding
from ddms_compile.validate.rules.rule import Specs, at, warning

CODE = "DDMS405"


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.environments.items():
        for image, tag in spec.versions.images:
            end = image_end(image, tag)
            if end is not None and end < specs.today:
                yield warning(
                    CODE,
                    f"the base image {image}:{tag.split('@')[0]} no longer receives security fixes",
                    at(name, "versions", "images", image, label=f"end of life: {end}"),
                    f"use a newer release of {image}",
                )
