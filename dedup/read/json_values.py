"""The records in a stream of JSON, one after the other, whatever stands around them.

A stream is an array of records, or records one after the other. Only brackets and quotes are
looked at, so what is given may be no JSON: its parser says so. Memory is bounded by the longest
record, and time by the length of the stream.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from dedup.read.decode import BOM
from dedup.read.lines import LONGEST
from dedup.read.opening import CHUNK, DamageError, Readable, too_large
from dedup.read.rows import Trouble

_BETWEEN = re.compile(rb"[\s,\x1e]*+")  # of JSON text sequences, each record begins with 0x1e
_STRAY = re.compile(rb"[^\[{]*+")
_STRAY_IN_ARRAY = re.compile(rb"[^,\[\]{]*+")
_INSIDE = re.compile(rb'[^"{}\[\]]*+')
_OPENING = re.compile(rb"[\[{]++")
_CLOSING = re.compile(rb"[\]}]++")
_NEWLINE, _BACKSLASH = b"\n\\"
_LONGEST_STRAY = 1000  # bytes of it that are kept
_LONGEST_INDENT = 64
_LINE = 2 * _LONGEST_INDENT  # bytes before a value that are looked at

_CUT = Trouble("truncated", "the file ends inside a record")
_OPEN = Trouble("truncated", "the file ends before its array does")
_BROKEN = Trouble("json", "no JSON: a line ends inside a string; read on where the next record begins")


class Value(NamedTuple):
    """A record by its number, from 1: its bytes, or why they are not given.

    ``start`` and ``stop``: where it stands in the stream; ``stop`` is 0 if its end was not found.
    ``group``: another number for what stands in another array, or before or after one.
    """

    number: int
    data: bytes
    trouble: Trouble | None = None
    start: int = 0
    stop: int = 0
    group: int = 0


def split_values(stream: Readable, longest: int = LONGEST) -> Iterator[Value]:
    """The elements of the arrays in a stream, and what stands outside of arrays.

    What is neither an object nor an array nor a string is given up to where one of these
    begins. One of more than ``longest`` bytes is a trouble and never held. A record in which a
    line ends inside a string is broken; the next one begins in a line that looks like its first.
    """
    splitter = _Splitter(longest)
    try:
        while chunk := stream.read(CHUNK):
            yield from splitter.feed(chunk)
    except DamageError as damage:
        yield Value(splitter.count + 1, b"", damage.trouble)
        return
    yield from splitter.end()


class _Splitter:
    """Is fed chunks; each state is a method that goes on at ``_at`` and gives a value if one is whole."""

    def __init__(self, longest: int) -> None:
        self.count = 0
        self._longest = longest
        self._step = self._between
        self._chunk = b""
        self._at = 0
        self._begin = 0  # of the value, in the chunk
        self._held: list[bytes] = []  # of the value, from chunks before
        self._length = 0  # of what is held, or would be
        self._depth = 0
        self._in_array = False
        self._group = 0
        self._before = 0  # bytes of the stream before the chunk
        self._start_of = 0  # of the value, in the stream
        self._escaped = False  # whether the chunk before ended with a backslash
        self._line = b""  # what stands in the line before the value
        self._next = b""  # what the next value begins with, after a broken one

    def feed(self, chunk: bytes) -> Iterator[Value]:
        if self.count == 0 and self._step == self._between:
            self._before += len(BOM) * chunk.startswith(BOM)
            chunk = chunk.removeprefix(BOM)
        self._chunk, self._at, self._begin = chunk, 0, 0
        while self._at < len(self._chunk):
            value = self._step()
            if value:
                yield value
        if self._step in (self._between, self._resync, self._stray):
            self._line = (self._line + self._chunk[-_LINE:])[-_LINE:]
        if self._step not in (self._between, self._resync):
            self._hold(len(self._chunk))
        self._before += len(self._chunk)

    def end(self) -> Iterator[Value]:
        """What is left at the end of the stream."""
        if self._step == self._stray:
            yield self._whole(0)
        elif self._step not in (self._between, self._resync):
            yield self._number(b"", _CUT)
            return
        if self._in_array and self._step != self._resync:
            yield self._number(b"", _OPEN)

    def _between(self) -> Value | None:
        at = self._at = _end(_BETWEEN, self._chunk, self._at)
        if at == len(self._chunk):
            return None
        byte = self._chunk[at : at + 1]
        if byte == (b"]" if self._in_array else b"["):
            self._in_array = not self._in_array
            self._group += 1
            self._at += 1
        elif byte in b'[{"':
            self._start()
            self._depth = 0
            self._step = self._string if byte == b'"' else self._inside
            self._at += byte == b'"'
        else:
            self._start()
            self._step = self._stray
            self._at += 1
        return None

    def _start(self) -> None:
        """A value begins here."""
        self._begin = self._at
        self._start_of = self._before + self._at
        before = self._line + self._chunk[max(0, self._at - _LINE) : self._at]
        self._line = b""
        indent = before[before.rfind(b"\n") + 1 :]
        self._next = b"\n" + (indent if len(indent) <= _LONGEST_INDENT and not indent.strip() else b"") + b"{"

    def _inside(self) -> Value | None:
        at = self._at = _skip_strings(self._chunk, self._at)
        byte = self._chunk[at : at + 1]
        if byte == b'"':
            self._at += 1
            self._step = self._string
        elif byte in (b"{", b"["):
            self._at = _end(_OPENING, self._chunk, at)
            self._depth += self._at - at
        elif byte:
            end = _end(_CLOSING, self._chunk, at)
            self._at = min(end, at + self._depth)
            self._depth -= self._at - at
            if not self._depth:
                return self._whole(self._at)
        return None

    def _string(self) -> Value | None:
        chunk, at = self._chunk, self._at
        if self._escaped:
            self._escaped = False
            at += chunk[at] != _NEWLINE
        while True:
            quote = chunk.find(b'"', at)
            end = quote if quote >= 0 else len(chunk)
            newline = chunk.find(b"\n", at, end)
            if newline >= 0:
                return self._break_off(newline)
            self._escaped = _is_escaped(chunk, at, end)
            if quote < 0:
                self._at = end
                return None
            at = quote + 1
            if not self._escaped:
                break
        self._escaped = False
        self._at = at
        self._step = self._inside
        return None if self._depth else self._whole(at)

    def _stray(self) -> Value | None:
        pattern = _STRAY_IN_ARRAY if self._in_array else _STRAY
        self._at = _end(pattern, self._chunk, self._at)
        return self._whole(self._at) if self._at < len(self._chunk) else None

    def _resync(self) -> Value | None:
        """After a broken value: go to where a line begins as the line of that value did."""
        last = len(self._next) - 1
        tail = b"" if self._at else self._line[-last:]  # of the chunk before
        found = (tail + self._chunk[:last]).find(self._next) - len(tail) if tail else -1
        if found < -len(tail) or not tail:
            found = self._chunk.find(self._next, self._at)
            if found < 0:
                self._at = len(self._chunk)
                return None
        self._at = found + last
        self._step = self._between
        return None

    def _break_off(self, newline: int) -> Value:
        self._at = newline
        self._escaped = False
        self._drop()
        self._step = self._resync
        return self._number(b"", _BROKEN)

    def _hold(self, end: int) -> None:
        """Keep what the chunk has of the value."""
        piece = self._chunk[self._begin : end]
        if self._step == self._stray:
            piece = piece[: max(0, _LONGEST_STRAY - self._length)]
        self._length += len(piece)
        if self._length > self._longest:
            self._held.clear()
            return
        if piece:
            self._held.append(piece)

    def _whole(self, end: int) -> Value:
        """The value, which ends here."""
        self._hold(end)
        is_stray = self._step == self._stray
        data, length = b"".join(self._held), self._length
        stop = self._before + end
        self._drop()
        self._step = self._between
        if is_stray:
            return self._number(data.strip(), stop=stop)
        if length > self._longest:
            return self._number(b"", too_large("record", self._longest), stop)
        return self._number(data, stop=stop)

    def _drop(self) -> None:
        self._held, self._length, self._begin = [], 0, self._at

    def _number(self, data: bytes, trouble: Trouble | None = None, stop: int = 0) -> Value:
        self.count += 1
        return Value(self.count, data, trouble, self._start_of, stop, self._group)


def _end(pattern: re.Pattern[bytes], data: bytes, at: int) -> int:
    match = pattern.match(data, at)
    assert match
    return match.end()


def _skip_strings(chunk: bytes, at: int) -> int:
    """The next bracket, or the next string with a quote or a newline in it or without its end."""
    match, find = _INSIDE.match, chunk.find
    while True:
        at = match(chunk, at).end()  # type: ignore[union-attr]
        if chunk[at : at + 1] != b'"':
            return at
        quote = find(b'"', at + 1)
        if quote < 0 or chunk[quote - 1] == _BACKSLASH or find(b"\n", at, quote) >= 0:
            return at
        at = quote + 1


def _is_escaped(chunk: bytes, begin: int, end: int) -> bool:
    """Whether what stands at the end of a part of a string has a backslash before it that counts."""
    before = end
    while before > begin and chunk[before - 1] == _BACKSLASH:
        before -= 1
    return (end - before) % 2 == 1
