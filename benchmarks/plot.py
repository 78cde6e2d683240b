"""Plots of figures as SVG files, to be read at the width of a README.

Needs matplotlib, of the extra ``bench``; it is imported only when something is drawn. Colours are
of Okabe and Ito's palette, which people with any colour vision can tell apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

_WIDTH = 8.3  # inches of 100 pixels: what a README has
_OURS, _THEIRS, _SECOND = "#0072B2", "#999999", "#D55E00"
_STYLE: dict[Any, Any] = {
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.dpi": 100,
    "figure.facecolor": "white",  # on a dark page too
    "font.family": "sans-serif",
    "font.size": 11,
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "benchmarks",  # the same figures, the same file
}


class Bar(NamedTuple):
    """A bar, of so many seconds or whatever is drawn; ``ours`` has the colour that stands out."""

    label: str
    length: float
    note: str
    ours: bool


class Point(NamedTuple):
    """A scan of so many articles."""

    articles: int
    microseconds: float  # an article
    megabytes: float


def can_plot() -> bool:
    """Whether matplotlib is installed."""
    return find_spec("matplotlib") is not None


def draw_bars(
    path: Path, title: str, bars: Sequence[Bar], unit: str = "s", axis: str = "seconds, median"
) -> None:
    """Draw horizontal bars, the shortest on top, each with its length and note behind it."""
    with _figure(path, 0.9 + 0.38 * len(bars), 1) as (axes,):
        ranked = sorted(bars, key=lambda bar: -bar.length)
        colours = [_OURS if bar.ours else _THEIRS for bar in ranked]
        drawn = axes.barh([bar.label for bar in ranked], [bar.length for bar in ranked], 0.7, color=colours)
        axes.bar_label(drawn, [f"{bar.length:.1f} {unit}  {bar.note}" for bar in ranked], padding=4)
        axes.set_title(title, loc="left", fontsize=12)
        axes.set_xlabel(axis)
        axes.set_xlim(0, 1.5 * max(bar.length for bar in bars))  # room for the notes
        axes.tick_params(axis="y", length=0)


def draw_scaling(path: Path, title: str, points: Sequence[Point]) -> None:
    """Draw time an article and peak memory over the number of articles."""
    with _figure(path, 3.4, 2) as (time, memory):
        ranked = sorted(points)
        articles = [point.articles for point in ranked]
        lines: Sequence[tuple[Any, str, str, list[float]]] = (
            (time, "µs an article", _OURS, [point.microseconds for point in ranked]),
            (memory, "peak memory (PSS), MB", _SECOND, [point.megabytes for point in ranked]),
        )
        for axes, name, colour, values in lines:
            axes.plot(articles, values, color=colour, marker="o", linewidth=2)
            for x, y in zip(articles, values, strict=True):
                axes.annotate(f"{y:,.0f}", (x, y), (0, 7), textcoords="offset points", ha="center")
            axes.set_xscale("log")
            axes.set_ylim(0, 1.25 * max(values))
            axes.margins(x=0.15)
            axes.set_xlabel("articles")
            axes.set_title(name, loc="left", fontsize=11)
        time.figure.suptitle(title, x=0.01, ha="left", fontsize=12)


@contextmanager
def _figure(path: Path, height: float, count: int) -> Iterator[Sequence[Any]]:
    """Axes side by side to draw on; the figure is written at the end."""
    import matplotlib

    matplotlib.use("svg")  # draws without a display
    from matplotlib import pyplot

    with matplotlib.rc_context(_STYLE):
        figure, axes = pyplot.subplots(
            1, count, figsize=(_WIDTH, height), layout="constrained", squeeze=False
        )
        try:
            yield axes[0]
            figure.savefig(path, metadata={"Creator": None, "Date": None})
        finally:
            pyplot.close(figure)
