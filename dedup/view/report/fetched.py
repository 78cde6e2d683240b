"""Pairs with their texts, many at a time: each batch is looked up in one pass over the tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from markupsafe import Markup

from dedup.results.opened import Results, Row, Selector
from dedup.results.pair_batches import batch_pairs, letters_of
from dedup.view.report.texts import diff_rows
from dedup.view.sides import Side, Verdict, copied_shares, sides_of_pair, told_figures

_MOST_PAIRS = 8192  # of a batch; the more, the less often the same texts are read
_MOST_CHARACTERS = 48_000_000
LONGEST = 1_000_000  # characters of both texts: a book; no browser shows more as one table with ease


class Compared(NamedTuple):
    """A pair as it is shown.

    figures  how much the two share, on a line
    rows     None where the texts are too long for a page
    """

    row: Row
    sides: tuple[Side, Side]
    urls: tuple[str | None, str | None]
    figures: str
    rows: Markup | None

    @property
    def size(self) -> int:
        """Characters that it takes of a page, about."""
        return len(self.rows or "") + 3000


class _Fetched(Results):
    """RESULTS of which the rows of some pairs and of their articles are at hand."""

    def __init__(self, results: Results, pairs: Iterable[Row]) -> None:
        super().__init__(results.path, results.run)
        self._pairs = {str(row["pair"]): row for row in pairs}
        names = dict.fromkeys(row[side] for row in self._pairs.values() for side in ("left", "right"))
        self._articles = results.articles(names)
        self._evidence = results.evidence_of(names)

    def pair(self, selector: Selector) -> Row:
        return self._pairs[str(selector)]

    def articles(self, names: Iterable[str], columns: Sequence[str] | None = None) -> dict[str, Row]:
        return {name: self._articles[name] for name in names}

    def evidence_of(self, names: Iterable[str]) -> dict[str, list[Row]]:
        return {name: self._evidence[name] for name in names}


def compare_pairs(results: Results) -> Iterator[Compared]:
    """Every pair, in order of its number."""
    for batch in batch_pairs(results.rows("pairs"), _MOST_PAIRS, _MOST_CHARACTERS):
        fetched = _Fetched(results, batch)
        for row in batch:
            yield _compared(fetched, row)


def _compared(results: Results, row: Row) -> Compared:
    _, left, right = sides_of_pair(results, row["pair"])
    articles = results.articles([left.name, right.name])
    rows = None
    if letters_of(row) <= LONGEST:
        rows = diff_rows((left, right), row["spans"], row["kind"], row["passages"] or ())
    copied = copied_shares(left, right, row["kind"], row["passages"] or ())
    figures = told_figures(Verdict.of(row), copied)
    urls = articles[left.name]["url"], articles[right.name]["url"]
    return Compared(row, (left, right), urls, figures, rows)
