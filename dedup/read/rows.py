"""Rows of the ``docs`` table, and the batches that hold them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

import pyarrow as pa

from dedup.schema import DOCS
from dedup.tables.files import arrow_schema

BATCH_ROWS = 2_000
BATCH_TEXT = 8 * 2**20  # code points of text in a batch, at which it is closed

Row: TypeAlias = tuple[object, ...]  # the columns of DOCS, in order
SCHEMA = arrow_schema(DOCS)


_TEXT, _WARNINGS = (DOCS.column_names.index(name) for name in ("text", "warnings"))
_MESSAGE_LENGTH = 300


class Trouble(NamedTuple):
    """Why something was not read: one word for counting, one line for the reader."""

    reason: str
    message: str


class Origin(NamedTuple):
    """The file that a row comes from: its number in input order and its path as shown."""

    file: int
    path: str


def row_number(file: int, record: int | None) -> int:
    """Place in the input; ``record`` counts from 1, null: the whole file."""
    return (file << 32) + (record or 0)


def skipped_row(origin: Origin, record: int | None, trouble: Trouble) -> Row:
    """A row that says what was not read, and why."""
    row = row_number(origin.file, record)
    reason, message = trouble.reason, one_line(trouble.message)
    return (row, None, origin.path, record, None, None, None, None, None, None, "read", reason, message)


def with_warnings(row: Row, warnings: Sequence[str]) -> Row:
    """The row of an article with more warnings, which go before its own; other rows as they are."""
    noted = row[_WARNINGS]
    if not isinstance(noted, list | tuple):
        return row
    return (*row[:_WARNINGS], [*warnings, *noted], *row[_WARNINGS + 1 :])


def to_batches(rows: Iterable[Row]) -> Iterator[pa.RecordBatch]:
    """Rows in batches of at most 2,000 rows that close at about 8 MB of text.

    Strings must hold no surrogates.
    """
    waiting: list[Row] = []
    length = 0
    for row in rows:
        waiting.append(row)
        text = row[_TEXT]
        if text:
            length += len(text)  # type: ignore[arg-type]
        if length >= BATCH_TEXT or len(waiting) >= BATCH_ROWS:
            yield _batch(waiting)
            waiting, length = [], 0
    if waiting:
        yield _batch(waiting)


def _batch(rows: list[Row]) -> pa.RecordBatch:
    columns = zip(*rows, strict=True)
    arrays = [_array(column, field.type) for column, field in zip(columns, SCHEMA, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)


def _array(column: tuple[object, ...], type_: pa.DataType) -> pa.Array:
    if any(column):
        return pa.array(column, type_)
    if pa.types.is_list(type_) and None not in column:  # empty lists
        return pa.ListArray.from_arrays(
            pa.nulls(len(column) + 1, pa.int32()).fill_null(0), pa.nulls(0, pa.string())
        )
    return pa.nulls(len(column), type_) if column.count(None) == len(column) else pa.array(column, type_)


def one_line(text: str, length: int = _MESSAGE_LENGTH) -> str:
    r"""``text`` on one line of at most ``length`` code points; what can't be printed as ``\x1b``."""
    shown = text[:length]
    if not shown.isprintable():
        shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in shown)
    return shown if len(text) <= length and len(shown) <= length else shown[: length - 3] + "..."
