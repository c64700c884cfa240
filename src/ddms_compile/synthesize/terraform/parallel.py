"""Many environments at once: a process for each processor, each with a Node of its own.

An environment is made of calls to and fro between Python and Node, so that one process keeps one processor busy. jsii
never frees an object: after each batch Node is ended and started anew, which keeps memory flat.
"""

import datetime
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from ddms_compile.resolve import Environment
from ddms_compile.synthesize.inputs import Inputs
from ddms_compile.synthesize.terraform.bindings import Binding, load, release
from ddms_compile.synthesize.terraform.bindings.engine import EngineName
from ddms_compile.synthesize.terraform.environment import Made, make_environment
from ddms_compile.synthesize.terraform.types import TYPES

WORTH_IT = 12
"""Environments from which on starting processes takes less time than it saves."""

BATCH = 20
"""Environments between two starts of Node."""


def make_in_parallel(environments: Sequence[Environment], inputs: Inputs) -> Iterator[Made]:
    """The same as one after the other, in the same order. Only a few batches are under way or waiting at any time."""
    engine = environments[0].read(lambda s: s.versions.engine).value
    waiting: deque[Future[list[Made]]] = deque()
    # Forking a process that has a kernel would share its socket with the child.
    with ProcessPoolExecutor(inputs.workers, mp_context=get_context("spawn")) as pool:
        for batch in _batches(environments):
            waiting.append(pool.submit(_make_batch, batch, inputs.root, inputs.today, inputs.cache_dir, engine))
            if len(waiting) > 2 * inputs.workers:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


def _batches(environments: Sequence[Environment]) -> Iterator[Sequence[Environment]]:
    for start in range(0, len(environments), BATCH):
        yield environments[start : start + BATCH]


def _make_batch(
    environments: Sequence[Environment], root: Path, today: datetime.date, cache_dir: Path, engine: EngineName
) -> list[Made]:
    binding = _binding(cache_dir, engine)
    made = [make_environment(binding, environment, root, today) for environment in environments]
    release()
    return made


@cache
def _binding(cache_dir: Path, engine: EngineName) -> Binding:
    """The binding of this process."""
    return load(TYPES, cache_dir=cache_dir, engine=engine)
