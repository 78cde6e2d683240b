"""Columns of record batches, made from the arrays that stages work on, and taken apart into them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dedup import schema, spun
from dedup.align.numbered import Places
from dedup.align.words import OPS
from dedup.furniture.body import Bodies
from dedup.schema import Table
from dedup.tables.files import arrow_schema

_NONE = np.zeros(1, np.int64)


def string_buffers(texts: pa.Array) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """UTF-8 bytes and offsets (n + 1) of a string array without nulls, without copying the bytes."""
    if texts.type != pa.large_string():
        texts = texts.cast(pa.large_string())
    _, offsets, data = texts.buffers()
    places = (
        np.frombuffer(offsets, np.int64)[texts.offset : texts.offset + len(texts) + 1] if offsets else _NONE
    )
    return np.frombuffer(data or b"", np.uint8), places


def uint32_lists(column: pa.Array) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """A binary column without nulls as uint32 values, and where each row's begin (n + 1)."""
    _, offsets, data = column.buffers()
    bounds = np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1]
    values = np.frombuffer(data or b"", np.uint32)[bounds[0] // 4 : bounds[-1] // 4]
    return values, (bounds - bounds[0]).astype(np.int64) // 4


def binary_lists(values: NDArray[np.uint32 | np.int64], bounds: NDArray[np.int64]) -> pa.Array:
    """Lists of values, cut at ``bounds`` (n + 1), as a binary column."""
    offsets = pa.py_buffer((values.itemsize * bounds).astype(np.int32))
    return pa.Array.from_buffers(pa.binary(), len(bounds) - 1, [None, offsets, pa.py_buffer(values)])


def body_lists(bodies: Bodies) -> pa.Array:
    """Bodies as lists of starts and ends; null: the whole text."""
    ranges = pa.array(bodies.ranges.ravel(), pa.int64())
    offsets = pa.array(2 * bodies.first, pa.int32())
    return pa.ListArray.from_arrays(offsets, ranges, mask=pa.array(bodies.is_whole))


def body_ranges(lists: pa.Array, lengths: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where the ranges of each of n bodies begin, int64[n + 1], and the ranges, int64[r, 2]."""
    given = pc.list_value_length(lists).fill_null(0).to_numpy(zero_copy_only=False) // 2
    is_whole = lists.is_null().to_numpy(zero_copy_only=False)
    counts = np.where(is_whole, 1, given)
    first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    ranges = np.empty((first[-1], 2), np.int64)
    whole = first[:-1][is_whole]
    ranges[whole, 0], ranges[whole, 1] = 0, lengths[is_whole]
    others = np.ones(len(ranges), np.bool_)
    others[whole] = False
    ranges[others] = lists.flatten().to_numpy(zero_copy_only=False).reshape(-1, 2)
    return first, ranges


def evidence_lists(evidence: dict[int, list[spun.Evidence]], rows: int) -> pa.Array:
    """A column of the evidence of each of n articles."""
    counts = np.zeros(rows, np.int32)
    counts[list(evidence)] = [len(found) for found in evidence.values()]
    offsets = np.concatenate([[0], np.cumsum(counts, dtype=np.int32)])
    type_ = arrow_schema(schema.SKETCHED).field("evidence").type.value_type
    flat = [one for row in sorted(evidence) for one in evidence[row]]
    columns = zip(*flat, strict=True) if flat else [[] for _ in type_]
    arrays = [pa.array(column, field.type) for column, field in zip(columns, type_, strict=True)]
    records = pa.StructArray.from_arrays(arrays, fields=list(type_))
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), records)


def span_lists(spans: Sequence[Places]) -> pa.Array:
    """A column of span lists from int64[m, 5] arrays."""
    offsets = np.cumsum([0, *map(len, spans)], dtype=np.int32)
    flat = np.concatenate([np.empty((0, 5), np.int64), *spans])
    ops = pa.DictionaryArray.from_arrays(pa.array(flat[:, 0].astype(np.int8)), pa.array(OPS))
    fields = [field.name for field in arrow_schema(schema.PAIRS).field("spans").type.value_type]
    numbers = [pa.array(np.ascontiguousarray(flat[:, place])) for place in range(1, 5)]
    records = pa.StructArray.from_arrays([ops.cast(pa.string()), *numbers], fields)
    return pa.ListArray.from_arrays(pa.array(offsets), records)


def select(batch: pa.RecordBatch, table: Table) -> pa.RecordBatch:
    """The columns of a table, out of a batch that has them."""
    return batch_of({name: batch[name] for name in table.column_names}, table)


def batch_of(columns: dict[str, Any], table: Table) -> pa.RecordBatch:
    """A batch of a table from columns by name: Arrow or NumPy arrays, or lists; others are left out."""
    target = arrow_schema(table)
    arrays = []
    for field in target:
        values = columns[field.name]
        if isinstance(values, pa.Array | pa.ChunkedArray):
            arrays.append(values if values.type == field.type else values.cast(field.type))
        else:
            arrays.append(pa.array(values, field.type))
    return pa.RecordBatch.from_arrays(arrays, schema=target)


def passage_lists(passages: Sequence[Sequence[tuple[Any, ...]]]) -> pa.Array:
    """A column of lists of passages, each a tuple in the order of ``schema.PASSAGE``."""
    type_ = arrow_schema(schema.PAIRS).field("passages").type.value_type
    offsets = np.cumsum([0, *map(len, passages)], dtype=np.int32)
    flat = [one for some in passages for one in some]
    columns = zip(*flat, strict=True) if flat else [[] for _ in type_]
    arrays = [pa.array(column, field.type) for column, field in zip(columns, type_, strict=True)]
    records = pa.StructArray.from_arrays(arrays, fields=list(type_))
    return pa.ListArray.from_arrays(pa.array(offsets), records)


def rows_of(rows: list[dict[str, Any]], table: Table) -> pa.RecordBatch:
    """A batch of a table from rows; spans are given as ``places``, int64[m, 5]."""
    made: dict[str, Any] = {
        "spans": lambda: span_lists([row["places"] for row in rows]),
        "passages": lambda: passage_lists([row["passages"] for row in rows]),
    }
    columns = {
        name: made[name]() if name in made else [row[name] for row in rows] for name in table.column_names
    }
    return batch_of(columns, table)
