"""Parts of tables: what each of a result table holds, and which of them an interrupted run has written."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from dedup.engine import tasks
from dedup.engine.slices import slices
from dedup.schema import Table
from dedup.tables.files import PartWriter
from dedup.tables.parts import list_parts, part_path

ROWS_A_PART = 4 * tasks.ROWS_A_GROUP  # of a result table
BYTES_A_PART = 4 * 2**20  # of its rows without texts, beyond which a part gets no more


def cut_parts(
    table: Table, rows: Iterable[pa.RecordBatch], results: Path, done: Path, stores: Sequence[Path]
) -> Iterator[tasks.WriteTask]:
    """A task for each part of a result table; of one without rows its only part is written here.

    rows     of the table's queries, in order
    results  where tables go; what an older run left of this one goes
    done     folder of the files that say which parts are written; not there: none is
    stores   of the texts of the rows, by their indexes; none: they have none

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
        yield tasks.WriteTask(batch, first, table, path, done / f"{part}.json", stores)
        first += batch.num_rows
    if first == 1:
        with PartWriter(part_path(directory, 0), table, "zstd"):
            pass
    for path in set(list_parts(directory)) - parts:
        path.unlink()


def drop_others(work: Path, done: Path, tables: Iterable[Table], wanted: Iterable[int | str]) -> None:
    """Remove parts of work tables that nobody asked for: of inputs that have changed since they were read.

    What says that they are done, in the folder ``done``, goes first.
    """
    names = {f"{part}.json" for part in wanted}
    for path in done.glob("[!.]*"):
        if path.name not in names:
            path.unlink()
    for table in tables:
        kept = {part_path(work / table.name, part).name for part in wanted}
        for path in list_parts(work / table.name):
            if path.name not in kept:
                path.unlink()


@contextmanager
def filling(directory: Path) -> Iterator[Path]:
    """An empty directory to fill, which takes that name once it is filled."""
    unfinished = directory.with_name(f".{directory.name}")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    yield unfinished
    unfinished.replace(directory)
