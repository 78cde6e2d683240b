"""Parquet: a record a row, read in small batches of the few columns that are needed.

A file that is cut off anywhere has lost its table of contents, which stands at its end.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import IO

import pyarrow as pa
import pyarrow.parquet as pq

from dedup.options import Options
from dedup.read.arrays import ArrowRows, check_bomb, explained
from dedup.read.fields import no_text_column
from dedup.read.items import Item
from dedup.read.opening import MEGABYTE, DamageError, Stream, open_plain
from dedup.read.rows import Origin, Row, skipped_row

_BATCH_ROWS = 256  # of any batch size, memory grows with it: texts may be long
_BATCH_BYTES = 128 * MEGABYTE  # of a column of a batch
_BUFFER = MEGABYTE  # bytes of a column that are read at a time
_DICTIONARY_PAGE = 2
_LONGEST_HEADER = 64  # bytes of the part of a page's header that is looked at


def read_parquet(stream: Stream, origin: Origin, options: Options) -> Iterator[Row]:
    """A row a record; one more if the file is damaged; only one if it has no text column."""
    with stream.as_file() as source:
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
    rows: ArrowRows | None = None
    try:
        with explained("Parquet"), open_parquet(source) as parquet:
            names = parquet.schema_arrow.names
            rows = ArrowRows(origin, names, options, os.fstat(source.fileno()).st_size, first)
            if rows.columns.text is None:
                if not start:  # once a file
                    yield skipped_row(origin, None, no_text_column(names, options, "table"))
                return
            # One by one: a batch over two is lost if one of them is damaged.
            for number in range(start, parquet.num_row_groups if stop is None else stop):
                for batch in group_batches(source, parquet, number, rows.wanted):
                    yield from rows.read(batch)
    except DamageError as damage:
        yield skipped_row(origin, None if rows is None else rows.record + 1, damage.trouble)


def open_parquet(source: IO[bytes]) -> pq.ParquetFile:
    """A Parquet file; ``DamageError`` if it is none."""
    with explained("Parquet"):
        return pq.ParquetFile(
            source, page_checksum_verification=True, buffer_size=_BUFFER, coerce_int96_timestamp_unit="us"
        )


def group_batches(
    source: IO[bytes], parquet: pq.ParquetFile, number: int, wanted: Sequence[str] | None = None
) -> Iterator[pa.RecordBatch]:
    """A row group in batches of bounded size, all columns or some; ``DamageError`` where it can't be read."""
    with explained("Parquet"):
        # What is wrong with the facts of a column, Arrow's reader says; pyarrow, when it is
        # asked for such facts, ends the process.
        next(parquet.iter_batches(1, [number], wanted), None)
        leaves = _leaves(parquet.metadata, wanted)
        count = _batch_rows(source, parquet.metadata.row_group(number), leaves)
        yield from parquet.iter_batches(count, [number], wanted)


def _leaves(metadata: pq.FileMetaData, wanted: Sequence[str] | None) -> Sequence[int]:
    """The numbers of the stored columns that some columns of the table consist of."""
    if wanted is None:
        return range(metadata.num_columns)
    paths = [metadata.schema.column(number).path for number in range(metadata.num_columns)]
    inside = tuple(f"{name}." for name in wanted)
    return [number for number, path in enumerate(paths) if path in wanted or path.startswith(inside)]


def _batch_rows(source: IO[bytes], group: pq.RowGroupMetaData, leaves: Sequence[int]) -> int:
    """How many rows can be held at once; ``DamageError`` if the file can't honestly hold them."""
    size = os.fstat(source.fileno()).st_size
    rows = _BATCH_ROWS
    for leaf in leaves:
        chunk = group.column(leaf)
        total = chunk.total_uncompressed_size
        check_bomb(total, size)
        longest = max(total // max(1, group.num_rows), _longest_copied(source, chunk), 1)
        rows = min(rows, _BATCH_BYTES // longest)
    return max(1, rows)


def _longest_copied(source: IO[bytes], chunk: pq.ColumnChunkMetaData) -> int:
    """The most bytes that a value may have which is stored once for many rows."""
    if "DELTA_BYTE_ARRAY" in chunk.encodings:
        return int(chunk.total_uncompressed_size)
    if not any("DICTIONARY" in encoding for encoding in chunk.encodings):
        return 0
    source.seek(min(filter(None, (chunk.dictionary_page_offset, chunk.data_page_offset)), default=0))
    try:
        kind, size = _read_header(source.read(_LONGEST_HEADER))
    except (IndexError, ValueError):
        return int(chunk.total_uncompressed_size)
    return size if kind == _DICTIONARY_PAGE else 0


def _read_header(data: bytes) -> tuple[int, int]:
    """The kind of a page and its unpacked size: the first two numbers, in Thrift's compact protocol."""
    numbers = []
    at = 0
    for _ in range(2):
        if data[at] != 0x15:  # the next field, an int32
            raise ValueError("no page header")
        value = shift = 0
        while True:
            at += 1
            value |= (data[at] & 0x7F) << shift
            shift += 7
            if data[at] < 0x80:
                break
        at += 1
        numbers.append(value >> 1 ^ -(value & 1))
    return numbers[0], numbers[1]
