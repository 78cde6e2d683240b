"""Two texts word by word, for a terminal: side by side where there is room, else inline."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.rule import Rule
from rich.segment import Segment
from rich.text import Text

from dedup.results.opened import Results, Selector
from dedup.view import layout
from dedup.view.arranged import rows_of_pair
from dedup.view.console import has_colour, is_wide
from dedup.view.header import header, legend
from dedup.view.page import Page
from dedup.view.parts import evidence_table, heading, indent
from dedup.view.sides import Side, Verdict, copied_shares, diff_json, diff_json_of_pair, sides_of_pair

__all__ = [
    "Diff",
    "Side",
    "Verdict",
    "diff_json",
    "diff_json_of_pair",
    "diff_of_pair",
    "render_diff",
    "sides_of_pair",
]


def render_diff(
    left: Side,
    right: Side,
    spans: Iterable[Any],
    verdict: Verdict | None = None,
    *,
    passages: Iterable[Any] = (),
    width: int | None = None,
    context: int | None = layout.CONTEXT,
    beside: bool | None = None,
) -> Diff:
    """Two texts word by word.

    spans     the alignment: five values, or records, as in ``pairs.spans``
    passages  as in ``pairs.passages``; a rewrite is shown by the sentences that answer one another, or
              by its pieces, a partial copy by its passages
    width     columns; None: all that the console has
    context   equal words shown on each side of a difference; None: nothing is folded
    beside    side by side; None: as the width, and the direction of the script, allow
    """
    return Diff((left, right), spans, verdict or Verdict(), passages, width, context, beside)


def diff_of_pair(
    results: Results, selector: Selector, *, width: int | None = None, context: int | None = layout.CONTEXT
) -> Diff:
    """The diff of one of the pairs of a run."""
    row, left, right = sides_of_pair(results, selector)
    return render_diff(
        left,
        right,
        row["spans"],
        Verdict.of(row),
        passages=row["passages"] or (),
        width=width,
        context=context,
    )


class Diff:
    """The renderable that ``render_diff`` makes."""

    def __init__(
        self,
        sides: tuple[Side, Side],
        spans: Iterable[Any],
        verdict: Verdict,
        passages: Iterable[Any],
        width: int | None,
        context: int | None,
        beside: bool | None,
    ) -> None:
        self.sides = sides
        self.texts = layout.unwrapped(sides[0].text), layout.unwrapped(sides[1].text)
        self.steps = layout.as_steps(spans)
        self.verdict = verdict
        self.passages = list(passages)
        self.width = width
        self.context = context
        self.beside = beside

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if self.width is not None:
            options = options.update(width=min(self.width, options.max_width))
        left, right = self.sides
        beside = self.beside
        if beside is None:
            # A terminal that reorders right-to-left words would do so across both columns.
            beside = is_wide(options) and not any(map(_runs_leftward, self.texts))
        page = Page(
            self.texts,
            (left.evidence, right.evidence),
            (left.furniture, right.furniture),
            has_colour(console),
            options.max_width,
        )
        bodies = left.body, right.body
        rows = rows_of_pair(
            self.texts, bodies, self.steps, self.verdict.kind, self.passages, self.context, beside
        )
        lines = list(page.beside(console, rows) if beside else page.inline(console, rows))
        copied = copied_shares(left, right, self.verdict.kind, self.passages)
        yield from header(left, right, self.verdict, copied)
        if styles := legend(page.shown, has_colour(console)):
            yield styles
        yield Rule(style="diff.rule", characters="-" if options.ascii_only else "─")
        for line in lines:
            for part in line:
                yield from _segments(console, part)
            yield Segment.line()
        yield from self._evidence()

    def _evidence(self) -> Iterator[RenderableType]:
        for label, side in zip(("left", "right"), self.sides, strict=True):
            if side.evidence:
                yield Text("")
                yield heading(f"Spun evidence on the {label} ({len(side.evidence):,})")
                yield indent(evidence_table(side.evidence, None if self.context is None else 12))


def _segments(console: Console, text: Text) -> Iterable[Segment]:
    """A part of a line as it is: to print it, rich would wrap it again."""
    if text.spans:
        return text.render(console)
    return [Segment(text.plain, console.get_style(text.style))]  # ``render`` would leave the style out


def _runs_leftward(text: str) -> bool:
    return any(
        unicodedata.bidirectional(character) in ("R", "AL") for character in set(text) if character > "\u0590"
    )
