"""Parquet: a record a row, read in small batches of the few columns that are needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from dedup.options import Options
from dedup.read.dates import from_epoch
from dedup.read.fields import Columns, article_row, find_columns, no_text_column
from dedup.read.items import Item
from dedup.read.lines import LONGEST
from dedup.read.opening import DamageError, Stream, open_plain, too_large
from dedup.read.rows import Origin, Row, Trouble, skipped_row
from dedup.read.text import not_utf8

_BATCH_ROWS = 256  # of any batch size, memory grows with it: texts may be long


def read_parquet(stream: Stream, origin: Origin, options: Options) -> Iterator[Row]:
    """A row a record; one more if the file is damaged; only one if it has no text column."""
    try:
        source = stream.as_file()
    except DamageError as damage:
        yield skipped_row(origin, None, damage.trouble)
        return
    with source:
        yield from _read(source, origin, options, 1, 0, None)


def read_groups(item: Item, options: Options) -> Iterator[Row]:
    """``read_parquet`` of the row groups of an item."""
    origin = Origin(item.file, item.path)
    try:
        with open_plain(item.place.path) as source:
            yield from _read(source, origin, options, item.first, item.start or 0, item.stop)
    except DamageError as damage:
        yield skipped_row(origin, None, damage.trouble)


def _read(
    source: IO[bytes], origin: Origin, options: Options, first: int, start: int, stop: int | None
) -> Iterator[Row]:
    record: int | None = None  # the last one that was read
    try:
        with pq.ParquetFile(source, page_checksum_verification=True) as parquet:
            names = parquet.schema_arrow.names
            columns = find_columns(names, options)
            if columns.text is None:
                if not start:  # once a file
                    yield skipped_row(origin, None, no_text_column(names, options, "table"))
                return
            groups = range(start, parquet.num_row_groups if stop is None else stop)
            wanted = [name for name in dict.fromkeys(columns.kinds) if name is not None]
            record = first - 1
            for group in groups:  # one by one: a batch over two is lost if one of them is damaged
                for batch in parquet.iter_batches(_BATCH_ROWS, [group], wanted):
                    for values in _rows(batch, columns):
                        record += 1
                        yield _row(origin, record, values, columns)
    except (OSError, ValueError, pa.ArrowException) as error:
        after = None if record is None else record + 1
        yield skipped_row(origin, after, Trouble("corrupt", f"damaged Parquet: {error}"))


def _row(origin: Origin, record: int, values: Sequence[object], columns: Columns) -> Row:
    if Trouble in map(type, values):
        trouble = next(value for value in values if isinstance(value, Trouble))
        return skipped_row(origin, record, trouble)
    return article_row(origin, record, values, columns.missing)


def _rows(batch: pa.RecordBatch, columns: Columns) -> Iterator[Sequence[object]]:
    """The values of each row, in the order of ``Columns.kinds``; a trouble for a value that can't be read."""
    nothing = [None] * batch.num_rows
    # By index: names may occur twice.
    places = [None if name is None else batch.schema.get_all_field_indices(name)[0] for name in columns.kinds]
    lists = [nothing if place is None else _values(batch.column(place)) for place in places]
    return zip(*lists, strict=True)


def _values(column: pa.Array[Any]) -> Sequence[object]:
    if isinstance(column, pa.DictionaryArray):
        column = column.dictionary_decode()
    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        return _dates(column)
    try:
        values = column.to_pylist()
    except UnicodeDecodeError:
        values = column.cast(_BYTES[column.type]).to_pylist()
    return [value if value is None else _bounded(value) for value in values]


def _dates(column: pa.Array[Any]) -> list[str | None]:
    """Timestamps count from 1970 in UTC, whatever zone they are shown in."""
    if pa.types.is_date32(column.type):
        seconds = [None if days is None else days * 86_400 for days in column.cast(pa.int32()).to_pylist()]
    else:
        unit = _UNITS[getattr(column.type, "unit", "ms")]  # date64 counts milliseconds
        seconds = [None if count is None else count // unit for count in column.cast(pa.int64()).to_pylist()]
    return [None if value is None else from_epoch(value) for value in seconds]


_UNITS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_BYTES = {pa.string(): pa.binary(), pa.large_string(): pa.large_binary(), pa.string_view(): pa.binary_view()}


def _bounded(value: object) -> object:
    """Strings and bytes as strings; a trouble for those that are too long or no UTF-8."""
    if isinstance(value, str | bytes) and len(value) > LONGEST:
        return too_large("value", LONGEST)
    return _decode(value) if isinstance(value, bytes) else value


def _decode(value: bytes) -> str | Trouble:
    try:
        return value.decode()
    except UnicodeDecodeError as error:
        return not_utf8(error)
