"""Many environments at once: a process for each processor, each with a Node of its own.

jsii never frees an object: after each batch Node is ended and started anew, which keeps memory flat.
"""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from ddms_compile.cdktf.engine import EngineName
from ddms_compile.cdktf.session import Session
from ddms_compile.cdktf.surroundings import python_surroundings, surrounded
from ddms_compile.emitter import Inputs
from ddms_compile.terraform.items import Item, ledger_of, make_item
from ddms_compile.terraform.ledger.file import Synthesized
from ddms_compile.terraform.ledger.ledger import Ledger

BATCH = 20
"""Environments or accounts between two starts of Node."""


def make_in_parallel(wanted: Sequence[Item], inputs: Inputs, engine: EngineName) -> Iterator[Synthesized]:
    """The same as one after the other, in the same order. The processes begin at once, and end with the session."""
    # Forking a process that has a kernel would share its socket with the child.
    batches = [wanted[start : start + BATCH] for start in range(0, len(wanted), BATCH)]
    with surrounded(python_surroundings()):  # one process starts with the pool already, the others with the batches
        pool = ProcessPoolExecutor(inputs.cdktf.workers, mp_context=get_context("spawn"))
        inputs.cdktf.on_close(lambda: pool.shutdown(cancel_futures=True))
        futures = [
            pool.submit(_make_batch, batch, _of(batch, inputs.ledgers), inputs.today, inputs.cdktf.cache_dir, engine)
            for batch in batches
        ]
    return _results(futures)


def _of(batch: Sequence[Item], ledgers: Mapping[str, Ledger]) -> dict[str, Ledger]:
    """The ledgers of a batch: no process is sent those of all."""
    return {path: ledgers[path] for item in batch if (path := ledger_of(item)) in ledgers}


def _results(futures: list[Future[list[Synthesized]]]) -> Iterator[Synthesized]:
    futures.reverse()
    while futures:
        yield from futures.pop().result()


def _make_batch(
    wanted: Sequence[Item],
    ledgers: Mapping[str, Ledger],
    today: datetime.date,
    cache_dir: Path | None,
    engine: EngineName,
) -> list[Synthesized]:
    session = Session(cache_dir=cache_dir)
    try:
        binding = session.binding(engine)
        return [make_item(binding, item, ledgers, today) for item in wanted]
    finally:
        session.close()
