"""The job docker-build-push: build the images of a commit once for all environments."""

from collections.abc import Sequence
from dataclasses import dataclass

from ddms_compile.github.expressions import WorkflowExpression, WorkflowTable, expression
from ddms_compile.github.signing import pushed, set_up_cosign, sign, signs
from ddms_compile.github.stages import Stage
from ddms_compile.github.steps import Step, changing, check_out, credentials, permissions, script, uses
from ddms_compile.provenance.traced import NO_KEYS, Keys, Traced, derive, text
from ddms_compile.resolve.delivery import WORKLOADS, architectures
from ddms_compile.resolve.github import role_names
from ddms_compile.resolve.images import registry
from ddms_compile.resolve.interfaces import API_ADDRESS
from ddms_compile.resolve.names import repository
from ddms_compile.resolve.roles import partition_of
from ddms_compile.resolve.site import built_in

JOB = "docker-build-push"
PLATFORM = "platform=generated/images/frontend"
"""The build context in which the app's Dockerfile finds the configuration of nginx."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """An image that the pipeline builds, for some environments. `exists`: the keys of an image of one environment."""

    name: str
    workload: str
    stages: tuple[Stage, ...]
    exists: Keys = NO_KEYS

    @property
    def tag(self) -> WorkflowExpression:
        """The tag: the commit, and for an image of one environment its name."""
        if not self.exists:
            return WorkflowExpression("github.sha")
        return expression("format('{{0}}-{{1}}', github.sha, {})", Traced(self.stages[0].name, self.exists))


def own_image(stage: Stage, workload: str) -> Traced[bool]:
    """Return whether the environment runs the project's own image of the workload."""
    return stage.of(stage.environment.read(lambda s: not getattr(s.workloads, workload).image.repository))


def built(stages: Sequence[Stage]) -> tuple[Built, ...]:
    """Return one backend image for all environments, and one frontend for each, which contains the API's address."""
    api = tuple(stage for stage in stages if own_image(stage, "backend").value)
    apps = [(stage, own_image(stage, "frontend")) for stage in stages]
    return (
        *([Built(name="backend", workload="backend", stages=api)] if api else []),
        *(
            Built(name=f"frontend-{stage.name}", workload="frontend", stages=(stage,), exists=stage.exists | own.keys)
            for stage, own in apps
            if own.value
        ),
    )


def scan_job(stage: Stage) -> str:
    """Return the name of the job that scans the images of a release to the environment."""
    return f"scan-{stage.name}"


def scan(stages: Sequence[Stage], stage: Stage, images: Sequence[Built]) -> WorkflowTable:
    """Return the job between push and production: fail on an unaccepted critical vulnerability in an image."""
    environment = stage.environment
    lines, own = image_lines(stage, images), NO_KEYS.union(*(own_image(stage, each).keys for each in WORKLOADS))
    accepted = environment.read(lambda s: "\n".join(f"{each.id} {each.expires}" for each in s.policy.vulnerabilities))
    first = stages[0]
    return {
        "name": f"Scan images of {stage.name}",
        "if": on_branch(first),
        "needs": [JOB],
        "runs-on": first.of(first.environment.read(lambda s: s.ci.runner)),
        "timeout-minutes": 45,
        **keys_of_home(stages),
        "permissions": permissions(first.roles),
        "steps": [
            check_out(),
            log_in(first),
            script(
                "check-scan",
                "Scan for critical vulnerabilities",
                {
                    "REGION": first.of(first.environment.read(lambda s: s.project.region)),
                    "IMAGES": WorkflowExpression(lines.text, lines.keys | own),
                    "ACCEPTED": stage.of(accepted),
                },
            ),
        ],
    }


