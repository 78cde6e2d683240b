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

from dedup.rewrite.outlines import NAMED, Outlines
from dedup.rewrite.shares import first_there, neighbours, share
from dedup.rewrite.statements import Statements
from dedup.text.sentences import QUOTED

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
_STRICT = 0.2  # share of a sentence that an answer must exceed to lengthen a chain

Features = NDArray[np.float64]


def measure_answers(
    texts: Statements,
    left: NDArray[np.int64],
    right: NDArray[np.int64],
    least: float = LEAST_SHARED,
    least_chained: int = 0,
) -> Features:
    """``FEATURES`` of pairs of texts, float64[p, len(FEATURES)].

    left, right    int64[p]: the texts of each pair, by number
    least          share of the shorter text's weight that the longer must hold to be measured
    least_chained  where fewer sentences answer one another in order, ``mutual`` and ``neighbours`` are left 0
    """
    outlines = Outlines.of(texts, left, right)
    features: Features = _measure_many(texts, outlines, left, right, least, least_chained)
    return features


def find_answers(texts: Statements, left: int, right: int) -> NDArray[np.int64]:
    """Which sentences answer one another: int64[m, 5], the first and last word (half-open) on the left
    and on the right, and the share of the shorter text's sentence that is answered, in percent.
    """
    shorter_is_left = texts.first[left + 1] - texts.first[left] <= texts.first[right + 1] - texts.first[right]
    both = texts.of(*((left, right) if shorter_is_left else (right, left)))
    found: NDArray[np.int64] = _find_answers(both, Outlines.of(both, np.arange(2)))
    return found if shorter_is_left else found[:, [2, 3, 0, 1, 4]]


@numba.njit(cache=True, nogil=True)
def _measure_many(texts: Any, outlines: Any, left: Any, right: Any, least: Any, least_chained: Any) -> Any:
    features = np.zeros((len(left), len(FEATURES)))
    heads = np.full(texts.size, -1, np.int32)
    met = np.full(len(texts.numbers), -1, np.int32)
    for pair in range(len(left)):
        ours, theirs = left[pair], right[pair]
        if texts.first[ours + 1] - texts.first[ours] > texts.first[theirs + 1] - texts.first[theirs]:
            ours, theirs = theirs, ours
        if outlines.counts[ours] == 0 or outlines.tables[ours]:
            continue
        _mark_heads(texts, outlines, theirs, heads)
        out = features[pair]
        if not share(texts, outlines, ours, theirs, heads, met, pair, least, out):
            continue
        shared, totals, best, _, _, quoted = _answer(texts, outlines, ours, theirs, heads)
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
        if chained >= least_chained:
            out[11] = _mutual(shared, totals)
            out[15] = neighbours(texts, outlines, ours, theirs, heads)
    return features


@numba.njit(cache=True, nogil=True)
def _find_answers(texts: Any, outlines: Any) -> Any:
    ours, theirs = 0, 1
    heads = np.full(texts.size, -1, np.int32)
    _mark_heads(texts, outlines, theirs, heads)
    bounds, their_bounds = _bounds(texts, outlines, ours), _bounds(texts, outlines, theirs)
    _, totals, best, single, answer, _ = _answer(texts, outlines, ours, theirs, heads)
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
def _bounds(texts: Any, outlines: Any, text: Any) -> Any:
    """Where the sentences of a text begin, and where the last one ends, in words of the text."""
    begin, end = texts.first[text], outlines.ends[text]
    bounds = np.zeros(outlines.counts[text] + 1, np.int64)
    for place in range(begin, end):
        bounds[outlines.sentences[place] + 1] = place + 1 - begin
    return bounds


@numba.njit(cache=True, nogil=True)
def _mark_heads(texts: Any, outlines: Any, text: Any, heads: Any) -> None:
    for index in range(outlines.bounds[text], outlines.bounds[text + 1]):
        place = outlines.stems[index]
        heads[texts.numbers[place]] = place


@numba.njit(cache=True, nogil=True)
def _answer(texts: Any, outlines: Any, ours: Any, theirs: Any, heads: Any) -> Any:
    """Of each sentence: shared weight by sentence of the other text, its own weight, the best answer's by one
    or two sentences, by one alone, the first sentence of the answer, and the weight that is quoted.
    """
    count, their_count = outlines.counts[ours], outlines.counts[theirs]
    begin, end = texts.first[theirs], outlines.ends[theirs]
    shared = np.zeros((count, their_count), np.float32)
    both = np.zeros((count, their_count))  # weight in a sentence or the next one
    totals, best, single, quoted = np.zeros((4, count))
    answer = np.zeros(count, np.int64)
    for place in range(texts.first[ours], outlines.ends[ours]):
        if outlines.again[place]:
            continue
        sentence = outlines.sentences[place]
        weight = texts.weights[place]
        totals[sentence] += weight
        if texts.marks[place] & QUOTED:
            quoted[sentence] += weight
        there, last = first_there(heads, texts.numbers[place], begin, end), -5
        while there >= 0:
            at = outlines.sentences[there]
            if at != last:
                shared[sentence, at] += weight
                both[sentence, at] += weight
                if at > 0 and last != at - 1:
                    both[sentence, at - 1] += weight
            last = at
            there = outlines.nexts[there]
    for sentence in range(count):
        for at in range(their_count):
            if both[sentence, at] > best[sentence]:
                best[sentence] = both[sentence, at]
                answer[sentence] = at
            single[sentence] = max(single[sentence], shared[sentence, at])
        if single[sentence] >= best[sentence] and shared[sentence, answer[sentence]] < best[sentence]:
            answer[sentence] += 1
    return shared, totals, best, single, answer, quoted


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
