"""Full loading: the published packages as they are, the slow way. The fallback, and the measure for the slim one."""

import atexit
import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from ddms_compile.synthesize.terraform.bindings.assembly import classes_of
from ddms_compile.synthesize.terraform.bindings.engine import PROVIDER, Engine


@contextlib.contextmanager
def plain_jsii(node: Path) -> Iterator[None]:
    """jsii finds its Node in the environment of the process and only there; it is as before afterwards."""
    folder = tempfile.mkdtemp(prefix="ddms-cdktf-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    wanted = {"JSII_NODE": str(node), "CDKTF_OUTDIR": folder}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def classes(engine: Engine, types: Mapping[str, frozenset[str]]) -> dict[str, tuple[str, str]]:
    """Terraform type or `provider.<name>` -> full name of the module, name of the class."""
    result: dict[str, tuple[str, str]] = {}
    for provider, wanted in types.items():
        package = engine.providers[provider]
        for kind, (module, name) in classes_of(package, wanted).items():
            result[f"provider.{provider}" if kind == PROVIDER else kind] = (f"{package.module}.{module}", name)
    return result
