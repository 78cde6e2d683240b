"""How two aligned texts lie in rows: the part of the diff that knows no terminal.

A row is a list of steps of the alignment. Equal steps are cut where either text begins a new
paragraph, so that answering paragraphs stand beside one another; long paragraphs are cut at
a sentence's end; a long equal stretch is a row of its own that may be folded. Whatever is
cut, the left ranges of all steps of all rows cover the left text in order, and the right
ones the right text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from dedup.text.words import split_text

CONTEXT = 30  # words shown on each side of a difference
_FEWEST_FOLDED = 10  # a fold takes a line; hiding less than a line is no gain
_REACH = 15  # words by which a fold may begin later, or end earlier, to do so between sentences
_LONG_ROW = 40  # words after which a row ends with its sentence
_LONG_STEP = 20  # words inserted or deleted at once that get a row of their own

_SENTENCE_END = re.compile(r"[.!?…。！？؟।][\"'”’»)\]]*\s|[。！？]")
_AFTER_SENTENCE = re.compile(r"[.!?…؟।][\"'”’»)\]]*\s+$|[。！？]$")
_BREAK = re.compile(r"\s*\n\s*")


class Step(NamedTuple):
    """One step of an alignment, half-open, in code points of the two texts."""

    op: str
    left_start: int
    left_end: int
    right_start: int
    right_end: int


class Row(NamedTuple):
    """Steps that are shown together. ``folded``: number of equal words that a fold hides."""

    steps: tuple[Step, ...]
    folded: int = 0


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


class _Places(NamedTuple):
    """A text and where its words are."""

    text: str
    starts: list[int]
    ends: list[int]

    def between(self, start: int, end: int) -> tuple[int, int]:
        """Indexes of the words that begin in a range, half-open."""
        return bisect_left(self.starts, start), bisect_left(self.starts, end)


Texts = tuple[_Places, _Places]


class _Stretch:
    """The same words in both texts. Gap n stands before word n; the last one after all words."""

    def __init__(self, texts: Texts, step: Step) -> None:
        self.texts = texts
        self.start = (step.left_start, step.right_start)
        self.end = (step.left_end, step.right_end)
        words = [
            side.between(*ends)
            for side, ends in zip(texts, zip(self.start, self.end, strict=True), strict=True)
        ]
        self.first = [first for first, _ in words]
        self.words = min(stop - first for first, stop in words)

    def gaps(self, number: int) -> list[tuple[int, str]]:
        """Where the nth gap begins in each text, and what it holds."""
        found = []
        for side, text in enumerate(self.texts):
            word = self.first[side] + number
            start = text.ends[word - 1] if number else self.start[side]
            end = text.starts[word] if number < self.words else self.end[side]
            found.append((start, text.text[start:end]))
        return found

    def cut(self, number: int) -> tuple[int, int]:
        """Where to cut in the nth gap: behind its last space, else before the word."""
        left, right = (start + _behind_space(gap) for start, gap in self.gaps(number))
        return left, right


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


def lay_out(
    left: str, right: str, steps: Sequence[Step], context: int | None = CONTEXT, beside: bool = True
) -> Iterator[Row]:
    """The rows of two texts.

    context  words shown on each side of a difference; None: nothing is folded
    beside   the texts stand side by side: long paragraphs are cut so that they keep level
    """
    texts = _places_of(left), _places_of(right)
    steps = _tidy(texts, list(steps))
    row: list[Step] = []
    size = 0
    for piece, words, ends_row, folded in _pieces(texts, steps, context, beside):
        apart = folded > 0 or (beside and piece.op != "equal" and words > _LONG_STEP)
        if row and apart:
            yield Row(tuple(row))
            row, size = [], 0
        row.append(piece)
        size += words
        if apart or ends_row:
            yield Row(tuple(row), folded)
            row, size = [], 0
        elif beside and size > _LONG_ROW and _ends_sentence(left, piece):
            yield Row(tuple(row))
            row, size = [], 0
    if row:
        yield Row(tuple(row))


def count_words(text: str, ranges: Iterable[Range] | None = None) -> int:
    """Words of a text, or of some ranges of it."""
    places = _places_of(text)
    if ranges is None:
        return len(places.starts)
    return sum(stop - first for first, stop in (places.between(r.start, r.end) for r in ranges))


def longest_equal(left: str, right: str, steps: Sequence[Step]) -> tuple[int, int, int]:
    """The longest equal stretch: number of words, and its range of the left text."""
    places = _places_of(left)
    best = (0, 0, 0)
    for step in steps:
        if step.op == "equal":
            first, stop = places.between(step.left_start, step.left_end)
            if stop - first > best[0]:
                best = (stop - first, places.starts[first], places.ends[stop - 1])
    return best


def _places_of(text: str) -> _Places:
    words = split_text(text)
    return _Places(text, words.starts.tolist(), words.ends.tolist())


def _tidy(texts: Texts, steps: list[Step]) -> list[Step]:
    """Before words that only one text ends with, put the full stop that the other ends with."""
    if len(steps) < 3 or steps[-3].op != "equal" or steps[-1].op != "equal" or steps[-2].op == "replace":
        return steps
    before, gap, last = steps[-3:]
    if _Stretch(texts, last).words:
        return steps
    if gap.op == "insert":
        to = last.left_end
        moved = (
            before._replace(left_end=to),
            gap._replace(left_start=to, left_end=to),
            last._replace(left_start=to),
        )
    else:
        to = last.right_end
        moved = (
            before._replace(right_end=to),
            gap._replace(right_start=to, right_end=to),
            last._replace(right_start=to),
        )
    return [*steps[:-3], *moved]


def _pieces(texts: Texts, steps: Sequence[Step], context: int | None, beside: bool) -> Iterator[_Piece]:
    for index, step in enumerate(steps):
        if step.op == "equal":
            head = 0 if index == 0 and len(steps) > 1 else context
            tail = 0 if index == len(steps) - 1 else context
            yield from _equal_pieces(_Stretch(texts, step), head, tail, beside)
        else:
            yield from _changed_pieces(texts, step)


def _changed_pieces(texts: Texts, step: Step) -> Iterator[_Piece]:
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


def _equal_pieces(stretch: _Stretch, head: int | None, tail: int | None, beside: bool) -> Iterator[_Piece]:
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


def _settle(stretch: _Stretch, words: range) -> int:
    """The gap at which to begin or end a fold: between paragraphs, else sentences, else the first."""
    gaps = [(word, [gap for _, gap in stretch.gaps(word)]) for word in words]
    for ends in (lambda gap: "\n" in gap, _SENTENCE_END.match):
        for word, both in gaps:
            if all(ends(gap) for gap in both):
                return word
    return words[0]


def _paragraphs(
    stretch: _Stretch, first: int, stop: int, at: tuple[int, int], end: tuple[int, int], beside: bool
) -> Iterator[_Piece]:
    """Equal words, cut where either text begins a new paragraph or, side by side, a sentence."""
    since = first
    for word in range(first, stop + 1):
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


def _behind_space(gap: str) -> int:
    spaces = [index for index, character in enumerate(gap) if character.isspace()]
    return spaces[-1] + 1 if spaces else len(gap)


def _equal(start: tuple[int, int], end: tuple[int, int]) -> Step:
    return Step("equal", start[0], end[0], start[1], end[1])


def _ends_sentence(left: str, step: Step) -> bool:
    return bool(_AFTER_SENTENCE.search(left[max(step.left_start, step.left_end - 4) : step.left_end]))
