"""Copied passages of two texts, wherever they stand in either and in whatever order.

An alignment answers words in order, so of two paragraphs that changed places it keeps one, and
it is slow where a short text stands inside a very long one. Here the time is linear:

- *Seeds.* A table holds where every ``SEED`` words in a row stand in the shorter text. The longer
  one is walked over once; of words that stand in several places the first ``PLACES`` are tried.
- *Following.* A seed is extended to all equal words around it, and from their end on to the next
  equal words within ``GAP``, as long as that may go on to be a passage. Of the places tried, the
  one with the most matched words is taken (half as many, if an earlier passage has that place),
  and the walk goes on near its end.
- *Sharing out.* Passages are given their words by matched words, the most first. What overlaps a
  passage that came before is cut to what is left, which may be several passages, or none.

Nothing is looked at more than a bounded number of times, also of a text that is one word over
and over. Beside the texts and the passages there are up to 64 bytes for each word of the longest
shorter text (of short ones, a table of up to 256 KB), and one byte for each word of the longest.

The result doesn't depend on which text is on the left: the shorter one, or else the one with the
lesser numbers, is always the one in the table.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from dedup.align.seeds import (
    GAP,
    LINK,
    SEED,
    TAIL,
    capacity_of,
    equal_words,
    follow,
    goes_astray,
    index_seeds,
    may_end,
    next_seed,
)

LEAST = 40  # matched words of a passage
PLACES = 8  # of one seed that are tried
_SEARCHES = 2  # for continuations, for each word of both texts; after so many, runs are not joined
_CLAIMED, _TAKEN = 1, 2  # what is known of a word: in a passage that was found, in one that is given

Labels = NDArray[np.uint32]
Places = NDArray[np.int64]


def find_passages(
    numbers: Labels, first: Places, size: int, left: Places, right: Places, least: int = LEAST
) -> tuple[Places, Places]:
    """The passages of pairs of texts: int64[m, 5], and where those of each pair begin, int64[p + 1].

    numbers      uint32[w]: the words of n texts; the same word, the same number
    first        int64[n + 1]: where each text's words begin
    size         all numbers are below it
    left, right  int64[p]: the texts of each pair, 0..n - 1
    least        matched words of a passage, from 1; there are never fewer than ``SEED``

    The columns, all in words of the text: where the passage begins on the left, how many words it
    has there, the same two on the right, and how many of the words are matched in order. The first
    and the last ``SEED`` words are equal, at least 80 % of the words of either side are matched,
    and the passages of a pair overlap on neither side; they are in the order of the left text.
    """
    if len(numbers) and int(numbers.max()) >= size:
        raise ValueError(f"a word has the number {numbers.max()}, and they are to be below {size}")
    passages, bounds = _find_many(numbers, first, left, right, least)
    return passages, bounds


@numba.njit(cache=True, nogil=True)
def _find_many(numbers: Any, first: Any, left: Any, right: Any, least: Any) -> Any:
    shorter = longer = 0  # the most words that the shorter and the longer text of a pair have
    for pair in range(len(left)):
        ours = first[left[pair] + 1] - first[left[pair]]
        theirs = first[right[pair] + 1] - first[right[pair]]
        shorter = max(shorter, min(ours, theirs))
        longer = max(longer, max(ours, theirs))
    table = np.full(capacity_of(shorter), -1, np.int64)  # where a seed stands first, counted from ``base``
    after = np.empty(shorter, np.int64)  # where it stands next; -1: nowhere
    runs = np.empty((2, shorter // LINK + 1, 3), np.int64)
    state_long = np.zeros(longer, np.uint8)
    state_short = np.zeros(shorter, np.uint8)
    out = np.empty((len(left) + 1, 5), np.int64)
    bounds = np.zeros(len(left) + 1, np.int64)
    found = np.empty((16, 5), np.int64)
    used = base = 0
    indexed = -1  # the text in the table
    for pair in range(len(left)):
        bounds[pair + 1] = used
        a, b = left[pair], right[pair]
        swapped = _comes_first(numbers[first[a] : first[a + 1]], numbers[first[b] : first[b + 1]])
        if swapped:
            a, b = b, a
        long, short = numbers[first[a] : first[a + 1]], numbers[first[b] : first[b + 1]]
        if len(short) < max(SEED, least):
            continue
        if indexed != b:
            base += len(after)  # what the table held before is below it, that is nothing
            index_seeds(short, table[: capacity_of(len(short))], base, after)
            indexed = b
        found, count = _walk(
            long, short, table[: capacity_of(len(short))], base, after, least, runs[0], state_short, found
        )
        if count == 0:
            continue
        out, after_last = _share_out(
            long, short, found[:count], least, runs, state_long, state_short, out, used
        )
        for index in range(count):
            state_short[found[index, 2] : found[index, 2] + found[index, 3]] = 0
        for index in range(used, after_last):
            state_long[out[index, 0] : out[index, 0] + out[index, 1]] = 0
            state_short[out[index, 2] : out[index, 2] + out[index, 3]] = 0
        if swapped:
            for index in range(used, after_last):
                at, words, bt, others, matched = out[index]
                out[index] = bt, others, at, words, matched
        if after_last > used + 1:
            order = np.argsort(out[used:after_last, 0].copy(), kind="mergesort")
            out[used:after_last] = out[used:after_last][order]
        used = after_last
        bounds[pair + 1] = used
    return out[:used].copy(), bounds


@numba.njit(cache=True, nogil=True)
def _comes_first(left: Any, right: Any) -> Any:
    """Whether the left text is the shorter one, or of equal length with the lesser numbers."""
    if len(left) != len(right):
        return len(left) < len(right)
    for index in range(len(left)):
        if left[index] != right[index]:
            return left[index] < right[index]
    return False


@numba.njit(cache=True, nogil=True)
def _grown(rows: Any) -> Any:
    """The rows, with room for as many more."""
    more = np.empty((2 * len(rows), rows.shape[1]), np.int64)
    more[: len(rows)] = rows
    return more


@numba.njit(cache=True, nogil=True)
def _walk(
    long: Any, short: Any, table: Any, base: Any, after: Any, least: Any, runs: Any, state: Any, found: Any
) -> Any:
    """Passages in the order of their ends in the long text; they may overlap.

    Returns rows like those of ``find_passages`` (more than are filled), and how many there are.
    ``state``, of the short text's words, is left with the words of the passages as claimed.
    """
    count = 0
    searches = _SEARCHES * (len(long) + len(short))
    place, there = next_seed(long, 0, short, table, base)
    while place >= 0:
        best = best_at = best_bt = best_run = 0
        for _ in range(PLACES):
            ahead = equal_words(long, place, short, there, len(short))
            back = 0
            most = min(place, there, ahead + TAIL)
            while back < most and long[place - back - 1] == short[there - back - 1]:
                back += 1
            last, matched, searches = follow(
                long, place - back, short, there - back, back + ahead, runs, searches
            )
            worth = matched if state[there] else 2 * matched
            if worth > best:
                best, best_at, best_bt = worth, place - back, there - back
                best_run = matched
                end_at, end_bt = runs[last, 0] + runs[last, 2], runs[last, 1] + runs[last, 2]
            there = after[there]
            if there < 0:
                break
        if best_run >= least:
            if count == len(found):
                found = _grown(found)
            found[count] = best_at, end_at - best_at, best_bt, end_bt - best_bt, best_run
            count += 1
            state[best_bt:end_bt] = _CLAIMED
        place, there = next_seed(long, end_at - SEED + 1, short, table, base)
    return found, count


@numba.njit(cache=True, nogil=True)
def _share_out(
    long: Any, short: Any, found: Any, least: Any, runs: Any, state_long: Any, state_short: Any, out: Any,
    used: Any,
) -> Any:  # fmt: skip
    """Passages without overlaps, appended to ``out`` after ``used`` rows; returns ``out`` and its rows.

    The states of their words are left as taken.
    """
    whole, free = runs[0], runs[1]
    for number in np.argsort(-found[:, 4], kind="mergesort"):
        at, bt = found[number, 0], found[number, 2]
        joined = max(found[number, 1], found[number, 3]) > found[number, 4]
        size = equal_words(long, at, short, bt, len(short))
        last, _, _ = follow(long, at, short, bt, size, whole, len(long) if joined else 0)
        count = _free_runs(whole[: last + 1], state_long, state_short, free)
        begin = 0
        while begin < count:
            if free[begin, 2] < SEED:
                begin += 1
                continue
            last = begin
            matched = matched_all = free[begin, 2]
            for index in range(begin + 1, count):
                matched_all += free[index, 2]
                if not _is_near(free[index - 1], free[index], state_long, state_short):
                    break
                if may_end(free, begin, index, matched_all):
                    last, matched = index, matched_all
                elif goes_astray(free, last, index):
                    break
            if matched >= least:
                if used == len(out):
                    out = _grown(out)
                at, bt = free[begin, 0], free[begin, 1]
                end_at, end_bt = free[last, 0] + free[last, 2], free[last, 1] + free[last, 2]
                out[used] = at, end_at - at, bt, end_bt - bt, matched
                state_long[at:end_at] = _TAKEN
                state_short[bt:end_bt] = _TAKEN
                used += 1
            begin = last + 1
    return out, used


@numba.njit(cache=True, nogil=True)
def _free_runs(runs: Any, state_long: Any, state_short: Any, free: Any) -> Any:
    """Write what is left of runs of equal words to ``free``; returns how many there are."""
    count = 0
    for at, bt, words in runs:
        size = 0
        for step in range(words + 1):
            if step < words and state_long[at + step] != _TAKEN and state_short[bt + step] != _TAKEN:
                size += 1
                continue
            if size >= LINK:
                free[count] = at + step - size, bt + step - size, size
                count += 1
            size = 0
    return count


@numba.njit(cache=True, nogil=True)
def _is_near(run: Any, following: Any, state_long: Any, state_short: Any) -> Any:
    """Whether a run goes on with the following one: at most ``GAP`` words between, all of them free."""
    at, bt = run[0] + run[2], run[1] + run[2]
    if following[0] - at > GAP or following[1] - bt > GAP:
        return False
    taken = 0
    for place in range(at, following[0]):
        taken += state_long[place] == _TAKEN
    for place in range(bt, following[1]):
        taken += state_short[place] == _TAKEN
    return taken == 0
