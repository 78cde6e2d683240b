"""The rows of Arrow batches, in whatever kind of file they stand."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pyarrow as pa

from dedup.options import Options
from dedup.read.dates import from_epoch
from dedup.read.fields import find_columns
from dedup.read.lines import LONGEST
from dedup.read.opening import BOMB_BYTES, BOMB_RATIO, DamageError, too_large
from dedup.read.record import record_row
from dedup.read.rows import Origin, Row, Trouble, skipped_row
from dedup.read.text import not_utf8

_SLICE = 256  # rows that are taken out of a batch at a time: texts may be long
_LEAST_ROW = 16  # bytes that a row counts, if it has no text
_UNITS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_BYTES = {pa.string(): pa.binary(), pa.large_string(): pa.large_binary(), pa.string_view(): pa.binary_view()}


def check_bomb(given: int, size: int) -> None:
    """``DamageError`` if a file of ``size`` bytes gives so many that it was made to do harm."""
    if given > BOMB_BYTES and given > BOMB_RATIO * size:
        raise DamageError("bomb", f"unpacks to more than {BOMB_RATIO} times its size")


@contextmanager
def explained(what: str) -> Iterator[None]:
    """What Arrow raises over damaged data is a ``DamageError``."""
    try:
        yield
    except (OSError, EOFError, ValueError, OverflowError, pa.ArrowException, struct.error) as error:
        raise DamageError("corrupt", f"damaged {what}: {error}") from error


class ArrowRows:
    """Makes the rows of batches. ``record``: the number of the last row.

    names  the columns of the file, of which the batches may have some only
    size   of the file, in bytes
    """

    def __init__(self, origin: Origin, names: Sequence[str], options: Options, size: int, first: int) -> None:
        self.columns = find_columns(names, options)
        self.record = first - 1
        self._origin = origin
        self._options = options
        self._size = size
        self._given = 0

    @property
    def wanted(self) -> list[str]:
        """The names of the columns that are needed."""
        return [name for name in dict.fromkeys(self.columns.kinds) if name is not None]

    def read(self, batch: pa.RecordBatch) -> Iterator[Row]:
        """The rows of the next batch; ``DamageError`` once they are too many for the file."""
        # By index: names may occur twice.
        places = [
            None if name is None else batch.schema.get_all_field_indices(name)[0]
            for name in self.columns.kinds
        ]
        for start in range(0, batch.num_rows, _SLICE):
            part = batch.slice(start, _SLICE)
            nothing = [None] * part.num_rows
            lists = [nothing if place is None else _values(part.column(place)) for place in places]
            for values in zip(*lists, strict=True):
                self._given += _LEAST_ROW + (len(values[0]) if isinstance(values[0], str) else 0)
                check_bomb(self._given, self._size)
                self.record += 1
                yield self._row(values)

    def _row(self, values: Sequence[object]) -> Row:
        for value in values:
            if isinstance(value, Trouble):
                return skipped_row(self._origin, self.record, value)
        if isinstance(values[0], _Date):
            values = (0, *values[1:])
        return record_row(self._origin, self.record, values, self.columns.warnings, self._options)


class _Date(str):
    """A date, which is no text."""


def _values(column: pa.Array[Any]) -> Sequence[object]:
    """The values as Python has them; a trouble for one that can't be read.

    Strings are not valid because their type says so; offsets, because they come from a file.
    """
    if isinstance(column, pa.ExtensionArray):
        column = column.storage
    column.validate()
    if isinstance(column, pa.DictionaryArray):
        return _looked_up(column)
    kind = column.type
    if kind in _BYTES:
        column = column.view(_BYTES[kind])
    if column.type in _BYTES.values() or pa.types.is_fixed_size_binary(kind):
        column.validate(full=True)
        return [value if value is None else _decode(value) for value in column.to_pylist()]
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return _dates(column)
    if pa.types.is_primitive(kind) or pa.types.is_null(kind):
        try:
            return list(column.to_pylist())
        except (ValueError, OverflowError):  # times that Python does not have
            return [None] * len(column)
    other: object = () if not pa.types.is_nested(kind) else {} if _is_object(kind) else []
    return [other if valid else None for valid in column.is_valid().to_pylist()]


def _is_object(kind: pa.DataType) -> bool:
    return bool(pa.types.is_struct(kind) or pa.types.is_map(kind))


def _looked_up(column: pa.DictionaryArray[Any, Any]) -> Sequence[object]:
    """Values that stand in a dictionary, each taken out once, however often it occurs."""
    indices = column.indices.to_pylist()
    used = sorted({index for index in indices if index is not None})
    if used and not 0 <= used[0] <= used[-1] < len(column.dictionary):
        raise pa.ArrowInvalid("an index leads out of its dictionary")
    values = {index: _values(column.dictionary.slice(index, 1))[0] for index in used}
    return [None if index is None else values[index] for index in indices]


def _dates(column: pa.Array[Any]) -> list[_Date | None]:
    """Timestamps count from 1970 in UTC, whatever zone they are shown in."""
    if pa.types.is_date32(column.type):
        seconds = [None if days is None else days * 86_400 for days in column.cast(pa.int32()).to_pylist()]
    else:
        unit = _UNITS[getattr(column.type, "unit", "ms")]  # date64 counts milliseconds
        seconds = [None if count is None else count // unit for count in column.cast(pa.int64()).to_pylist()]
    dates = [None if value is None else from_epoch(value) for value in seconds]
    return [None if date is None else _Date(date) for date in dates]


def _decode(value: bytes) -> str | Trouble:
    if len(value) > LONGEST:
        return too_large("value", LONGEST)
    try:
        return value.decode()
    except UnicodeDecodeError as error:
        return not_utf8(error)
