"""A file written again without some of its records, by the framing that numbers them.

Where records stand one after the other, all bytes but theirs are written as they were given, what was
not read among them. Of Parquet and Arrow the batches are written again without some rows. What was packed
is packed again. Nothing is written in silence that would be another text.
"""

from __future__ import annotations

import io
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack
from itertools import pairwise
from typing import IO, Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from dedup.read import arc, warc
from dedup.read.arrow import ArrowData
from dedup.read.decode import BOM
from dedup.read.formats import recognise
from dedup.read.framing import Style, cut_records
from dedup.read.json_values import Value, split_values
from dedup.read.jsonl import stands_in_lines
from dedup.read.lines import cut_lines
from dedup.read.opening import CHUNK, MEGABYTE, DamageError, Place, Readable, Stream
from dedup.read.packing import Packed
from dedup.read.parquet import group_batches, open_parquet
from dedup.read.table import cut_rows
from dedup.read.transcode import Recoded, as_utf8

_GROUP_BYTES = 64 * MEGABYTE  # of rows at which a row group of Parquet is closed
_CODECS = {
    "SNAPPY": "snappy",
    "GZIP": "gzip",
    "BROTLI": "brotli",
    "LZ4": "lz4",
    "UNCOMPRESSED": "none",
}  # or zstd
_STYLES = {"warc": warc.STYLE, "arc": arc.STYLE}


def copy_as_given(place: Place, out: IO[bytes]) -> None:
    """Write a file, or a member of an archive, byte for byte; ``DamageError`` if it can't be read."""
    with Stream(place, as_given=True) as stream:
        while piece := stream.read(CHUNK):
            out.write(piece)


def write_without(place: Place, name: str, records: Collection[int], out: IO[bytes]) -> None:
    """Write a file of records without those of some numbers, each of which must be an article's.

    ``name`` speaks of the format, as for the reader. ``DamageError``: it can't be written again.
    """
    with Stream(place) as stream:
        format_ = recognise(stream.peek(), name)
        packed = Packed(out, stream.packings)
        try:
            if format_ == "parquet":
                found = _write_parquet(stream, sorted(records), packed)
            elif format_ == "arrow":
                found = _write_arrow(stream, sorted(records), packed)
            else:
                found = _write_pieces(stream, place, str(format_), set(records), packed)
            packed.close()
        except pa.ArrowException as error:
            raise DamageError("format", f"Arrow can't write it: {error}") from error
    if found != len(records):
        raise DamageError("format", f"{len(records) - found} of its records are not found again")


# ------------------------------------------------------------------ records one after the other


class _Piece(NamedTuple):
    """From where to where a record stands in the unpacked data, in UTF-8; null: one without a number."""

    record: int | None
    start: int
    stop: int


def _write_pieces(stream: Stream, place: Place, format_: str, records: set[int], packed: Packed) -> int:
    """Read the file twice side by side: framed in the one stream, written from the other."""
    with Stream(place) as again:
        tape, pieces = _frame(stream, again, format_, records, packed)
        found = 0
        for piece in pieces:
            tape.run(piece.start, keep=True)
            if format_ in _STYLES:  # of crawls each record is packed on its own
                packed.begin_member()
            if piece.record in records:
                found += 1
                tape.run(piece.stop, keep=False)
        tape.end()
    return found


def _frame(
    stream: Stream, again: Stream, format_: str, records: set[int], packed: Packed
) -> tuple[_Tape, Iterator[_Piece]]:
    if style := _STYLES.get(format_):
        return _Tape(again, packed.write), _crawled(stream, style)
    decoded = as_utf8(stream, guess=format_ in ("csv", "tsv"))
    if format_ in ("csv", "tsv"):
        pieces = _rows(decoded.source, format_)
    elif stands_in_lines(format_, decoded.head):
        pieces = _lines(decoded.source)
    else:
        pieces = _values(decoded.source, records)
    if decoded.encoding is None:
        return _Tape(again, packed.write), pieces
    recoded = Recoded(again, decoded.encoding)
    return _Tape(recoded, lambda data: packed.write(recoded.encode(data)), recoded.check), pieces


class _Tape:
    """A stream that runs from place to place; what it runs over is written or not."""

    def __init__(
        self, source: Readable, write: Callable[[bytes], object], check: Callable[[], None] | None = None
    ) -> None:
        self._source, self._write, self._check = source, write, check
        self._before = 0  # bytes of the stream before those that are held
        self._held = b""
        self._at = 0  # in what is held

    def run(self, stop: int | None, keep: bool) -> None:
        """Up to a place, or to the end."""
        while stop is None or self._before + self._at < stop:
            if self._at == len(self._held):
                self._before, self._at = self._before + self._at, 0
                self._held = self._source.read(CHUNK)
                if not self._held:
                    break
            end = len(self._held) if stop is None else min(len(self._held), stop - self._before)
            if keep:
                self._write(self._held[self._at : end])
            self._at = end

    def end(self) -> None:
        """Keep the rest."""
        self.run(None, keep=True)
        if self._check:
            self._check()


