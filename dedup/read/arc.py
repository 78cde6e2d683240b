"""ARC, the older format of crawls: a line with address, date, type and length before each response."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from dedup.options import Options
from dedup.read.framing import Header, Record, Style, Window, read_address, record_rows
from dedup.read.html import LONGEST_PAGE
from dedup.read.opening import Stream, too_large
from dedup.read.response import Target, payload_row, response_row
from dedup.read.rows import Origin, Row, Trouble, skipped_row

_LONGEST_LINE = 2**14  # bytes
_LINE = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]{1,20}:[^\n]{10,%d}\n" % _LONGEST_LINE)
_CUT_LINE = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]{1,20}:[^\n]{0,%d}|[a-z]{1,20}" % _LONGEST_LINE)
# Fields from the date on: version 1 has three, version 2 eight; before the date stand address and IP.
_AFTER_DATE = (3, 8)


def read_arc(stream: Stream, origin: Origin, options: Options) -> Iterator[Row]:
    """A row a response, and a row a place that is no record."""
    return record_rows(
        stream, STYLE, origin, lambda record, number: _record_row(record, origin, number, options)
    )


def _counts(record: Record) -> bool:
    return not record.fields["address"].startswith("filedesc:")


def _record_row(record: Record, origin: Origin, number: int, options: Options) -> Row:
    if record.block is None:
        return skipped_row(origin, number, too_large("record", LONGEST_PAGE))
    address, warnings = read_address(record.fields["address"])
    target = Target(origin, number, address, options, (*record.warnings, *warnings))
    if record.block.startswith(b"HTTP/"):
        return response_row(target, record.block)
    return payload_row(target, record.block, record.fields["type"])


class _Line(NamedTuple):
    address: str
    type: str
    length: int


def _parse(line: bytes) -> _Line | None:
    """The line before a block; null: it is none. Addresses may have spaces in them."""
    words = line.rstrip().split(b" ")
    for count in _AFTER_DATE:
        if len(words) < count + 2:
            break
        date, type_, length = words[-count], words[1 - count], words[-1]
        if date.isdigit() and 8 <= len(date) <= 17 and length.isdigit() and len(length) < 19:
            address = b" ".join(words[: -count - 1])
            return _Line(address.decode("utf-8", "replace"), type_.decode("latin-1"), int(length))
    return None


def _begins(held: bytearray, at: int) -> bool:
    match = _LINE.match(held, at)
    return match is not None and _parse(match[0]) is not None


def _find(held: bytearray, start: int) -> int:
    at = held.find(b"\n", max(0, start - 1)) + 1
    while at and not _begins(held, at):
        at = held.find(b"\n", at) + 1
    return at or -1


def _read_header(window: Window) -> Header | Trouble | None:
    window.fill(_LONGEST_LINE + 32)
    match = _LINE.match(window.held)
    line = _parse(match[0]) if match else None
    if match and line:
        fields = {"address": line.address, "type": line.type}
        return Header(match.end(), line.length, fields, b"\n")
    if window.ended and _CUT_LINE.fullmatch(window.held):
        return window.cut_short("the file ends within a header")
    return None


STYLE = Style("ARC", _begins, _find, _read_header, _counts)
