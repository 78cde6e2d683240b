"""Which stretches of two texts answer one another: sentences of a rewrite, passages of a partial copy.

``pairs.passages`` says of a sentence of the shorter text which one or two neighbouring sentences of
the other answer it, and several may be answered by one. To stand beside one another, each sentence
must be in one place: so those that share most are joined first, then what was split or merged with
its neighbour. Blocks that keep the order of both texts stay where they are; the others have moved.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from dedup.text.sentences import BEGINS, mark_words
from dedup.text.stems import hash_stems
from dedup.text.words import split_words
from dedup.view.places import Places, behind_space

ANSWER = "answer"
_LEAST = 0.1  # share of the lighter sentence that two must have in common, or of its own that one adds

Bounds = tuple[int, int]


class Passage(NamedTuple):
    """Stretches of two texts that answer one another, half-open, in code points."""

    what: str
    left_start: int
    left_end: int
    right_start: int
    right_end: int
    share: float


class Block(NamedTuple):
    """A stretch of the left text and one of the right that answer one another.

    left, right  half-open, in code points; no two blocks overlap
    numbers      which sentence, or passage, of either text this is or begins with, from 1
    moved        the others keep their order without it
    """

    what: str
    left: Bounds
    right: Bounds
    numbers: tuple[int, int]
    moved: bool = False


class _Sentences(NamedTuple):
    """Where the sentences of a text begin, the end of the last, and the stems of each."""

    bounds: list[int]
    stems: list[frozenset[int]]

    def within(self, start: int, end: int) -> range:
        """Numbers of the sentences that a range touches."""
        first = max(0, bisect_right(self.bounds, start) - 1)
        return range(first, min(bisect_left(self.bounds, end), len(self.stems)))


def as_passages(rows: Iterable[Any]) -> list[Passage]:
    """Passages from those of a comparison or the rows of ``pairs.passages``."""
    return [
        Passage(*(row[name] for name in Passage._fields)) if isinstance(row, Mapping) else Passage(*row)
        for row in rows
    ]


def blocks_of(
    left: str, right: str, passages: Sequence[Passage], cuts: tuple[Iterable[int], Iterable[int]] = ((), ())
) -> list[Block]:
    """The blocks of two texts, in the order of the left one.

    cuts  code points of either text that no sentence goes beyond, as where furniture begins
    """
    answers = [passage for passage in passages if passage.what == ANSWER]
    if answers:
        sides = _sentences_of(left, cuts[0]), _sentences_of(right, cuts[1])
        found = list(_answering(sides, answers))
    else:
        found = list(_copied((left, right), passages))
    found.sort(key=lambda block: block.left)
    kept = _in_order([block.right[0] for block in found])
    return [block._replace(moved=number not in kept) for number, block in enumerate(found)]


def _sentences_of(text: str, cuts: Iterable[int]) -> _Sentences:
    data = np.frombuffer(text.encode("utf-8", "replace"), np.uint8)
    offsets = np.array([0, len(data)], np.int64)
    words = split_words(data, offsets)
    marks = mark_words(data, offsets, words)
    places = Places(text, words.starts.tolist(), words.ends.tolist())
    begin = [_cut_before(places, word) for word in np.flatnonzero(marks & BEGINS).tolist()]
    bounds = sorted({0, len(text), *begin, *(cut for cut in cuts if 0 < cut < len(text))})
    stems = hash_stems(words, marks).tolist()
    edges = [bisect_left(places.starts, bound) for bound in bounds]
    each = [frozenset(stems[first:stop]) for first, stop in itertools.pairwise(edges)]
    return _Sentences(bounds, each)


def _cut_before(places: Places, word: int) -> int:
    """Where to cut before a word; the first begins with the text, past the last it ends."""
    start = places.ends[word - 1] if word else 0
    end = places.starts[word] if word < len(places.starts) else len(places.text)
    return start + behind_space(places.text[start:end]) if word else 0


def _answering(sides: tuple[_Sentences, _Sentences], answers: Sequence[Passage]) -> Iterator[Block]:
    joining = _Joining(sides)
    for link in joining.links(answers):
        joining.join(*link)
    for ranges in joining.joined:
        left, right = (
            (side.bounds[numbers[0]], side.bounds[numbers[-1] + 1])
            for side, numbers in zip(sides, ranges, strict=True)
        )
        yield Block(ANSWER, left, right, (ranges[0][0] + 1, ranges[1][0] + 1))


class _Joining:
    """Sentences of two texts, and which are joined so far; a stem weighs the more, the fewer have it."""

    def __init__(self, sides: tuple[_Sentences, _Sentences]) -> None:
        self.sides = sides
        self.often = Counter(stem for side in sides for stems in side.stems for stem in stems)
        self.joined: list[tuple[range, range]] = []
        self.owner: tuple[dict[int, int], dict[int, int]] = ({}, {})  # sentence -> place in ``joined``

    def links(self, answers: Sequence[Passage]) -> list[tuple[int, int]]:
        """Pairs of sentences that may answer one another, those that share most first."""
        pairs = {
            (ours, theirs)
            for answer in answers
            for ours in self.sides[0].within(answer.left_start, answer.left_end)
            for theirs in self.sides[1].within(answer.right_start, answer.right_end)
        }
        shared = {pair: self._weigh(self._stems(0, pair[0]) & self._stems(1, pair[1])) for pair in pairs}
        return sorted(pairs, key=lambda pair: (-shared[pair], abs(pair[0] - pair[1]), pair))

    def join(self, ours: int, theirs: int) -> None:
        """Join two sentences, or one to the block of the other, where they share enough."""
        at, bt = self.owner[0].get(ours), self.owner[1].get(theirs)
        left, right = self._stems(0, ours), self._stems(1, theirs)
        if at is None and bt is None:
            lighter = min(self._weigh(left), self._weigh(right))
            if self._weigh(left & right) > _LEAST * lighter:
                self.owner[0][ours] = self.owner[1][theirs] = len(self.joined)
                self.joined.append((range(ours, ours + 1), range(theirs, theirs + 1)))
        elif at is None and bt is not None:
            self._add(0, ours, bt, right)
        elif bt is None and at is not None:
            self._add(1, theirs, at, left)

    def _add(self, side: int, new: int, place: int, other: frozenset[int]) -> None:
        """Add a sentence to a block of one on the other side, if it stands next to it and has of the other
        one what the block lacks.
        """
        block = self.joined[place]
        have = block[side]
        if new not in (have[0] - 1, have[-1] + 1) or len(block[1 - side]) > 1:
            return
        known = frozenset().union(*(self._stems(side, number) for number in have))
        mine = self._stems(side, new)
        if self._weigh((mine & other) - known) > _LEAST * self._weigh(mine):
            wider = range(min(have[0], new), max(have[-1], new) + 1)
            self.joined[place] = (wider, block[1]) if side == 0 else (block[0], wider)
            self.owner[side][new] = place

    def _stems(self, side: int, number: int) -> frozenset[int]:
        return self.sides[side].stems[number]

    def _weigh(self, stems: Iterable[int]) -> float:
        return sum(1 / self.often[stem] for stem in sorted(stems))  # in one order, for one sum


def _copied(texts: tuple[str, str], passages: Sequence[Passage]) -> Iterator[Block]:
    """Copied passages with the punctuation behind them; of those that overlap the longest."""
    places = [Places.of(text) for text in texts]
    taken: tuple[list[Bounds], list[Bounds]] = ([], [])
    found: list[tuple[str, Bounds, Bounds]] = []
    for passage in sorted(passages, key=lambda one: (one.left_start - one.left_end, one)):
        left, right = (
            (_cut_before(side, first), _cut_before(side, stop))
            for side, (first, stop) in (
                (places[0], places[0].between(passage.left_start, passage.left_end)),
                (places[1], places[1].between(passage.right_start, passage.right_end)),
            )
        )
        if _is_free(taken[0], left) and _is_free(taken[1], right):
            insort(taken[0], left)
            insort(taken[1], right)
            found.append((passage.what, left, right))
    for what, left, right in found:
        numbers = (bisect_left(taken[0], left) + 1, bisect_left(taken[1], right) + 1)
        yield Block(what, left, right, numbers)


def _is_free(taken: list[Bounds], bounds: Bounds) -> bool:
    """Whether a range holds something, and nothing that is taken."""
    place = bisect_left(taken, bounds)
    behind = place == 0 or taken[place - 1][1] <= bounds[0]
    before = place == len(taken) or bounds[1] <= taken[place][0]
    return bounds[0] < bounds[1] and behind and before


def _in_order(values: Sequence[int]) -> set[int]:
    """Places of a longest increasing chain."""
    ends: list[int] = []  # the last value of the chain of each length that ends least
    places: list[int] = []
    before = [-1] * len(values)
    for place, value in enumerate(values):
        length = bisect_left(ends, value)
        before[place] = places[length - 1] if length else -1
        ends[length : length + 1] = [value]
        places[length : length + 1] = [place]
    kept = set()
    place = places[-1] if places else -1
    while place >= 0:
        kept.add(place)
        place = before[place]
    return kept
