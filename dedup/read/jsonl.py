"""JSON Lines: a record a line; ``record`` is the number of its line. And other JSON: arrays of records."""

from __future__ import annotations

import functools
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence

import orjson

from dedup.options import Options
from dedup.read.decode import BOM
from dedup.read.fields import find_columns, no_text_column
from dedup.read.formats import HEAD
from dedup.read.items import Item, is_lines
from dedup.read.json_values import split_values
from dedup.read.lines import Block, cut_lines
from dedup.read.opening import MEGABYTE, DamageError, Place, Readable, Stream, open_plain, unreadable
from dedup.read.record import record_row
from dedup.read.rows import Origin, Row, Trouble, skipped_row
from dedup.read.text import not_utf8
from dedup.read.transcode import as_utf8

_LONGEST_FIRST = MEGABYTE  # bytes of a first record that is looked at
_SHORT = 100  # code points
MENDED = "unpaired surrogates were replaced"


def read_jsonl(stream: Stream, origin: Origin, options: Options) -> Iterator[Row]:
    """A row a line that isn't blank, and one more if the file is damaged. An array is read as JSON."""
    return _read(stream, "jsonl", origin, options)


def read_json(stream: Stream, origin: Origin, options: Options) -> Iterator[Row]:
    """A row a record of an array, or of records one after the other; ``record`` counts them.

    Records that stand in a line each are read as lines: there, damage costs one line only.
    """
    return _read(stream, "json", origin, options)


def stands_in_lines(format_: str, head: bytes) -> bool:
    """Whether each line is a record, by the format and its first bytes in UTF-8."""
    return is_lines(head[:HEAD]) if format_ == "jsonl" else _has_lines(head)


def read_lines(item: Item, options: Options) -> Iterator[Row]:
    """``read_jsonl`` of the lines that an item carries, or of its range of a plain file."""
    blocks = _read_range(item) if item.data is None else iter((Block(item.first, 0, item.data),))
    usual = _usual_column(item.place, options) if item.first > 1 else None
    return _read_blocks(blocks, Origin(item.file, item.path), options, usual)


def read_records(origin: Origin, options: Options) -> Callable[[Iterable[tuple[int, bytes]]], Iterator[Row]]:
    """What makes rows of records in JSON, each with its number; it remembers how those before were made."""
    return _Records(origin, options).read


@functools.lru_cache(maxsize=64)
def _usual_column(place: Place, options: Options) -> str | None:
    """The text column of the first record of a file."""
    try:
        with Stream(place) as stream:
            first = stream.peek(_LONGEST_FIRST).removeprefix(BOM).lstrip().partition(b"\n")[0]
        record = orjson.loads(first)
    except (DamageError, orjson.JSONDecodeError):
        return None
    return find_columns(tuple(record), options).text if isinstance(record, dict) else None


def _read(stream: Stream, format_: str, origin: Origin, options: Options) -> Iterator[Row]:
    decoded = as_utf8(stream, guess=False)
    if stands_in_lines(format_, decoded.head):
        return decoded.warn(_read_blocks(cut_lines(decoded.source), origin, options))
    return decoded.warn(_read_values(decoded.source, origin, options))


def _has_lines(head: bytes) -> bool:
    """Whether the first line is a whole record, and the next one begins as one."""
    first, _, rest = head.lstrip().partition(b"\n")
    try:
        return first.startswith(b"{") and bool(orjson.loads(first)) and rest.lstrip().startswith(b"{")
    except orjson.JSONDecodeError:
        return False


def _read_blocks(
    blocks: Iterable[Block], origin: Origin, options: Options, usual: str | None = None
) -> Iterator[Row]:
    records = _Records(origin, options, usual)
    for block in blocks:
        if block.trouble:
            yield skipped_row(origin, block.first or None, block.trouble)
            continue
        data = block.data.removeprefix(BOM) if block.first == 1 else block.data
        if not data.isspace():
            yield from records.read(enumerate(io.BytesIO(data), block.first))  # splits at newlines alone


