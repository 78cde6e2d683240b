"""Two texts word by word, for a terminal: side by side where there is room, else inline."""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from dedup.results import Results, Row, Selector
from dedup.view import layout, phrases
from dedup.view.console import MARKS, has_colour, is_wide
from dedup.view.page import Page
from dedup.view.parts import Name, distinct_evidence, evidence_row, evidence_table, heading, indent
from dedup.view.safe import safe


@dataclasses.dataclass(frozen=True)
class Side:
    """One text of a diff and what is known of it."""

    name: str
    text: str
    title: str | None = None
    source: str | None = None
    published: str | None = None
    credit: str | None = None
    words: int | None = None
    spun: bool = False
    evidence: tuple[Any, ...] = ()  # anything with start, end, phrase, natural, signal, weight


@dataclasses.dataclass(frozen=True)
class Verdict:
    """What was found of a pair; None where it is unknown."""

    kind: str | None = None
    similarity: float | None = None
    left_containment: float | None = None
    right_containment: float | None = None
    longest_run: int | None = None
    swapped_words: int | None = None
    spun_side: str | None = None
    pair: int | None = None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Verdict:
        """From a row of ``pairs``."""
        return cls(**{field.name: row.get(field.name) for field in dataclasses.fields(cls)})


def render_diff(
    left: Side,
    right: Side,
    spans: Iterable[Any],
    verdict: Verdict | None = None,
    *,
    width: int | None = None,
    context: int | None = layout.CONTEXT,
    beside: bool | None = None,
) -> Diff:
    """Two texts word by word.

    spans    the alignment: five values, or records, as in ``pairs.spans``
    width    columns; None: all that the console has
    context  equal words shown on each side of a difference; None: nothing is folded
    beside   side by side; None: as the width, and the direction of the script, allow
    """
    return Diff(left, right, layout.as_steps(spans), verdict or Verdict(), width, context, beside)


def diff_of_pair(
    results: Results, selector: Selector, *, width: int | None = None, context: int | None = layout.CONTEXT
) -> Diff:
    """The diff of one of the pairs of a run."""
    row, left, right = sides_of_pair(results, selector)
    return render_diff(left, right, row["spans"], Verdict.of(row), width=width, context=context)


def sides_of_pair(results: Results, selector: Selector) -> tuple[Row, Side, Side]:
    """A pair's row and both its texts, each with its own evidence and that of this pair."""
    row = results.pair(selector)
    names = (row["left"], row["right"])
    articles = results.articles(names)
    evidence = results.evidence_of(names)
    sides = []
    for name, other in (names, names[::-1]):
        items = [item for item in evidence[name] if item["partner"] in (None, other)]
        article = articles[name]
        sides.append(
            Side(
                name=name,
                text=article["text"] or "",
                title=article["title"],
                source=article["source"],
                published=article["published"],
                credit=article["credit"],
                words=article["words"],
                spun=bool(article["spun"]),
                evidence=tuple(distinct_evidence(items)),
            )
        )
    return row, sides[0], sides[1]


def diff_json(left: Side, right: Side, spans: Iterable[Any], verdict: Verdict | None = None) -> Row:
    """A diff as plain values; each step carries the words that it stands for."""
    return {
        **dataclasses.asdict(verdict or Verdict()),
        "left": _side_json(left),
        "right": _side_json(right),
        "spans": [
            {
                **step._asdict(),
                "left": left.text[step.left_start : step.left_end],
                "right": right.text[step.right_start : step.right_end],
            }
            for step in layout.as_steps(spans)
        ],
    }


def _side_json(side: Side) -> Row:
    known = {field.name: getattr(side, field.name) for field in dataclasses.fields(side)}
    del known["text"], known["evidence"]
    return {"article": known.pop("name"), **known, "evidence": [evidence_row(item) for item in side.evidence]}


