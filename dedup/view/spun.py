"""Spun text in articles alone: the verdict, and each phrase in its sentence."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.text import Text

from dedup.results.opened import Row
from dedup.view import phrases
from dedup.view.parts import Marked, Name, distinct_evidence, evidence_table, indent

_MOST_BESIDE = 160  # code points of a sentence shown on either side of its phrases
_ENDS = ".!?…。！？؟।"


class ParagraphScore(Protocol):
    """A paragraph that looks spun, and how plainly, 0..1."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def score(self) -> float: ...


class SpunVerdict(Protocol):
    """What the spun pass says of a text."""

    @property
    def score(self) -> float: ...
    @property
    def spun(self) -> bool: ...
    @property
    def paragraphs(self) -> Sequence[ParagraphScore]: ...


class SpunItem(NamedTuple):
    """A text, its evidence (start, end, phrase, natural, signal, weight) and the verdict."""

    name: str
    text: str
    evidence: Sequence[Any]
    verdict: SpunVerdict


def render_spun(items: Iterable[SpunItem | tuple[Any, ...]], width: int | None = None) -> SpunView:
    """A verdict line for each article, then its evidence, each phrase in its sentence."""
    return SpunView([SpunItem(*item) for item in items], width)


def spun_json(items: Iterable[SpunItem | tuple[Any, ...]]) -> Iterator[Row]:
    """The same as plain values, one for each article."""
    for item in itertools.starmap(SpunItem, items):
        yield {
            "article": item.name,
            "spun": bool(item.verdict.spun),
            "spun_score": float(item.verdict.score),
            "paragraphs": [
                {"start": part.start, "end": part.end, "score": float(part.score)}
                for part in item.verdict.paragraphs
            ],
            "evidence": distinct_evidence(item.evidence),
        }


class SpunView:
    """The renderable that ``render_spun`` makes."""

    def __init__(self, items: list[SpunItem], width: int | None) -> None:
        self.items = items
        self.width = width

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if self.width is not None:
            options = options.update(width=min(self.width, options.max_width))
        for number, item in enumerate(self.items):
            if number:
                yield Text("")
            for line in _article(item):
                yield from console.render(line, options)


def _article(item: SpunItem) -> Iterator[RenderableType]:
    rows = distinct_evidence(item.evidence)
    yield Name(item.name, "title")
    verdict = Text("spun", "spun") if item.verdict.spun else Text("not spun")
    verdict.append(f"   score {phrases.score(item.verdict.score)}", "default not bold")
    verdict.append(f"   {phrases.count(len(rows), 'phrase')}", "note")
    yield verdict
    for paragraph, in_paragraph in itertools.groupby(rows, key=lambda row: _paragraph(item, row)):
        yield Text("")
        score = f"score {phrases.score(paragraph.score)}" if paragraph else "not scored as spun"
        yield Text(f"paragraph   {score}", "label")
        bounds = (paragraph.start, paragraph.end) if paragraph else (0, len(item.text))
        sentences = ((_sentence(item.text, row["start"], row["end"], *bounds), row) for row in in_paragraph)
        for sentence, group in itertools.groupby(sentences, key=lambda found: found[0]):
            yield indent(Group(*_sentence_block(item.text, sentence, [row for _, row in group])))


def _sentence_block(text: str, sentence: tuple[int, int], rows: list[Row]) -> Iterator[RenderableType]:
    start, end = sentence
    end = max(end, max(row["end"] for row in rows))
    first = max(start, rows[0]["start"] - _MOST_BESIDE)
    last = min(end, max(row["end"] for row in rows) + _MOST_BESIDE)
    if first > start:  # not in the middle of a word
        first = max(first, text.find(" ", first, rows[0]["start"]) + 1)
    if last < end:
        space = text.rfind(" ", max(row["end"] for row in rows), last)
        last = space if space > 0 else last
    before, after = "… " if first > start else "", " …" if last < end else ""
    told = before + "".join(" " if c.isspace() else c for c in text[first:last]) + after
    shift = len(before) - first
    yield Marked(told, [(row["start"] + shift, row["end"] + shift) for row in rows])
    yield indent(evidence_table(rows, None), 4)


def _paragraph(item: SpunItem, row: Row) -> ParagraphScore | None:
    """The scored paragraph that evidence stands in."""
    inside = (part for part in item.verdict.paragraphs if part.start <= row["start"] < part.end)
    return next(inside, None)


def _sentence(text: str, start: int, end: int, first: int, last: int) -> tuple[int, int]:
    """The sentence around a range, within a paragraph's bounds; a line break ends one too."""
    first, last = min(first, start), max(last, end)
    begin = start
    while begin > first and not _ends_before(text, begin):
        begin -= 1
    stop = end
    while stop < last and not _ends_before(text, stop):
        stop += 1
    while stop > end and text[stop - 1].isspace():
        stop -= 1
    return begin, stop


def _ends_before(text: str, place: int) -> bool:
    """Whether a sentence begins at a place: behind a line break, or behind a full stop and a space."""
    before = text[place - 1]
    if before == "\n" or before in "。！？":
        return True
    return (
        before.isspace() and not text[place : place + 1].isspace() and text[: place - 1][-1:] in tuple(_ENDS)
    )