def _read_values(stream: Readable, origin: Origin, options: Options) -> Iterator[Row]:
    records = _Records(origin, options)
    for value in split_values(stream):
        if value.trouble:
            yield skipped_row(origin, value.number, value.trouble)
        else:
            yield from records.read(((value.number, value.data),))


def _read_range(item: Item) -> Iterator[Block]:
    start, stop = item.start or 0, item.stop or 0
    try:
        with open_plain(item.place.path) as file:
            file.seek(start)
            data = file.read(stop - start)
    except (OSError, DamageError) as error:
        damage = error if isinstance(error, DamageError) else unreadable(error)
        yield Block(0, 0, b"", damage.trouble)
        return
    if len(data) == stop - start:
        yield Block(item.first, start, data)
        return
    whole = data[: data.rfind(b"\n") + 1]
    yield Block(item.first, start, whole)
    lost = Trouble("unreadable", "the file became shorter while it was read")
    yield Block(item.first + whole.count(b"\n"), start, b"", lost)


class _Records:
    """Makes rows of records; remembers the columns of the last one, for most are like it.

    ``usual``: the text column of the file's first record, if it has been read. In a record without
    it a few words in another column are no article.
    """

    def __init__(self, origin: Origin, options: Options, usual: str | None = None) -> None:
        self._origin = origin
        self._options = options
        self._usual = usual
        self._names: tuple[str, ...] = ()
        self._columns = find_columns((), options)

    def read(self, records: Iterable[tuple[int, bytes]]) -> Iterator[Row]:
        """The rows of records in JSON with their numbers; none of blank ones."""
        origin, options = self._origin, self._options
        loads = orjson.loads
        names, columns = self._names, self._columns
        kinds = columns.kinds
        for number, line in records:
            if line.isspace():
                continue
            odd: Sequence[str] = ()
            try:
                record = loads(line)
            except orjson.JSONDecodeError:
                record, odd = _read_odd(line)
            if type(record) is not dict:
                trouble = record if isinstance(record, Trouble) else Trouble("json", "not an object")
                yield skipped_row(origin, number, trouble)
                continue
            if tuple(record) != names:
                self._names = names = tuple(record)
                self._columns = columns = find_columns(names, options)
                kinds = columns.kinds
            if columns.text is None:
                yield skipped_row(origin, number, no_text_column(names, options, "record"))
                continue
            if columns.text != self._usual:
                self._usual = self._usual or columns.text
                if self._usual not in names and _is_short(record[columns.text]):
                    trouble = no_text_column(names, options, "record", self._usual)
                    yield skipped_row(origin, number, trouble)
                    continue
            values = list(map(record.get, kinds))  # no key is null: a column that isn't there gives null
            warnings = (*odd, *columns.warnings) if odd else columns.warnings
            yield record_row(origin, number, values, warnings, options)


def _is_short(value: object) -> bool:
    return isinstance(value, str) and len(value) < _SHORT


def _read_odd(line: bytes) -> tuple[object, Sequence[str]]:
    """A line that the fast parser refuses: Python's own reads NaN and unpaired surrogates.

    Returns the record, or the trouble; and warnings.
    """
    try:
        record = json.loads(line.decode())
    except UnicodeDecodeError as error:
        return not_utf8(error), ()
    except RecursionError:
        return Trouble("json", "nested too deeply"), ()
    except ValueError as error:
        return Trouble("json", f"no JSON: {error}"), ()
    if not isinstance(record, dict):
        return record, ()
    mended = {_mend(key): _mend(value) for key, value in record.items()}
    return mended, () if mended == record else (MENDED,)


def _mend(value: object) -> object:
    """A string with surrogates in pairs joined, and others as U+FFFD; other values as they are."""
    if isinstance(value, str) and not value.isascii():
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value
