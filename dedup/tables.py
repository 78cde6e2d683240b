"""Tables on disk: Arrow schemas from ``schema``, and directories of Parquet parts.

A table is a directory; its parts are ``part-000000.parquet`` and so on, and their names
sort in row order. A part is written under another name and renamed when it is whole, so
that a part that can be seen is valid.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from dedup.schema import ColumnType, Table

_ARROW_TYPES = {
    "int64": pa.int64(),
    "float64": pa.float64(),
    "bool": pa.bool_(),
    "string": pa.string(),
    "binary": pa.binary(),
    "list<string>": pa.list_(pa.string()),
    "list<int64>": pa.list_(pa.int64()),
}


def arrow_schema(table: Table) -> pa.Schema:
    """The table's Arrow schema; column descriptions stand in the metadata of the fields."""
    return pa.schema(
        [
            pa.field(column.name, _arrow_type(column.type), metadata={"description": column.meaning})
            for column in table.columns
        ],
        metadata={"table": table.name, "order": table.order},
    )


def _arrow_type(type_: ColumnType) -> pa.DataType:
    if isinstance(type_, str):
        return _ARROW_TYPES[type_]
    return pa.list_(pa.struct([pa.field(c.name, _arrow_type(c.type)) for c in type_]))


def part_path(directory: Path, part: int) -> Path:
    """Where a part of a table lies."""
    return directory / f"part-{part:06d}.parquet"


def write_part(path: Path, table: Table, batches: Iterable[pa.RecordBatch], compression: str = "zstd") -> int:
    """Write one part, whole or not at all; returns its number of rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    rows = 0
    try:
        with pq.ParquetWriter(
            unfinished, arrow_schema(table), compression=compression, compression_level=3 if compression == "zstd" else None
        ) as writer:
            for batch in batches:
                writer.write_batch(batch)
                rows += batch.num_rows
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return rows


def list_parts(directory: Path) -> list[Path]:
    """The whole parts of a table, in row order."""
    return sorted(directory.glob("part-*.parquet"))


def read_batches(directory: Path, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
    """The rows of a table in order, in batches of at most 8,192 rows."""
    for part in list_parts(directory):
        with pq.ParquetFile(part) as file:
            yield from file.iter_batches(batch_size=8192, columns=None if columns is None else list(columns))


def read_table(directory: Path, table: Table, columns: Sequence[str] | None = None) -> pa.Table:
    """A whole table in memory, with its schema even when it has no rows."""
    schema = arrow_schema(table)
    if columns is not None:
        schema = pa.schema([schema.field(name) for name in columns])
    batches = [batch.cast(schema) for batch in read_batches(directory, columns)]
    return pa.Table.from_batches(batches, schema)
