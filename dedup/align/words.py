"""Word alignment of two texts: which words answer which, as spans of both originals.

The alignment is rapidfuzz's minimal edit script over the words' ids. Three things are done
around it:

- *A bound first.* The words that two texts share, counted with repeats, bound the words any
  alignment can match; many pairs at once are looked at, and those that can't reach what was
  asked are dropped for a tenth of the cost.
- *Anchors in long texts.* Stretches of ``ANCHOR`` words that occur once in each text are
  matched first, along their longest increasing chain, and only the gaps between them are
  aligned, after a common beginning and end. So the time stays linear where the texts are
  copies, however long they are; a gap of more than ``MOST_CELLS`` word pairs without an
  anchor counts as replaced.
- *Sliding.* Of the minimal scripts, the one is taken that keeps equal stretches whole: an
  equal word that stands alone before an insertion is moved to its end if it fits there too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from rapidfuzz.distance import Levenshtein

from dedup.align.kernel import (
    among_all,
    common_run,
    extend,
    longest_increasing,
    slide,
    slide_many,
    spans_of,
    spans_of_many,
)
from dedup.align.numbered import Ids, Labels, Numbered, Places, label_shared
from dedup.text.hashing import grams
from dedup.text.words import Text, Words, places_of_kept, text_of

ANCHOR = 12  # words; twelve in a row are rarely written twice
FEW_CELLS = 4_000_000  # word pairs of two texts of 2,000 words: aligned at once, in about 1 ms
MOST_CELLS = 100_000_000
_SURROGATES = 0xD800  # first code point of those that no text may hold

OPS = ("equal", "replace", "insert", "delete")


class Span(NamedTuple):
    """One step of an alignment, half-open, in code points of the two texts.

    ``op``: equal, replace, insert (right only) or delete (left only).
    """

    op: str
    left_start: int
    left_end: int
    right_start: int
    right_end: int


class Alignment(NamedTuple):
    """Two texts word by word.

    equal        int64[n, 3]: first word on the left, on the right, and number of words of each
                 equal stretch, in order; no two touch on both sides
    left_words   words of the left text
    right_words  words of the right text
    matched      words in equal stretches
    longest_run  words of the longest equal stretch
    """

    equal: Places
    left_words: int
    right_words: int
    matched: int
    longest_run: int

    @classmethod
    def of(cls, equal: Places, left_words: int, right_words: int) -> Alignment:
        """The alignment with these equal stretches."""
        sizes = equal[:, 2].tolist()
        return cls(equal, left_words, right_words, sum(sizes), max(sizes, default=0))

    @property
    def similarity(self) -> float:
        """2 x matched / (words left + words right), 0..1."""
        return 2 * self.matched / max(1, self.left_words + self.right_words)

    @property
    def left_containment(self) -> float:
        """Share of the left text's words that are matched, 0..1."""
        return self.matched / max(1, self.left_words)

    @property
    def right_containment(self) -> float:
        """Share of the right text's words that are matched, 0..1."""
        return self.matched / max(1, self.right_words)


def align_words(left: Ids, right: Ids) -> Alignment:
    """Align two word lists (uint64 ids)."""
    first = np.array([0, len(left), len(left) + len(right)])
    (alignment,) = align_many(Numbered.of(np.concatenate([left, right]), first), first[:1], first[:1] + 1)
    return alignment


def align_many(words: Numbered, left: Places, right: Places) -> list[Alignment]:
    """Alignments of many pairs of texts, given by their numbers, int64[p] each."""
    lengths = np.diff(words.first)
    short = lengths[left] * lengths[right] <= FEW_CELLS
    found = [
        _align_short(*label_shared(*words, left[short], right[short])),
        _align_long(*label_shared(*words, left[~short], right[~short])),
    ]
    return [next(found[not at_once]) for at_once in short.tolist()]


