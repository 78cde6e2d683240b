"""How two aligned texts lie in rows: the part of the diff that knows no terminal.

A row is a list of steps of the alignment. Equal steps are cut where either text begins a new
paragraph, so that answering paragraphs stand beside one another; long paragraphs are cut at
a sentence's end; a long equal stretch is a row of its own that may be folded. Whatever is
cut, the left ranges of all steps of all rows cover the left text in order, and the right
ones the right text.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from dedup.view.places import Places, Stretch

CONTEXT = 30  # words shown on each side of a difference
_FEWEST_FOLDED = 20  # a fold takes a line; hiding less than two is no gain
_REACH = 15  # words by which a fold may begin later, or end earlier, to do so between sentences
_LONG_ROW = 40  # words after which a row ends with its sentence
_LONG_STEP = 20  # words inserted or deleted at once that get a row of their own

_LEAST_WRAPPED, _WIDEST_WRAPPED = 50, 100  # code points of a line that was wrapped
_FEWEST_WRAPPED = 3  # lines that break off within a sentence

_SENTENCE_END = re.compile(r"[.!?…。！？؟।][\"'”’»)\]]*\s|[。！？]")
_AFTER_SENTENCE = re.compile(r"[.!?…؟।][\"'”’»)\]]*\s+$|[。！？]$")
_ENDS = re.compile(r"[\n.!?…。！？؟।]")  # what every end of a paragraph or a sentence has one of
_BREAK = re.compile(r"\s*\n\s*")


class Step(NamedTuple):
    """One step of an alignment, half-open, in code points of the two texts."""

    op: str
    left_start: int
    left_end: int
    right_start: int
    right_end: int


class Row(NamedTuple):
    """Steps that are shown together.

    folded   number of words that a fold hides
    title    a line above them
    notes    in place of text: a line on the left and one on the right
    stacked  inline, the two texts stand one above the other
    """

    steps: tuple[Step, ...]
    folded: int = 0
    title: str = ""
    notes: tuple[str, str] = ("", "")
    stacked: bool = False


class Range(Protocol):
    """Anything with a half-open range of a text."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


class _Piece(NamedTuple):
    """A step, or a part of one, on its way into a row."""

    step: Step
    words: int
    ends_row: bool = False
    folded: int = 0


def as_steps(spans: Iterable[Any]) -> list[Step]:
    """Steps from the spans of an alignment or the rows of ``pairs.spans``; equal neighbours joined."""
    steps: list[Step] = []
    for span in spans:
        step = Step(*(span[name] for name in Step._fields)) if isinstance(span, Mapping) else Step(*span)
        if steps and step.op == "equal" == steps[-1].op:
            last = steps.pop()
            step = Step("equal", last.left_start, step.left_end, last.right_start, step.right_end)
        steps.append(step)
    return steps


def unwrapped(text: str) -> str:
    """The text with a space for each line break that only wraps a line; every offset holds.

    Only where no line is longer than ``_WIDEST_WRAPPED`` and some go on in the next one.
    """
    lines = text.split("\n")
    wraps = [
        len(line) >= _LEAST_WRAPPED and following.strip() != ""
        for line, following in itertools.pairwise(lines)
    ]
    goes_on = sum(wraps and line.rstrip()[-1:].isalnum() for wraps, line in zip(wraps, lines, strict=False))
    if goes_on < _FEWEST_WRAPPED or max(map(len, lines)) > _WIDEST_WRAPPED:
        return text
    ends = [" " if wraps else "\n" for wraps in wraps]
    return "".join(itertools.chain.from_iterable(itertools.zip_longest(lines, ends, fillvalue="")))


def lay_out(
    left: str,
    right: str,
    steps: Sequence[Step],
    context: int | None = CONTEXT,
    beside: bool = True,
    parts: bool = False,
) -> Iterator[Row]:
    """The rows of two texts.

    context  words shown on each side of a difference; None: nothing is folded
    beside   the texts stand side by side: long paragraphs are cut so that they keep level
    parts    these are parts of longer texts: their ends are differences, too
    """
    texts = Places.of(left), Places.of(right)
    steps = list(steps) if parts else _tidy(texts, list(steps))
    row: list[Step] = []
    size, full, ended = 0, False, False
    for piece, words, ends_row, folded in _pieces(texts, steps, context, beside, parts):
        apart = folded > 0 or (beside and piece.op != "equal" and words > _LONG_STEP)
        stop = words == 0 and folded == 0 and piece.op == "equal"  # stays with the words before it
        if row and (ended or ((apart or full) and not stop)):
            yield Row(tuple(row))
            row, size, full = [], 0, False
        if folded:
            yield Row((piece,), folded)
            continue
        row.append(piece)
        size += words
        ended = ends_row or (beside and size > _LONG_ROW and _ends_sentence(left, piece))
        full = full or apart
    if row:
        yield Row(tuple(row))


def count_words(text: str, ranges: Iterable[Range] | None = None) -> int:
    """Words of a text, or of some ranges of it."""
    places = Places.of(text)
    if ranges is None:
        return len(places.starts)
    return sum(stop - first for first, stop in (places.between(r.start, r.end) for r in ranges))


