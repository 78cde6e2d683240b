"""The kernels of alignments, compiled by numba: anchors, stretches, spans."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

LONE = 4  # equal stretches of up to so many words may slide


@numba.njit(cache=True, nogil=True)
def longest_increasing(values: Any) -> Any:
    """Indexes of a longest strictly increasing subsequence (patience sorting), in order."""
    tails = np.empty(len(values), np.int64)
    before = np.empty(len(values), np.int64)
    length = 0
    for index in range(len(values)):
        low, high = 0, length
        while low < high:
            middle = (low + high) // 2
            if values[tails[middle]] < values[index]:
                low = middle + 1
            else:
                high = middle
        before[index] = tails[low - 1] if low > 0 else -1
        tails[low] = index
        length = max(length, low + 1)
    chain = np.empty(length, np.int64)
    index = tails[length - 1] if length > 0 else -1
    for place in range(length - 1, -1, -1):
        chain[place] = index
        index = before[index]
    return chain


@numba.njit(cache=True, nogil=True)
def extend(left: Any, right: Any, left_at: Any, right_at: Any) -> Any:
    """Places in both, as int64[n, 3] with the number of equal words there; those within others left out."""
    stretches = np.empty((0, 3), np.int64)
    for writing in (False, True):
        count = at = bt = 0
        for index in range(len(left_at)):
            i, k = left_at[index], right_at[index]
            if i < at or k < bt:
                continue
            size = common_run(left, right, i, k)
            if size:
                if writing:
                    stretches[count] = i, k, size
                count += 1
                at, bt = i + size, k + size
        if not writing:
            stretches = np.empty((count, 3), np.int64)
    return stretches


@numba.njit(cache=True, nogil=True)
def common_run(left: Any, right: Any, at: Any, bt: Any) -> Any:
    size = 0
    while at + size < len(left) and bt + size < len(right) and left[at + size] == right[bt + size]:
        size += 1
    return size


@numba.njit(cache=True, nogil=True)
def _reads_as(left: Any, at: Any, right: Any, bt: Any, size: Any) -> Any:
    return common_run(left[at : at + size], right[bt : bt + size], 0, 0) == size


@numba.njit(cache=True, nogil=True)
def slide(equal: Any, left: Any, right: Any) -> Any:
    """Join stretches that touch; slide short ones across a one-sided gap into the one beyond it."""
    tidy = np.empty_like(equal)
    count = 0
    for index in range(len(equal)):
        if equal[index, 2] == 0:
            continue
        tidy[count] = equal[index]
        count += 1
        while count >= 2:
            i, k, n = tidy[count - 2]
            j, m, p = tidy[count - 1]
            left_gap, right_gap = j - i - n, m - k - n
            if left_gap == 0 and right_gap == 0:
                tidy[count - 2, 2] = n + p
                count -= 1
                continue
            if left_gap > 0 and right_gap > 0:
                break
            gap = left_gap + right_gap
            # forward: the gap's last words read as the stretch before it does
            if n <= min(LONE, p, gap) and _reads_as(left, j - n, right, m - n, n):
                tidy[count - 2] = j - n, m - n, n + p
                count -= 1
                continue
            # backward: the gap's first words read as the stretch after it does
            if p <= min(LONE, gap) and _reads_as(left, i + n, right, k + n, p):
                tidy[count - 2, 2] = n + p
                count -= 1
            break
    return tidy[:count].copy()


@numba.njit(cache=True, nogil=True)
def slide_many(stretches: Any, counts: Any, labels: Any, cuts: Any) -> Any:
    """``slide`` of many pairs, whose stretches begin at ``counts``.

    Returns the stretches, where those of each pair begin, and for each pair the words in all
    of them and in the longest.
    """
    pairs = len(counts) - 1
    equal = np.empty_like(stretches)
    bounds = np.zeros(pairs + 1, np.int64)
    measures = np.zeros((pairs, 2), np.int64)
    used = 0
    for pair in range(pairs):
        left = labels[cuts[2 * pair] : cuts[2 * pair + 1]]
        right = labels[cuts[2 * pair + 1] : cuts[2 * pair + 2]]
        for stretch in slide(stretches[counts[pair] : counts[pair + 1]], left, right):
            equal[used] = stretch
            used += 1
            measures[pair, 0] += stretch[2]
            measures[pair, 1] = max(measures[pair, 1], stretch[2])
        bounds[pair + 1] = used
    return equal[:used], bounds, measures


@numba.njit(cache=True, nogil=True)
def among_all(
    equal: Any, bounds: Any, places: Any, first: Any, kept_first: Any, left: Any, right: Any
) -> Any:
    """Equal stretches of kept words as stretches of all words: cut where words were left out.

    ``places``: of each kept word among all words.
    """
    cut = np.empty((equal[:, 2].sum(), 3), np.int64)
    cut_bounds = np.zeros_like(bounds)
    count = 0
    for pair in range(len(left)):
        at, bt = kept_first[left[pair]], kept_first[right[pair]]
        for index in range(bounds[pair], bounds[pair + 1]):
            i, k, size = equal[index]
            begun = False
            for step in range(size):
                ours = places[at + i + step] - first[left[pair]]
                theirs = places[bt + k + step] - first[right[pair]]
                if (
                    begun
                    and ours == cut[count - 1, 0] + cut[count - 1, 2]
                    and (theirs == cut[count - 1, 1] + cut[count - 1, 2])
                ):
                    cut[count - 1, 2] += 1
                else:
                    cut[count] = ours, theirs, 1
                    count += 1
                    begun = True
        cut_bounds[pair + 1] = count
    return cut[:count].copy(), cut_bounds


@numba.njit(cache=True, nogil=True)
def spans_of_many(
    equal: Any, bounds: Any, starts: Any, ends: Any, lengths: Any, first: Any, left: Any, right: Any
) -> Any:
    spans = np.empty((2 * len(equal) + 3 * len(left), 5), np.int64)
    span_bounds = np.zeros(len(left) + 1, np.int64)
    used = 0
    for pair in range(len(left)):
        a, b = left[pair], right[pair]
        at, at_end, bt, bt_end = first[a], first[a + 1], first[b], first[b + 1]
        found = spans_of(
            equal[bounds[pair] : bounds[pair + 1]],
            starts[at:at_end],
            ends[at:at_end],
            lengths[a],
            starts[bt:bt_end],
            ends[bt:bt_end],
            lengths[b],
        )
        spans[used : used + len(found)] = found
        used += len(found)
        span_bounds[pair + 1] = used
    return spans[:used], span_bounds


@numba.njit(cache=True, nogil=True)
def spans_of(
    equal: Any,
    left_starts: Any,
    left_ends: Any,
    left_length: Any,
    right_starts: Any,
    right_ends: Any,
    right_length: Any,
) -> Any:
    spans = np.empty((2 * len(equal) + 3, 5), np.int64)
    count = 0
    at = bt = 0  # code points covered so far
    i = k = 0  # words covered so far
    for index in range(len(equal) + 1):
        last = index == len(equal)
        j = len(left_starts) if last else equal[index, 0]
        m = len(right_starts) if last else equal[index, 1]
        if j > i or m > k:
            left_start, left_end = _place(left_starts, left_ends, i, j)
            right_start, right_end = _place(right_starts, right_ends, k, m)
            if left_start > at or right_start > bt:
                spans[count] = 0, at, left_start, bt, right_start
                count += 1
            op = 1 if j > i and m > k else 2 if m > k else 3
            spans[count] = op, left_start, left_end, right_start, right_end
            count += 1
            at, bt = left_end, right_end
        if not last:
            i, k = j + equal[index, 2], m + equal[index, 2]
    if at < left_length or bt < right_length:
        spans[count] = 0, at, left_length, bt, right_length
        count += 1
    return spans[:count].copy()


@numba.njit(cache=True, nogil=True)
def _place(starts: Any, ends: Any, first: Any, stop: Any) -> Any:
    """Code points of words ``first`` to ``stop``; of none: where they would stand."""
    if first < stop:
        return np.int64(starts[first]), np.int64(ends[stop - 1])
    if first < len(starts):
        return np.int64(starts[first]), np.int64(starts[first])
    if len(ends) > 0:
        return np.int64(ends[-1]), np.int64(ends[-1])
    return np.int64(0), np.int64(0)
