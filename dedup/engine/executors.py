"""What Spark's executors do with the batches of a partition: the same stages as the local engine's workers.

Each function gives what ``mapInArrow`` calls. A chain fills several tables at once; so a row it
gives has a column for each of them, a record, all but one of which are null (``spread_columns``).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa

from dedup.chains import Stage
from dedup.engine import blocks, counting, tasks
from dedup.engine.counting import Counting
from dedup.parts import part_path
from dedup.plan import Plan
from dedup.read.items import ItemGroup
from dedup.schema import Table
from dedup.tables import PartWriter, arrow_schema

Batches = Iterator[pa.RecordBatch]
Task = Callable[[Batches], Batches]

_GROUPS_AT_ONCE = 4_096  # that are given out together, and so many bytes of lines that were unpacked before
_BYTES_AT_ONCE = 2**28
BLOCK_VALUES = 2**16  # of counts that are added up together
WRITTEN = pa.schema([("part", pa.string()), ("rows", pa.int64())])
COUNTED = pa.schema([("block", pa.int64()), ("counts", pa.binary())])


def waves(groups: Iterable[ItemGroup]) -> Iterator[list[ItemGroup]]:
    """Groups that are given out together."""
    wave: list[ItemGroup] = []
    held = 0
    for group in groups:
        wave.append(group)
        held += sum(len(item.data or b"") for item in group.items)
        if len(wave) == _GROUPS_AT_ONCE or held >= _BYTES_AT_ONCE:
            yield wave
            wave, held = [], 0
    if wave:
        yield wave


def reading(groups: Any, chain: Sequence[Stage], tables: Sequence[Table], plan: Plan) -> Task:
    """Read groups of items, a broadcast list, by their numbers, and run a chain over their docs."""

    def run(batches: Batches) -> Batches:
        from dedup.read.reader import read_items

        here = _found(plan)
        for numbers in batches:
            for number in numbers.column(0).to_pylist():
                docs = read_items(groups.value[number].items, here.options)
                yield from _spread(docs, chain, tables, here)

    return run


def running(chain: Sequence[Stage], tables: Sequence[Table], plan: Plan) -> Task:
    """Run a chain over the batches of its source."""

    def run(batches: Batches) -> Batches:
        yield from _spread(_filled(batches), chain, tables, _found(plan))

    return run


def dropping_lone(source: Table, target: Table, total: int) -> Task:
    """Drop the rows that the local engine would drop of ``total``, of which whole slots are given.

    They are kept on disk meanwhile, as a key may be that of all articles.
    """

    def run(batches: Batches) -> Batches:
        with TemporaryDirectory(dir=os.environ["SPARK_LOCAL_DIRS"].split(",")[0]) as folder:
            part = part_path(Path(folder, source.name), 0)
            with PartWriter(part, source) as writer:
                for batch in _filled(batches):
                    writer.write(blocks.unpack(batch, source))
            yield from _filled(tasks.read_repeated(part.parent, target, total))

    return run


def counted(what: Counting) -> Task:
    """Count something; counts by blocks, those without any left out."""

    def run(batches: Batches) -> Batches:
        every = counting.count(what, _filled(batches))
        for block, start in enumerate(range(0, len(every), BLOCK_VALUES)):
            counts = every[start : start + BLOCK_VALUES]
            if counts.any():
                yield pa.record_batch([[block], [counts.tobytes()]], schema=COUNTED)

    return run


def adding_up(dtype: str) -> Callable[[pa.Table], pa.Table]:
    """Add up what was counted of one block, up to the greatest value of the type."""

    def run(rows: pa.Table) -> pa.Table:
        parts = [np.frombuffer(counts, dtype) for counts in rows["counts"].to_pylist()]
        total = np.minimum(np.sum(parts, axis=0, dtype=np.int64), np.iinfo(dtype).max).astype(dtype)
        return pa.table([rows["block"][:1], pa.array([total.tobytes()], pa.binary())], schema=COUNTED)

    return run


def clustering(function: str) -> Callable[[pa.Table, pa.Table], pa.Table]:
    """A function of ``dedup.members``."""

    def run(nodes: pa.Table, edges: pa.Table) -> pa.Table:
        rows: pa.Table = tasks.call(tasks.CallTask(tasks.MEMBERS, function, (nodes, edges)))
        return rows

    return run


def writing(table: Table, directory: Path) -> Task:
    """Write the rows of a partition as a part of a result table, named after the partition."""

    def run(batches: Batches) -> Batches:
        from pyspark import TaskContext

        from dedup import result_rows

        context = TaskContext.get()
        assert context is not None
        name = f"part-{context.partitionId():06d}.parquet"
        rows = _filled(batches)
        first = next(rows, None)
        if first is None:
            return
        with PartWriter(directory / name, table, "zstd") as writer:
            writer.write(result_rows.finish(first, table))
            for batch in rows:
                writer.write(result_rows.finish(batch, table))
        yield pa.record_batch([[name], [writer.rows]], schema=WRITTEN)

    return run


def _spread(batches: Batches, chain: Sequence[Stage], tables: Sequence[Table], plan: Plan) -> Batches:
    """What a chain makes of batches, with a column for each table."""
    records = {table.name: list(arrow_schema(blocks.stored(table))) for table in tables}
    schema = pa.schema([(name, pa.struct(fields)) for name, fields in records.items()])
    for made in tasks.run_stages(batches, chain, plan):
        for place, table in enumerate(tables):
            for batch in (blocks.pack(batch, table) for batch in made.get(table.name, ())):
                columns = [pa.nulls(batch.num_rows, field.type) for field in schema]
                columns[place] = pa.StructArray.from_arrays(batch.columns, fields=records[table.name])
                yield pa.RecordBatch.from_arrays(columns, schema=schema)


def _filled(batches: Batches) -> Batches:
    return (batch for batch in batches if batch.num_rows)


def _found(plan: Plan) -> Plan:
    """The plan with the places of its files on this machine."""
    from pyspark import SparkFiles

    names = ("frequent", "recurring", "rarity", "neighbours", "templates")
    given: dict[str, Any] = {name: getattr(plan, name) for name in names}
    found: Any = {name: SparkFiles.get(file) for name, file in given.items() if file}
    return plan._replace(**found)