def longest_equal(left: str, right: str, steps: Sequence[Step]) -> tuple[int, int, int]:
    """The longest equal stretch: number of words, and its range of the left text."""
    places = Places.of(left)
    best = (0, 0, 0)
    for step in steps:
        if step.op == "equal":
            first, stop = places.between(step.left_start, step.left_end)
            if stop - first > best[0]:
                best = (stop - first, places.starts[first], places.ends[stop - 1])
    return best


def _tidy(texts: tuple[Places, Places], steps: list[Step]) -> list[Step]:
    """Words that only one text ends with take the full stop behind them, the other keeps its own."""
    if len(steps) < 3 or steps[-3].op != "equal" or steps[-1].op != "equal" or steps[-2].op == "replace":
        return steps
    before, gap, last = steps[-3:]
    if _stretch(texts, last).words:
        return steps
    if gap.op == "insert":
        to = last.left_end
        ends = (
            before._replace(left_end=to),
            gap._replace(left_start=to, left_end=to, right_end=last.right_end),
        )
    else:
        to = last.right_end
        ends = (
            before._replace(right_end=to),
            gap._replace(right_start=to, right_end=to, left_end=last.left_end),
        )
    return [*steps[:-3], *ends]


def _pieces(
    texts: tuple[Places, Places], steps: Sequence[Step], context: int | None, beside: bool, parts: bool
) -> Iterator[_Piece]:
    for index, step in enumerate(steps):
        if step.op == "equal":
            head = 0 if index == 0 and len(steps) > 1 and not parts else context
            tail = 0 if index == len(steps) - 1 and not parts else context
            yield from _equal_pieces(_stretch(texts, step), head, tail, beside)
        else:
            yield from _changed_pieces(texts, step)


def _changed_pieces(texts: tuple[Places, Places], step: Step) -> Iterator[_Piece]:
    """A one-sided step, cut where a paragraph ends; a replaced one stays whole."""
    on_left = texts[0].between(step.left_start, step.left_end)
    on_right = texts[1].between(step.right_start, step.right_end)
    words = max(on_left[1] - on_left[0], on_right[1] - on_right[0])
    if step.op == "replace":
        yield _Piece(step, words)
        return
    side = 0 if step.op == "delete" else 1
    at, end = (step.left_start, step.left_end) if side == 0 else (step.right_start, step.right_end)
    for match in _BREAK.finditer(texts[side].text, at, end):
        if match.end() < end:
            yield _Piece(_part(step, at, match.end()), words, ends_row=True)
            at = match.end()
    yield _Piece(_part(step, at, end), words)


def _part(step: Step, start: int, end: int) -> Step:
    if step.op == "delete":
        return step._replace(left_start=start, left_end=end)
    return step._replace(right_start=start, right_end=end)


def _equal_pieces(stretch: Stretch, head: int | None, tail: int | None, beside: bool) -> Iterator[_Piece]:
    """Equal words: what stands before a fold, the fold, and what stands after it."""
    words, start, end = stretch.words, stretch.start, stretch.end
    if head is None or tail is None or words - head - tail < _FEWEST_FOLDED:
        yield from _paragraphs(stretch, 0, words, start, end, beside)
        return
    first = _settle(stretch, range(head, min(head + _REACH, words - tail))) if head else 0
    last = _settle(stretch, range(words - tail, max(words - tail - _REACH, first), -1)) if tail else words
    before = stretch.cut(first) if head else start
    after = stretch.cut(last) if tail else end
    if head:
        yield from _paragraphs(stretch, 0, first, start, before, beside)
    yield _Piece(_equal(before, after), 0, ends_row=True, folded=last - first)
    if tail:
        yield from _paragraphs(stretch, last, words, after, end, beside)


def _settle(stretch: Stretch, words: range) -> int:
    """The gap at which to begin or end a fold: between paragraphs, else sentences, else the first."""
    gaps = [(word, [gap for _, gap in stretch.gaps(word)]) for word in words]
    for ends in (lambda gap: "\n" in gap, _SENTENCE_END.match):
        for word, both in gaps:
            if all(ends(gap) for gap in both):
                return word
    return words[0]


def _paragraphs(
    stretch: Stretch, first: int, stop: int, at: tuple[int, int], end: tuple[int, int], beside: bool
) -> Iterator[_Piece]:
    """Equal words, cut where either text begins a new paragraph or, side by side, a sentence."""
    since = first
    for word in stretch.gaps_with(_ENDS, first, stop):
        gaps = [gap for _, gap in stretch.gaps(word)]
        new_paragraph = any("\n" in gap for gap in gaps)
        if not new_paragraph and not (beside and all(_SENTENCE_END.match(gap) for gap in gaps)):
            continue
        cut = stretch.cut(word)
        if cut != at and cut[0] <= end[0] and cut[1] <= end[1]:
            yield _Piece(_equal(at, cut), word - since, ends_row=new_paragraph)
            at, since = cut, word
    if at != end:
        yield _Piece(_equal(at, end), stop - since)


def _stretch(texts: tuple[Places, Places], step: Step) -> Stretch:
    return Stretch(texts, (step.left_start, step.right_start), (step.left_end, step.right_end))


def _equal(start: tuple[int, int], end: tuple[int, int]) -> Step:
    return Step("equal", start[0], end[0], start[1], end[1])


def _ends_sentence(left: str, step: Step) -> bool:
    return bool(_AFTER_SENTENCE.search(left[max(step.left_start, step.left_end - 4) : step.left_end]))
