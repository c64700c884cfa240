"""A fuzzer for the whole command line: everything on disk is hostile, and nothing may happen outside.

`make fuzz` runs it long, `tests/laws/fuzz/test_short_run.py` short. Read in this order:

1. `entries`: a project on disk as plain data: files, links, pipes, modes. `corpus`: the projects to mutate.
2. `dictionary`: hostile values. `toml_places`, `toml_mutations`, `byte_mutations`, `disk_mutations`: one change each.
3. `case`: seed and number to a case, always the same one.
4. `sandbox`: directories with canaries around the project. `watch`: an audit hook that records what a command does.
5. `execute`: one case in this process. `oracle`: what is wrong with how it went; `rows` are the permissions of each
   command, read from the table of `docs/threat-model.md`.
6. `pool`: worker processes with a watchdog. `minimize`, `regression`: a finding as a small file that is kept.
"""

import sys
from pathlib import Path

SUPPORT = str(Path(__file__).parents[2] / "support")
"""The example project; pytest knows the folder, a process that is started with `python -m fuzz` does not."""

if SUPPORT not in sys.path:
    sys.path.append(SUPPORT)
