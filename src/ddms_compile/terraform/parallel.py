"""Parallel synthesis: one process per CPU, each with its own Node process.

jsii never frees an object: a restart of Node after each batch keeps memory constant.
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
"""Environments or accounts per Node process."""


def make_in_parallel(wanted: Sequence[Item], inputs: Inputs, engine: EngineName) -> Iterator[Synthesized]:
    """Yield the results in order. The processes start at the call and end with the session."""
    # A forked child would share the kernel's socket.
    batches = [wanted[start : start + BATCH] for start in range(0, len(wanted), BATCH)]
    with surrounded(python_surroundings()):  # one process starts with the pool, the others with the batches
        pool = ProcessPoolExecutor(inputs.cdktf.workers, mp_context=get_context("spawn"))
        inputs.cdktf.on_close(lambda: pool.shutdown(cancel_futures=True))
        futures = [
            pool.submit(_make_batch, batch, _of(batch, inputs.ledgers), inputs.today, inputs.cdktf.cache_dir, engine)
            for batch in batches
        ]
    return _results(futures)


def _of(batch: Sequence[Item], ledgers: Mapping[str, Ledger]) -> dict[str, Ledger]:
    """Return the ledgers of a batch, to send no others to its process."""
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
