"""The job lint-test: check both workloads, and the configuration."""

from ddms_compile import __version__
from ddms_compile.github.expressions import WorkflowExpression, WorkflowTable, WorkflowTree, expression
from ddms_compile.github.stages import Stage
from ddms_compile.github.steps import Step, check_out, permissions, script, uses
from ddms_compile.provenance.traced import Traced
from ddms_compile.resolve.interfaces import API_ADDRESS

IN_FOLDER = WorkflowExpression("matrix.folder != ''")
OF_CONFIGURATION = WorkflowExpression("matrix.folder == ''")
INSTALLED = WorkflowExpression("format('{0}/ddms-compile', runner.temp)")
"""The virtual environment of the compiler, separate from the project's own dependencies."""
FOLDER = WorkflowExpression("matrix.folder")
COMMANDS = (
    ("Install", "npm ci"),
    ("Lint", "npm run lint"),
    ("Test", "npm test"),
    ("Build", "npm run build"),
)


def lint_test(first: Stage) -> WorkflowTable:
    """Return the job for every push and pull request, forks included: it has no credentials."""
    environment = first.environment
    legs: list[WorkflowTree] = [
        {
            "name": "backend",
            "folder": first.of(environment.read(lambda s: s.workloads.backend.image.context)),
        },
        {
            "name": "frontend",
            "folder": first.of(environment.read(lambda s: s.workloads.frontend.image.context)),
        },
        {"name": "configuration", "folder": ""},
    ]
    return {
        "name": expression("format({}, matrix.name)", "Lint and test: {0}"),
        "if": "github.event_name != 'schedule'",
        "runs-on": first.of(environment.read(lambda s: s.ci.runner)),
        "timeout-minutes": 60,
        "permissions": permissions(),
        "strategy": {"fail-fast": False, "matrix": {"include": legs}},
        "steps": [
            check_out(),
            {
                "name": "Set up Node.js",
                "if": IN_FOLDER,
                "uses": uses("actions/setup-node"),
                # A cache could be filled by another branch.
                "with": {
                    "node-version": first.of(environment.read(lambda s: s.ci.node)),
                    "package-manager-cache": False,
                },
            },
            *(
                {"name": name, "if": IN_FOLDER, "working-directory": FOLDER, "run": command, **_env(name)}
                for name, command in COMMANDS
            ),
            *({"name": step["name"], "if": OF_CONFIGURATION, **step} for step in _compiler(first)),
            *_further(first),
        ],
    }


def _compiler(first: Stage) -> tuple[Step, ...]:
    """Return the steps that install the pinned compiler and run `build --check`."""
    read = first.environment.read
    return (
        {"name": "Set up Python", "uses": uses("actions/setup-python"), "with": {"python-version": "3.11"}},
        script(
            "install-compiler",
            "Install ddms-compile",
            {
                "REQUIREMENT": first.of(read(lambda s: requirement(s.ci.compiler))),
                "INDEX": first.of(read(lambda s: s.ci.package_index)),
                "INSTALLED": INSTALLED,
            },
        ),
        {
            "name": "Check the configuration and the generated files",
            "run": 'exec "$INSTALLED/bin/ddms-compile" build --check --format github',
            "env": {"INSTALLED": INSTALLED},
        },
    )


def requirement(compiler: str) -> str:
    """Return `ci.compiler` as a line of a pip requirements file."""
    if compiler.startswith((".", "git+")):
        return compiler
    version, _, digest = compiler.partition("@")
    return f"ddms-compile=={version or __version__}" + (f" --hash={digest}" if digest else "")


def _further(first: Stage) -> list[Traced[Step]]:
    """Return the project's own checks from `ci.check`: for the shell, without evaluation by GitHub."""
    commands = first.of(first.environment.read(lambda s: s.ci.check))
    return [
        Traced({"name": f"Additional check {number}", "if": OF_CONFIGURATION, "run": command}, commands.keys)
        for number, command in enumerate(commands.value, start=1)
    ]


def _env(step: str) -> WorkflowTable:
    """Return the variables of a step; the frontend's build needs an API address, and its result is discarded."""
    return {"env": {API_ADDRESS: "https://api.example.com"}} if step == "Build" else {}
