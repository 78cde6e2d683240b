"""Where the marks of each plot go; a template draws them.

Lengths along are shares of the plot's width in per cent, so that it fits a phone without its text becoming
small; lengths down are pixels.
"""

from __future__ import annotations

import math
import string
from collections.abc import Sequence
from typing import NamedTuple

from dedup.view import phrases
from dedup.view.report.figures import Matrix

_HEIGHT = 150  # of the columns of a plot
_LABELS = 27.0  # per cent of the width that the labels of bars take
_NAMES = 34.0  # and those of the matrix
_LONGEST = 57.0  # of the longest bar; its figure stands behind it
_LINE = 28  # pixels from bar to bar
_SHADES = 6  # of the matrix
_CELL = 30  # pixels, its height


class Bar(NamedTuple):
    """A bar, lying: ``x`` and ``width`` in per cent, ``y`` its middle in pixels."""

    label: str
    value: int
    x: float
    width: float
    y: int


class Bars(NamedTuple):
    """Bars below one another."""

    bars: list[Bar]
    height: int

    @property
    def rows(self) -> list[tuple[str | int, ...]]:
        return [(bar.label, bar.value) for bar in self.bars]


class Column(NamedTuple):
    """A column of one part or, the second on top of the first, two."""

    label: str
    values: tuple[int, ...]
    x: float
    width: float
    parts: tuple[tuple[int, int], ...]  # y and height of each
    is_named: bool  # whether there is room for its label

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 3)


class Columns(NamedTuple):
    """Columns beside one another, and the value that the topmost line stands for."""

    columns: list[Column]
    top: int
    height: int

    @property
    def rows(self) -> list[tuple[str | int, ...]]:
        return [(column.label, *column.values) for column in self.columns]


class Cell(NamedTuple):
    """A cell of the matrix; ``shade`` 0 (nothing) to ``_SHADES``."""

    source: str
    origin: str
    value: int
    x: float
    y: int
    shade: int


class Grid(NamedTuple):
    """The matrix: names with where they stand, a letter for each, and cells."""

    sources: list[tuple[str, int]]
    origins: list[tuple[str, float]]
    letters: dict[str, str]
    cells: list[Cell]
    labels: float
    width: float
    cell_height: int
    height: int

    @property
    def rows(self) -> list[tuple[str | int, ...]]:
        return [(cell.source, cell.origin, cell.value) for cell in self.cells if cell.value]

    @property
    def others(self) -> list[str]:
        """Origins that have a column and no row, which would name them."""
        rows = {source for source, _ in self.sources}
        return [origin for origin, _ in self.origins if origin not in rows]


def bars(rows: Sequence[tuple[str, int]]) -> Bars:
    """Lying bars of labels and values."""
    largest = max((value for _, value in rows), default=0) or 1
    return Bars(
        [
            Bar(label, value, _LABELS, _least(value * _LONGEST / largest, value), number * _LINE + _LINE // 2)
            for number, (label, value) in enumerate(rows)
        ],
        len(rows) * _LINE,
    )


def columns(rows: Sequence[tuple[str, Sequence[int]]], labels: int) -> Columns:
    """Standing columns of labels and values; at most about so many have their label shown."""
    top = nice(max((sum(values) for _, values in rows), default=0))
    width = 100 / max(1, len(rows))
    every = math.ceil(len(rows) / labels)
    found = []
    for number, (label, values) in enumerate(rows):
        y, parts = _HEIGHT, []
        for value in values:
            height = round(_least(value * _HEIGHT / top, value))
            y -= height
            parts.append((y, height))
        named = number % every == 0 and (number + every <= len(rows) or every == 1)
        x, wide = round(width * (number + 0.1), 3), round(width * 0.8, 3)
        found.append(Column(label, tuple(values), x, wide, tuple(parts), named))
    return Columns(found, top, _HEIGHT)


def grid(found: Matrix) -> Grid:
    """The matrix, its shades by the logarithm of the values."""
    largest = max((value for row in found.articles for value in row), default=0)
    width = (100 - _NAMES) / max(1, len(found.origins))
    names = dict.fromkeys([*found.sources, *found.origins])
    cells = [
        Cell(
            source,
            origin,
            value,
            round(_NAMES + width * column, 3),
            _CELL * (line + 1),
            _shade(value, largest),
        )
        for line, (source, values) in enumerate(zip(found.sources, found.articles, strict=True))
        for column, (origin, value) in enumerate(zip(found.origins, values, strict=True))
    ]
    return Grid(
        [(source, _CELL * (line + 1)) for line, source in enumerate(found.sources)],
        [(origin, round(_NAMES + width * (column + 0.5), 3)) for column, origin in enumerate(found.origins)],
        dict(zip(names, string.ascii_uppercase, strict=False)),
        cells,
        _NAMES - 6,
        round(width, 3),
        _CELL,
        _CELL * (len(found.sources) + 1),
    )


def nice(value: int) -> int:
    """The least of 1, 2, 5, 10, 20, 50, ... that is no less."""
    power = 1
    while power * 10 < value:
        power *= 10
    return next(digit * power for digit in (1, 2, 5, 10) if digit * power >= value)


def short(value: int) -> str:
    """A number in little room: ``950``, ``9.6k``, ``96k``, ``1.2M``."""
    for size, unit in ((1_000_000, "M"), (1000, "k")):
        if value >= size:
            return f"{value / size:.1f}{unit}" if value < 10 * size else f"{value // size:,}{unit}"
    return phrases.number(value)


def _least(length: float, value: int) -> float:
    """What is there is seen."""
    return round(max(length, 1.0), 3) if value else 0.0


def _shade(value: int, largest: int) -> int:
    return math.ceil(_SHADES * math.log1p(value) / math.log1p(largest)) if value else 0
