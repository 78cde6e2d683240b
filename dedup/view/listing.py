"""The tables of a run, for people and for programs."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from dedup.errors import UsageError
from dedup.results import Results, Row
from dedup.schema import PAIRS
from dedup.view import phrases
from dedup.view.console import is_wide
from dedup.view.parts import Name, evidence_table, indent, plain
from dedup.view.safe import safe

NOUNS = ("pairs", "clusters", "spun", "skipped", "furniture")
TOP = 20
_MEMBERS = 8  # of a cluster
_PHRASES = 4  # of a spun article


def render_table(results: Results, noun: str, top: int | None = TOP) -> RenderableType:
    """One of ``NOUNS`` as a table.

    top  how many are shown, in the table's order: rows, but of clusters whole clusters, and
         of spun articles, by score; None: all of them
    """
    _check(noun)
    listings = {
        "pairs": Pairs,
        "clusters": Clusters,
        "spun": Spun,
        "skipped": Skipped,
        "furniture": Furniture,
    }
    return listings[noun](results, top)


def as_json(results: Results, noun: str, spans: bool = False) -> Iterator[Row]:
    """The rows of one of ``NOUNS`` as plain values; pairs without their spans unless asked."""
    _check(noun)
    columns = PAIRS.column_names[:-1] if noun == "pairs" and not spans else None
    return results.rows(noun, columns)


def _check(noun: str) -> None:
    if noun not in NOUNS:
        raise UsageError(f"{noun!r} can't be shown; choose from {', '.join(NOUNS)}")


class Listing:
    """The first rows of a table, and a line on how many more there are."""

    none = ""

    def __init__(self, results: Results, top: int | None) -> None:
        self.results = results
        self.top = top

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        total, one = self.total()
        if not total:
            yield Text(self.none)
            return
        yield self.body(is_wide(options))
        if self.top is not None and total > self.top:
            yield Text(
                f"… {total - self.top:,} more of {phrases.count(total, one)} (--top N shows more)", "note"
            )

    def total(self) -> tuple[int, str]:
        """How many there are, and what one of them is called."""
        raise NotImplementedError

    def body(self, wide: bool) -> RenderableType:
        """The first of them."""
        raise NotImplementedError


class Pairs(Listing):
    """``show pairs``."""

    none = "No pair was found."

    def total(self) -> tuple[int, str]:
        return self.results.count("pairs"), "pair"

    def body(self, wide: bool) -> RenderableType:
        rows = list(itertools.islice(self.results.rows("pairs", PAIRS.column_names[:-1]), self.top))
        spun = any(row["spun_side"] for row in rows)
        table = _table(
            ("pair", ">"), ("kind", "|"), ("similar", ">"), ("left (earlier)", ""), ("right (later)", "")
        )
        extra = ("left in right", "right in left", "longest run", "swaps") if wide else ()
        for name in extra:
            table.add_column(name, justify="right", no_wrap=True)
        if spun:
            table.add_column("spun", no_wrap=True, style="spun")
        for row in rows:
            contained = (phrases.score(row["left_containment"]), phrases.score(row["right_containment"]))
            figures = (*contained, phrases.number(row["longest_run"]), phrases.number(row["swapped_words"]))
            table.add_row(
                str(row["pair"]),
                plain(row["kind"]),
                phrases.score(row["similarity"]),
                Name(row["left"]),
                Name(row["right"]),
                *(figures if wide else ()),
                *((plain(row["spun_side"] or ""),) if spun else ()),
            )
        return table


class Clusters(Listing):
    """``show clusters``."""

    none = "No cluster was found."

    def total(self) -> tuple[int, str]:
        return self.results.cluster_count(), "cluster"

    def body(self, wide: bool) -> RenderableType:
        table = _table(
            ("cluster", ">"), ("size", ">"), ("similar", ">"), ("article", ""), ("most similar to", "")
        )
        groups = itertools.groupby(self.results.rows("clusters"), key=lambda row: row["cluster"])
        for number, group in itertools.islice(groups, self.top):
            for index, row in enumerate(itertools.islice(group, _MEMBERS)):
                keeps = row["article"] == row["keeper"]
                table.add_row(
                    "" if index else str(number),
                    "" if index else phrases.number(row["size"]),
                    "keeper" if keeps else phrases.score(row["similarity_to_keeper"]),
                    Name(row["article"], "name" if keeps else ""),
                    Name("" if keeps or row["matched"] is None else row["matched"], "note"),
                )
            if row["size"] > _MEMBERS:
                table.add_row("", "", "", Text(f"… {row['size'] - _MEMBERS:,} more", "note"), "")
        return table


class Spun(Listing):
    """``show spun``."""

    none = "No article is flagged as spun."

    def __init__(self, results: Results, top: int | None) -> None:
        super().__init__(results, top)
        self.flagged = results.flagged()

    def total(self) -> tuple[int, str]:
        return len(self.flagged), "spun article"

    def body(self, wide: bool) -> RenderableType:
        shown = self.flagged[: self.top]
        evidence = self.results.evidence_of(row["article"] for row in shown)
        blocks: list[RenderableType] = []
        for row in shown:
            items = evidence[row["article"]]
            line = _table(("", ">"), ("", ""))
            line.show_header = False
            line.add_row(Text(phrases.score(row["spun_score"]), "spun"), Name(row["article"], "name"))
            blocks += [line, indent(evidence_table(items, _PHRASES), 6), Text("")]
        return Group(*blocks[:-1])


class Skipped(Listing):
    """``show skipped``."""

    none = "Nothing was skipped."

    def total(self) -> tuple[int, str]:
        return self.results.count("skipped"), "skipped record"

    def body(self, wide: bool) -> RenderableType:
        table = _table(("path", ""), ("record", ">"), ("stage", "|"), ("reason", "|"))
        table.add_column("message", overflow="fold")
        for row in itertools.islice(self.results.rows("skipped"), self.top):
            record = "" if row["record"] is None else phrases.number(row["record"])
            message = Text(safe(row["message"] or ""))
            table.add_row(Name(row["path"]), record, plain(row["stage"]), plain(row["reason"]), message)
        return table


class Furniture(Listing):
    """``show furniture``: what the most articles carry first."""

    none = "No line was taken for furniture."

    def total(self) -> tuple[int, str]:
        return self.results.count("furniture"), "line"

    def body(self, wide: bool) -> RenderableType:
        table = _table(("articles", ">"), ("source", ""))
        table.add_column("left out of bodies", overflow="fold")
        rows = self.results.rows("furniture")
        for row in rows if self.top is None else heapq.nlargest(self.top, rows, key=_articles):
            line = Text(safe(row["text"]))
            table.add_row(phrases.number(row["articles"]), Name(row["source"] or ""), line)
        return table


def _articles(row: Row) -> int:
    articles: int = row["articles"]
    return articles


def _table(*columns: tuple[str, str]) -> Table:
    """A table without lines. Of each column: title; ``>`` right aligned, ``|`` never cut."""
    table = Table(box=None, pad_edge=False, header_style="label", padding=(0, 2, 0, 0))
    for title, shape in columns:
        table.add_column(title, justify="right" if shape == ">" else "left", no_wrap=shape != "")
    return table
