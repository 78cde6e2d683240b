"""The tables of a run, for people and for programs."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table as Grid
from rich.text import Text

from dedup.errors import UsageError
from dedup.results.opened import Results, Row
from dedup.results.selection import Choice, Database
from dedup.schema import CLUSTERS, SHOWN_TABLES, SPUN, Table
from dedup.view import phrases
from dedup.view.parts import Name, evidence_table, indent, plain
from dedup.view.safe import safe
from dedup.view.screens import LATER_BY, SCREENS, Column
from dedup.view.separated import csv_lines

NOUNS = {table.name: table for table in SHOWN_TABLES}
TOP = 20
_FIRST, _ALL = Choice(top=TOP), Choice()
_MEMBERS = 8  # of a cluster
_PHRASES = 4  # of a spun article
_SIDES = ("left", "right")
_LONG = {"pairs": ("spans",), "articles": ("text", "body")}  # which are no columns to look at


def render_table(results: Results, noun: str, choice: Choice = _FIRST) -> RenderableType:
    """One of ``NOUNS`` as a table.

    Clusters and spun text stand together by cluster and by article, of which as many are shown as the
    choice says, unless it has a condition or an order of its own.
    """
    table = _table(noun)
    if choice.where is None and choice.sort is None and table in (CLUSTERS, SPUN):
        return Clusters(results, choice.top) if table is CLUSTERS else Spun(results, choice.top)
    return Rows(results, table, choice)


def as_json(results: Results, noun: str, choice: Choice = _ALL) -> Iterator[Row]:
    """The rows of one of ``NOUNS`` as plain values; pairs without spans, articles without texts."""
    table = _table(noun)
    return _rows(results, table, _short(table), choice)


def _rows(results: Results, table: Table, columns: tuple[str, ...], choice: Choice) -> Iterator[Row]:
    with Database(results) as database:
        yield from database.select(table, columns, choice)


def as_csv(results: Results, noun: str, choice: Choice = _ALL) -> Iterator[str]:
    """The same as comma-separated values."""
    return csv_lines(as_json(results, noun, choice), _short(_table(noun)))


def _table(noun: str) -> Table:
    if noun not in NOUNS:
        raise UsageError(f"{noun!r} can't be shown; choose from {', '.join(NOUNS)}")
    return NOUNS[noun]


def _short(table: Table) -> tuple[str, ...]:
    return tuple(name for name in table.column_names if name not in _LONG.get(table.name, ()))


class Listing:
    """The first of what there is, and a line on how much more.

    total  how many there are
    one    what one of them is called; ``none``: what is said where there is none
    """

    def __init__(self, total: int, top: int | None, one: str, none: str) -> None:
        self.total = total
        self.top = top
        self.one = one
        self.none = none

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if not self.total:
            yield Text(self.none)
            return
        yield self.body(options.max_width)
        if self.top is not None and self.total > self.top:
            more = f"{self.total - self.top:,} more of {phrases.count(self.total, self.one)}"
            yield Text(f"… {more} (--top N shows more)", "note")

    def body(self, width: int) -> RenderableType:
        """The first of them, on so many columns."""
        raise NotImplementedError


class Rows(Listing):
    """Rows of a table, chosen and in order; columns that hold nothing are left out."""

    def __init__(self, results: Results, table: Table, choice: Choice) -> None:
        screen = SCREENS[table.name]
        self.results = results
        self.columns = screen.columns
        names = tuple(column.name for column in screen.columns if column.name in table.column_names)
        with Database(results) as database:
            total = database.count(table, choice)
            self.rows = list(database.select(table, names, choice._replace(sort=choice.sort or screen.sort)))
        none = screen.none if choice.where is None else f"For no {screen.one} the condition holds."
        super().__init__(total, choice.top, screen.one, none)

    def body(self, width: int) -> RenderableType:
        fitting = [column for column in self.columns if column.least <= width]
        rows = self.rows
        if any(column.name == LATER_BY for column in fitting):
            rows = list(_with_ends(self.results, rows))
        shown = [
            column for column in fitting if any(row[column.name] not in (None, False, "") for row in rows)
        ]
        grid = _grid(*((column.title, column.shape) for column in shown))
        for row in rows:
            grid.add_row(*(_cell(column, row[column.name]) for column in shown))
        return grid


class Clusters(Listing):
    """``show clusters``: the largest, each with its keeper first."""

    def __init__(self, results: Results, top: int | None) -> None:
        super().__init__(results.cluster_count(), top, "cluster", SCREENS[CLUSTERS.name].none)
        first = "" if top is None else f"WHERE cluster <= {int(top)}"
        with Database(results) as database:
            self.members = list(
                database.query(
                    f"""
                    SELECT * FROM clusters {first}
                    QUALIFY row_number() OVER (PARTITION BY cluster ORDER BY part_, row_) <= {_MEMBERS}
                    ORDER BY part_, row_
                    """
                )
            )

    def body(self, width: int) -> RenderableType:
        grid = _grid(
            ("cluster", ">"), ("size", ">"), ("similar", ">"), ("article", ""), ("most similar to", "")
        )
        for _, group in itertools.groupby(self.members, key=lambda row: row["cluster"]):
            for index, row in enumerate(group):
                keeps = row["article"] == row["keeper"]
                grid.add_row(
                    "" if index else str(row["cluster"]),
                    "" if index else phrases.number(row["size"]),
                    "keeper" if keeps else phrases.score(row["similarity_to_keeper"]),
                    Name(row["article"], "name" if keeps else ""),
                    Name("" if keeps or row["matched"] is None else row["matched"], "note"),
                )
            if row["size"] > _MEMBERS:
                grid.add_row("", "", "", Text(f"… {row['size'] - _MEMBERS:,} more", "note"), "")
        return grid


class Spun(Listing):
    """``show spun``: the articles that are flagged, by score, each with its plainest phrases."""

    def __init__(self, results: Results, top: int | None) -> None:
        flagged = results.flagged()
        super().__init__(len(flagged), top, "spun article", "No article is flagged as spun.")
        self.flagged = flagged[:top]
        self.evidence = results.evidence_of(row["article"] for row in self.flagged)

    def body(self, width: int) -> RenderableType:
        blocks: list[RenderableType] = []
        for row in self.flagged:
            items = self.evidence[row["article"]]
            line = _grid(("", ">"), ("", ""))
            line.show_header = False
            line.add_row(Text(phrases.score(row["spun_score"]), "spun"), Name(row["article"], "name"))
            blocks += [line, indent(evidence_table(items, _PHRASES), 6), Text("")]
        return Group(*blocks[:-1])


def _with_ends(results: Results, pairs: Sequence[Row]) -> Iterator[Row]:
    """Pairs with the sources of their articles, and how long after the left one the right one came."""
    articles = results.articles((row[side] for row in pairs for side in _SIDES), ["source", "published"])
    for row in pairs:
        left, right = (articles[row[side]] for side in _SIDES)
        dates = left["published"], right["published"]
        at_once = "at once" if dates[0] and dates[0] == dates[1] else ""
        known = {LATER_BY: at_once or phrases.between(*dates)}
        yield {**row, "left_source": left["source"], "right_source": right["source"], **known}


def _cell(column: Column, value: Any) -> RenderableType:
    if value is None:
        return Text("")
    if isinstance(value, bool):
        return Text("yes" if value else "", "spun")
    if isinstance(value, float):
        return Text(phrases.score(value))
    if isinstance(value, int):
        return Text(str(value) if column.name in ("pair", "cluster") else phrases.number(value))
    if column.name == "published":
        return plain(phrases.date(value))
    if column.shape == "~":
        return Text(safe(value))
    return plain(value, "spun" if column.name == "spun_side" else "") if column.shape else Name(value)


def _grid(*columns: tuple[str, str]) -> Grid:
    """A table without lines, of columns by title and shape (see ``Column``)."""
    grid = Grid(box=None, pad_edge=False, header_style="label", padding=(0, 2, 0, 0))
    for title, shape in columns:
        cut = {"no_wrap": True} if shape in (">", "|") else {"overflow": "fold"}
        grid.add_column(title, justify="right" if shape == ">" else "left", **cut)
    return grid
