"""What a worker process does: runs a chain of stages over its share and writes the parts.

This module is light, so that the process that hands out the work can name its functions;
what they need is imported where they run.
"""

from __future__ import annotations

import json
import os
import resource
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from dedup import schema
from dedup.chains import Stage
from dedup.engine.counting import Counting
from dedup.engine.texts import TextStores
from dedup.plan import Plan
from dedup.read.items import Item
from dedup.schema import Table
from dedup.tables.files import PartWriter, arrow_schema, read_batches, read_part
from dedup.tables.parts import part_path

TEXT_AT_ONCE = 32 * 2**20  # bytes of texts of pairs: what is made of a text takes many times its size
ROWS_A_GROUP = 2_048  # of a result table: a row group
MEMBERS = "dedup.queries.members"  # the module of the functions of ``cluster``


class Target(NamedTuple):
    """Where a chain's part goes: the work folder, the tables that are kept, the part's number or name."""

    work: Path
    tables: tuple[Table, ...]
    part: int | str
    done: Path  # a file written when all of the part's tables are


class ReadTask(NamedTuple):
    items: Sequence[Item]
    chain: Sequence[Stage]
    plan: Plan
    target: Target


class TableTask(NamedTuple):
    part: Path  # of the table
    chain: Sequence[Stage]
    plan: Plan
    target: Target


class CountTask(NamedTuple):
    """Something to be counted in the table of its source."""

    counting: Counting
    source: Path
    path: Path


class LoneTask(NamedTuple):
    """Rows to be looked through for keys that occur again: from one table to a part of another."""

    source: Path
    table: Table
    target: Path


class PairTask(NamedTuple):
    pairs: pa.RecordBatch
    stores: Sequence[Path]  # of texts, by their indexes
    chain: Sequence[Stage]
    plan: Plan
    target: Target


class WriteTask(NamedTuple):
    """A part of a result table: the rows of its query, and the number of the first, from 1."""

    rows: pa.RecordBatch
    first: int
    table: Table
    path: Path
    done: Path  # a file written when the part is
    stores: Sequence[Path]  # of the texts that belong to the rows; none: they have none

    def is_done(self) -> bool:
        """Whether an interrupted run wrote the part, of the same rows."""
        if not (self.done.exists() and self.path.exists()):
            return False
        outcome = read_outcome(self.done)
        return outcome.first == self.first and outcome.rows == {self.table.name: self.rows.num_rows}


class CallTask(NamedTuple):
    """A function of a module of ours, and its arguments."""

    module: str
    function: str
    arguments: tuple[Any, ...]


class Outcome(NamedTuple):
    """What a task reports: rows by table, the first row of its texts or result (-1: none), its memory."""

    rows: dict[str, int]
    first: int
    process: int
    peak_bytes: int


def read(task: ReadTask) -> Outcome:
    """Read items and run a chain over their docs."""
    from dedup.read.reader import read_items

    return _run_chain(read_items(task.items, task.plan.options), task.chain, task.plan, task.target)


def run_table(task: TableTask) -> Outcome:
    """Run a chain over a part of a table."""
    return _run_chain(read_part(task.part), task.chain, task.plan, task.target)


def count(task: CountTask) -> None:
    """Count something in all articles, and keep it, unless that is done."""
    from dedup.engine import counting
    from dedup.stored import save_array

    if not task.path.exists():
        counts = counting.count(task.counting, read_batches(task.source))
        save_array(task.path, counting.finish(task.counting, counts))


def drop_lone(task: LoneTask) -> None:
    """Write the rows whose keys may occur again."""
    total = sum(batch.num_rows for batch in read_batches(task.source))
    with PartWriter(part_path(task.target, 0), task.table) as writer:
        for batch in read_repeated(task.source, task.table, total):
            writer.write(batch)


def align_pairs(task: PairTask) -> Outcome:
    """Attach the texts of both ends to pairs, each text once, and run a chain over them."""
    store = TextStores(task.stores)
    batches = (attach_texts(pairs, store) for pairs in cut_pairs(task.pairs, store))
    return _run_chain(batches, task.chain, task.plan, task.target)


