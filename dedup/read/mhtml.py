"""MHTML: a page saved as a MIME message, its HTML one part and its pictures others.

The message is cut here and not by ``email``: that takes memory of many times its size, and on
parts within parts minutes. Cutting it is a search for boundaries, in linear time.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from typing import NamedTuple

from dedup.options import Options
from dedup.read.framing import read_address, read_fields
from dedup.read.html import LONGEST_PAGE, page_row
from dedup.read.opening import DamageError, Stream
from dedup.read.response import PAGES, charset_of
from dedup.read.rows import Origin, Row, one_line, with_warnings
from dedup.read.text import text_row

_MOST_DEPTH = 8  # of parts within parts
_MOST_PARTS = 10_000
_MOST_HEADER = 2**18  # bytes
_BLANK = re.compile(rb"(?:\A|\n)\r?\n")
_BOUNDARY = re.compile(r"boundary\s*=\s*(?:\"([^\"\r\n]{1,200})\"|([^\s;\"]{1,200}))", re.I)


class _Part(NamedTuple):
    """A part that has no parts; ``whole``: a boundary ends it, or nothing could."""

    fields: dict[str, str]
    body: bytes
    whole: bool

    @property
    def type(self) -> str:
        return self.fields.get("content-type", "text/plain").partition(";")[0].strip().lower()


def read_mhtml(stream: Stream, origin: Origin, options: Options) -> Iterator[Row]:
    """One row: the first page in the message, or else its first text."""
    yield _message_row(stream.read_whole(LONGEST_PAGE, "page"), origin, options)


def _message_row(data: bytes, origin: Origin, options: Options) -> Row:
    fields, _ = _header(data, 0, len(data))
    if "mime-version" not in fields and "content-type" not in fields:
        raise DamageError("mime", "no MIME message")
    part = _choose(data)
    if not part.whole:
        raise DamageError("truncated", "the file ends within the page")
    body = _decode_transfer(part)
    declared = charset_of(part.fields.get("content-type", ""))
    address, warnings = _address(fields, part.fields)
    boundary = _boundary(fields)
    if boundary and b"\n--%b--" % boundary not in data:
        warnings += ("the file ends before its last part does",)
    if part.type in PAGES:
        return with_warnings(page_row(origin, None, body, options, declared, url=address), warnings)
    return with_warnings(text_row(origin, None, body, declared, url=address), warnings)


def _choose(data: bytes) -> _Part:
    text = None
    for part in _leaves(data):
        if part.type in PAGES:
            return part
        if part.type == "text/plain" and text is None:
            text = part
    if text is None:
        raise DamageError("no-text", "no part of the message is a page or a text")
    return text


def _address(message: dict[str, str], part: dict[str, str]) -> tuple[str | None, tuple[str, ...]]:
    places = (
        message.get("snapshot-content-location"),
        part.get("content-location"),
        message.get("content-location"),
    )
    return read_address(next((place for place in places if place and not place.startswith("cid:")), ""))


def _leaves(data: bytes) -> Iterator[_Part]:
    """The parts that have no parts, in order."""
    waiting = [(0, len(data), True, 0)]  # start, stop, whether it is whole, depth
    for _ in range(_MOST_PARTS):
        if not waiting:
            return
        start, stop, whole, depth = waiting.pop()
        fields, start = _header(data, start, stop)
        boundary = _boundary(fields)
        if boundary is None:
            yield _Part(fields, data[start:stop], whole)
        elif depth == _MOST_DEPTH:
            raise DamageError("mime", f"parts within parts, more than {_MOST_DEPTH} deep")
        else:
            parts = _split(data, start, stop, boundary, whole and depth > 0)
            waiting += [(*part, depth + 1) for part in reversed(parts)]
    raise DamageError("mime", f"more than {_MOST_PARTS} parts")


def _header(data: bytes, start: int, stop: int) -> tuple[dict[str, str], int]:
    """The fields of a message or part, and where its body begins."""
    if data[start : start + 1] == b"\n" or data[start : start + 2] == b"\r\n":
        return {}, data.index(b"\n", start) + 1
    end = _BLANK.search(data, start, min(stop, start + _MOST_HEADER))
    if not end:
        return read_fields(data[start : min(stop, start + _MOST_HEADER)]), stop
    return read_fields(data[start : end.start()]), end.end()


def _boundary(fields: dict[str, str]) -> bytes | None:
    type_ = fields.get("content-type", "")
    match = _BOUNDARY.search(type_) if type_.lower().startswith("multipart/") else None
    return (match[1] or match[2]).encode() if match else None


def _split(data: bytes, start: int, stop: int, boundary: bytes, whole: bool) -> list[tuple[int, int, bool]]:
    """Where the parts between boundaries are, and which are whole; ``whole``: the last one is anyway."""
    line = re.compile(rb"\n--" + re.escape(boundary) + rb"(--)?[ \t]*(?:\r?\n|\Z)")
    parts: list[tuple[int, int, bool]] = []
    found = line.search(data, max(0, start - 1), stop)
    while found and not found[1] and len(parts) < _MOST_PARTS:
        first = found.end()
        found = line.search(data, first - 1, stop)
        end = stop if found is None else found.start() - (data[found.start() - 1 : found.start()] == b"\r")
        parts.append((first, max(first, end), whole or found is not None))
    return parts


def _decode_transfer(part: _Part) -> bytes:
    encoding = part.fields.get("content-transfer-encoding", "").strip().lower()
    if encoding in ("", "7bit", "8bit", "binary"):
        return part.body
    if encoding == "quoted-printable":
        return binascii.a2b_qp(part.body)
    if encoding != "base64":
        raise DamageError("mime", f"encoded in a way that is not read: {one_line(encoding, 40)}")
    try:
        return binascii.a2b_base64(part.body)
    except binascii.Error as error:
        raise DamageError("corrupt", f"damaged base64 data: {error}") from error
