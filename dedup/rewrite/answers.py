"""Which sentence of one text answers which of another, and how much of it: measures of rewording.

A sentence of the shorter text is *answered* by the sentence of the longer one, or the two
neighbouring ones (so that it may have been split, or merged with another), that hold the greatest
share of its stems, weighed by rarity. Of the answers, ``FEATURES`` measures how much is answered,
whether in order, whether the other way round as well, and of what it consists: names and numbers are
shared by all who tell of an event; the other words by those who copied.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from dedup.rewrite.shares import NAMED, neighbours, share
from dedup.rewrite.statements import Statements
from dedup.text.sentences import BEGINS, QUOTED

FEATURES = (
    "covered",  # weight of the answers / weight of the shorter text
    "shared",  # weight of the shorter text's stems that occur anywhere in the longer / all
    "shared_back",  # the same of the longer text's stems
    "words",  # of words that are neither names nor numbers: the share that occurs in the longer text
    "words_back",  # the same of the longer text's
    "numbers",  # the share of numbers of the shorter text that occur in the longer
    "names",  # the same of names
    "names_back",  # of names of the longer text
    "quoted",  # weight of answers that stand in quotations / of all
    "chain",  # what answers in order exceed a fifth of their sentences by / weight of the shorter text
    "chained",  # how many sentences that chain has
    "mutual",  # weight of answers whose sentence would be answered so as well / all
    "covered_weight",  # weight of the answers
    "words_weight",  # weight of shared stems that are neither names nor numbers
    "names_weight",  # of shared names and numbers
    "neighbours",  # share of neighbouring telling stems that are near one another in the longer text, too
)
LEAST_SHARED = 0.25  # texts that share less aren't measured further: all is 0 then
_MOST_SENTENCES = 600  # of a text that are looked at
_STRICT = 0.2  # share of a sentence that an answer must exceed to lengthen a chain

Features = NDArray[np.float64]


def measure_answers(
    texts: Statements, left: NDArray[np.int64], right: NDArray[np.int64], least: float = LEAST_SHARED
) -> Features:
    """``FEATURES`` of pairs of texts, float64[p, len(FEATURES)].

    left, right  int64[p]: the texts of each pair, by number
    least        share of the shorter text's weight that the longer must hold to be measured
    """
    features: Features = _measure_many(*texts, left, right, least)
    return features


def find_answers(texts: Statements, left: int, right: int) -> NDArray[np.int64]:
    """Which sentences answer one another: int64[m, 5], the first and last word (half-open) on the left
    and on the right, and the share of the shorter text's sentence that is answered, in percent.
    """
    shorter_is_left = texts.first[left + 1] - texts.first[left] <= texts.first[right + 1] - texts.first[right]
    ours, theirs = (left, right) if shorter_is_left else (right, left)
    found: NDArray[np.int64] = _find_answers(*texts, ours, theirs)
    return found if shorter_is_left else found[:, [2, 3, 0, 1, 4]]


@numba.njit(cache=True, nogil=True)
def _measure_many(
    numbers: Any, size: Any, weights: Any, marks: Any, first: Any, left: Any, right: Any, least: Any
) -> Any:
    features = np.zeros((len(left), len(FEATURES)))
    heads = np.full(size, -1, np.int32)
    for pair in range(len(left)):
        ours, theirs = left[pair], right[pair]
        if first[ours + 1] - first[ours] > first[theirs + 1] - first[theirs]:
            ours, theirs = theirs, ours
        at, at_end = _looked_at(marks, first[ours], first[ours + 1])
        bt, bt_end = _looked_at(marks, first[theirs], first[theirs + 1])
        if at < at_end:
            _measure(
                numbers[at:at_end], weights[at:at_end], marks[at:at_end],
                numbers[bt:bt_end], weights[bt:bt_end], marks[bt:bt_end],
                heads, least, features[pair],
            )  # fmt: skip
    return features


@numba.njit(cache=True, nogil=True)
def _find_answers(
    numbers: Any, size: Any, weights: Any, marks: Any, first: Any, ours: Any, theirs: Any
) -> Any:
    at, at_end = _looked_at(marks, first[ours], first[ours + 1])
    bt, bt_end = _looked_at(marks, first[theirs], first[theirs + 1])
    heads = np.full(size, -1, np.int32)
    nexts, sentence = _index(numbers[bt:bt_end], marks[bt:bt_end], heads)
    bounds = _bounds(marks[at:at_end])
    their_bounds = _bounds(marks[bt:bt_end])
    _, totals, best, single, answer, _ = _answer(
        numbers[at:at_end], weights[at:at_end], marks[at:at_end], bounds, heads, nexts, sentence,
        len(their_bounds) - 1,
    )  # fmt: skip
    found = np.empty((len(totals), 5), np.int64)
    count = 0
    for place in range(len(totals)):
        if totals[place] > 0 and best[place] > 0.3 * totals[place]:
            last = answer[place] + (1 if single[place] == best[place] else 2)
            found[count] = (
                bounds[place], bounds[place + 1], their_bounds[answer[place]],
                their_bounds[min(last, len(their_bounds) - 1)], round(100 * best[place] / totals[place]),
            )  # fmt: skip
            count += 1
    return found[:count]


@numba.njit(cache=True, nogil=True)
def _looked_at(marks: Any, begin: Any, end: Any) -> Any:
    """The words of a text's first ``_MOST_SENTENCES`` sentences."""
    count = 0
    for place in range(begin, end):
        count += 1 if marks[place] & BEGINS else 0
        if count > _MOST_SENTENCES:
            return begin, place
    return begin, end