def image_lines(stage: Stage, images: Sequence[Built]) -> WorkflowExpression:
    """Return one line per image: ECR repository, tag, digest. Built with JSON: GitHub's strings have no escapes."""
    lines = []
    for image in images:
        name = stage.of(repository(stage.environment.names.project, image.workload))
        made = expression("format('{{0}} {{1}}', {}, ", name)
        lines.append(WorkflowExpression(f"{made.text}needs.{JOB}.outputs.{image.name})", made.keys | image.exists))
    form = "\\n".join(f"{{{number}}}" for number in range(len(lines)))
    joined = ", ".join(line.text for line in lines)
    return WorkflowExpression(
        f"format(fromJSON('\"{form}\"'), {joined})", NO_KEYS.union(*(line.keys for line in lines))
    )


def log_in(first: Stage, *, only: str | None = None) -> Step:
    """Return the login to the project's account, which has ECR. `only`: a session policy."""
    read = first.environment.read
    account = first.of(read(lambda s: s.project.account))
    push = role_names(first.environment.names).push
    role = text("arn:{}:iam::{}:role/{}", first.of(partition_of(first.environment)), account, first.of(push))
    return credentials(first.of(read(lambda s: s.project.region)), account, role, first.roles, only=only)


def keys_of_home(stages: Sequence[Stage]) -> WorkflowTable:
    """Return the GitHub environment that holds access keys of the project's account, if keys are in use."""
    first = stages[0]
    account = first.environment.read(lambda s: s.project.account).value
    home = [stage for stage in stages if stage.environment.names.account.value == account]
    if not home or first.roles.value:
        return {}
    return {"environment": Traced({"name": home[0].name, "deployment": False}, first.roles.keys | home[0].exists)}


def docker_build_push(stages: Sequence[Stage]) -> WorkflowTable:
    """Return the job: build for the architectures of all nodes, and push to ECR with the commit as the tag."""
    first = stages[0]
    images = built(stages)
    processors = _processors(images)
    return {
        "name": "Build and push images",
        "if": on_branch(first),
        "needs": ["lint-test"],
        "runs-on": _runner(first, processors),
        "timeout-minutes": 60,
        **keys_of_home(stages),
        # Tags are immutable: a second run of a commit uses the images of the first.
        "concurrency": {"group": WorkflowExpression("format('images-{0}', github.sha)"), "cancel-in-progress": False},
        "permissions": changing(first.roles, signs(first)),
        "outputs": {image.name: Traced(_output(image), image.exists) for image in images},
        "steps": [
            check_out(),
            log_in(first),
            {"name": "Log in to ECR", "uses": uses("aws-actions/amazon-ecr-login")},
            *_emulation(processors),
            {"name": "Set up BuildKit", "uses": uses("docker/setup-buildx-action")},
            *set_up_cosign(first),
            _protect(first, images),
            *(_existing(step, image) for image in images for step in _steps(first, image)),
        ],
    }


def _existing(step: Step | Traced[Step], image: Built) -> Traced[Step]:
    """Return a step that exists because of the image."""
    return step.because(image.exists) if isinstance(step, Traced) else Traced(step, image.exists)


def _protect(first: Stage, images: Sequence[Built]) -> Step:
    """Return the step that tags deployed images, before the lifecycle policy can expire them."""
    lines, keys = [], NO_KEYS
    for image in images:
        for stage in image.stages:
            name = repository(stage.environment.names.project, image.workload)
            suffix = f"-{stage.name}" if image.exists else ""
            lines.append(f"{stage.name} {name.value} {suffix}".rstrip())
            keys |= stage.of(name).keys | stage.exists | image.exists | own_image(stage, image.workload).keys
    return script(
        "protect-images",
        "Retain the deployed images",
        {
            "GH_TOKEN": WorkflowExpression("github.token"),
            "REGION": first.of(first.environment.read(lambda s: s.project.region)),
            "IMAGES": Traced("\n".join(lines), keys),
        },
    )


def _processors(images: Sequence[Built]) -> Traced[tuple[str, ...]]:
    """Return the architectures of all nodes that run an image of the project: `amd64`, `arm64`, or both."""
    stages = {stage.name: stage for image in images for stage in image.stages}
    found = [stages[name].of(architectures(stages[name].environment)) for name in sorted(stages)]
    return derive(lambda *groups: tuple(sorted({each for group in groups for each in group})), *found)


