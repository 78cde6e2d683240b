"""Arrow's own files and streams (Feather too): a record a row, one batch after the other.

A file is a stream with a mark around it, and a table of contents at its end; both are read as
streams, so of one that is cut off all whole batches are read. Messages are taken apart here, for a
bound on what they unpack to, before Arrow's own reader is given them.
"""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

import pyarrow as pa

from dedup.options import Options
from dedup.read.arrays import ArrowRows, check_bomb, explained
from dedup.read.fields import no_text_column
from dedup.read.opening import CHUNK, MEGABYTE, DamageError, Stream
from dedup.read.rows import Origin, Row, skipped_row

_MARK = b"ARROW1"
_FEATHER_1 = b"FEA1"
_CONTINUATION = b"\xff\xff\xff\xff"  # before the length of a message; not in streams of before 2019
_LONGEST_HEADER = 256 * MEGABYTE
_DICTIONARY, _RECORDS = 2, 3  # kinds of messages
_PACKINGS = {0: "lz4", 1: "zstd"}


class _Message(NamedTuple):
    """A message as it stands in the stream, in two pieces.

    ``unpacked``: the bytes that it will take; ``packing``: what its buffers are packed with.
    """

    kind: int
    header: bytes
    body: bytes
    unpacked: int
    packing: str | None


def read_arrow(stream: Stream, origin: Origin, options: Options) -> Iterator[Row]:
    """A row a record; one more if the file is damaged; only one if it has no text column."""
    rows: ArrowRows | None = None
    try:
        with explained("Arrow data"), ArrowData(stream) as data:
            rows = ArrowRows(origin, data.schema.names, options, stream.size, 1)
            if rows.columns.text is None:
                yield skipped_row(origin, None, no_text_column(data.schema.names, options, "table"))
                return
            for batch, _ in data.batches():
                yield from rows.read(batch)
    except DamageError as damage:
        yield skipped_row(origin, rows.record + 1 if rows else None, damage.trouble)


class ArrowData:
    """Arrow's own data. A context manager; opening and reading raise ``DamageError``.

    is_file  whether it is a file, and no stream
    packing  what the buffers of the last batch are packed with, ``lz4`` or ``zstd``; null: nothing
    """

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._feed = _Feed()
        self.packing: str | None = None
        with explained("Arrow data"):
            self.is_file = _skip_mark(stream)
            schema = _next_message(stream)
            if schema is None:
                raise DamageError("truncated", "the Arrow data end before their schema")
            self._feed.add(schema)
            self._reader = pa.ipc.open_stream(pa.PythonFile(self._feed, "r"))
            self.schema = self._reader.schema

    def __enter__(self) -> ArrowData:
        return self

    def __exit__(self, *exception: object) -> None:
        self._reader.close()

    def batches(self) -> Iterator[tuple[pa.RecordBatch, pa.KeyValueMetadata | None]]:
        """The batches in order, each with what is noted beside it."""
        given = 0
        with explained("Arrow data"):
            while message := _next_message(self._stream):
                given += message.unpacked
                check_bomb(given, self._stream.size)
                self._feed.add(message)
                if message.kind == _RECORDS:
                    self.packing = message.packing
                    found = self._reader.read_next_batch_with_custom_metadata()
                    yield found.batch, found.custom_metadata
            if self.is_file and not _last_bytes(self._stream).endswith(_MARK):
                raise DamageError("truncated", "the Arrow file ends before its table of contents does")


def _skip_mark(stream: Stream) -> bool:
    """Whether it is a file: then its mark is behind us."""
    head = stream.peek(8)
    if head.startswith(_FEATHER_1):
        raise DamageError("format", "Feather version 1 is not read; version 2 is")
    if not head.startswith(_MARK):
        return False
    _read(stream, 8)
    return True


