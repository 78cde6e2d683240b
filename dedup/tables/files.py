"""Tables on disk: Arrow schemas from ``schema``, and what is written to and read from parts.

A part is written under another name and renamed when it is whole, so that a part that can be
seen is valid. The texts of a run in progress lie uncompressed in Arrow's file format
(``.arrow``), so that one text can be taken without reading the rest.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dedup.schema import BANDS, PASSAGES, RARE, ColumnType, Table
from dedup.tables.parts import list_parts

_KEYED = {BANDS.name, PASSAGES.name, RARE.name}  # of keys that hardly recur: no dictionary

UNREADABLE = (pa.ArrowException, OSError)  # what a damaged part raises
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


class PartWriter:
    """Writes one part, whole or not at all; use as a context manager.

    ``rows`` counts what was written. Each batch becomes a row group.
    """

    def __init__(self, path: Path, table: Table, compression: str = "lz4") -> None:
        self.rows = 0
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._unfinished = path.with_name(f".{path.name}.{os.getpid()}")
        schema = arrow_schema(table)
        self._writer: Any
        if path.suffix == ".arrow":
            self._writer = pa.ipc.new_file(self._unfinished, schema)
        else:
            self._writer = pq.ParquetWriter(
                self._unfinished,
                schema,
                compression=compression,
                use_dictionary=table.name not in _KEYED,
                write_page_index=False,
            )

    def write(self, batch: pa.RecordBatch) -> None:
        """Append the rows of a batch that has the table's schema."""
        self._writer.write_batch(batch)
        self.rows += batch.num_rows

    def __enter__(self) -> PartWriter:
        return self

    def __exit__(self, exception: object, *details: object) -> None:
        try:
            if exception is None:
                self._writer.close()
                self._unfinished.replace(self._path)
            else:
                with suppress(Exception):  # what came first is what there is to say
                    self._writer.close()
        finally:
            self._unfinished.unlink(missing_ok=True)


def read_batches(directory: Path, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
    """The rows of a table in order, in batches of at most 8,192 rows."""
    for part in list_parts(directory):
        yield from read_part(part, columns)


def read_part(part: Path, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
    """The rows of one part; those of an Arrow file in the batches in which they were written."""
    if part.suffix == ".arrow":
        with pa.memory_map(str(part)) as source, pa.ipc.open_file(source) as file:
            for number in range(file.num_record_batches):
                batch = file.get_batch(number)
                yield batch if columns is None else batch.select(list(columns))
    else:
        with pq.ParquetFile(part) as file:
            yield from file.iter_batches(batch_size=8192, columns=None if columns is None else list(columns))


def with_every_column(batch: pa.RecordBatch, table: Table, columns: Sequence[str] | None) -> pa.RecordBatch:
    """The batch with the columns of a table that an earlier version did not write: nulls."""
    for place, name in enumerate(table.column_names if columns is None else columns):
        if name not in batch.schema.names:
            field = arrow_schema(table).field(name)
            batch = batch.add_column(place, field, pa.nulls(batch.num_rows, field.type))
    return batch


def read_table(directory: Path, table: Table, columns: Sequence[str] | None = None) -> pa.Table:
    """A whole table in memory, with its schema even when it has no rows."""
    schema = arrow_schema(table)
    if columns is not None:
        schema = pa.schema([schema.field(name) for name in columns])
    read = (with_every_column(batch, table, columns) for batch in read_batches(directory, columns))
    batches = [batch.cast(schema) for batch in read]
    return pa.Table.from_batches(batches, schema)


def count_rows(directory: Path) -> int:
    """Number of rows of a table, from the parts' footers."""
    return sum(pq.read_metadata(part).num_rows for part in list_parts(directory))


def find_rows(
    directory: Path,
    table: Table,
    key: str,
    values: Sequence[Any],
    columns: Sequence[str],
    unique: bool = False,
) -> Iterator[dict[str, Any]]:
    """Rows of a table of Parquet parts by the value of a key column, in order, as plain dicts.

    Reads the key, then the columns of only those row groups that hold a hit; stops when
    all values of a unique key are found.
    """
    names = list(dict.fromkeys([key, *columns]))
    missing = dict.fromkeys(names)  # an earlier version may not have written them
    wanted, left = pa.array(values, arrow_schema(table).field(key).type), len(values)
    for part in list_parts(directory):
        with pq.ParquetFile(part) as file:
            for group in range(file.num_row_groups if left else 0):
                hits = pc.is_in(file.read_row_group(group, [key]).column(key), value_set=wanted)
                if pc.any(hits).as_py():
                    rows = file.read_row_group(group, names).filter(hits).to_pylist()
                    left -= len(rows) if unique else 0
                    yield from ({**missing, **row} for row in rows)


def write_part(path: Path, table: Table, batches: Sequence[pa.RecordBatch]) -> int:
    """Write one part from batches at hand; returns its number of rows."""
    with PartWriter(path, table) as writer:
        for batch in batches:
            writer.write(batch)
    return writer.rows
