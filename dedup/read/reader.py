"""Work items become batches of article rows; runs in the worker processes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa

from dedup.options import Options
from dedup.read.items import Item
from dedup.read.jsonl import read_jsonl
from dedup.read.parquet import read_parquet
from dedup.read.rows import Origin, Row, Trouble, skipped_row, to_batches
from dedup.read.table import read_table
from dedup.read.text import read_text


def read_items(items: Iterable[Item], options: Options) -> Iterator[pa.RecordBatch]:
    """The rows of ``docs`` of a group of items, in order.

    Batches hold at most 2,000 rows and about 8 MB of text. What can't be read is a row with
    null text and ``stage`` ``read``; no bad input raises.
    """
    return to_batches(row for item in items for row in read_rows(item, options))


def read_item(item: Item, options: Options) -> Iterator[pa.RecordBatch]:
    """``read_items`` of a single item."""
    return read_items((item,), options)


def read_rows(item: Item, options: Options) -> Iterator[Row]:
    """The rows of an item, one by one."""
    if item.reason is not None:
        trouble = Trouble(item.reason, item.message or "")
        return iter((skipped_row(Origin(item.file, item.path), item.first or None, trouble),))
    match item.format:
        case "text":
            return read_text(item)
        case "jsonl":
            return read_jsonl(item, options)
        case "csv" | "tsv":
            return read_table(item, options)
        case "parquet":
            return read_parquet(item, options)
    raise ValueError(f"no reader for the format {item.format!r}")
