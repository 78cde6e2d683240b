"""How many records a file holds, for ``count.py``: written anew, with nothing of the scan's own readers."""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import json
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

MEGABYTE = 2**20
MOST = 64 * MEGABYTE  # bytes of what is held in memory, or looked through in a text
BOMB = 100  # times its packed size, and MOST: nothing is unpacked further
FORMATS = {
    "text": ".txt .text .md .markdown .html .htm .xhtml",
    "jsonl": ".jsonl .ndjson",
    "json": ".json",
    "csv": ".csv",
    "tsv": ".tsv",
    "parquet": ".parquet",
    "arrow": ".arrow .feather .ipc",
    "warc": ".warc",
    "arc": ".arc",
    "zip": ".zip",
}
ENDINGS = {ending: kind for kind, endings in FORMATS.items() for ending in endings.split()}
SEEKING = {"parquet", "arrow", "zip"}  # formats that are never packed in gzip or zstd
WARC_TYPES = {b"response", b"resource", b"conversion", b"revisit"}
UTF8 = "utf-8-sig"
WIDE = {b"\xff\xfe\0\0": "utf-32", b"\0\0\xfe\xff": "utf-32", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
BROKEN = (
    *(EOFError, NotImplementedError, OSError, RuntimeError, ValueError),
    *(pa.ArrowException, zipfile.BadZipFile, zlib.error),
)


class Count(NamedTuple):
    """A number of records, and what was damaged; empty: nothing."""

    records: int
    damage: str = ""


def count_records(name: str, stream: io.RawIOBase, size: int) -> Count:
    """The records of a file or a member with this name; ``size``: its packed bytes.

    Those before a damage are counted, and what is damaged itself at most once.
    """
    kind, packing = kind_of(name)
    if kind is None:
        return Count(1)
    if packing and not size:
        return Count(1, "empty, and no packed data")
    records, damage = 0, ""
    try:
        for more, what in COUNTERS[kind](_open(stream, packing, size)):
            records += more
            damage = damage or what
    except BROKEN as error:
        damage = damage or f"{type(error).__name__}: {error}"
    return Count(records, damage)


def kind_of(name: str) -> tuple[str | None, str]:
    """The format by a name's ending, or none; and how it is packed: ``.gz``, ``.zst`` or not at all."""
    stem, ending = os.path.splitext(name.lower())
    if ending not in (".gz", ".zst"):
        return ENDINGS.get(ending), ""
    kind = ENDINGS.get(os.path.splitext(stem)[1])
    return (None if kind in SEEKING else kind), ending


def _open(stream: io.RawIOBase, packing: str, size: int) -> io.BufferedReader:
    source: Any = stream
    if packing == ".gz":
        source = gzip.GzipFile(fileobj=stream)
    elif packing == ".zst":
        source = pa.CompressedInputStream(stream, "zstd")
    if packing or not stream.seekable():
        source = _Unpacked(source, MOST + BOMB * size)
    return io.BufferedReader(source, MEGABYTE)


class _Unpacked(io.RawIOBase):
    """What a packed file unpacks to, up to a bound."""

    def __init__(self, source: Any, most: int) -> None:
        self._read = getattr(source, "read1", source.read)  # what comes before a damage by itself
        self._left = most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._read(len(buffer))
        self._left -= len(piece)
        if self._left < 0:
            raise OSError("it unpacks to more than is counted")
        buffer[: len(piece)] = piece
        return len(piece)


def _encoding(stream: io.BufferedReader) -> str:
    """What the first bytes say; else UTF-8."""
    head = stream.peek(4)
    return next((codec for mark, codec in WIDE.items() if head.startswith(mark)), UTF8)


# ------------------------------------------------------------------ formats


def _text(stream: io.BufferedReader) -> Iterator[Count]:
    yield Count(1)
    text = io.TextIOWrapper(stream, _encoding(stream), newline="")
    for _ in range(MOST // MEGABYTE):
        text.read(MEGABYTE)


def _jsonl(stream: io.BufferedReader) -> Iterator[Count]:
    if _encoding(stream) != UTF8 or stream.peek(1)[:1] == b"[":
        yield Count(0, "no lines of UTF-8")
    waiting = False  # the line that goes on isn't blank
    while piece := stream.read1(MEGABYTE):
        first, *others = piece.split(b"\n")
        waiting = waiting or bool(first.strip())
        if others:
            *whole, last = others
            yield Count(waiting + sum(1 for line in whole if line.strip()))
            waiting = bool(last.strip())
    yield Count(int(waiting))


def _json(stream: io.BufferedReader) -> Iterator[Count]:
    data = stream.read(MOST)
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        yield Count(1, f"no JSON: {error}")
    else:
        yield Count(len(value) if isinstance(value, list) else 1)


def _table(stream: io.BufferedReader, delimiter: str) -> Iterator[Count]:
    csv.field_size_limit(MOST)
    encoding = _encoding(stream)
    if encoding != UTF8:
        yield Count(0, "not UTF-8")
    lines = io.TextIOWrapper(stream, encoding, errors="replace", newline="")
    first = lines.readline()
    if first.lower().startswith("sep="):
        delimiter, first = first[4:5].strip("\r\n") or delimiter, lines.readline()
    elif delimiter == ",":
        delimiter = max(",;\t|", key=first.count)
    rows = csv.reader(itertools.chain([first], lines), delimiter=delimiter, strict=True)
    header = True
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield Count(1, f"no row: {error}")
            continue
        if row:
            yield Count(0 if header else 1)
            header = False


def _parquet(stream: io.BufferedReader) -> Iterator[Count]:
    with pq.ParquetFile(stream, page_checksum_verification=True) as table:
        yield Count(table.metadata.num_rows)
        for _ in table.iter_batches(256):  # only to see that they can be read
            pass


def _arrow(stream: io.BufferedReader) -> Iterator[Count]:
    if stream.peek(6)[:6] == b"ARROW1":
        file = pa.ipc.open_file(stream)
        yield from (Count(file.get_batch(number).num_rows) for number in range(file.num_record_batches))
    else:
        yield from (Count(batch.num_rows) for batch in pa.ipc.open_stream(stream))


def _warc(stream: io.BufferedReader) -> Iterator[Count]:
    while line := stream.readline(MOST):
        if not line.startswith(b"WARC/"):
            yield Count(0, "no record where one should begin" if line.strip() else "")
            continue
        headers: dict[bytes, bytes] = {}
        while (line := stream.readline(MOST)).strip():
            name, _, value = line.partition(b":")
            headers.setdefault(name.strip().lower(), value.strip())
        length = headers.get(b"content-length", b"")
        whole = length.isdigit() and _pass(stream, int(length))
        counted = headers.get(b"warc-type", b"").lower() in WARC_TYPES
        yield Count(int(counted), "" if whole else "a record is cut")


def _arc(stream: io.BufferedReader) -> Iterator[Count]:
    while line := stream.readline(MOST):
        length = (line.split() or [b""])[-1]
        if not length.isdigit():
            yield Count(0, "no record where one should begin" if line.strip() else "")
            continue
        whole = _pass(stream, int(length))
        yield Count(0 if line.startswith(b"filedesc:") else 1, "" if whole else "a record is cut")


def _pass(stream: io.BufferedReader, size: int) -> bool:
    """Leave out so many bytes; false if there are not so many."""
    while size and (piece := stream.read1(min(size, MEGABYTE))):
        size -= len(piece)
    return not size


def _zip(stream: io.BufferedReader) -> Iterator[Count]:
    with zipfile.ZipFile(stream) as archive:
        for member in archive.infolist():
            if not member.is_dir():
                yield _member(archive, member)


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Count:
    kind, _ = kind_of(member.filename)
    if kind in (None, "zip"):
        return Count(1)
    try:
        with archive.open(member) as stream:
            source: Any = io.BytesIO(stream.read(MOST)) if kind in SEEKING else _Unpacked(stream, 2**63)
            return count_records(member.filename, source, member.compress_size)
    except BROKEN as error:
        return Count(1, f"{type(error).__name__}: {error}")


COUNTERS: dict[str, Callable[[io.BufferedReader], Iterator[Count]]] = {
    "text": _text,
    "jsonl": _jsonl,
    "json": _json,
    "csv": lambda stream: _table(stream, ","),
    "tsv": lambda stream: _table(stream, "\t"),
    "parquet": _parquet,
    "arrow": _arrow,
    "warc": _warc,
    "arc": _arc,
    "zip": _zip,
}
