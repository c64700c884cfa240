"""The job lint-test: the two parts of the application, and the configuration itself."""

from typing import Any

from ddms_compile.synthesize.workflows.expressions import Expression, expression
from ddms_compile.synthesize.workflows.stages import Stage
from ddms_compile.synthesize.workflows.steps import check_out, permissions, uses

IN_FOLDER = Expression("matrix.folder != ''")
FOLDER = Expression("matrix.folder")
COMMANDS = (
    ("Install", "npm ci"),
    ("Lint", "npm run lint"),
    ("Test", "npm test"),
    ("Build", "npm run build"),
)


def lint_test(first: Stage) -> dict[str, Any]:
    """Every push and pull request, also from forks: it has no credentials."""
    environment = first.environment
    legs = [
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
            {
                "name": "Set up Python",
                "if": Expression("matrix.folder == ''"),
                "uses": uses("actions/setup-python"),
                "with": {"python-version": "3.11"},
            },
            {
                # All checks of the compiler, and `ddms-compile build --check`: what is committed is what the data give.
                "name": "Check the configuration",
                "if": Expression("matrix.folder == ''"),
                "run": "make test",
            },
        ],
    }


def _env(step: str) -> dict[str, Any]:
    """The app is built with the address of an API; this build is thrown away."""
    return {"env": {"VITE_API_URL": "https://api.example.com"}} if step == "Build" else {}
