"""What a server sent: an HTTP response, or a payload of a type; page and text become articles."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from typing import NamedTuple

import pyarrow as pa

from dedup.options import Options
from dedup.read.formats import HEAD, recognise
from dedup.read.framing import MOST_HEADER, read_fields
from dedup.read.html import LONGEST_PAGE, page_row
from dedup.read.opening import BOMB_RATIO, CHUNK, MOST_LAYERS, DamageError, too_large
from dedup.read.rows import Origin, Row, Trouble, one_line, skipped_row, with_warnings
from dedup.read.text import text_row

_STATUS = re.compile(rb"HTTP/\d[\d.]{0,5}[ \t]+(\d{3})(?!\d)")
_BLANK = re.compile(rb"\r?\n\r?\n")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.I)
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,4096})?\r?\n")
_MOST_CHUNKS = 2**20
_MOST_MEMBERS = 100
PAGES = {"text/html", "application/xhtml+xml"}
_UNTOLD = {"", "application/octet-stream", "application/xml", "text/xml"}  # may be a page
_AS_IT_IS = {"", "identity", "none"}
_INFLATED = {"gzip", "x-gzip", "deflate"}
_CODECS = {"zstd": "zstd", "br": "brotli"}


class Target(NamedTuple):
    """What is known of a response from outside it, and where its row goes."""

    origin: Origin
    record: int
    address: str | None
    options: Options
    warnings: tuple[str, ...]

    def skip(self, reason: str, message: str) -> Row:
        """The row of what is not read."""
        return skipped_row(self.origin, self.record, Trouble(reason, message))


def response_row(target: Target, block: bytes) -> Row:
    """The row of an HTTP response."""
    status = _STATUS.match(block)
    if not status:
        return target.skip("http", f"no HTTP response: {one_line(block[:40].decode('latin-1'), 60)}")
    code = status[1].decode()
    if not code.startswith("2"):
        return target.skip("status", f"HTTP status {code}")
    end = _BLANK.search(block, 0, MOST_HEADER)
    if not end:
        return target.skip("http", "HTTP headers without end")
    fields = read_fields(block[: end.start()])
    try:
        body, warnings = _undo(block[end.end() :], fields)
    except DamageError as damage:
        return skipped_row(target.origin, target.record, damage.trouble)
    target = target._replace(warnings=(*target.warnings, *warnings))
    return payload_row(target, body, fields.get("content-type", ""))


def payload_row(target: Target, data: bytes, type_: str) -> Row:
    """The row of a payload, by its type as declared; without one, by its first bytes."""
    name = re.split("[;,]", type_, maxsplit=1)[0].strip().lower()
    plain = name in ("", "text/plain")
    found = recognise(data[:HEAD], "a.html" if name in PAGES else "")
    if not data or data.isspace():
        return target.skip("empty", "no content")
    if found == "html" and (plain or name in PAGES | _UNTOLD):
        return _page_row(target, data, type_)
    if isinstance(found, Trouble) and (plain or name in PAGES | _UNTOLD):
        return skipped_row(target.origin, target.record, found)
    if name == "text/plain" or (not name and found == "text"):
        return conversion_row(target, data, type_)
    return target.skip("format", f"not a format that is read: {one_line(name or str(found), 80)}")


def conversion_row(target: Target, data: bytes, type_: str) -> Row:
    """The row of plain text."""
    address = target.address
    row = text_row(target.origin, target.record, data, charset_of(type_), id_=address, url=address)
    return with_warnings(row, target.warnings)


def _page_row(target: Target, data: bytes, type_: str) -> Row:
    address = target.address
    row = page_row(
        target.origin, target.record, data, target.options, charset_of(type_), id_=address, url=address
    )
    return with_warnings(row, target.warnings)


def charset_of(type_: str) -> str | None:
    """The encoding that a content type declares."""
    match = _CHARSET.search(type_)
    return match[1] if match else None


def _undo(body: bytes, fields: dict[str, str]) -> tuple[bytes, tuple[str, ...]]:
    """The body as it was before it was sent; ``DamageError`` if that can't be found out."""
    chunked = "chunked" in fields.get("transfer-encoding", "").lower()
    named = fields.get("content-encoding", "")[:200].lower().split(",")
    names = [name.strip() for name in named if name.strip() not in _AS_IT_IS]
    if (chunked or names) and recognise(body[:HEAD], "") == "html":
        return body, ("its headers say that it is chunked or compressed, and it isn't",)
    if len(names) > MOST_LAYERS:
        raise DamageError("bomb", f"compressed more than {MOST_LAYERS} times")
    declared = fields.get("content-length", "")
    if not chunked and declared.isdecimal() and len(declared) < 19 and int(declared) > len(body) > 0:
        warnings: tuple[str, ...] = ("it is shorter than its headers say",)
    else:
        warnings = ()
    if chunked:
        body = _join_chunks(body)
    for name in reversed(names):
        body = _unpack(body, name) if body else body
    return body, warnings


