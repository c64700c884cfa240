"""`python -m fuzz.watched TOP ARGS…`: one command in a process of its own, watched from its first line.

Prints the events as JSON. `TOP` is a sandbox whose project is there already.
"""

import io
import json
import os
import sys
from dataclasses import astuple
from pathlib import Path

from fuzz.sandbox import Sandbox
from fuzz.watch import Watch


def main() -> int:
    """Runs the command; its exit code and what it did go to standard output."""
    sandbox, watch = Sandbox(Path(sys.argv[1])), Watch()
    os.environ.clear()
    os.environ.update(sandbox.environ)
    os.chdir(sandbox.project)
    sys.dont_write_bytecode = True
    out, sys.stdout = sys.stdout, io.StringIO()
    with watch.recording() as events:
        from ddms_compile.cli import main as command

        code = command(sys.argv[2:])
        sys.stdout.flush()
    json.dump({"code": code, "events": sorted(set(map(astuple, events)))}, out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
