"""A local environment should run the engine versions of the cloud, or a query works locally and fails there."""

from collections.abc import Iterator

from ddms_compile.load import Finding
from ddms_compile.validate.rules.rule import Specs, at, warning

CODE = "DDMS406"


def check(specs: Specs) -> Iterator[Finding]:
    cloud = dict(specs.cloud())
    redis = {name: spec for name, spec in cloud.items() if spec.redis.engine == "redis"}
    for name, spec in specs.environments.items():
        if spec.tier != "local":
            continue
        for image, wanted in (
            ("postgres", {other: s.postgres.version for other, s in cloud.items()}),
            (
                "redis",
                {other: s.redis.version.split(".")[0] for other, s in redis.items()},
            ),
        ):
            tag = getattr(spec.versions.images, image)
            major = tag.split("@")[0].split("-")[0].split(".")[0]
            others = [f"{other} ({version})" for other, version in wanted.items() if version != major]
            if others:
                first = wanted[others[0].split(" ")[0]]
                yield warning(
                    CODE,
                    f"{name} runs {image} {major}, unlike {', '.join(others)}",
                    at(name, "versions", "images", image, label=f"major version {major}"),
                    f'write {image} = "{first}-alpine", or use the same major version everywhere',
                )
