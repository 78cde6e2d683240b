"""Work items become batches of article rows; runs in the worker processes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator

import pyarrow as pa

from dedup.options import Options
from dedup.read.arc import read_arc
from dedup.read.arrow import read_arrow
from dedup.read.formats import is_packed, recognise
from dedup.read.html import read_html
from dedup.read.items import Item
from dedup.read.jsonl import read_json, read_jsonl, read_lines
from dedup.read.mhtml import read_mhtml
from dedup.read.opening import DamageError, Stream
from dedup.read.parquet import read_groups, read_parquet
from dedup.read.rows import Origin, Row, Trouble, skipped_row, to_batches
from dedup.read.table import read_csv, read_tsv
from dedup.read.text import read_markdown, read_text
from dedup.read.warc import read_warc

_LEAST_PACKED = 6  # bytes: the longest mark by which compressed data are known

_READERS: dict[str, Callable[[Stream, Origin, Options], Iterator[Row]]] = {
    "arc": read_arc,
    "arrow": read_arrow,
    "csv": read_csv,
    "html": read_html,
    "json": read_json,
    "jsonl": read_jsonl,
    "markdown": read_markdown,
    "mhtml": read_mhtml,
    "parquet": read_parquet,
    "text": read_text,
    "tsv": read_tsv,
    "warc": read_warc,
}


def read_items(items: Iterable[Item], options: Options) -> Iterator[pa.RecordBatch]:
    """The rows of ``docs`` of a group of items, in order.

    Batches hold at most 2,000 rows and about 8 MB of text. What can't be read is a row with
    null text and ``stage`` ``read``; no bad input raises.
    """
    return to_batches(row for item in items for row in read_rows(item, options))


def read_rows(item: Item, options: Options) -> Iterator[Row]:
    """The rows of an item, one by one."""
    if item.reason is not None:
        trouble = Trouble(item.reason, item.message or "")
        return iter((skipped_row(Origin(item.file, item.path), item.first or None, trouble),))
    if item.is_whole:
        return _read_whole(item, options)
    return (read_groups if item.format == "parquet" else read_lines)(item, options)


def _read_whole(item: Item, options: Options) -> Iterator[Row]:
    """The rows of a file, by what it holds."""
    origin = Origin(item.file, item.path)
    try:
        with Stream(item.place) as stream:
            name = os.path.basename(item.path)
            format_ = recognise(stream.peek(), name)
            if is_packed(name) and stream.size < _LEAST_PACKED:
                format_ = Trouble("truncated", "compressed data that end before they begin")
            if isinstance(format_, Trouble):
                yield skipped_row(origin, None, format_)
            else:
                rows = _READERS[format_](stream, origin, options)
                first = next(rows, None)
                yield first or skipped_row(origin, None, Trouble("empty", "no records"))
                yield from rows
    except DamageError as damage:
        yield skipped_row(origin, None, damage.trouble)