@numba.njit(cache=True, nogil=True)
def _bounds(marks: Any) -> Any:
    """Where the sentences begin, and the end."""
    bounds = np.empty(len(marks) + 1, np.int64)
    count = 0
    for place in range(len(marks)):
        if place == 0 or marks[place] & BEGINS:
            bounds[count] = place
            count += 1
    bounds[count] = len(marks)
    return bounds[: count + 1]


@numba.njit(cache=True, nogil=True)
def _index(numbers: Any, marks: Any, heads: Any) -> Any:
    """Of each word the next place of its stem (-1: none), and its sentence; ``heads``: the first places."""
    nexts = np.empty(len(numbers), np.int32)
    sentence = np.empty(len(numbers), np.int32)
    at = -1
    for place in range(len(numbers)):
        at += 1 if place == 0 or marks[place] & BEGINS else 0
        sentence[place] = at
    for place in range(len(numbers) - 1, -1, -1):
        nexts[place] = heads[numbers[place]]
        heads[numbers[place]] = place
    return nexts, sentence


@numba.njit(cache=True, nogil=True)
def _answer(
    numbers: Any, weights: Any, marks: Any, bounds: Any, heads: Any, nexts: Any, sentence: Any, theirs: Any
) -> Any:
    """Of each sentence: shared weight by sentence of the other text, its own weight, the best answer's by one
    or two sentences, by one alone, the first sentence of the answer, and the weight that is quoted.
    """
    count = len(bounds) - 1
    shared = np.zeros((count, theirs), np.float32)
    totals, best, single, quoted = np.zeros(count), np.zeros(count), np.zeros(count), np.zeros(count)
    answer = np.zeros(count, np.int64)
    for ours in range(count):
        two = np.zeros(theirs)  # weight in a sentence or the next one
        for place in range(bounds[ours], bounds[ours + 1]):
            stem = numbers[place]
            again = False
            for other in range(bounds[ours], place):
                if numbers[other] == stem:
                    again = True
                    break
            if again:
                continue
            weight = weights[place]
            totals[ours] += weight
            if marks[place] & QUOTED:
                quoted[ours] += weight
            there, last = heads[stem], -5
            while there >= 0:
                at = sentence[there]
                if at != last:
                    shared[ours, at] += weight
                    two[at] += weight
                    if at > 0 and last != at - 1:
                        two[at - 1] += weight
                last = at
                there = nexts[there]
        for at in range(theirs):
            if two[at] > best[ours]:
                best[ours] = two[at]
                answer[ours] = at
            if shared[ours, at] > single[ours]:
                single[ours] = shared[ours, at]
        if single[ours] >= best[ours] and shared[ours, answer[ours]] < best[ours]:
            answer[ours] += 1
    return shared, totals, best, single, answer, quoted


@numba.njit(cache=True, nogil=True)
def _measure(
    numbers: Any, weights: Any, marks: Any, their_numbers: Any, their_weights: Any, their_marks: Any,
    heads: Any, least: Any, out: Any,
) -> None:  # fmt: skip
    nexts, sentence = _index(their_numbers, their_marks, heads)
    if share(numbers, weights, marks, their_numbers, their_weights, their_marks, heads, nexts, least, out):
        bounds = _bounds(marks)
        shared, totals, best, _, _, quoted = _answer(
            numbers, weights, marks, bounds, heads, nexts, sentence, sentence[-1] + 1
        )
        total = max(totals.sum(), 1e-9)
        covered = best.sum()
        out[0] = covered / total
        out[12] = covered
        of_quotations = 0.0
        for place in range(len(totals)):
            if quoted[place] > 0.5 * totals[place]:
                of_quotations += best[place]
        out[8] = of_quotations / max(covered, 1e-9)
        chain, chained = _chain(shared, totals)
        out[9] = chain / total
        out[10] = chained
        out[11] = _mutual(shared, totals)
        out[15] = neighbours(numbers, weights, their_numbers, their_weights, heads, nexts)
    for place in range(len(their_numbers)):
        heads[their_numbers[place]] = -1


@numba.njit(cache=True, nogil=True)
def _chain(shared: Any, totals: Any) -> Any:
    """The heaviest chain of answers in order, one to one: what they exceed ``_STRICT`` of their sentences
    by, and how many there are.
    """
    ours, theirs = shared.shape
    value = np.zeros(theirs + 1)
    links = np.zeros(theirs + 1)
    for place in range(ours):
        before, before_links = 0.0, 0.0  # of the row above, one to the left
        for at in range(theirs):
            above, above_links = value[at + 1], links[at + 1]
            gain = shared[place, at] - _STRICT * totals[place]
            if value[at] > value[at + 1]:
                value[at + 1], links[at + 1] = value[at], links[at]
            if gain > 0 and before + gain > value[at + 1]:
                value[at + 1], links[at + 1] = before + gain, before_links + 1
            before, before_links = above, above_links
    return value[theirs], links[theirs]


@numba.njit(cache=True, nogil=True)
def _mutual(shared: Any, totals: Any) -> Any:
    ours, theirs = shared.shape
    back = np.full(theirs, -1, np.int64)  # the sentence that each one of the longer text answers best
    for at in range(theirs):
        most = 0.0
        for place in range(ours):
            if shared[place, at] > most:
                most = shared[place, at]
                back[at] = place
    mutual = total = 0.0
    for place in range(ours):
        if totals[place] < 4 * NAMED:
            continue
        total += totals[place]
        most, best = 0.0, -1
        for at in range(theirs):
            if shared[place, at] > most:
                most, best = shared[place, at], at
        if best >= 0 and back[best] == place:
            mutual += most
    return mutual / max(total, 1e-9)
