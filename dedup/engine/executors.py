"""What Spark's executors do with the batches of a partition: the same stages as the local engine's workers.

Each function gives what ``mapInArrow`` calls. A chain fills several tables at once; so a row it
gives has a column for each of them, a record, all but one of which are null (``spread_columns``).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa

from dedup.chains import Stage
from dedup.engine import blocks, counting, tasks
from dedup.engine.counting import Counting
from dedup.plan import Plan
from dedup.schema import Table
from dedup.tables.files import PartWriter, arrow_schema
from dedup.tables.parts import part_path

Batches = Iterator[pa.RecordBatch]
Task = Callable[[Batches], Batches]

BYTES_AT_ONCE = 2**28  # that are given out together
BLOCK_VALUES = 2**16  # of counts that are added up together
# Spark writes bytes by its writer of texts alone, each with this behind it. A Parquet file ends with it.
MARK = b"R1"
_PIECE = 2**23
WRITTEN = pa.schema([("piece", pa.binary()), ("rows", pa.int64())])
COUNTED = pa.schema([("block", pa.int64()), ("counts", pa.binary())])


def reading(groups: Any, chain: Sequence[Stage], tables: Sequence[Table], plan: Plan) -> Task:
    """Read groups of items, a broadcast list, by their numbers, and run a chain over their docs."""

    def run(batches: Batches) -> Batches:
        from dedup.read.reader import read_items

        here = found(plan)
        for numbers in batches:
            for number in numbers.column(0).to_pylist():
                docs = read_items(groups.value[number].items, here.options)
                yield from spread(docs, chain, tables, here)

    return run


def running(chain: Sequence[Stage], tables: Sequence[Table], plan: Plan) -> Task:
    """Run a chain over the batches of its source."""

    def run(batches: Batches) -> Batches:
        yield from spread(_filled(batches), chain, tables, found(plan))

    return run


def dropping_lone(source: Table, target: Table, total: int) -> Task:
    """Drop the rows that the local engine would drop of ``total``, of which whole slots are given.

    They are kept on disk meanwhile, as a key may be that of all articles.
    """

    def run(batches: Batches) -> Batches:
        with own_disk() as folder:
            part = part_path(folder / source.name, 0)
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
    """A function of ``queries.members``."""

    def run(nodes: pa.Table, edges: pa.Table) -> pa.Table:
        rows: pa.Table = tasks.call(tasks.CallTask(tasks.MEMBERS, function, (nodes, edges)))
        return rows

    return run


def writing(table: Table) -> Task:
    """Write the rows of a partition as a part of a result table: its bytes between marks, and its rows."""

    def run(batches: Batches) -> Batches:
        from dedup.tables import result_rows

        rows = _filled(batches)
        first = next(rows, None)
        if first is None:
            return
        with own_disk() as folder:
            part = folder / "part.parquet"
            with PartWriter(part, table, "zstd") as writer:
                writer.write(result_rows.finish(first, table))
                for batch in rows:
                    writer.write(result_rows.finish(batch, table))
            yield from _cut(part, writer.rows)

    return run


def _cut(part: Path, rows: int) -> Batches:
    """The bytes of a file between its marks; the first piece tells the rows."""
    left = b""
    with part.open("rb") as file:
        while data := file.read(_PIECE):
            *pieces, left = (left + data).split(MARK)
            if pieces:
                yield pa.record_batch([pieces, [rows, *[0] * (len(pieces) - 1)]], schema=WRITTEN)
                rows = 0


@contextmanager
def own_disk() -> Iterator[Path]:
    """A folder on the executor's own disk."""
    with TemporaryDirectory(dir=os.environ["SPARK_LOCAL_DIRS"].split(",")[0]) as folder:
        yield Path(folder)


def spread(batches: Batches, chain: Sequence[Stage], tables: Sequence[Table], plan: Plan) -> Batches:
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


def found(plan: Plan) -> Plan:
    """The plan with the places of its files on this machine."""
    from pyspark import SparkFiles

    names = ("frequent", "recurring", "rarity", "neighbours", "templates")
    given: dict[str, Any] = {name: getattr(plan, name) for name in names}
    found: Any = {name: SparkFiles.get(file) for name, file in given.items() if file}
    return plan._replace(**found)
