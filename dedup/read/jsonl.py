"""JSON Lines: a record a line; ``record`` is the number of its line."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Sequence

import orjson

from dedup.options import Options
from dedup.read.decode import BOM
from dedup.read.fields import article_row, find_columns, no_text_column
from dedup.read.items import Item
from dedup.read.lines import Block, cut_lines
from dedup.read.opening import DamageError, Stream, open_plain, unreadable
from dedup.read.rows import Origin, Row, Trouble, skipped_row
from dedup.read.text import not_utf8

MENDED = "unpaired surrogates were replaced"


def read_jsonl(stream: Stream, origin: Origin, options: Options) -> Iterator[Row]:
    """A row a line that isn't blank, and one more if the file is damaged."""
    return _read_blocks(cut_lines(stream), origin, options)


def read_lines(item: Item, options: Options) -> Iterator[Row]:
    """``read_jsonl`` of the lines that an item carries, or of its range of a plain file."""
    blocks = _read_range(item) if item.data is None else iter((Block(item.first, 0, item.data),))
    return _read_blocks(blocks, Origin(item.file, item.path), options)


def _read_blocks(blocks: Iterable[Block], origin: Origin, options: Options) -> Iterator[Row]:
    for block in blocks:
        if block.trouble:
            yield skipped_row(origin, block.first or None, block.trouble)
        else:
            yield from _read_block(origin, block, options)


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


def _read_block(origin: Origin, block: Block, options: Options) -> Iterator[Row]:
    data = block.data.removeprefix(BOM) if block.first == 1 else block.data
    if data.isspace():
        return
    loads = orjson.loads
    names: tuple[str, ...] = ()
    columns = find_columns(names, options)
    kinds = columns.kinds
    for number, line in enumerate(io.BytesIO(data), block.first):  # splits at newlines alone
        if line.isspace():
            continue
        warnings: Sequence[str] = ()
        try:
            record = loads(line)
        except orjson.JSONDecodeError:
            record, warnings = _read_odd(line)
        if type(record) is not dict:
            trouble = record if isinstance(record, Trouble) else Trouble("json", "the line is not an object")
            yield skipped_row(origin, number, trouble)
            continue
        if tuple(record) != names:
            names = tuple(record)
            columns = find_columns(names, options)
            kinds = columns.kinds
        if columns.text is None:
            yield skipped_row(origin, number, no_text_column(names, options, "record"))
            continue
        get = record.get
        values = [get(kind) for kind in kinds]  # no key is null: a column that isn't there gives null
        yield article_row(origin, number, values, (*warnings, *columns.missing))


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
