"""Swaps that recur in RESULTS: a table to review, or lines to cut into a lexicon."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table

from dedup.results.opened import Row
from dedup.spun.learn import Learned
from dedup.view import phrases
from dedup.view.parts import plain
from dedup.view.safe import safe

COLUMNS = ("natural", "spun", "class", "family", "weight", "pairs", "sources")


def learned_tsv(found: Iterable[Learned]) -> Iterator[str]:
    """Lines with a header; the first five columns are those of swaps.tsv."""
    yield "\t".join(COLUMNS)
    for one in found:
        cells = (one.natural, one.spun, one.kind, one.family, f"{one.weight:g}", one.pairs, one.sources)
        yield "\t".join(_cell(cell) for cell in cells)


def learned_json(found: Iterable[Learned]) -> Iterator[Row]:
    """The same as plain values, with the number of contexts."""
    for one in found:
        row = one._asdict()
        yield {("class" if name == "kind" else name): value for name, value in row.items()}


def render_learned(found: Sequence[Learned]) -> RenderableType:
    """A table on a terminal."""
    table = Table(box=None, pad_edge=False, header_style="label", padding=(0, 2, 0, 0))
    for title in ("natural", "spun"):
        table.add_column(title, overflow="fold")
    for title in ("class", "family"):
        table.add_column(title, no_wrap=True, style="note")
    for title in ("weight", "pairs", "sources", "contexts"):
        table.add_column(title, justify="right", no_wrap=True)
    for one in found:
        figures = (phrases.number(figure) for figure in (one.pairs, one.sources, one.contexts))
        words = plain(one.natural, "natural"), plain(one.spun, "spun")
        table.add_row(*words, plain(one.kind), plain(one.family), f"{one.weight:g}", *figures)
    return table


def _cell(value: object) -> str:
    return " ".join(safe(str(value)).split())