def _next_message(stream: Stream) -> _Message | None:
    """The next message, whole; null at the end of the messages."""
    begin = _read(stream, 4, may_end=True)
    if begin == _CONTINUATION:
        begin += _read(stream, 4)
    if not begin or begin[-4:] == b"\0\0\0\0":
        return None
    length = struct.unpack("<i", begin[-4:])[0]
    if not 0 < length <= _LONGEST_HEADER:
        raise ValueError("a message of no length that can be")
    header = _read(stream, length)
    message = _Table(header, struct.unpack_from("<I", header)[0])
    kind, body_length = message.number(1, "<B"), message.number(3, "<q")
    if body_length < 0:
        raise ValueError("a message of no length that can be")
    body = _read(stream, body_length)
    return _Message(kind, begin + header, body, *_unpacked(message, kind, body))


def _unpacked(message: _Table, kind: int, body: bytes) -> tuple[int, str | None]:
    """What Arrow will ask memory for: each packed buffer begins with its size. And how they are packed."""
    batch = message.table(2) if kind in (_DICTIONARY, _RECORDS) else None
    if batch and kind == _DICTIONARY:
        batch = batch.table(1)
    packed = batch and batch.table(3)
    if batch is None or packed is None:
        return len(body), None
    sizes = 0
    for offset, length in batch.pairs(2):
        if length >= 8:
            sizes += max(0, struct.unpack_from("<q", body, offset)[0])
    return sizes, _PACKINGS.get(packed.number(0, "<b"))


class _Table:
    """A table of a FlatBuffer; struct.error if it is none."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data = data
        self._at = at
        self._fields = at - struct.unpack_from("<i", data, at)[0]
        if self._fields < 0:
            raise ValueError("a message that is no table")
        self._length = struct.unpack_from("<H", data, self._fields)[0]

    def place(self, field: int) -> int | None:
        """Where a field stands; null: it has its default."""
        slot = 4 + 2 * field
        if slot + 2 > self._length:
            return None
        offset = struct.unpack_from("<H", self._data, self._fields + slot)[0]
        return self._at + offset if offset else None

    def number(self, field: int, form: str) -> int:
        place = self.place(field)
        return 0 if place is None else int(struct.unpack_from(form, self._data, place)[0])

    def table(self, field: int) -> _Table | None:
        place = self.place(field)
        if place is None:
            return None
        return _Table(self._data, place + struct.unpack_from("<I", self._data, place)[0])

    def pairs(self, field: int) -> Iterator[tuple[int, int]]:
        """A vector of pairs of int64."""
        place = self.place(field)
        if place is None:
            return
        place += struct.unpack_from("<I", self._data, place)[0]
        (count,) = struct.unpack_from("<I", self._data, place)
        for number in range(count):
            offset, length = struct.unpack_from("<qq", self._data, place + 4 + 16 * number)
            yield offset, length


def _read(stream: Stream, size: int, may_end: bool = False) -> bytes:
    """So many bytes; ``DamageError`` if there are fewer."""
    pieces: list[bytes] = []
    left = size
    while left and (piece := stream.read(min(CHUNK, left))):
        pieces.append(piece)
        left -= len(piece)
    if left and (pieces or not may_end):
        raise DamageError("truncated", "the Arrow data end inside a batch")
    return b"".join(pieces)


def _last_bytes(stream: Stream) -> bytes:
    last = b""
    while piece := stream.read(CHUNK):
        last = (last + piece)[-len(_MARK) :]
    return last


class _Feed:
    """A file of the messages that were added and not yet read."""

    closed = False

    def __init__(self) -> None:
        self._waiting: deque[bytes] = deque()

    def add(self, message: _Message) -> None:
        self._waiting += (piece for piece in (message.header, message.body) if piece)

    def read(self, size: int) -> bytes:
        if not self._waiting:
            return b""
        piece = self._waiting.popleft()
        if len(piece) > size:  # a header, which is read in pieces
            self._waiting.appendleft(piece[size:])
        return piece[:size]

    def close(self) -> None:
        self._waiting.clear()
