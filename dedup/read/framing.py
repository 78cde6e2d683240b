"""Archives of records one after the other, each a header that says how long the block after it is.

Damage costs the record that it is in, not those after it. Where a block doesn't end where its header
says, or no header stands where one must, the next header is looked for, and all that lies before it
is one trouble.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from dedup.read.html import LONGEST_PAGE
from dedup.read.opening import CHUNK, MEGABYTE, DamageError, Readable
from dedup.read.rows import Origin, Row, Trouble, skipped_row

MOST_HEADER = MEGABYTE  # bytes of one header
LONGEST_ADDRESS = 8192  # code points
_AHEAD = 2**15  # bytes that are looked at after a block; more than what a header is known by
_NEWLINES = b"\r\n"
_BLANK = re.compile(rb"[\r\n]+")
_FOLD = re.compile(rb"\r?\n[ \t]+")


class Header(NamedTuple):
    """The header of a record: its size and that of the block after it in bytes, and what it says.

    ``gap``: the newlines that stand after the block.
    """

    size: int
    length: int
    fields: dict[str, str]
    gap: bytes
    warnings: tuple[str, ...] = ()


class Record(NamedTuple):
    """A record that is whole; its block is null if that is too long to be held."""

    fields: dict[str, str]
    block: bytes | None
    warnings: tuple[str, ...]


class Cut(NamedTuple):
    """A record, or a trouble, and from where to where it stands, with the newlines after it."""

    start: int
    stop: int
    piece: Record | Trouble


class Window:
    """What was read of a stream and not yet given out. A damage is the end of it."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self._damage: Trouble | None = None
        self._read = 0
        self.held = bytearray()
        self.ended = False

    @property
    def is_damaged(self) -> bool:
        """Whether it ended with a damage that was not said yet."""
        return self._damage is not None

    @property
    def at(self) -> int:
        """Where in the stream that begins which is held."""
        return self._read - len(self.held)

    def fill(self, size: int) -> None:
        """Hold ``size`` bytes, or all that are left."""
        while len(self.held) < size and not self.ended:
            try:
                piece = self._stream.read(CHUNK)
            except DamageError as damage:
                self._damage, piece = damage.trouble, b""
            self.ended = not piece
            self._read += len(piece)
            self.held += piece

    def skip_newlines(self) -> bool:
        """Step over newlines; whether anything is left."""
        self.fill(1)
        while blank := _BLANK.match(self.held):
            del self.held[: blank.end()]
            self.fill(1)
        return bool(self.held)

    def lose(self, find: Callable[[bytearray, int], int], start: int) -> int:
        """Step over all before the next header that begins at ``start`` or later; gives how much it was."""
        lost = 0
        while (at := find(self.held, start)) < 0 and not self.ended:
            surplus = max(0, len(self.held) - _AHEAD)
            del self.held[:surplus]
            lost, start = lost + surplus, max(0, start - surplus)
            self.fill(len(self.held) + CHUNK)
        at = at if at >= 0 else len(self.held)
        del self.held[:at]
        return lost + at

    def cut_short(self, message: str) -> Trouble:
        """Leave out what is held, for the data end in it; the trouble is the damage if that is why."""
        self.held.clear()
        damage, self._damage = self._damage, None
        return damage or Trouble("truncated", message)


class Style(NamedTuple):
    """How the headers of a kind of archive look.

    begins  whether a header begins at a place
    find    where the first one begins at a place or after it, but not at 0; -1: nowhere
    read    the header at the beginning; null: none begins there
    counts  whether a record has a number
    """

    name: str
    begins: Callable[[bytearray, int], bool]
    find: Callable[[bytearray, int], int]
    read: Callable[[Window], Header | Trouble | None]
    counts: Callable[[Record], bool]


