"""The tag of a base image can be moved to other content: what production is built on must be named by digest."""

from collections.abc import Iterator

from ddms_compile.catalog.images import image_digest
from ddms_compile.load import Finding
from ddms_compile.validate.rules.rule import Specs, at, warning

CODE = "DDMS290"
BASES = {"node": ("backend", "frontend"), "nginx": ("frontend",)}
"""The base images of what is built here, and the workloads whose image each is in."""


def check(specs: Specs) -> Iterator[Finding]:
    for name, spec in specs.production():
        for image, workloads in BASES.items():
            tag = getattr(spec.versions.images, image)
            if "@" in tag or all(getattr(spec.workloads, each).image.repository for each in workloads):
                continue
            known = image_digest(image, tag)
            yield warning(
                CODE,
                f"{name} is built on {image}:{tag}, a tag that can be moved to other content",
                at(name, "versions", "images", image, label="without a digest"),
                f'write {image} = "{tag}@{known}"' if known else "append the digest to the tag: TAG@sha256:…",
                *([] if known else [f"find it with `docker buildx imagetools inspect {_name(image)}:{tag}`"]),
            )


def _name(image: str) -> str:
    return "nginxinc/nginx-unprivileged" if image == "nginx" else image