def _join_chunks(body: bytes) -> bytes:
    joined = bytearray()
    at = 0
    for _ in range(_MOST_CHUNKS):
        size = _CHUNK_SIZE.match(body, at)
        if not size:
            if at == len(body) and at:
                break
            raise DamageError("http", f"no size of a chunk: {one_line(repr(body[at : at + 20]), 80)}")
        start, length = size.end(), int(size[1], 16)
        if not length:
            return bytes(joined)
        at = start + length
        if at > len(body):
            break
        joined += memoryview(body)[start:at]
        at += 2 if body[at : at + 2] == b"\r\n" else body[at : at + 1] == b"\n"
    else:
        raise DamageError("http", f"more than {_MOST_CHUNKS} chunks")
    raise DamageError("truncated", "the last of its chunks is missing")


def _unpack(body: bytes, name: str) -> bytes:
    """A body unpacked, which is bounded."""
    if name in _INFLATED:
        pieces = _inflate(body)
    elif name in _CODECS:
        pieces = _decompress(body, _CODECS[name])
    else:
        raise DamageError("http", f"compressed in a way that is not read: {one_line(name, 40)}")
    whole = bytearray()
    try:
        for piece in pieces:
            whole += piece
            if len(whole) > LONGEST_PAGE:
                if BOMB_RATIO * len(body) < LONGEST_PAGE:
                    raise DamageError("bomb", f"unpacks to more than {BOMB_RATIO} times its size")
                raise DamageError(*too_large("page", LONGEST_PAGE))
    except EOFError:
        raise DamageError("truncated", f"its {name} data end too early") from None
    except (zlib.error, OSError, pa.ArrowException) as error:
        reason = "truncated" if "truncated" in str(error).lower() else "corrupt"
        raise DamageError(reason, f"damaged {name} data: {error}") from error
    return bytes(whole)


def _inflate(body: bytes) -> Iterator[bytes]:
    """Members of gzip or zlib data, or deflated data that have no header, as some servers send them."""
    headed = body.startswith(b"\x1f\x8b") or (body[0] & 15 == 8 and int.from_bytes(body[:2]) % 31 == 0)
    bits = 47 if headed else -15
    for _ in range(_MOST_MEMBERS):
        decoder = zlib.decompressobj(bits)
        piece = decoder.decompress(body, LONGEST_PAGE + 1)
        yield piece
        if not decoder.eof and len(piece) <= LONGEST_PAGE:
            raise EOFError
        body = decoder.unused_data
        if not body.startswith(b"\x1f\x8b"):
            return  # what comes after the data no browser reads
    raise DamageError("http", f"more than {_MOST_MEMBERS} gzip members")


def _decompress(body: bytes, codec: str) -> Iterator[bytes]:
    stream = pa.CompressedInputStream(io.BytesIO(body), codec)
    while piece := stream.read(CHUNK):
        yield piece
