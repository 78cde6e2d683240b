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
    templates  bool[w]: words of templates
    """

    numbers: NDArray[np.uint32]
    size: int
    first: Places
    marks: NDArray[np.uint8]
    templates: NDArray[np.bool_]


def discount_templates(
    texts: Marked, equal: Places, bounds: Places, left: Places, right: Places
) -> NDArray[np.int64]:
    """What is left of alignments without templates: int64[p, 6].

    The columns: words of the left text and of the right one, equal words, the longest stretch of
    these, all without those of templates; equal words of templates; and how many facts differ: numbers
    and names of either text that the other doesn't have at all, of the text with fewer of them.

    equal, bounds  the equal stretches of all pairs, int64[m, 3], and where those of each begin, int64[p + 1]
    left, right    int64[p]: the texts of each pair, by number
    """
    found: NDArray[np.int64] = _discount(*texts, equal, bounds, left, right)
    return found


def weigh_passages(texts: Marked, passages: Places, bounds: Places, left: Places, right: Places) -> Places:
    """Of each passage its equal words, those of them that are quoted, and those of templates: int64[m, 3].

    passages, bounds  as ``passages.find_passages`` gives them
    """
    found: Places = _weigh(texts.first, texts.marks, texts.templates, passages, bounds, left, right)
    return found


@numba.njit(cache=True, nogil=True)
def _discount(
    numbers: Any, size: Any, first: Any, marks: Any, templates: Any, equal: Any, bounds: Any, left: Any,
    right: Any,
) -> Any:  # fmt: skip
    out = np.zeros((len(left), 6), np.int64)
    seen = np.full(size, -1, np.int64)
    for pair in range(len(left)):
        for side in range(2):
            ours, theirs = (left[pair], right[pair]) if side == 0 else (right[pair], left[pair])
            for place in range(first[ours], first[ours + 1]):
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
        if out[pair, 4]:
            one = _facts_of_one(numbers, first, marks, left[pair], right[pair], seen, 2 * pair)
            other = _facts_of_one(numbers, first, marks, right[pair], left[pair], seen, 2 * pair + 1)
            out[pair, 5] = min(one, other)
    return out


@numba.njit(cache=True, nogil=True)
def _facts_of_one(
    numbers: Any, first: Any, marks: Any, ours: Any, theirs: Any, seen: Any, stamp: Any
) -> Any:
    for place in range(first[theirs], first[theirs + 1]):
        seen[numbers[place]] = stamp
    count = 0
    for place in range(first[ours], first[ours + 1]):
        mark = marks[place]
        is_fact = mark & DIGIT or (mark & CAPITAL and not mark & BEGINS)
        if is_fact and seen[numbers[place]] != stamp:
            seen[numbers[place]] = stamp  # each once
            count += 1
    return count


@numba.njit(cache=True, nogil=True)
def _weigh(
    first: Any, marks: Any, templates: Any, passages: Any, bounds: Any, left: Any, right: Any
) -> Any:
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