def _lines(source: Readable) -> Iterator[_Piece]:
    for block in cut_lines(source):
        mark = len(BOM) if block.first == 1 and block.data.startswith(BOM) else 0
        start = block.start + mark
        for number, line in enumerate(io.BytesIO(block.data[mark:]), block.first):
            yield _Piece(number, start, start + len(line))
            start += len(line)


def _rows(source: Readable, format_: str) -> Iterator[_Piece]:
    for number, row in enumerate(cut_rows(source, format_)):
        yield _Piece(number or None, row.start, row.stop)  # the header has none


def _crawled(source: Readable, style: Style) -> Iterator[_Piece]:
    for number, cut in cut_records(source, style):
        yield _Piece(number, cut.start, cut.stop)


def _values(source: Readable, records: set[int]) -> Iterator[_Piece]:
    """The values that go, each with what parts it from one that stays, so that arrays stay arrays."""
    group, stop, stays = -1, 0, False  # of the value before
    for value, after in pairwise(_with_end(split_values(source))):
        assert value
        if value.group != group:
            group, stop, stays = value.group, 0, False
        if value.number not in records:
            stays = True
        elif stays and stop:
            yield _Piece(value.number, stop, value.stop)
        else:
            near = after and after.group == group and after.stop  # a broken one must stay in its line
            yield _Piece(value.number, value.start, after.start if after and near else value.stop)
        stop = value.stop


def _with_end(values: Iterator[Value]) -> Iterator[Value | None]:
    yield from values
    yield None


# ------------------------------------------------------------------ tables of columns


def _write_parquet(stream: Stream, records: Sequence[int], packed: Packed) -> int:
    first = 1
    with stream.as_file() as source, open_parquet(source) as parquet, ExitStack() as stack:
        writer: pq.ParquetWriter | None = None
        for number in range(parquet.num_row_groups):
            held: list[pa.RecordBatch] = []
            size = 0
            for batch in group_batches(source, parquet, number):
                writer = writer or stack.enter_context(_new_parquet(parquet, packed))
                held.append(_rest(batch, first, records))
                first += batch.num_rows
                size += held[-1].nbytes
                if size > _GROUP_BYTES:
                    writer.write_table(pa.Table.from_batches(held))
                    held, size = [], 0
            if writer and held:
                writer.write_table(pa.Table.from_batches(held))
    return bisect_left(records, first)


def _new_parquet(parquet: pq.ParquetFile, packed: Packed) -> pq.ParquetWriter:
    """What writes a file of the same columns, which are packed in the same way."""
    metadata = parquet.metadata
    group = metadata.row_group(0)
    chunks = [group.column(number) for number in range(metadata.num_columns)]
    paths = [chunk.path_in_schema for chunk in chunks]
    codecs: Any = {chunk.path_in_schema: _CODECS.get(chunk.compression, "zstd") for chunk in chunks}
    return pq.ParquetWriter(
        packed.as_arrow(),
        parquet.schema_arrow,
        compression=codecs,
        use_compliant_nested_type=not any(".list." in path and ".list.element" not in path for path in paths),
        use_deprecated_int96_timestamps="INT96" in {chunk.physical_type for chunk in chunks},
        store_schema=b"ARROW:schema" in (metadata.metadata or {}),
    )


def _write_arrow(stream: Stream, records: Sequence[int], packed: Packed) -> int:
    first = 1
    with ArrowData(stream) as data, ExitStack() as stack:
        writer: pa.RecordBatchWriter | None = None
        for batch, note in data.batches():
            writer = writer or stack.enter_context(_new_arrow(data, packed))
            rest = _rest(batch, first, records)
            first += batch.num_rows
            if rest.num_rows or not batch.num_rows:
                writer.write_batch(rest, note)
    return bisect_left(records, first)


def _new_arrow(data: ArrowData, packed: Packed) -> pa.RecordBatchWriter:
    """What writes data of the same columns, packed as the first batch is."""
    options = pa.ipc.IpcWriteOptions(compression=data.packing, emit_dictionary_deltas=True)
    create = pa.ipc.new_file if data.is_file else pa.ipc.new_stream
    return create(packed.as_arrow(), data.schema, options=options)


def _rest(batch: pa.RecordBatch, first: int, records: Sequence[int]) -> pa.RecordBatch:
    """The rows that stay; ``first``: the number of the first one. By slices, which every type has."""
    begin, end = (bisect_left(records, number) for number in (first, first + batch.num_rows))
    if begin == end:
        return batch
    bounds = [-1, *(number - first for number in records[begin:end]), batch.num_rows]
    slices = [batch.slice(gone + 1, after - gone - 1) for gone, after in pairwise(bounds)]
    return pa.concat_batches([some for some in slices if some.num_rows] or slices[:1])
