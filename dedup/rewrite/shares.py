"""What two texts have in common as bags of stems, and near one another: kernels for ``answers``.

``heads`` holds the first word with each stem of the longer text; what is left in it of other texts is
outside that text, and counts as none.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from dedup.rewrite.outlines import ALL, FIGURES, NAMED, NAMES, WORDS, kind_of

TELLING = 1.5  # weight of a stem that is looked at for its neighbours


@numba.njit(cache=True, nogil=True, inline="always")
def first_there(heads: Any, stem: Any, begin: Any, end: Any) -> Any:
    """The first word with a stem of the text that these are the words of; -1: it has none."""
    there = heads[stem]
    return there if begin <= there < end else -1


@numba.njit(cache=True, nogil=True)
def share(
    texts: Any, outlines: Any, ours: Any, theirs: Any, heads: Any, met: Any, pair: Any, least: Any, out: Any
) -> Any:
    """Fill in what stems two texts have in common, each counted once; False, and nothing filled in, if that
    is less than ``least`` of the shorter one's weight.

    met  int32[w]: the last pair in which the shorter text had the stem of a word
    """
    hits, hits_back = np.zeros(4), np.zeros(4)
    begin, end = texts.first[theirs], outlines.ends[theirs]
    for index in range(outlines.bounds[ours], outlines.bounds[ours + 1]):
        place = outlines.stems[index]
        there = first_there(heads, texts.numbers[place], begin, end)
        if there < 0:
            continue
        met[there] = pair
        weight = texts.weights[place]
        hits[ALL] += weight
        kind = kind_of(texts.marks[place], weight)
        if kind != ALL:
            hits[kind] += 1 if kind == FIGURES else weight
    whole, back = outlines.weights[ours], outlines.weights[theirs]
    if whole[ALL] <= 0 or hits[ALL] < least * whole[ALL]:
        return False
    for index in range(outlines.bounds[theirs], outlines.bounds[theirs + 1]):
        place = outlines.stems[index]
        if met[place] != pair:
            continue
        weight = texts.weights[place]
        hits_back[ALL] += weight
        kind = kind_of(texts.marks[place], weight)
        if kind != ALL:
            hits_back[kind] += weight
    out[1] = hits[ALL] / whole[ALL]
    out[2] = hits_back[ALL] / max(back[ALL], 1e-9)
    out[3] = hits[WORDS] / max(whole[WORDS], 1e-9)
    out[4] = hits_back[WORDS] / max(back[WORDS], 1e-9)
    out[5] = (hits[FIGURES] + 0.5) / (whole[FIGURES] + 1)
    out[6] = (hits[NAMES] + NAMED) / (whole[NAMES] + 2 * NAMED)
    out[7] = (hits_back[NAMES] + NAMED) / (back[NAMES] + 2 * NAMED)
    out[13] = hits[WORDS]
    out[14] = hits[NAMES] + 5 * hits[FIGURES]
    return True


@numba.njit(cache=True, nogil=True)
def neighbours(texts: Any, outlines: Any, ours: Any, theirs: Any, heads: Any) -> Any:
    """Of neighbouring telling stems, the share that stand near one another in the longer text, by weight."""
    begin, end = texts.first[theirs], outlines.ends[theirs]
    rank = np.full(end - begin, -1, np.int64)  # among its telling stems
    telling = np.empty(end - begin, np.int64)
    count = 0
    for place in range(begin, end):
        if texts.weights[place] > TELLING:
            rank[place - begin] = count
            telling[count] = texts.numbers[place]
            count += 1
    total = near = 0.0
    last = -1
    for place in range(texts.first[ours], outlines.ends[ours]):
        if texts.weights[place] <= TELLING:
            continue
        if last >= 0:
            weight = min(texts.weights[last], texts.weights[place])
            total += weight
            there = first_there(heads, texts.numbers[last], begin, end)
            found = False
            while there >= 0 and not found:
                at = rank[there - begin]
                for other in range(max(0, at - 2), min(count, at + 5)):
                    if telling[other] == texts.numbers[place] and other != at:
                        found = True
                        break
                there = outlines.nexts[there]
            near += weight if found else 0.0
        last = place
    return near / max(total, 1e-9)