def _align_short(labels: Labels, cuts: Places) -> Iterator[Alignment]:
    """Alignments of pairs that are aligned at once: nothing but the edit script is done pair by pair."""
    string = _as_string(labels)
    bounds = cuts.tolist()
    found: list[int] = []  # start on the left, on the right, words: of one stretch after the other
    counts = [0]
    for begin, middle, end in zip(bounds[:-1:2], bounds[1::2], bounds[2::2], strict=True):
        script = Levenshtein.opcodes(string[begin:middle], string[middle:end])
        for block in script.as_matching_blocks():
            found += (block.a, block.b, block.size)
        counts.append(len(found) // 3)
    stretches = np.array(found, np.int64).reshape(-1, 3)
    equal, starts, measures = slide_many(stretches, np.array(counts), labels, cuts)
    sizes = np.diff(cuts).tolist()
    for number, (matched, longest_run) in enumerate(measures.tolist()):
        part = equal[starts[number] : starts[number + 1]]
        yield Alignment(part, sizes[2 * number], sizes[2 * number + 1], matched, longest_run)


def _align_long(labels: Labels, cuts: Places) -> Iterator[Alignment]:
    """Alignments of pairs of long texts, one after the other."""
    bounds = cuts.tolist()
    for begin, middle, end in zip(bounds[:-1:2], bounds[1::2], bounds[2::2], strict=True):
        left, right = labels[begin:middle], labels[middle:end]
        found = [number for stretch in _align(left, right) for number in stretch]
        equal = slide(np.array(found, np.int64).reshape(-1, 3), left, right)
        yield Alignment.of(equal, len(left), len(right))


def align_texts(left: str, right: str) -> tuple[Alignment, list[Span]]:
    """Align two texts; also as spans that cover both texts whole."""
    ours, theirs = text_of(left), text_of(right)
    alignment = align_words(ours.ids, theirs.ids)
    return alignment, name_spans(span_places(alignment, ours, theirs))


def span_places(alignment: Alignment, left: Text, right: Text) -> Places:
    """The alignment as int64[m, 5]: number of the op in ``OPS``, then the code points of ``Span``.

    The spans cover both texts whole. Unequal ones begin and end with a word; spaces and
    punctuation around them belong to the equal spans beside them, which may so be without
    words at either end of the texts.
    """
    at, bt = left.words.of(left.number), right.words.of(right.number)
    places: Places = spans_of(
        alignment.equal,
        left.words.starts[at],
        left.words.ends[at],
        left.length,
        right.words.starts[bt],
        right.words.ends[bt],
        right.length,
    )
    return places


def span_places_many(
    alignments: Sequence[Alignment], whole: Words, words: Words, left: Places, right: Places
) -> tuple[Places, Places]:
    """``span_places`` of many alignments: int64[m, 5], and where each one's begin, int64[p + 1].

    whole  the texts
    words  those of their words that were aligned: the others match nothing
    """
    equal, bounds = join_stretches(alignments)
    if whole is not words:
        places = places_of_kept(whole, words)
        equal, bounds = among_all(equal, bounds, places, whole.first, words.first, left, right)
    words = whole
    found: tuple[Places, Places] = spans_of_many(
        equal, bounds, words.starts, words.ends, words.lengths, words.first, left, right
    )
    return found


def join_stretches(alignments: Sequence[Alignment]) -> tuple[Places, Places]:
    """The equal stretches of many alignments, int64[m, 3], and where each one's begin, int64[p + 1]."""
    bounds = np.cumsum([0, *(len(alignment.equal) for alignment in alignments)])
    return np.concatenate([np.empty((0, 3), np.int64), *(a.equal for a in alignments)]), bounds


def name_spans(places: Places) -> list[Span]:
    """Spans from their numbers."""
    return [Span(OPS[op], *ends) for op, *ends in places.tolist()]


def _align(left: Labels, right: Labels) -> Iterator[tuple[int, int, int]]:
    """Equal stretches: left start, right start, words."""
    if len(left) * len(right) <= FEW_CELLS:
        yield from _edit_script(left, right, 0, 0)
        return
    head = at = bt = common_run(left, right, 0, 0)
    tail = common_run(left[at:][::-1], right[bt:][::-1], 0, 0)
    yield 0, 0, at
    left, right = left[: len(left) - tail], right[: len(right) - tail]
    for i, k, size in _anchors(left[at:], right[bt:]):
        anchor_left, anchor_right = head + i, head + k
        yield from _edit_script(left[at:anchor_left], right[bt:anchor_right], at, bt)
        yield anchor_left, anchor_right, size
        at, bt = anchor_left + size, anchor_right + size
    yield from _edit_script(left[at:], right[bt:], at, bt)
    yield len(left), len(right), tail


def _edit_script(left: Labels, right: Labels, at: int, bt: int) -> Iterator[tuple[int, int, int]]:
    if not 0 < len(left) * len(right) <= MOST_CELLS:
        return
    if max(left.max(), right.max()) >= _SURROGATES:
        numbers = np.concatenate([left, right])
        first = np.array([0, len(left), len(numbers)])
        size = int(numbers.max()) + 1
        labels, _ = label_shared(numbers, first, size, first[:1], first[:1] + 1)
        left, right = labels[: len(left)], labels[len(left) :]
    for block in Levenshtein.opcodes(_as_string(left), _as_string(right)).as_matching_blocks():
        yield at + block.a, bt + block.b, block.size


def _as_string(labels: Labels) -> str:
    """Labels as code points: rapidfuzz is fastest on strings. They must stay below the surrogates;
    those of two texts that are aligned at once do, for the shorter has at most 10,000 words.
    """
    return labels.tobytes().decode("utf-32-le")


def _anchors(left: Labels, right: Labels) -> Iterator[tuple[int, int, int]]:
    """Disjoint equal stretches (left start, right start, words), increasing on both sides."""
    left_at, right_at = _unique_in_both(left, right)
    chain = longest_increasing(right_at)
    stretches = extend(left, right, left_at[chain], right_at[chain])
    del left_at, right_at, chain  # of giant texts they are most of what there is
    for i, k, size in stretches:
        yield int(i), int(k), int(size)


def _unique_in_both(left: Labels, right: Labels) -> tuple[Places, Places]:
    """Places of the stretches of ``ANCHOR`` words that occur once in each text, by place in the left one."""
    left_values, left_places = _once(grams(left, ANCHOR))
    right_values, right_places = _once(grams(right, ANCHOR))
    if not len(right_values):
        return left_places[:0], right_places
    at = np.searchsorted(right_values, left_values)
    at[at == len(right_values)] = 0
    shared = right_values[at] == left_values
    del left_values, right_values
    left_places, right_places = left_places[shared], right_places[at[shared]]
    order = np.argsort(left_places)
    return left_places[order], right_places[order]


def _once(values: Ids) -> tuple[Ids, Places]:
    """The values that occur once, sorted, and their places; with fewer arrays than ``np.unique`` takes."""
    order = np.argsort(values)
    found = values[order]
    differ = found[1:] != found[:-1]
    single = np.ones(len(found), np.bool_)
    single[1:] &= differ
    single[:-1] &= differ
    return found[single], order[single]
