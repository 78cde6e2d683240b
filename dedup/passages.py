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

SEED = 8  # equal words in a row that begin and end a passage
GAP = 6  # words between equal words, on either side, that may differ
LEAST = 40  # matched words of a passage
PLACES = 8  # of one seed that are tried
_LINK = 3  # equal words in a row that count inside a passage; fewer are often chance
_LOOK = 16  # words up to which a longer continuation is the better one
_TAIL = 64  # words that may follow, on either side, without a seed at which the passage may end
_ROOMY = 2**15  # slots of a table that is made larger than it must be: most words have an empty slot
_PROBES = 256  # slots of the table that are looked at for one seed
_SEARCHES = 2  # for continuations, for each word of both texts; after so many, runs are not joined
_FACTOR = 0x9FB21C651E98DF25  # odd
_FACTOR_OUT = pow(_FACTOR, SEED, 2**64)
_SPREAD = 0xBF58476D1CE4E5B9  # odd
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
    table = np.full(_capacity(shorter), -1, np.int64)  # where a seed stands first, counted from ``base``
    after = np.empty(shorter, np.int64)  # where it stands next; -1: nowhere
    runs = np.empty((2, shorter // _LINK + 1, 3), np.int64)
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
            _index(short, table[: _capacity(len(short))], base, after)
            indexed = b
        found, count = _walk(
            long, short, table[: _capacity(len(short))], base, after, least, runs[0], state_short, found
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
def _capacity(words: Any) -> Any:
    """Slots of the table for so many words: a power of two, of which few are used or, of many, half."""
    capacity = 16
    while capacity < 2 * words or capacity < min(8 * words, _ROOMY):
        capacity *= 2
    return capacity


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


# ------------------------------------------------------------------ seeds


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
    return _equal_words(left, at, right, bt, SEED) == SEED


@numba.njit(cache=True, nogil=True)
def _index(short: Any, table: Any, base: Any, after: Any) -> None:
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
def _next_seed(long: Any, place: Any, short: Any, table: Any, base: Any) -> Any:
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
def _walk(
    long: Any, short: Any, table: Any, base: Any, after: Any, least: Any, runs: Any, state: Any, found: Any
) -> Any:
    """Passages in the order of their ends in the long text; they may overlap.

    Returns rows like those of ``find_passages`` (more than are filled), and how many there are.
    ``state``, of the short text's words, is left with the words of the passages as claimed.
    """
    count = 0
    searches = _SEARCHES * (len(long) + len(short))
    place, there = _next_seed(long, 0, short, table, base)
    while place >= 0:
        best = best_at = best_bt = best_run = 0
        for _ in range(PLACES):
            ahead = _equal_words(long, place, short, there, len(short))
            back = 0
            most = min(place, there, ahead + _TAIL)
            while back < most and long[place - back - 1] == short[there - back - 1]:
                back += 1
            last, matched, searches = _follow(
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
        place, there = _next_seed(long, end_at - SEED + 1, short, table, base)
    return found, count


# ------------------------------------------------------------------ following


@numba.njit(cache=True, nogil=True)
def _equal_words(left: Any, at: Any, right: Any, bt: Any, most: Any) -> Any:
    """How many words are equal from there on, up to ``most``."""
    most = min(most, len(left) - at, len(right) - bt)
    size = 0
    while size < most and left[at + size] == right[bt + size]:
        size += 1
    return size


@numba.njit(cache=True, nogil=True)
def _follow(long: Any, at: Any, short: Any, bt: Any, size: Any, runs: Any, searches: Any) -> Any:
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
                    size = _equal_words(long, m, short, n, _LOOK)
                    if size >= _LINK and size - max(step, steps - step) > best:
                        best, best_i, best_k = size - max(step, steps - step), m, n
        if best_i == 0:
            break
        size = _equal_words(long, best_i, short, best_k, len(short))
        index += 1
        runs[index] = best_i, best_k, size
        matched_all += size
        if _may_end(runs, 0, index, matched_all):
            last, matched = index, matched_all
        elif _goes_astray(runs, last, index):
            break
    return last, matched, searches


@numba.njit(cache=True, nogil=True)
def _may_end(runs: Any, begin: Any, index: Any, matched: Any) -> Any:
    """Whether the runs from ``begin`` to ``index`` are a passage, ``least`` aside."""
    size = runs[index, 2]
    words = max(runs[index, 0] - runs[begin, 0], runs[index, 1] - runs[begin, 1]) + size
    return size >= SEED and 5 * matched >= 4 * words


@numba.njit(cache=True, nogil=True)
def _goes_astray(runs: Any, last: Any, index: Any) -> Any:
    """Whether the run at ``index`` is too far from the one at which the passage may end."""
    return (
        max(
            runs[index, 0] - runs[last, 0] + runs[index, 2] - runs[last, 2],
            runs[index, 1] - runs[last, 1] + runs[index, 2] - runs[last, 2],
        )
        > _TAIL
    )


# ------------------------------------------------------------------ sharing out


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
        size = _equal_words(long, at, short, bt, len(short))
        last, _, _ = _follow(long, at, short, bt, size, whole, len(long) if joined else 0)
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
                if _may_end(free, begin, index, matched_all):
                    last, matched = index, matched_all
                elif _goes_astray(free, last, index):
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
            if size >= _LINK:
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
