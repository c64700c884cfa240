"""The images of the workloads."""

from dataclasses import dataclass

from ddms_compile.provenance.reading import Reader
from ddms_compile.provenance.traced import Traced
from ddms_compile.spec import EnvironmentSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageReference:
    """A repository without a tag, and the tag."""

    repository: Traced[str]
    tag: Traced[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadImages:
    """The images of the two workloads."""

    backend: ImageReference
    frontend: ImageReference


def registry(spec: EnvironmentSpec) -> str:
    """Return the project's ECR registry: `<account>.dkr.ecr.<region>.amazonaws.com`."""
    return f"{spec.project.account}.dkr.ecr.{spec.project.region}.amazonaws.com"


def make_images(read: Reader) -> WorkloadImages:
    """Return the images of the data, or of the project's own repositories in ECR."""
    return WorkloadImages(
        backend=ImageReference(
            repository=read(
                lambda s: s.workloads.backend.image.repository or f"{registry(s)}/{s.project.name}/backend"
            ),
            tag=read(lambda s: s.workloads.backend.image.tag),
        ),
        frontend=ImageReference(
            repository=read(
                lambda s: s.workloads.frontend.image.repository or f"{registry(s)}/{s.project.name}/frontend"
            ),
            tag=read(lambda s: s.workloads.frontend.image.tag),
        ),
    )
