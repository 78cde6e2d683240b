"""WARC (ISO 28500) and WET: what a crawler got, record by record.

The usual libraries take a file that is cut off for a whole one and give up at a stray byte, so
records are cut here (see ``framing``). ``record`` counts those that may hold an article: responses,
resources, conversions, revisits; and the places that could not be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dedup.options import Options
from dedup.read.framing import (
    MOST_HEADER,
    Header,
    Record,
    Style,
    Window,
    read_address,
    read_fields,
    record_rows,
)
from dedup.read.html import LONGEST_PAGE
from dedup.read.opening import CHUNK, Stream, too_large
from dedup.read.response import Target, conversion_row, payload_row, response_row
from dedup.read.rows import Origin, Row, Trouble, one_line, skipped_row

_VERSION = re.compile(rb"WARC/(\d[\w.]{0,20})[ \t]*\r?\n")
_CUT_VERSION = re.compile(rb"W(?:A(?:R(?:C(?:/(?:\d[\w.]{0,20}[ \t]*\r?)?)?)?)?)?")
_HEADER_END = re.compile(rb"\n(?:\r?\n|(?=WARC/\d[\w.]{0,20}[ \t]*\r?\n))")
_FIELD = re.compile(rb"[A-Za-z][A-Za-z-]{2,60}:")
_NEWLINE = ord("\n")
_KNOWN = {b"0.17", b"0.18", b"1.0", b"1.1"}
_COUNTED = {"response", "resource", "conversion", "revisit", ""}


def read_warc(stream: Stream, origin: Origin, options: Options) -> Iterator[Row]:
    """A row a record that may hold an article, and a row a place that is no record."""
    return record_rows(
        stream, STYLE, origin, lambda record, number: _record_row(record, origin, number, options)
    )


def _counts(record: Record) -> bool:
    return _kind(record) in _COUNTED


def _kind(record: Record) -> str:
    return record.fields.get("warc-type", "").lower()


def _record_row(record: Record, origin: Origin, number: int, options: Options) -> Row:
    kind, fields = _kind(record), record.fields
    trouble = None
    if not kind:
        trouble = Trouble("corrupt", "a record without WARC-Type")
    elif kind == "revisit":
        trouble = Trouble("revisit", "its content stands in another record")
    elif "warc-segment-number" in fields:
        trouble = Trouble("segmented", "the record is continued in others")
    if trouble or record.block is None:
        return skipped_row(origin, number, trouble or too_large("record", LONGEST_PAGE))
    address, warnings = read_address(fields.get("warc-target-uri", ""))
    if cut := fields.get("warc-truncated"):
        warnings += (f"the crawler cut it off: {one_line(cut, 40)}",)
    target = Target(origin, number, address, options, (*record.warnings, *warnings))
    type_ = fields.get("content-type", "")
    if kind == "conversion":
        return conversion_row(target, record.block, type_)
    if kind == "response" and (type_.lower().startswith("application/http") or not type_):
        return response_row(target, record.block)
    return payload_row(target, record.block, type_)


def _begins(held: bytearray, at: int) -> bool:
    return _VERSION.match(held, at) is not None


def _find(held: bytearray, start: int) -> int:
    """A version that has a line of its own, or at least a field after it."""
    for match in _VERSION.finditer(held, start):
        at = match.start()
        if at and (held[at - 1] == _NEWLINE or _FIELD.match(held, match.end())):
            return at
    return -1


def _read_header(window: Window) -> Header | Trouble | None:
    window.fill(64)
    held = window.held
    version = _VERSION.match(held)
    if not version:
        cut = window.ended and _CUT_VERSION.fullmatch(held)
        return window.cut_short("the file ends within a header") if cut else None
    known, first = version[1] in _KNOWN, version.end()
    while not (end := _HEADER_END.search(held, first - 1)):
        if len(held) > MOST_HEADER:
            return too_large("header", MOST_HEADER)
        if window.ended:
            return window.cut_short("the file ends within a header")
        window.fill(len(held) + CHUNK)
    size = end.end()
    if size > MOST_HEADER:
        return too_large("header", MOST_HEADER)
    header = held[:size]
    if size - end.start() == 1 or _find(header, first) >= 0:
        return Trouble("corrupt", "a header without end")
    fields = read_fields(bytes(header[first:]))
    length = fields.get("content-length", "")
    if not (length.isascii() and length.isdigit() and len(length) < 19):
        shown = f"no length: {one_line(length, 40)}" if length else "a record without Content-Length"
        return Trouble("corrupt", shown)
    warnings = () if known else (f"WARC/{version[1].decode()} is no version that is known",)
    gap = b"\r\n\r\n" if held[first - 2 : first] == b"\r\n" else b"\n\n"
    return Header(size, int(length), fields, gap, warnings)


STYLE = Style("WARC", _begins, _find, _read_header, _counts)
