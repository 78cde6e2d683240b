"""A user's own swaps: a tab-separated file of what a spinner puts for what a writer wrote.

The first line names the columns: ``natural`` and ``spun``, and if wanted ``class``, ``family``
and ``weight``, as in ``data/swaps.tsv``. Class ``a``, the default, says: words with a meaning,
as written. Blank lines and lines that begin with ``#`` say nothing.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from dedup.errors import UsageError
from dedup.spun.inflect import forms
from dedup.spun.lexicon import Lexicon, Phrase, Row, shipped, words_of
from dedup.spun.patterns import count_spun
from dedup.spun.swap_table import LONGEST
from dedup.text.words import split_text

COLUMNS = ("natural", "spun", "class", "family", "weight")
CLASSES = ("v", "n", "a", "f")
MOST_BYTES = 10 * 2**20
MOST_ROWS = 20_000
MOST_ALIKE = 100  # swaps of one natural or one spun phrase
MOST_SPUN = 300_000  # word sequences that all swaps together make of common ones
LONGEST_NATURAL = 10  # words
LONGEST_CELL = 100  # code points
HEAVIEST = 5.0

_GIVEN = {"class": "a", "family": "own", "weight": "1.2"}  # where the file says nothing
_NUMBER = re.compile(r"[0-9]{1,10}(\.[0-9]{0,20})?|\.[0-9]{1,20}")
_CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f]")
_SHOWN = 40  # code points of a cell that an error shows


def read_own_rows(path: str) -> tuple[Row, ...]:
    """The distinct swaps of a file, sorted. ``UsageError`` says what is wrong in which line."""
    header: Sequence[str] = ()
    rows: set[Row] = set()
    alike: Counter[tuple[str, str]] = Counter()
    for number, line in enumerate(_read(path).removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        try:
            cells = _cells(line.removesuffix(b"\r"))
            if cells and header:
                row = _row(header, cells)
                if row not in rows:
                    rows.add(row)
                    _count(row, alike, len(rows))
            elif cells:
                header = _header(cells)
        except ValueError as error:
            raise UsageError(f"{path}, line {number}: {error}") from None
    if not header:
        raise UsageError(f"{path}, line 1: there is no header; it names the columns natural and spun")
    found = tuple(sorted(rows))
    if count_spun(shipped().with_rows(found).swaps) > MOST_SPUN:
        raise UsageError(f"{path}: too many of the swaps are of the commonest words")
    return found


@functools.cache
def own_lexicon(rows: tuple[Row, ...]) -> Lexicon | None:
    """The shipped lexicon with some more swaps, one for each content; None if there are none."""
    return shipped().with_rows(rows) if rows else None


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from None
    except ValueError as error:  # no name that a file can have
        raise UsageError(f"{path!r} can't be the name of a file: {error}") from None
    if len(data) > MOST_BYTES:
        raise UsageError(f"{path}: more than {MOST_BYTES // 2**20} MB; a lexicon is smaller")
    return data


def _cells(line: bytes) -> list[str]:
    """The cells of a line; none of a line that says nothing."""
    try:
        text = line.decode()
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None
    if text.startswith("#") or not text.strip(" \t"):
        return []
    if found := _CONTROL.search(text):
        raise ValueError(f"holds the control character {found[0]!r}")
    return [cell.strip() for cell in text.split("\t")]


def _header(cells: Sequence[str]) -> Sequence[str]:
    for name in cells:
        if name not in COLUMNS:
            raise ValueError(f"{_shown(name)} is none of the columns {', '.join(COLUMNS)}, parted by tabs")
        if cells.count(name) > 1:
            raise ValueError(f"two columns {name}")
    for name in COLUMNS[:2]:
        if name not in cells:
            raise ValueError(f"no column {name}; the first line names the columns, parted by tabs")
    return cells


def _row(header: Sequence[str], cells: Sequence[str]) -> Row:
    if len(cells) > len(header):
        raise ValueError(f"{len(cells)} fields, but the header names {len(header)} columns")
    for cell in cells:
        if len(cell) > LONGEST_CELL:
            raise ValueError(f"{_shown(cell)} has more than {LONGEST_CELL} characters")
    said = dict(zip(header, cells, strict=False))
    values: Mapping[str, str] = _GIVEN | {name: cell for name, cell in said.items() if cell}
    kind, family = values["class"], values["family"]
    if kind not in CLASSES:
        raise ValueError(f"class {_shown(kind)} is none of {', '.join(CLASSES)}")
    natural = _phrase(values, "natural", kind, LONGEST_NATURAL)
    spun = _phrase(values, "spun", kind, LONGEST)
    if natural == spun:
        raise ValueError(f"natural and spun are the same: {_shown(natural)}")
    return natural, spun, kind, family, _weight(values["weight"])


def _phrase(values: Mapping[str, str], name: str, kind: str, longest: int) -> str:
    """A phrase as the lexicon has it: its folded words with single spaces."""
    if name not in values:
        raise ValueError(f"no {name} phrase")
    words = _folded(values[name])
    if not words:
        raise ValueError(f"the {name} phrase {_shown(values[name])} has no word")
    if len(words) > longest:
        raise ValueError(f"the {name} phrase {_shown(values[name])} has more than {longest} words")
    phrase = " ".join(words)
    if len(phrase) > LONGEST_CELL:  # some letters are longer when they are folded
        raise ValueError(f"{_shown(phrase)} has more than {LONGEST_CELL} characters")
    if any(words_of(form) != _folded(form) for form in forms(phrase, kind)):
        raise ValueError(f"the {name} phrase {_shown(values[name])} is in letters that swaps can't be in")
    return phrase


def _folded(phrase: str) -> Phrase:
    """The words of a phrase as articles are split into words; accents on their letters."""
    if phrase.isascii():
        return words_of(phrase)
    folded = split_text(phrase).folded.tobytes().decode("utf-8", "replace")
    return tuple(unicodedata.normalize("NFC", folded).split(" "))[:-1]


def _weight(cell: str) -> str:
    if not _NUMBER.fullmatch(cell) or float(cell) > HEAVIEST:
        raise ValueError(f"weight {_shown(cell)} is no number from 0 to {HEAVIEST:g}")
    return str(float(cell))


def _count(row: Row, alike: Counter[tuple[str, str]], rows: int) -> None:
    """Limits to what takes longer than in proportion."""
    if rows > MOST_ROWS:
        raise ValueError(f"more than {MOST_ROWS} swaps")
    for name, phrase in _sides(row):
        alike[name, phrase] += 1
        if alike[name, phrase] > MOST_ALIKE:
            raise ValueError(f"more than {MOST_ALIKE} swaps whose {name} phrase is {_shown(phrase)}")


def _sides(row: Row) -> Iterator[tuple[str, str]]:
    return zip(COLUMNS[:2], row[:2], strict=True)


def _shown(cell: str) -> str:
    return repr(cell if len(cell) <= _SHOWN else cell[:_SHOWN] + "…")
