"""What a worker process does: runs a chain of stages over its share and writes the parts."""

from __future__ import annotations

import json
import os
import resource
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from dedup import schema
from dedup.engine.texts import TextStore
from dedup.options import Options
from dedup.read.items import Item
from dedup.read.reader import read_items
from dedup.schema import Table
from dedup.stages import Stage
from dedup.tables import PartWriter, part_path

BATCH_BYTES = 32 * 2**20  # text of both ends of the pairs that are aligned at a time


class Target(NamedTuple):
    """Where a chain's part goes: the work folder, the tables that are kept, the part's number."""

    work: Path
    tables: tuple[Table, ...]
    part: int
    done: Path  # a file written when all of the part's tables are


class ReadTask(NamedTuple):
    items: Sequence[Item]
    chain: Sequence[Stage]
    options: Options
    target: Target


class TableTask(NamedTuple):
    batch: pa.RecordBatch
    chain: Sequence[Stage]
    options: Options
    target: Target


class PairTask(NamedTuple):
    pairs: pa.RecordBatch
    store: Path  # the text store, by its index
    chain: Sequence[Stage]
    options: Options
    target: Target


class Outcome(NamedTuple):
    """What a task reports: rows by table, the first row of its texts (-1: none), its memory."""

    rows: dict[str, int]
    first: int
    process: int
    peak_bytes: int


def read(task: ReadTask) -> Outcome:
    """Read items and run a chain over their docs."""
    return _run_chain(read_items(task.items, task.options), task.chain, task.options, task.target)


def run_table(task: TableTask) -> Outcome:
    """Run a chain over a batch of a table."""
    return _run_chain([task.batch], task.chain, task.options, task.target)


def align_pairs(task: PairTask) -> Outcome:
    """Attach the texts of both ends to pairs, each text once, and run a chain over them."""
    store = TextStore.load(task.store)
    return _run_chain(attach_texts(task.pairs, store), task.chain, task.options, task.target)


def attach_texts(pairs: pa.RecordBatch, store: TextStore) -> Iterable[pa.RecordBatch]:
    """Batches of ``pair_texts`` with dictionary-encoded texts."""
    columns = list(pairs.columns)
    for side in ("left_row", "right_row"):
        rows, places = np.unique(pairs[side].to_numpy(), return_inverse=True)
        texts = store.take(rows)
        columns.append(pa.DictionaryArray.from_arrays(pa.array(places.astype(np.int32)), texts))
    yield pa.RecordBatch.from_arrays(columns, names=list(schema.PAIR_TEXTS.column_names))


def read_outcome(done: Path) -> Outcome:
    """The outcome of a part that is done."""
    return Outcome(**json.loads(done.read_text()))


def _run_chain(
    batches: Iterable[pa.RecordBatch], chain: Sequence[Stage], options: Options, target: Target
) -> Outcome:
    first = -1
    with ExitStack() as stack:
        writers = {
            table.name: stack.enter_context(
                PartWriter(part_path(target.work / table.name, target.part), table)
            )
            for table in target.tables
        }
        for batch in batches:
            given = {chain[0].source.name: [batch]}
            for stage in chain:
                made = given.setdefault(stage.target.name, [])
                for source in given[stage.source.name]:
                    made += [out for out in stage.run(source, options) if out.num_rows]
            for name, writer in writers.items():
                for made_batch in given.get(name, ()):
                    if first < 0 and name == schema.TEXTS.name:
                        first = made_batch["row"][0].as_py()
                    writer.write(made_batch)
        rows = {name: writer.rows for name, writer in writers.items()}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    outcome = Outcome(rows, first, os.getpid(), peak)
    target.done.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.done.with_suffix(f".{os.getpid()}")
    unfinished.write_text(json.dumps(outcome._asdict()))
    unfinished.replace(target.done)
    return outcome
