"""What two texts have in common as bags of stems, and near one another: kernels for ``answers``."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from dedup.text.sentences import BEGINS, CAPITAL, DIGIT

MOST_FIGURES = 0.25  # share of words with digits of a text that is no table, but tells something
NAMED = 2.0  # weight of a stem that is worth a name or a word
TELLING = 1.5  # of one that is looked at for its neighbours


@numba.njit(cache=True, nogil=True)
def share(
    numbers: Any, weights: Any, marks: Any, their_numbers: Any, their_weights: Any, their_marks: Any,
    heads: Any, nexts: Any, least: Any, out: Any,
) -> Any:  # fmt: skip
    """Fill in what stems two texts have in common, each counted once; False, and nothing filled in, if that
    is less than ``least`` of the shorter one's weight, or if it is a table.
    """
    met = np.zeros(len(their_numbers), np.bool_)  # places of stems that the shorter text has
    total = hit = words = words_hit = figures = figures_hit = names = names_hit = 0.0
    with_digits = 0
    for place in range(len(numbers)):
        with_digits += 1 if marks[place] & DIGIT else 0
    if with_digits > MOST_FIGURES * len(numbers):
        return False
    seen = {numbers[0]}
    seen.clear()
    for place in range(len(numbers)):
        stem = numbers[place]
        if stem in seen:
            continue
        seen.add(stem)
        weight = weights[place]
        there = heads[stem]
        found = 0.0
        if there >= 0:
            found = 1.0
            met[there] = True
        total += weight
        hit += weight * found
        if marks[place] & DIGIT:
            figures += 1
            figures_hit += found
        elif marks[place] & CAPITAL:
            if not marks[place] & BEGINS:
                names += weight
                names_hit += weight * found
        elif weight > NAMED:
            words += weight
            words_hit += weight * found
    if total <= 0 or hit < least * total:
        return False
    back = back_hit = words_back = words_back_hit = names_back = names_back_hit = 0.0
    for place in range(len(their_numbers)):
        if heads[their_numbers[place]] != place:
            continue
        weight = their_weights[place]
        found = 1.0 if met[place] else 0.0
        back += weight
        back_hit += weight * found
        if their_marks[place] & DIGIT:
            continue
        if their_marks[place] & CAPITAL:
            if not their_marks[place] & BEGINS:
                names_back += weight
                names_back_hit += weight * found
        elif weight > NAMED:
            words_back += weight
            words_back_hit += weight * found
    out[1] = hit / total
    out[2] = back_hit / max(back, 1e-9)
    out[3] = words_hit / max(words, 1e-9)
    out[4] = words_back_hit / max(words_back, 1e-9)
    out[5] = (figures_hit + 0.5) / (figures + 1)
    out[6] = (names_hit + NAMED) / (names + 2 * NAMED)
    out[7] = (names_back_hit + NAMED) / (names_back + 2 * NAMED)
    out[13] = words_hit
    out[14] = names_hit + 5 * figures_hit
    return True


@numba.njit(cache=True, nogil=True)
def neighbours(
    numbers: Any, weights: Any, their_numbers: Any, their_weights: Any, heads: Any, nexts: Any
) -> Any:
    """Of neighbouring telling stems, the share that stand near one another in the longer text, by weight."""
    rank = np.full(len(their_numbers), -1, np.int64)  # among its telling stems
    telling = np.empty(len(their_numbers), np.int64)
    count = 0
    for place in range(len(their_numbers)):
        if their_weights[place] > TELLING:
            rank[place] = count
            telling[count] = their_numbers[place]
            count += 1
    total = near = 0.0
    last = -1
    for place in range(len(numbers)):
        if weights[place] <= TELLING:
            continue
        if last >= 0:
            weight = min(weights[last], weights[place])
            total += weight
            there = heads[numbers[last]]
            found = False
            while there >= 0 and not found:
                for other in range(max(0, rank[there] - 2), min(count, rank[there] + 5)):
                    if telling[other] == numbers[place] and other != rank[there]:
                        found = True
                        break
                there = nexts[there]
            near += weight if found else 0.0
        last = place
    return near / max(total, 1e-9)
