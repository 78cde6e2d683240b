"""What a threshold would leave of a run, for people and for programs; and judging pairs one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from dedup.results.graph import Graph
from dedup.results.opened import Results, Row
from dedup.results.tune import Border, Judged, Level, border, histogram, levels
from dedup.view import phrases
from dedup.view.diff import diff_of_pair
from dedup.view.parts import Bar, Name, heading, indent, plain

ESTIMATES = (
    "These are estimates. Precision is the mean probability of the pairs that are left; judged is the "
    "share of yes among those of them that were judged, with its 95 % interval, and tells most of "
    "pairs near the threshold if it is these that were judged. Recall counts what this scan found: what "
    "it never met is in no figure."
)
_BESIDE = 150  # columns from which on the tables stand side by side
_ANSWERS = {"y": True, "yes": True, "n": False, "no": False}
_SKIP, _QUIT = {"", "s", "skip"}, {"q", "quit"}


class Tuning(NamedTuple):
    """All that is shown."""

    results: Results
    threshold: float
    own: float
    scores: list[tuple[float, float, dict[str, int]]]
    levels: list[Level]
    border: list[Border]
    judged: tuple[int, int]  # all judgements of the file, and those of pairs of this run

    @classmethod
    def of(cls, results: Results, graph: Graph, threshold: float, judged: int, top: int) -> Tuning:
        """Work it out."""
        here = int((graph.answers >= 0).sum())
        return cls(
            results,
            threshold,
            graph.own,
            histogram(graph),
            levels(graph, threshold),
            border(results, graph, threshold, top),
            (judged, here),
        )


def tuning_json(found: Tuning) -> Row:
    """All figures as plain values."""
    return {
        "results": str(found.results.path),
        "threshold": found.threshold,
        "scanned_threshold": found.own,
        "judged": found.judged[0],
        "judged_here": found.judged[1],
        "scores": [{"from": start, "to": end, **kinds} for start, end, kinds in found.scores],
        "thresholds": [
            {**level._asdict(), "judged": level.judged and level.judged._asdict()} for level in found.levels
        ],
        "note": ESTIMATES,
        "border": [pair._asdict() for pair in found.border],
    }


def render_tuning(found: Tuning) -> Screen:
    """What a threshold would leave, and which pairs to judge next."""
    return Screen(found)


class Screen:
    """The renderable that ``render_tuning`` makes."""

    def __init__(self, found: Tuning) -> None:
        self.found = found

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        found = self.found
        yield Name(found.results.path, "title")
        if not found.scores:
            yield Text("No pair was found.")
            return
        yield plain(self._about(), "note")
        yield Text("")
        if options.max_width >= _BESIDE:
            grid = Table.grid(padding=(0, 8, 0, 0))
            grid.add_row(self._scores(), self._levels())
            yield grid
        else:
            yield self._scores()
            yield Text("")
            yield self._levels()
        yield Text("")
        yield Text(ESTIMATES, "note")
        yield Text("")
        yield from self._border()
        yield heading("Next")
        yield indent(self._next())

    def _about(self) -> str:
        judged, here = self.found.judged
        said = f"scanned at {phrases.score(self.found.own)}; judged {phrases.count(here, 'pair')}"
        return said + (f", and {judged - here:,} that this run has not" if judged > here else "")

    def _scores(self) -> RenderableType:
        kinds = list(self.found.scores[-1][2])
        grid = _grid(("score", "<"), *((kind, ">") for kind in kinds), ("all", ">"), ("", "bar"))
        totals = [sum(counts.values()) for _, _, counts in self.found.scores]
        for (start, end, counts), total in zip(self.found.scores, totals, strict=True):
            cells = [plain(f"{counts[kind]:,}" if counts[kind] else "") for kind in kinds]
            span = f"{start:.2f} - {end:.2f}"
            grid.add_row(span, *cells, phrases.number(total), Bar(total, max(totals), 20))
        return Group(heading("Scores: similarity of copies, probability of others"), indent(grid))

    def _levels(self) -> RenderableType:
        any_judged = any(level.judged for level in self.found.levels)
        grid = _grid(*((name, ">") for name in ("threshold", "pairs", "clusters", "precision")))
        if any_judged:
            grid.add_column("judged", no_wrap=True)
        grid.add_column("recall", justify="right", no_wrap=True)
        for level in self.found.levels:
            grid.add_row(
                phrases.score(level.threshold),
                phrases.number(level.pairs),
                phrases.number(level.clusters),
                phrases.score(level.precision),
                *([_judged(level.judged)] if any_judged else []),
                phrases.score(level.recall),
                style="title" if level.threshold == self.found.threshold else "",
            )
        return Group(heading("What each threshold would leave"), indent(grid))

    def _border(self) -> Iterator[RenderableType]:
        if not self.found.border:
            return
        yield heading(f"To judge next: nearest to {phrases.score(self.found.threshold)}")
        for pair in self.found.border:
            yield indent(_pair(pair))
            yield Text("")

    def _next(self) -> RenderableType:
        path = self.found.results.path
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(overflow="fold", style="command")
        grid.add_column(style="note")

        def add(why: str, *words: object) -> None:
            grid.add_row(plain(phrases.command("dedup", "tune", path, *words)), why)

        if self.found.border:
            add("judge a pair", "--judge", f"{self.found.border[0].pair}=yes")
            add("judge these, one by one", "--ask")
        add("keep what holds", "--threshold", f"{max(0.7, self.found.threshold):g}", "-o", "OTHER")
        return grid


def ask(
    results: Results,
    pairs: Sequence[Border],
    console: Console,
    answer: Callable[[str], str],
    keep: Callable[[str, str, bool], None],
) -> int:
    """Show pairs one after the other and ask for a judgement of each; how many were judged.

    answer  asks a question and gives the line that was answered; empty at the end of the input
    keep    is told every judgement at once
    """
    judged = 0
    for place, pair in enumerate(pairs, 1):
        console.print(diff_of_pair(results, [str(pair.pair)]))
        console.print()
        console.print(plain(f"score {phrases.score(pair.score)}: {pair.reason}", "note"))
        question = (
            f"{place} of {len(pairs)}: was one made from the other, or both from a third? [y/n/skip/quit] "
        )
        while True:
            line = answer(question)
            said = line.strip().casefold()
            if not line or said in _QUIT:
                return judged
            if said in _ANSWERS:
                keep(pair.left, pair.right, _ANSWERS[said])
                judged += 1
            elif said not in _SKIP:
                console.print("answer y, n, s or q")
                continue
            console.print()
            break
    return judged


def _judged(judged: Judged | None) -> str:
    if judged is None:
        return "-"
    bounds = f"{phrases.score(judged.low)}-{phrases.score(judged.high)}"
    return f"{phrases.score(judged.precision)} ({bounds}) of {judged.judged:,}"


def _pair(pair: Border) -> RenderableType:
    first = Text().append(f"pair {pair.pair:,}", "name").append(f"  {phrases.score(pair.score)}  ")
    first.append_text(plain(pair.kind, "kind")).append_text(plain(f"  {pair.reason}", "note"))
    grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
    grid.add_column(no_wrap=True)
    grid.add_column(ratio=2, no_wrap=True)
    grid.add_column(ratio=3, no_wrap=True, overflow="ellipsis")
    for label, name, words in (("left", pair.left, pair.left_words), ("right", pair.right, pair.right_words)):
        told = plain("can't be read again", "note") if words is None else plain(words)
        grid.add_row(Text(label, label), Name(name), told)
    return Group(first, grid)


def _grid(*columns: tuple[str, str]) -> Table:
    """A table without lines. Of each column: title; ``>`` right aligned."""
    table = Table(box=None, pad_edge=False, header_style="label", padding=(0, 2, 0, 0))
    for title, shape in columns:
        table.add_column(title, justify="right" if shape == ">" else "left", no_wrap=shape != "bar")
    return table