def _runner(first: Stage, processors: Traced[tuple[str, ...]]) -> Traced[str]:
    """Return the runner with the architecture of the nodes: emulated builds take many times as long."""
    if processors.value == ("arm64",):
        label = first.of(first.environment.read(lambda s: s.ci.arm_runner))
    else:
        label = first.of(first.environment.read(lambda s: s.ci.runner))
    return label.because(processors.keys)


def _emulation(processors: Traced[tuple[str, ...]]) -> list[Traced[Step]]:
    """Return the steps for emulation, when nodes have both architectures."""
    step: Step = {"name": "Set up emulation", "uses": uses("docker/setup-qemu-action")}
    return [Traced(step, processors.keys)] if len(processors.value) > 1 else []


def on_branch(first: Stage) -> WorkflowExpression:
    """Return the condition of a push to the deployed branch, or of a manual run."""
    branch = first.of(first.environment.read(lambda s: s.ci.branch))
    event = "(github.event_name == 'push' || github.event_name == 'workflow_dispatch')"
    return expression(event + " && github.ref == {}", text("refs/heads/{}", branch))


def _steps(first: Stage, image: Built) -> list[Step | Traced[Step]]:
    read, name = first.environment.read, image.name
    repository_name = first.of(repository(first.environment.names.project, image.workload))
    reference = text("{}/{}", first.of(read(registry)), repository_name)
    platforms = derive(
        lambda *found: ",".join(f"linux/{each}" for each in sorted({a for group in found for a in group})),
        *(stage.of(architectures(stage.environment)) for stage in image.stages),
    )
    return [
        {
            "id": f"find-{name}",
            **script(
                "find-image",
                f"Find an existing {name} image",
                {
                    "REGION": first.of(read(lambda s: s.project.region)),
                    "REPOSITORY": repository_name,
                    "TAG": image.tag,
                },
            ),
        },
        {
            "name": f"Build {name}",
            "id": f"build-{name}",
            "if": WorkflowExpression(f"steps.find-{name}.outputs.digest == ''"),
            "uses": uses("docker/build-push-action"),
            "with": {
                "context": first.of(read(lambda s: getattr(s.workloads, image.workload).image.context)),
                "file": f"generated/images/{image.workload}/Dockerfile",
                # A build argument without a value takes that of the variable.
                **({"build-args": _arguments(image.stages[0]), "build-contexts": PLATFORM} if image.exists else {}),
                "platforms": platforms,
                "provenance": "mode=max",
                "sbom": True,
                **pushed(first, reference, _joined("{0}:{1}", reference, image.tag)),
            },
            **({"env": _variables(image.stages[0])} if image.exists else {}),
        },
        *sign(first, name, repository_name, image.tag),
    ]


def _variables(stage: Stage) -> dict[str, Traced[str]]:
    """Return the build-time variables of an environment's frontend."""
    own = {name: stage.of(value) for name, value in built_in(stage.environment).items()}
    return {**own, API_ADDRESS: stage.of(text("https://{}", stage.environment.hosts.api))}


def _arguments(stage: Stage) -> Traced[str]:
    """Return their names, one per line."""
    variables = _variables(stage)
    own = [value.keys for name, value in variables.items() if name != API_ADDRESS]
    return Traced("\n".join(sorted(variables)), NO_KEYS.union(*own))


def _joined(form: str, reference: Traced[str], tag: WorkflowExpression) -> WorkflowExpression:
    made = expression("format({}, {}, ", form, reference)
    return WorkflowExpression(f"{made.text}{tag.text})", made.keys | tag.keys)


def _output(image: Built) -> WorkflowExpression:
    """Return the job output for a chart's values: tag and digest."""
    digest = f"steps.find-{image.name}.outputs.digest || steps.build-{image.name}.outputs.digest"
    return WorkflowExpression(f"format('{{0}} {{1}}', {image.tag.text}, {digest})", image.tag.keys)