class Diff:
    """The renderable that ``render_diff`` makes."""

    def __init__(
        self,
        left: Side,
        right: Side,
        steps: list[layout.Step],
        verdict: Verdict,
        width: int | None,
        context: int | None,
        beside: bool | None,
    ) -> None:
        self.left = left
        self.right = right
        self.steps = steps
        self.verdict = verdict
        self.width = width
        self.context = context
        self.beside = beside

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if self.width is not None:
            options = options.update(width=min(self.width, options.max_width))
        beside = self.beside
        if beside is None:
            # A terminal that reorders right-to-left words would do so across both columns.
            beside = is_wide(options) and not _runs_leftward(self.left.text + self.right.text)
        yield from self._header(has_colour(console))
        yield Rule(style="diff.rule", characters="-" if options.ascii_only else "─")
        rows = layout.lay_out(self.left.text, self.right.text, self.steps, self.context, beside)
        page = Page(
            (self.left.text, self.right.text),
            (self.left.evidence, self.right.evidence),
            has_colour(console),
            options.max_width,
        )
        yield from page.beside(console, rows) if beside else page.inline(console, rows)
        yield from self._evidence()

    def _header(self, colour: bool) -> Iterator[RenderableType]:
        verdict = self.verdict
        title = Text(verdict.kind or "compared", "kind")
        if verdict.similarity is not None:
            title.append(f"   similarity {phrases.score(verdict.similarity)}", "default")
        if verdict.pair is not None:
            title.append(f"   pair {phrases.number(verdict.pair)}", "note")
        yield title
        if verdict.kind in phrases.KIND_MEANING:
            yield Text(phrases.KIND_MEANING[verdict.kind], "note")
        yield Text("")
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(no_wrap=True)
        grid.add_column()
        for label, side, note in (("left", self.left, ""), ("right", self.right, self._later())):
            grid.add_row(Text(label, label), Name(side.name, "name"))
            if side.title:
                grid.add_row("", Name(side.title))
            grid.add_row("", _about(side, verdict.spun_side == label, note))
        yield grid
        yield Text("")
        yield from self._figures()
        evidence = {"evidence"} if self.left.evidence or self.right.evidence else set()
        legend = _legend(colour, {step.op for step in self.steps} | evidence)
        if legend:
            yield legend

    def _later(self) -> str:
        apart = phrases.between(self.left.published, self.right.published)
        return f"{apart} later" if apart else ""

    def _figures(self) -> Iterator[Text]:
        verdict = self.verdict
        said = []
        if verdict.left_containment is not None and verdict.right_containment is not None:
            left, right = phrases.score(verdict.left_containment), phrases.score(verdict.right_containment)
            said.append(f"{left} of the left stands in the right, {right} of the right in the left")
        if verdict.longest_run:
            said.append(f"longest equal run {phrases.count(verdict.longest_run, 'word')}")
        if verdict.swapped_words:
            said.append(phrases.count(verdict.swapped_words, "spinner swap"))
        if said:
            yield Text("; ".join(said))
            yield Text("")

    def _evidence(self) -> Iterator[RenderableType]:
        for label, side in (("left", self.left), ("right", self.right)):
            if side.evidence:
                yield Text("")
                yield heading(f"Spun evidence on the {label} ({len(side.evidence):,})")
                yield indent(evidence_table(side.evidence, None if self.context is None else 12))


def _about(side: Side, spun_here: bool, note: str) -> Text:
    known = [
        safe(side.source) if side.source else "",
        phrases.date(side.published),
        note,
        f"credits {safe(side.credit)}" if side.credit else "",
        phrases.count(side.words, "word") if side.words is not None else "",
    ]
    about = Text().append(" · ".join(fact for fact in known if fact), "note")
    if side.spun or spun_here:
        about.append(" · ", "note").append("spun", "spun")
    return about


def _legend(colour: bool, shown: set[str]) -> Text:
    """What the styles, or the marks, that occur in a diff mean."""
    samples = (
        ("delete", "left only", "diff.delete", MARKS.delete),
        ("insert", "right only", "diff.insert", MARKS.insert),
        ("replace", "changed, left", "diff.replace.left", MARKS.replace_left),
        ("replace", "changed, right", "diff.replace.right", MARKS.replace_right),
        ("evidence", "spun evidence", "diff.evidence", MARKS.evidence),
    )
    legend = Text()
    for what, words, style, (opening, closing) in samples:
        if what in shown:
            legend.append("  " if legend else "")
            legend.append(words if colour else f"{opening}{words}{closing}", style)
    return legend


def _runs_leftward(text: str) -> bool:
    return any(
        unicodedata.bidirectional(character) in ("R", "AL") for character in set(text) if character > "\u0590"
    )
