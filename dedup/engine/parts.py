"""Parts of result tables: what each holds, and which of them an interrupted run has written already."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa

from dedup.engine import tasks
from dedup.engine.slices import slices
from dedup.schema import Table
from dedup.tables import PartWriter, list_parts, part_path

ROWS_A_PART = 4 * tasks.ROWS_A_GROUP  # of a result table
BYTES_A_PART = 4 * 2**20  # of its rows without texts, beyond which a part gets no more


def cut_parts(
    table: Table, rows: Iterable[pa.RecordBatch], results: Path, done: Path, store: Path | None
) -> Iterator[tasks.WriteTask]:
    """A task for each part of a result table; of one without rows its only part is written here.

    rows     of the table's queries, in order
    results  where tables go; what an older run left of this one goes
    done     folder of the files that say which parts are written; not there: none is
    store    the texts of the rows, by their index; None: they have none

    The same work gives the same rows. So parts that are done may stay where they are cut alike.
    """
    directory = results / table.name
    if not done.exists():
        shutil.rmtree(directory, ignore_errors=True)
        done.mkdir(parents=True)
    for path in directory.glob(".*"):  # of a process that was killed
        path.unlink()
    parts = {part_path(directory, 0)}
    first = 1
    for part, batch in enumerate(slices(rows, ROWS_A_PART, BYTES_A_PART)):
        path = part_path(directory, part)
        parts.add(path)
        yield tasks.WriteTask(batch, first, table, path, done / f"{part}.json", store)
        first += batch.num_rows
    if first == 1:
        with PartWriter(part_path(directory, 0), table, "zstd"):
            pass
    for path in set(list_parts(directory)) - parts:
        path.unlink()
