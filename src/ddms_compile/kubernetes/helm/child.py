"""The Helm process: one JSON request per line on standard input, one JSON answer per line on standard output.

A template is a program. It can run forever or render more text than fits into memory, and a call of Helm's SDK cannot
be interrupted. So the call is in a separate process with limits of the operating system. A `$ref` in the schema of a
chart's values is a file or an address that Helm reads, so the process can open no file once a chart is loaded. Run it
as a file; arguments: seconds of CPU time per rendering, maximum bytes of output, maximum bytes of memory.

It exits at the end of its standard input, and so with its parent.
"""

import importlib
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ddms_compile.tree import Document


def main(seconds: int, most: int, memory: int) -> None:
    """Answer requests until the end of standard input."""
    answer, helm, reason = sys.stdout.buffer, None, ""
    try:
        helm = importlib.import_module("helm_python")
    except (ImportError, OSError) as error:
        reason = f"cannot load the package helm-python-sdk ({error}); install it, or a helm program"
    _limit_for_good(memory)
    for line in sys.stdin.buffer:
        _limit_processor(seconds)
        said = {"error": reason} if helm is None else _rendered(helm, json.loads(line), most)
        answer.write(json.dumps(said).encode() + b"\n")
        answer.flush()


def _rendered(helm: Any, asked: Document, most: int) -> Document:
    try:
        with helm.Chart.load(asked["chart"]) as chart:
            prefix = f"{chart.name}/"
            with _nothing_opens():
                texts = chart.render(asked["values"], name=asked["name"], namespace=asked["namespace"], is_install=True)
    except helm.HelmError as error:
        hint = "\na chart is rendered from its own files: it can open no other, and no connection"
        return {"error": f"{str(error)[:10_000]}{hint if _TOO_MANY in str(error) else ''}"}
    if sum(map(len, texts.values())) > most:
        return {"error": f"its templates render more than {most // 2**20} MiB"}
    return {"texts": {path.removeprefix(prefix): text for path, text in texts.items()}}


_TOO_MANY = "too many open files"
"""The message of EMFILE, when no file can be opened."""


@contextmanager
def _nothing_opens() -> Iterator[None]:
    """No file and no socket; what is open stays so. Local time is UTC therefore, whatever the machine's zone is."""
    import resource

    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


def _limit_for_good(memory: int) -> None:
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (memory if most < 0 else min(memory, most), most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_processor(seconds: int) -> None:
    """Set the CPU limit relative to the time used so far."""
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 1 + seconds, most))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
