"""Facts of texts, their numbers and names: which of them two texts share, and which stand for one another."""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from dedup.align.numbered import Places
from dedup.sketch.rarity import Rarity, no_articles
from dedup.text.hashing import mix_hash, number_words
from dedup.text.sentences import BEGINS, CAPITAL, DIGIT, JOINED, NUMERAL
from dedup.text.words import SKETCH_KEY

LONGEST_SLOT = 16  # words


class Known(NamedTuple):
    """What a scrape says of its words: how rare stems are, the sorted keys of templates, of stock
    phrases, of templates that count in series, and of standing paragraphs, stock phrases among them; and
    which stems are neighbours (see ``sketch.neighbours``; none where that is unknown).
    """

    rarity: Rarity
    templates: NDArray[np.int64]
    stock: NDArray[np.int64]
    series: NDArray[np.int64]
    standing: NDArray[np.int64]
    neighbours: NDArray[np.float32]

    @classmethod
    def nothing(cls) -> Known:
        """What is known without a scrape."""
        return cls(no_articles(), *4 * (np.empty(0, np.int64),), np.empty(0, np.float32))


class Marked(NamedTuple):
    """What is known of the words of the bodies of n texts; w words.

    numbers    uint32[w]: the same word, the same number, from 0
    size       how many different words there are
    facts      as ``number_facts`` gives them
    first      int64[n + 1]: where each body's words begin
    marks      uint8[w]: as ``sentences.mark_words`` gives them, and NUMERAL
    weights    float32[w]: how much each word's stem tells (see ``sketch.rarity``)
    templates  bool[w]: words of templates
    """

    numbers: NDArray[np.uint32]
    size: int
    facts: NDArray[np.uint32]
    first: Places
    marks: NDArray[np.uint8]
    weights: NDArray[np.float32]
    templates: NDArray[np.bool_]


def cut_passages(texts: Marked, passages: Places, left: Places, right: Places) -> Marked:
    """Passages as texts of their own: the sides of the first, those of the second, ...: 2m texts.

    passages     int64[m, 5], as ``passages.find_passages`` gives them
    left, right  int64[m]: the texts of each passage, by number
    """
    begins = np.stack(
        [texts.first[left] + passages[:, 0], texts.first[right] + passages[:, 2]], axis=1
    ).ravel()
    counts = passages[:, [1, 3]].ravel()
    first = np.concatenate([[0], np.cumsum(counts)])
    places = np.repeat(begins - first[:-1], counts) + np.arange(first[-1])
    numbers, facts, marks, weights, templates = (
        column[places] for column in (texts.numbers, texts.facts, texts.marks, texts.weights, texts.templates)
    )
    return Marked(numbers, texts.size, facts, first, marks, weights, templates)


