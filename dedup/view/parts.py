"""Small renderables that the views share. All text from data enters through ``plain``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from dedup.view import phrases
from dedup.view.console import MARKS, has_colour
from dedup.view.safe import safe

_LEAST_NAME = 8


def plain(text: object, style: str = "") -> Text:
    """Text from data, on one line."""
    return Text(safe(str(text)), style)


def sentence(text: str) -> str:
    """Text from data in running words: line breaks and runs of spaces as one space."""
    return safe(" ".join(text.split()))


class Name:
    """A name that gives up its middle when there is no room for all of it."""

    def __init__(self, text: object, style: str = "") -> None:
        self.text = safe(str(text))
        self.style = style

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        yield Text(phrases.cut_middle(self.text, options.max_width), self.style, no_wrap=True)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        width = Text(self.text).cell_len
        return Measurement(min(width, _LEAST_NAME), width).with_maximum(options.max_width)


class Bar:
    """A bar of blocks, as long as its share of the largest."""

    def __init__(self, value: float, largest: float, width: int = 30) -> None:
        self.share = value / largest if largest else 0.0
        self.width = width

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        room = min(self.width, options.max_width)
        eighths = max(round(self.share * room * 8), 1 if self.share > 0 else 0)
        if options.ascii_only:
            yield Text("#" * -(-eighths // 8), "bar", no_wrap=True)
        else:
            rest = " ▏▎▍▌▋▊▉"[eighths % 8].strip()
            yield Text("█" * (eighths // 8) + rest, "bar", no_wrap=True)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(4, self.width).with_maximum(options.max_width)


class Marked:
    """A sentence with ranges underlined, or between marks where nothing is underlined."""

    def __init__(self, text: str, ranges: Iterable[tuple[int, int]]) -> None:
        self.text = text
        self.ranges = merge(ranges)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        shown = Text()
        opening, closing = ("", "") if has_colour(console) else MARKS.evidence
        at = 0
        for start, end in self.ranges:
            shown.append(safe(self.text[at:start]))
            shown.append(opening + safe(self.text[start:end]) + closing, "diff.evidence")
            at = end
        shown.append(safe(self.text[at:]))
        yield shown

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        marks = 0 if has_colour(console) else 2 * len(self.ranges)
        return Measurement(_LEAST_NAME, Text(safe(self.text)).cell_len + marks).with_maximum(
            options.max_width
        )


def merge(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges in order, those that touch or overlap joined."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start, end))
    return merged


def heading(text: str) -> Text:
    """The title of a section."""
    return Text(text, "title")


def indent(renderable: RenderableType, by: int = 2) -> Padding:
    """The renderable, moved in from the left."""
    return Padding(renderable, (0, 0, 0, by), expand=False)


def facts(rows: Iterable[tuple[str, RenderableType]]) -> Table:
    """Labels on the left, what they stand for on the right."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="label", no_wrap=True)
    grid.add_column(ratio=1)
    for label, value in rows:
        grid.add_row(Text(label), value)
    return grid


EVIDENCE = ("start", "end", "phrase", "natural", "signal", "weight")


def evidence_row(item: Any) -> dict[str, Any]:
    """Spun evidence, an object or a record, as a record."""
    if isinstance(item, Mapping):
        return {name: item[name] for name in EVIDENCE}
    return {name: getattr(item, name) for name in EVIDENCE}


def distinct_evidence(items: Iterable[Any]) -> list[dict[str, Any]]:
    """Evidence in the order of the text; what differs only in the partner, once."""
    rows = [evidence_row(item) for item in items]
    distinct = {(row["start"], row["end"], row["natural"] or "", row["signal"]): row for row in rows}
    return [distinct[key] for key in sorted(distinct)]


def evidence_table(items: Iterable[Any], most: int | None = 12) -> RenderableType:
    """Spun phrases, each with what a writer would have written; the strongest if not all fit."""
    rows = distinct_evidence(items)
    times = Counter(_read(row) for row in rows)
    rows = list({_read(row): row for row in reversed(rows)}.values())[::-1]  # of equal ones the first
    shown = rows
    if most is not None and len(rows) > most:
        shown = distinct_evidence(sorted(rows, key=lambda row: -float(row["weight"] or 0))[:most])
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(overflow="fold")
    grid.add_column(overflow="fold")
    grid.add_column(style="note", overflow="fold")
    grid.add_column(justify="right", style="note", no_wrap=True)
    for row in shown:
        phrase, again = " ".join(str(row["phrase"]).split()), times[_read(row)]
        grid.add_row(
            Marked(phrase + (f" ×{again}" if again > 1 else ""), [(0, len(phrase))]),
            Text("for " + sentence(row["natural"]), "natural") if row["natural"] else Text(""),
            plain(row["signal"]),
            Text("" if row["weight"] is None else f"{row['weight']:+.1f}"),
        )
    if len(shown) == len(rows):
        return grid
    return Group(grid, Text(f"… {len(rows) - len(shown):,} more", "note"))


def _read(row: dict[str, Any]) -> tuple[str, str, str]:
    """What a reader sees of evidence."""
    return " ".join(str(row["phrase"]).split()).casefold(), (row["natural"] or "").casefold(), row["signal"]