def write(task: WriteTask) -> Outcome:
    """Finish the rows of a part of a result table and write it."""
    from dedup.tables import result_rows

    store = TextStores(task.stores) if task.stores else None
    with PartWriter(task.path, task.table, "zstd") as writer:
        for start in range(0, task.rows.num_rows, ROWS_A_GROUP):
            batch = task.rows.slice(start, ROWS_A_GROUP)
            if store is not None:
                batch = batch.append_column("text", store.take(batch["row"].to_numpy()))
            writer.write(result_rows.finish(batch, task.table))
    outcome = _outcome({task.table.name: writer.rows}, task.first)
    _note(outcome, task.done)
    return outcome


def read_repeated(source: Path, table: Table, total: int) -> Iterator[pa.RecordBatch]:
    """The rows of a table on disk whose keys may occur again, as those of another table.

    ``total``: of so many rows; fewer are all of those whose keys share slots (``sketch.bands``).
    """
    from dedup.sketch.bands import find_repeated, places_repeated

    repeated = find_repeated((batch["key"].to_numpy() for batch in read_batches(source)), total)
    for batch in read_batches(source):
        places = places_repeated(batch["key"].to_numpy(), repeated)
        yield batch.take(pa.array(places)).cast(arrow_schema(table))


def call(task: CallTask) -> Any:
    """The value of a function."""
    import importlib

    function: Callable[..., Any] = getattr(importlib.import_module(task.module), task.function)
    return function(*task.arguments)


def cut_pairs(pairs: pa.RecordBatch, store: TextStores) -> Iterator[pa.RecordBatch]:
    """The same pairs, so many at a time that their texts have at most ``TEXT_AT_ONCE`` bytes, or one."""
    sizes = sum(store.sizes(pairs[side].to_numpy()) for side in ("left_row", "right_row"))
    start, held = 0, 0
    for place, size in enumerate(np.asarray(sizes).tolist()):
        if held + size > TEXT_AT_ONCE and place > start:
            yield pairs.slice(start, place - start)
            start, held = place, 0
        held += size
    yield pairs.slice(start)


def attach_texts(pairs: pa.RecordBatch, store: TextStores) -> pa.RecordBatch:
    """A batch of ``pair_texts`` with texts that are encoded by one dictionary for both sides."""
    ends = np.stack([pairs[side].to_numpy() for side in ("left_row", "right_row")])
    rows, places = np.unique(ends, return_inverse=True)
    texts = store.take(rows)
    columns = [
        pa.DictionaryArray.from_arrays(pa.array(side.astype(np.int32)), texts)
        for side in places.reshape(ends.shape)
    ]
    names = list(schema.PAIR_TEXTS.column_names)
    return pa.RecordBatch.from_arrays([*pairs.columns, *columns], names=names)


def read_outcome(done: Path) -> Outcome:
    """The outcome of a part that is done."""
    return Outcome(**json.loads(done.read_text()))


def run_stages(
    batches: Iterable[pa.RecordBatch], chain: Sequence[Stage], plan: Plan
) -> Iterator[dict[str, list[pa.RecordBatch]]]:
    """What the stages of a chain make of each batch, by table."""
    from dedup import stages

    functions = [(getattr(stages, stage.name), stage) for stage in chain]
    for batch in batches:
        given = {chain[0].source.name: [batch]}
        for function, stage in functions:
            made = given.setdefault(stage.target.name, [])
            for source in given[stage.source.name]:
                made += [out for out in function(source, plan) if out.num_rows]
        yield given


def _run_chain(
    batches: Iterable[pa.RecordBatch], chain: Sequence[Stage], plan: Plan, target: Target
) -> Outcome:
    first = -1
    with ExitStack() as stack:
        writers = {
            table.name: stack.enter_context(
                PartWriter(part_path(target.work / table.name, target.part), table)
            )
            for table in target.tables
        }
        for made in run_stages(batches, chain, plan):
            for name, writer in writers.items():
                for made_batch in made.get(name, ()):
                    if first < 0 and name == schema.TEXTS.name:
                        first = made_batch["row"][0].as_py()
                    writer.write(made_batch)
        rows = {name: writer.rows for name, writer in writers.items()}
    outcome = _outcome(rows, first)
    _note(outcome, target.done)
    return outcome


def _note(outcome: Outcome, done: Path) -> None:
    """Write the file that says that a part is done."""
    done.parent.mkdir(parents=True, exist_ok=True)
    unfinished = done.with_name(f".{done.name}.{os.getpid()}")
    unfinished.write_text(json.dumps(outcome._asdict()))
    unfinished.replace(done)


def _outcome(rows: dict[str, int], first: int) -> Outcome:
    return Outcome(rows, first, os.getpid(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
