"""What pairs share beside the words that align: templates, facts that differ, quoted passages.

All works on the words of the bodies of n texts, by their places among all of them, and on many
pairs at once.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from dedup.align import Places
from dedup.text.sentences import BEGINS, CAPITAL, DIGIT, QUOTED


class Marked(NamedTuple):
    """What is known of the words of the bodies of n texts; w words.

    numbers    uint32[w]: the same word, the same number, from 0
    size       how many different words there are
    first      int64[n + 1]: where each body's words begin
    marks      uint8[w]: as ``sentences.mark_words`` gives them
    weights    float32[w]: how much each word's stem tells (see ``sketch.rarity``)
    templates  bool[w]: words of templates
    """

    numbers: NDArray[np.uint32]
    size: int
    first: Places
    marks: NDArray[np.uint8]
    weights: NDArray[np.float32]
    templates: NDArray[np.bool_]


def discount_templates(
    texts: Marked, equal: Places, bounds: Places, left: Places, right: Places
) -> NDArray[np.int64]:
    """What is left of alignments without templates: int64[p, 5].

    The columns: words of the left text and of the right one, equal words, the longest stretch of
    these, all without those of templates; and equal words of templates.

    equal, bounds  the equal stretches of all pairs, int64[m, 3], and where those of each begin, int64[p + 1]
    left, right    int64[p]: the texts of each pair, by number
    """
    found: NDArray[np.int64] = _discount(texts.first, texts.templates, equal, bounds, left, right)
    return found


def compare_facts(texts: Marked, left: Places, right: Places) -> NDArray[np.float64]:
    """How much the facts of pairs differ, float64[p, 4]. Facts are numbers and names, each counted once.

    The columns: weight of the facts that the other text doesn't have at all, of the text with less of
    it; weight of those that both have; the same without words of templates; and how many facts the
    other doesn't have, of the text with fewer of them.
    """
    found: NDArray[np.float64] = _compare_facts(*texts, left, right)
    return found


def weigh_passages(texts: Marked, passages: Places, bounds: Places, left: Places, right: Places) -> Places:
    """Of each passage its equal words, those of them that are quoted, and those of templates: int64[m, 3].

    passages, bounds  as ``passages.find_passages`` gives them
    """
    found: Places = _weigh(texts.first, texts.marks, texts.templates, passages, bounds, left, right)
    return found


@numba.njit(cache=True, nogil=True)
def _discount(first: Any, templates: Any, equal: Any, bounds: Any, left: Any, right: Any) -> Any:
    out = np.zeros((len(left), 5), np.int64)
    for pair in range(len(left)):
        for side in range(2):
            text = left[pair] if side == 0 else right[pair]
            for place in range(first[text], first[text + 1]):
                out[pair, side] += 0 if templates[place] else 1
        for index in range(bounds[pair], bounds[pair + 1]):
            run = 0
            for step in range(equal[index, 2]):
                at = first[left[pair]] + equal[index, 0] + step
                bt = first[right[pair]] + equal[index, 1] + step
                if templates[at] or templates[bt]:
                    out[pair, 4] += 1
                    run = 0
                else:
                    out[pair, 2] += 1
                    run += 1
                    out[pair, 3] = max(out[pair, 3], run)
    return out


@numba.njit(cache=True, nogil=True)
def _compare_facts(
    numbers: Any, size: Any, first: Any, marks: Any, weights: Any, templates: Any, left: Any, right: Any
) -> Any:
    out = np.zeros((len(left), 4))
    seen = np.full(size, -1, np.int64)  # the last text in which a word stood
    known = np.full(size, -1, np.int64)  # in which it was counted
    for pair in range(len(left)):
        differing = np.zeros(2)
        counts = np.zeros(2)
        shared = np.zeros((2, 2))
        for side in range(2):
            ours, theirs = (left[pair], right[pair]) if side == 0 else (right[pair], left[pair])
            stamp = 2 * pair + side
            for place in range(first[theirs], first[theirs + 1]):
                seen[numbers[place]] = stamp
            for place in range(first[ours], first[ours + 1]):
                mark, word = marks[place], numbers[place]
                is_fact = mark & DIGIT or (mark & CAPITAL and not mark & BEGINS)
                if not is_fact or known[word] == stamp:
                    continue
                known[word] = stamp
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
    return out


@numba.njit(cache=True, nogil=True)
def _weigh(first: Any, marks: Any, templates: Any, passages: Any, bounds: Any, left: Any, right: Any) -> Any:
    out = np.zeros((len(passages), 3), np.int64)
    for pair in range(len(left)):
        for index in range(bounds[pair], bounds[pair + 1]):
            at, ours, bt, theirs, matched = passages[index]
            begin, size = first[left[pair]] + at, ours
            quoted = known = 0
            for place in range(begin, begin + size):
                quoted += 1 if marks[place] & QUOTED else 0
                known += 1 if templates[place] else 0
            also = 0
            for place in range(first[right[pair]] + bt, first[right[pair]] + bt + theirs):
                also += 1 if marks[place] & QUOTED else 0
            out[index, 0] = matched
            out[index, 1] = min(matched, max(quoted, also))
            out[index, 2] = min(matched, known)
    return out
