"""Seeds of passages: where words in a row stand in a text, and how far equal words go on from there."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

SEED = 8  # equal words in a row that begin and end a passage
GAP = 6  # words between equal words, on either side, that may differ
LINK = 3  # equal words in a row that count inside a passage; fewer are often chance
_LOOK = 16  # words up to which a longer continuation is the better one
TAIL = 64  # words that may follow, on either side, without a seed at which the passage may end
_ROOMY = 2**15  # slots of a table that is made larger than it must be: most words have an empty slot
_PROBES = 256  # slots of the table that are looked at for one seed
_FACTOR = 0x9FB21C651E98DF25  # odd
_FACTOR_OUT = pow(_FACTOR, SEED, 2**64)
_SPREAD = 0xBF58476D1CE4E5B9  # odd


@numba.njit(cache=True, nogil=True)
def capacity_of(words: Any) -> Any:
    """Slots of the table for so many words: a power of two, of which few are used or, of many, half."""
    capacity = 16
    while capacity < 2 * words or capacity < min(8 * words, _ROOMY):
        capacity *= 2
    return capacity


@numba.njit(cache=True, nogil=True)
def index_seeds(short: Any, table: Any, base: Any, after: Any) -> None:
    """Put the seeds of a text in the table, each where it stands first, and note the next places."""
    mask = len(table) - 1
    count = len(short) - SEED + 1
    value = _hash_at(short, 0)
    after[0] = _slot(value, mask)
    for place in range(1, count):
        value = _hash_next(value, short, place)
        after[place] = _slot(value, mask)
    for place in range(count - 1, -1, -1):
        slot = after[place]
        after[place] = -1
        for _ in range(_PROBES):
            held = table[slot] - base
            if held < 0 or _is_seed(short, held, short, place):
                after[place] = max(held, -1)
                table[slot] = base + place
                break
            slot = (slot + 1) & mask


@numba.njit(cache=True, nogil=True)
def next_seed(long: Any, place: Any, short: Any, table: Any, base: Any) -> Any:
    """The next seed of the long text from ``place`` on that is in the table, and where it stands first.

    Both are -1 if there is none.
    """
    mask = len(table) - 1
    if place + SEED > len(long):
        return -1, -1
    value = _hash_at(long, place)
    while True:
        slot = _slot(value, mask)
        for _ in range(_PROBES):
            held = table[slot] - base
            if held < 0:
                break
            if _is_seed(long, place, short, held):
                return place, held
            slot = (slot + 1) & mask
        place += 1
        if place + SEED > len(long):
            return -1, -1
        value = _hash_next(value, long, place)


@numba.njit(cache=True, nogil=True)
def _hash_at(words: Any, place: Any) -> Any:
    """The hash of the words from there on: a polynomial in them, modulo 2**64."""
    value = np.uint64(0)
    for index in range(SEED):
        value = value * np.uint64(_FACTOR) + np.uint64(words[place + index])
    return value


@numba.njit(cache=True, nogil=True, inline="always")
def _hash_next(value: Any, words: Any, place: Any) -> Any:
    """The hash of the words from there on, from that of one word before."""
    change = np.uint64(words[place + SEED - 1]) - np.uint64(words[place - 1]) * np.uint64(_FACTOR_OUT)
    return value * np.uint64(_FACTOR) + change


@numba.njit(cache=True, nogil=True, inline="always")
def _slot(value: Any, mask: Any) -> Any:
    value = (value ^ value >> np.uint64(32)) * np.uint64(_SPREAD)
    return np.int64(value >> np.uint64(32)) & mask


@numba.njit(cache=True, nogil=True)
def _is_seed(left: Any, at: Any, right: Any, bt: Any) -> Any:
    return equal_words(left, at, right, bt, SEED) == SEED


@numba.njit(cache=True, nogil=True)
def equal_words(left: Any, at: Any, right: Any, bt: Any, most: Any) -> Any:
    """How many words are equal from there on, up to ``most``."""
    most = min(most, len(left) - at, len(right) - bt)
    size = 0
    while size < most and left[at + size] == right[bt + size]:
        size += 1
    return size


@numba.njit(cache=True, nogil=True)
def follow(long: Any, at: Any, short: Any, bt: Any, size: Any, runs: Any, searches: Any) -> Any:
    """The passage that begins there with so many equal words.

    Its runs of equal words go to ``runs``: in the long text, in the short one, words. Returns
    which of them is its last, its matched words, and how many of the ``searches`` are left.
    """
    runs[0] = at, bt, size
    last = index = 0
    matched = matched_all = size
    while searches > 0:
        searches -= 1
        i, k = runs[index, 0] + runs[index, 2], runs[index, 1] + runs[index, 2]
        best = -GAP - 1
        best_i = best_k = 0
        for steps in range(1, 2 * GAP + 1):
            if best >= _LOOK - (steps + 1) // 2:
                break  # no other one can be better
            for step in range(max(0, steps - GAP), min(GAP, steps) + 1):
                m, n = i + step, k + steps - step
                if m < len(long) and n < len(short) and long[m] == short[n]:
                    size = equal_words(long, m, short, n, _LOOK)
                    if size >= LINK and size - max(step, steps - step) > best:
                        best, best_i, best_k = size - max(step, steps - step), m, n
        if best_i == 0:
            break
        size = equal_words(long, best_i, short, best_k, len(short))
        index += 1
        runs[index] = best_i, best_k, size
        matched_all += size
        if may_end(runs, 0, index, matched_all):
            last, matched = index, matched_all
        elif goes_astray(runs, last, index):
            break
    return last, matched, searches


@numba.njit(cache=True, nogil=True)
def may_end(runs: Any, begin: Any, index: Any, matched: Any) -> Any:
    """Whether the runs from ``begin`` to ``index`` are a passage, ``least`` aside."""
    size = runs[index, 2]
    words = max(runs[index, 0] - runs[begin, 0], runs[index, 1] - runs[begin, 1]) + size
    return size >= SEED and 5 * matched >= 4 * words


@numba.njit(cache=True, nogil=True)
def goes_astray(runs: Any, last: Any, index: Any) -> Any:
    """Whether the run at ``index`` is too far from the one at which the passage may end."""
    return (
        max(
            runs[index, 0] - runs[last, 0] + runs[index, 2] - runs[last, 2],
            runs[index, 1] - runs[last, 1] + runs[index, 2] - runs[last, 2],
        )
        > TAIL
    )
