"""CSV and TSV with a header: a record a row; ``record`` counts rows without the header.

A row that can't be taken apart, or with more or fewer fields than the header, is skipped:
joining or cutting it would make an article that nobody wrote.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from dedup.options import Options
from dedup.read.decode import BOM
from dedup.read.fields import find_columns, no_text_column
from dedup.read.lines import cut_lines
from dedup.read.opening import MEGABYTE, Readable, Stream
from dedup.read.record import record_row
from dedup.read.rows import Origin, Row, Trouble, skipped_row
from dedup.read.text import not_utf8
from dedup.read.transcode import as_utf8

_LONGEST_FIELD = 16 * MEGABYTE  # code points: 64 MB while the field is put together
_REREAD = 64 * MEGABYTE  # code points of a file that are read again after quotes left open
_DELIMITERS = ",;\t|"
_USUAL = {"csv": ",", "tsv": "\t"}
_EXCEL = re.compile(r'"?sep=([^\w\s"]|\t)"?[\r\n]*', re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*(?:"|$)')


def read_csv(stream: Stream, origin: Origin, options: Options) -> Iterator[Row]:
    """A row a record, one more if the file is damaged; only one if it has no text column."""
    decoded = as_utf8(stream, guess=True)
    return decoded.warn(_read_table(cut_rows(decoded.source, "csv"), origin, options))


def read_tsv(stream: Stream, origin: Origin, options: Options) -> Iterator[Row]:
    """``read_csv`` with tabs between the fields."""
    decoded = as_utf8(stream, guess=True)
    return decoded.warn(_read_table(cut_rows(decoded.source, "tsv"), origin, options))


class CutRow(NamedTuple):
    """The fields of a row, or why there are none, and from where to where it stands, with its end of line."""

    start: int
    stop: int
    fields: list[str] | Trouble


def cut_rows(stream: Readable, format_: str) -> Iterator[CutRow]:
    """The rows of a stream of UTF-8: the header, then the records in order. Blank lines are none."""
    lines = _Lines(stream)
    return _rows(lines, lines.find_delimiter(_USUAL[format_]))


def _read_table(rows: Iterator[CutRow], origin: Origin, options: Options) -> Iterator[Row]:
    first = next(rows, None)
    if first is None:
        return
    header = first.fields
    if isinstance(header, Trouble):
        yield skipped_row(origin, None, header)
        return
    columns = find_columns(header, options)
    if columns.text is None:
        yield skipped_row(origin, None, no_text_column(header, options, "table"))
        return
    places = [None if name is None else header.index(name) for name in columns.kinds]
    for record, (_, _, row) in enumerate(rows, 1):
        if isinstance(row, Trouble):
            yield skipped_row(origin, record, row)
        elif len(row) < len(header) or any(row[len(header) :]):
            fields = f"{len(row)} field{'s' if len(row) != 1 else ''}"
            message = f"a row of {fields}; the header has {len(header)}"
            yield skipped_row(origin, record, Trouble("csv", message))
        else:
            values = [None if place is None else row[place] for place in places]
            yield record_row(origin, record, values, columns.warnings, options)


def _rows(lines: _Lines, delimiter: str) -> Iterator[CutRow]:
    csv.field_size_limit(_LONGEST_FIELD)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.begin_row()
        try:
            row = next(reader, None)
        except csv.Error as error:
            lines.keep_first()
            yield CutRow(*lines.span(), lines.take_trouble() or Trouble("csv", f"no row: {error}"))
            continue
        trouble = lines.take_trouble()
        if trouble:
            yield CutRow(*lines.span(), trouble)
        if row is None:
            break
        if row and not trouble:
            yield CutRow(*lines.span(), row)


# A line with its end, what is wrong with it, and from where to where it stands; an unreadable one is of no
# row. A plain tuple, for there are many.
_Line: TypeAlias = tuple[str, Trouble | None, int, int]


class _Lines:
    """Lines for the CSV reader. Remembers those of the row in work, and what was wrong with them."""

    def __init__(self, stream: Readable) -> None:
        self._source = _decoded_lines(stream)
        self._again: deque[_Line] = deque()
        self._row: list[_Line] = []
        self._reread = _REREAD

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._source)
        self._row.append(line)
        return line[0]

    def find_delimiter(self, usual: str) -> str:
        """What stands between the fields: Excel's own line says it, which is none of the lines then.

        Otherwise what cuts the header into the most fields.
        """
        for line in self._source:
            text, trouble, _, _ = line
            if text.isspace() and not trouble:
                continue
            if told := _EXCEL.fullmatch(text):
                return str(told[1])
            self._again.append(line)
            bare = _QUOTED.sub("", text)
            return str(max((usual, *_DELIMITERS), key=bare.count))
        return usual

    def begin_row(self) -> None:
        self._row = []

    def take_trouble(self) -> Trouble | None:
        """What was wrong with a line of the row."""
        return next((line[1] for line in self._row if line[1]), None)

    def span(self) -> tuple[int, int]:
        """From where to where the row stands."""
        return self._row[0][2], self._row[-1][3]

    def keep_first(self) -> None:
        """Leave only the first line to the row that failed, and read its other lines again.

        A quote that is never closed would otherwise take the rows after it along.
        """
        others = self._row[1:]
        self._reread -= sum(len(text) for text, *_ in others)
        if self._reread >= 0:
            self._again.extendleft(reversed(others))
            del self._row[1:]


def _decoded_lines(stream: Readable) -> Iterator[_Line]:
    for block in cut_lines(stream):
        start = block.start
        if block.trouble:
            yield "\n", block.trouble, start, start
        data = block.data.removeprefix(BOM) if block.first == 1 else block.data
        start += len(block.data) - len(data)
        for line in data.splitlines(keepends=True):
            text, trouble = _decode(line)
            stop = start + len(line)
            yield text, trouble, start, stop
            start = stop


def _decode(line: bytes | bytearray) -> tuple[str, Trouble | None]:
    try:
        return line.decode(), Trouble("csv", "a NUL byte in the row") if 0 in line else None
    except UnicodeDecodeError as error:
        # Decoded all the same: its quotes and ends of line decide where the next row begins.
        return line.decode("utf-8", "replace"), not_utf8(error)