def cut_records(stream: Readable, style: Style) -> Iterator[tuple[int | None, Cut]]:
    """The records in order, and in their places the troubles; those that count with their number, from 1."""
    window, number = Window(stream), 0
    more = window.skip_newlines()
    while more:
        start = window.at
        piece = _next_piece(window, style)
        more = window.skip_newlines()
        counted = isinstance(piece, Trouble) or style.counts(piece)
        number += counted
        yield number if counted else None, Cut(start, window.at, piece)
    if window.is_damaged:
        yield number + 1, Cut(window.at, window.at, window.cut_short(""))


def _next_piece(window: Window, style: Style) -> Record | Trouble:
    header = style.read(window)
    if header is None:
        return Trouble("corrupt", f"{window.lose(style.find, 1)} bytes that are no {style.name} record")
    if isinstance(header, Trouble):
        window.lose(style.find, 1)
        return header
    return (_step_over if header.length > LONGEST_PAGE else _take)(window, header, style)


def record_rows(
    stream: Readable, style: Style, origin: Origin, row_of: Callable[[Record, int], Row]
) -> Iterator[Row]:
    """A row a record that counts, by its number, and a row a place that is no record."""
    number = None
    for number, cut in ((number, cut) for number, cut in cut_records(stream, style) if number):
        piece = cut.piece
        yield skipped_row(origin, number, piece) if isinstance(piece, Trouble) else row_of(piece, number)
    if number is None:
        yield skipped_row(origin, None, Trouble("empty", "no record of a page or a text"))


def _take(window: Window, header: Header, style: Style) -> Record | Trouble:
    """The record whose header was read, if its block ends where it must."""
    held, end = window.held, header.size + header.length
    window.fill(end + _AHEAD)
    if len(held) < end:
        at = style.find(held, header.size)
        if at < 0:
            return window.cut_short(f"{end - len(held)} bytes of the record are missing")
        del held[:at]
        return _wrong_length(header, at - header.size)
    after = held[end : end + _AHEAD]
    rest = len(after.lstrip(_NEWLINES))
    if not after.startswith(header.gap):
        at = style.find(held, header.size)
        if 0 <= at < end or (rest and not style.begins(held, end + len(after) - rest)):
            return _wrong_length(header, window.lose(style.find, header.size) - header.size)
    warnings = header.warnings
    if not rest and window.is_damaged:
        warnings += ("the data are damaged right after this record",)
    elif len(after) < len(header.gap):
        warnings += ("the file ends without the newlines after this record",)
    block = bytes(memoryview(held)[header.size : end])
    del held[:end]
    return Record(header.fields, block, warnings)


def _step_over(window: Window, header: Header, style: Style) -> Record | Trouble:
    """A record whose block is too long to be held.

    There is no way back to what was stepped over, so a header in it is the next record's.
    """
    held, start = window.held, header.size
    left = header.size + header.length
    while left:
        window.fill(header.size + 2 * _AHEAD)
        if not held:
            return window.cut_short(f"{left} bytes of the record are missing")
        at = style.find(held, start)
        if 0 <= at < left:
            del held[:at]
            return _wrong_length(header, header.length - (left - at))
        size = min(left, len(held) if window.ended else len(held) - _AHEAD)
        del held[:size]
        start, left = 0, left - size
    return Record(header.fields, None, header.warnings)


def _wrong_length(header: Header, found: int) -> Trouble:
    return Trouble("corrupt", f"said to be {header.length} bytes long; what is next begins after {found}")


def read_fields(data: bytes | bytearray) -> dict[str, str]:
    """The fields of a header, by their names in lower case; the first of a name counts.

    Lines without a colon are left out.
    """
    fields: dict[str, str] = {}
    for line in _FOLD.sub(b" ", data).split(b"\n"):
        name, colon, value = line.partition(b":")
        if colon:
            fields.setdefault(
                name.decode("latin-1").strip().lower(), value.decode("utf-8", "replace").strip()
            )
    return fields


def read_address(value: str) -> tuple[str | None, tuple[str, ...]]:
    """The address that a record has, and a warning if it is too long for one."""
    value = value.strip().removeprefix("<").removesuffix(">")
    if len(value) > LONGEST_ADDRESS:
        return None, (f"an address of more than {LONGEST_ADDRESS} characters was left out",)
    return value or None, ()
