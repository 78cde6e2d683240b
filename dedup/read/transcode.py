"""Records in another encoding than UTF-8: the stream is turned into UTF-8 while it is read."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterator
from typing import NamedTuple

from dedup.read.decode import BOM, decode, find_encoding, mark_of
from dedup.read.opening import DamageError, Readable, Stream
from dedup.read.rows import Row, Trouble, with_warnings
from dedup.schema import DOCS

SAMPLE = 2**16  # bytes by which an encoding is known
_MOST_NULS = 0.2  # of the bytes of UTF-8
_NOT_ASCII = re.compile("[^\0-\x7f\ufffd]")
_LOST = "\ufffd"
_TEXT = DOCS.column_names.index("text")


class Decoded(NamedTuple):
    """A stream of UTF-8, its first bytes, and what its rows are warned of.

    ``encoding``: that of the data; null: UTF-8 already.
    """

    source: Readable
    head: bytes
    encoding: str | None
    warnings: tuple[str, ...]

    def warn(self, rows: Iterator[Row]) -> Iterator[Row]:
        """The rows with their warnings; a text in which characters are lost says how many."""
        if self.encoding is None:
            yield from rows
            return
        for row in rows:
            text = row[_TEXT]
            lost = text.count(_LOST) if isinstance(text, str) else 0
            damage = (f"damaged {self.encoding}: {lost} characters are lost",) if lost else ()
            yield with_warnings(row, (*self.warnings, *damage))


def as_utf8(stream: Stream, guess: bool) -> Decoded:
    """The stream as UTF-8: by its byte order mark or, with ``guess``, by what its beginning looks like."""
    head = stream.peek(SAMPLE)
    mark = mark_of(head)
    found = (mark[1], ()) if mark else _guess(head) if guess else None
    encoding, warnings = found or ("utf-8", ())
    if encoding == "utf-8":
        return Decoded(stream, head.removeprefix(BOM), None, ())
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head).removeprefix("\ufeff")
    return Decoded(_Transcoded(stream, encoding), text.encode(), encoding, warnings)


def _guess(head: bytes) -> tuple[str, tuple[str, ...]] | None:
    """The encoding of data without a mark. Of UTF-8 with damage here and there, the rest is read."""
    if head.count(0) > _MOST_NULS * len(head):
        whole = decode(head[: len(head) // 4 * 4])
        return None if isinstance(whole, Trouble) else (whole.encoding, whole.warnings)
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(head)
    odd = text.count(_LOST)
    if not odd or len(_NOT_ASCII.findall(text)) >= odd:
        return None
    found = find_encoding(head)
    return None if found and found[0].startswith("utf_16") else found  # that has NUL bytes


class _Transcoded:
    """Gives UTF-8; what can't be decoded as U+FFFD."""

    def __init__(self, source: Readable, encoding: str) -> None:
        self._source = source
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._ended = False

    def read(self, size: int) -> bytes:
        """The next bytes, of about ``size`` bytes of the source."""
        text = ""
        while not text and not self._ended:
            piece = self._source.read(size)
            self._ended = not piece
            text = self._decoder.decode(piece, final=self._ended)
        return text.encode("utf-8", "replace")


class Recoded:
    """A stream in another encoding as ``as_utf8`` gives it, and parts of that put back."""

    def __init__(self, source: Readable, encoding: str) -> None:
        self._encoding = encoding
        self._source = _Transcoded(_Told(source, given := hashlib.sha256()), encoding)
        self._given, self._again = given, hashlib.sha256()

    def read(self, size: int) -> bytes:
        """The next bytes, in UTF-8."""
        piece = self._source.read(size)
        self._again.update(self.encode(piece))
        return piece

    def encode(self, data: bytes) -> bytes:
        """Whole characters of it as they were given; ``DamageError`` if the encoding lacks one."""
        try:
            return data.decode().encode(self._encoding)
        except UnicodeEncodeError:
            raise self._lost() from None

    def check(self) -> None:
        """``DamageError`` if the whole stream, put back, is not what was given."""
        if self._again.digest() != self._given.digest():
            raise self._lost()

    def _lost(self) -> DamageError:
        return DamageError("encoding", f"what was read as {self._encoding} can't be put back into it")


class _Told:
    """A stream that tells a digest of what is read."""

    def __init__(self, source: Readable, digest: hashlib._Hash) -> None:
        self._source = source
        self._digest = digest

    def read(self, size: int) -> bytes:
        piece = self._source.read(size)
        self._digest.update(piece)
        return piece
