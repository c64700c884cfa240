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
                    f"the base image {image}:{tag.split('@')[0]} gets no more security fixes",
                    at(name, "versions", "images", image, label=f"ended on {end}"),
                    f"take a newer release of {image}",
                )
