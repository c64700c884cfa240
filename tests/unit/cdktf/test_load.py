"""A long run keeps its memory: the kernel is ended now and then."""

import json
import os
import subprocess
import sys
from pathlib import Path

from bindings.running import SOURCE

PROGRAM = """
import json, sys
from pathlib import Path
from jsii import _reference_map
from ddms_compile.cdktf import load, release, synthesize
binding = load(["aws_vpc"], cache_dir=Path(sys.argv[1]))
trees, objects = [], []
for turn in range(3):
    stack = binding.core.TerraformStack(binding.core.App(), "s")
    binding.provider("aws")(stack, "aws", region="eu-west-1")
    for number in range(20):
        binding.element("aws_vpc")(stack, f"v{number}", cidr_block="10.0.0.0/16")
    trees.append(synthesize(stack))
    objects.append(len(_reference_map._refs._refs))
    release()
    objects.append(len(_reference_map._refs._refs))
print(json.dumps([trees, objects]))
"""


def test_after_a_release_the_next_stack_is_the_same_and_nothing_is_kept(tmp_path: Path) -> None:
    """The classes stay usable, each kernel starts afresh, and no object outlives its kernel."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "cache")],
        env={**os.environ, "PYTHONPATH": str(SOURCE), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    trees, objects = json.loads(done.stdout)
    assert trees[0] == trees[1] == trees[2]
    assert objects[1::2] == [0, 0, 0]
    assert objects[0] == objects[2] == objects[4] > 20