def number_facts(numbers: NDArray[np.uint32], marks: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """What words are as facts, uint32[w]: the same fact, the same number, from 0.

    That is the word, but within a figure of several words the word and the whole figure: the 1 of 1.25
    is neither that of 1.5 nor 1.

    numbers, marks  as in ``Marked``
    """
    found: NDArray[np.uint32] = number_words(_hash_facts(numbers, marks))[0]
    return found


def compare_facts(texts: Marked, left: Places, right: Places) -> NDArray[np.float64]:
    """How much the facts of pairs differ, float64[p, 6]. Facts are numbers and names, each counted once.

    The columns: weight of the facts that the other text doesn't have at all, of the text with less of
    it; weight of those that both have; the same without words of templates; how many facts the
    other doesn't have, of the text with fewer of them; how many of these are words with digits, of the
    text with fewer of them; and how many words with digits both have.
    """
    found: NDArray[np.float64] = _compare_facts(
        texts.facts, _size(texts.facts), texts.first, texts.marks, texts.weights, texts.templates, left, right
    )
    return found


def count_slots(texts: Marked, equal: Places, bounds: Places, left: Places, right: Places) -> Places:
    """How much of what alignments replace is a fact put in the place of another: int64[p, 4].

    The columns: slots, that is up to ``LONGEST_SLOT`` words on either side of which both have facts,
    and none the same; those of them where neither text has the other's fact anywhere; those where both
    have numbers in digits, or both in letters, which count as facts nowhere else; and all edits,
    replacements, insertions and deletions alike.

    equal, bounds  as for ``evidence.discount_templates``
    """
    found: Places = _count_slots(
        texts.facts, _size(texts.facts), texts.first, texts.marks, equal, bounds, left, right
    )
    return found


@numba.njit(cache=True, nogil=True, inline="always")
def is_fact(mark: Any) -> Any:
    """Whether a word so marked is a fact."""
    return mark & DIGIT or (mark & CAPITAL and not mark & BEGINS)


def _size(numbers: NDArray[np.uint32]) -> int:
    return int(numbers.max(initial=0)) + 1


@numba.njit(cache=True, nogil=True)
def _hash_facts(numbers: Any, marks: Any) -> Any:
    hashes = numbers.astype(np.uint64)
    begin = 0
    for place in range(1, len(numbers) + 1):
        if place < len(numbers) and marks[place] & JOINED:
            continue
        if place - begin > 1:
            figure = np.uint64(SKETCH_KEY)
            for word in range(begin, place):
                figure = mix_hash(figure, np.uint64(numbers[word]))
            for word in range(begin, place):
                hashes[word] = mix_hash(figure, np.uint64(word - begin))
        begin = place
    return hashes


@numba.njit(cache=True, nogil=True)
def _compare_facts(
    numbers: Any, size: Any, first: Any, marks: Any, weights: Any, templates: Any, left: Any, right: Any
) -> Any:
    out = np.zeros((len(left), 6))
    seen = np.full(size, -1, np.int64)  # the last text in which a word stood
    known = np.full(size, -1, np.int64)  # in which it was counted
    for pair in range(len(left)):
        differing = np.zeros(2)
        counts = np.zeros(2)
        figures = np.zeros((2, 2))
        shared = np.zeros((2, 2))
        for side in range(2):
            ours, theirs = (left[pair], right[pair]) if side == 0 else (right[pair], left[pair])
            stamp = 2 * pair + side
            for place in range(first[theirs], first[theirs + 1]):
                seen[numbers[place]] = stamp
            for place in range(first[ours], first[ours + 1]):
                word = numbers[place]
                if not is_fact(marks[place]) or known[word] == stamp:
                    continue
                known[word] = stamp
                has_digits = 1 if marks[place] & DIGIT else 0
                figures[side, 1 if seen[word] == stamp else 0] += has_digits
                if seen[word] != stamp:
                    differing[side] += weights[place]
                    counts[side] += 1
                else:
                    shared[side, 0] += weights[place]
                    if not templates[place]:
                        shared[side, 1] += weights[place]
        out[pair, 0] = differing.min()
        out[pair, 1] = shared[:, 0].max()
        out[pair, 2] = shared[:, 1].max()
        out[pair, 3] = counts.min()
        out[pair, 4] = figures[:, 0].min()
        out[pair, 5] = figures[:, 1].max()
    return out


_NAME, _DIGITS, _LETTERS = 1, 2, 3  # kinds of facts, of numbers those in digits and in letters


@numba.njit(cache=True, nogil=True, inline="always")
def _fact_kind(mark: Any) -> Any:
    if mark & DIGIT:
        return _DIGITS
    if mark & NUMERAL:
        return _LETTERS
    return _NAME if mark & CAPITAL and not mark & BEGINS else 0


@numba.njit(cache=True, nogil=True)
def _count_slots(
    numbers: Any, size: Any, first: Any, marks: Any, equal: Any, bounds: Any, left: Any, right: Any
) -> Any:
    out = np.zeros((len(left), 4), np.int64)
    seen = np.full((2, size), -1, np.int64)  # the last pair in whose left and right text a word stood
    here = np.full(size, -1, np.int64)  # the last edit on whose left side a word stood as a fact
    seen_here = np.zeros((2, 4), np.int64)  # facts on either side of an edit: the text's own, and each kind
    edit = 0
    for pair in range(len(left)):
        a, b = left[pair], right[pair]
        for place in range(first[a], first[a + 1]):
            seen[0, numbers[place]] = pair
        for place in range(first[b], first[b + 1]):
            seen[1, numbers[place]] = pair
        at, bt = first[a], first[b]
        for index in range(bounds[pair], bounds[pair + 1] + 1):
            end, stop = first[a + 1], first[b + 1]
            if index < bounds[pair + 1]:
                end, stop = first[a] + equal[index, 0], first[b] + equal[index, 1]
            if end > at or stop > bt:
                edit += 1
                out[pair, 3] += 1
                seen_here[:] = 0
                is_slot = 0 < end - at <= LONGEST_SLOT and 0 < stop - bt <= LONGEST_SLOT
                same_facts = same_numbers = False
                for place in range(at, end if is_slot else 0):
                    kind = _fact_kind(marks[place])
                    if kind:
                        here[numbers[place]] = edit
                        seen_here[0, kind] += 1
                        seen_here[0, 0] += kind != _LETTERS and seen[1, numbers[place]] != pair
                for place in range(bt, stop if is_slot else 0):
                    kind = _fact_kind(marks[place])
                    if kind:
                        same_facts |= kind != _LETTERS and here[numbers[place]] == edit
                        same_numbers |= kind != _NAME and here[numbers[place]] == edit
                        seen_here[1, kind] += 1
                        seen_here[1, 0] += kind != _LETTERS and seen[0, numbers[place]] != pair
                both = seen_here[0] * seen_here[1]
                facts = (seen_here[0, _NAME] + seen_here[0, _DIGITS]) * (
                    seen_here[1, _NAME] + seen_here[1, _DIGITS]
                )
                another = facts > 0 and not same_facts
                another_number = both[_DIGITS] + both[_LETTERS] > 0 and not same_numbers
                out[pair, 0] += another or (another_number and both[_LETTERS] > 0)
                out[pair, 1] += another and both[0] > 0
                out[pair, 2] += another_number
            if index < bounds[pair + 1]:
                at, bt = end + equal[index, 2], stop + equal[index, 2]
    return out
