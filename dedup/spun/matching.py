"""Dictionary swaps between two aligned texts, by word hashes alone.

A phrase of the lexicon's spun side in one text against its natural phrase in the other, at
the places where the two differ. Few copies have any; only where there are several are they
put into words (see ``pairs``).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from dedup.spun.index import _has
from dedup.spun.lexicon import Lexicon
from dedup.spun.swap_table import LONGEST, hash_gram, swap_table

LEAST_SWAPS = 3  # distinct ones in one direction

_CONTEXT = 2  # words of the equal neighbourhood that a swap may reach into: "software" -> "software program"
_MOST_WORDS = 60  # of a changed stretch; longer ones are other sentences, not swaps
_MOST_DRIFT = 3  # words by which the two phrases may stand apart within the stretch

Ids = NDArray[np.uint64]
Places = NDArray[np.int64]


class Matches(NamedTuple):
    """Dictionary swaps by place: in the left text, and in the right one.

    int64[n, 5] each: the spun phrase's first word and its words, the first word and the words
    of what the other text has there, and the swap's number in the lexicon's table.
    """

    left: Places
    right: Places


def match_swaps(equal: Places, left: Ids, right: Ids, lexicon: Lexicon | None = None) -> Matches:
    """Dictionary swaps at the changed places of an alignment, by word hashes alone.

    equal        int64[n, 3]: the equal stretches (see ``align.Alignment``)
    left, right  uint64: hashes of the words under ``SECRET_KEY``
    lexicon      None is the shipped one

    A spun phrase, the longest at its place, stands opposite to its natural phrase, and one
    of the two reaches into what changed.
    """
    return Matches(*_match_both(equal, left, right, *swap_table(lexicon)[:-2]))


def match_swaps_many(
    equal: Places,
    bounds: Places,
    hashes: Ids,
    first: Places,
    left: Places,
    right: Places,
    lexicon: Lexicon | None = None,
) -> list[Matches]:
    """``match_swaps`` of many pairs of texts.

    equal, bounds  the stretches of all alignments, int64[m, 3], and where each one's begin, int64[p + 1]
    hashes, first  uint64[w], int64[n + 1]: the words of n texts
    left, right    int64[p]: the texts of each pair, by number
    """
    found, ends = _match_many(equal, bounds, hashes, first, left, right, *swap_table(lexicon)[:-2])
    cuts = ends.tolist()
    starts = [0, *cuts][:-1]
    sides = [found[start:end] for start, end in zip(starts, cuts, strict=True)]
    return [Matches(*pair) for pair in zip(sides[::2], sides[1::2], strict=True)]


@numba.njit(cache=True, nogil=True)
def _match_many(
    equal: Any, bounds: Any, hashes: Any, first: Any, left: Any, right: Any,
    begins: Any, keys: Any, firsts: Any, counts: Any, naturals: Any, lengths: Any,
) -> Any:  # fmt: skip
    """The matches of all sides, two a pair, and where those of each end."""
    found = np.empty((len(left), 5), np.int64)
    ends = np.empty(2 * len(left), np.int64)
    used = 0
    for pair in range(len(left)):
        ours = hashes[first[left[pair]] : first[left[pair] + 1]]
        theirs = hashes[first[right[pair]] : first[right[pair] + 1]]
        stretches = equal[bounds[pair] : bounds[pair + 1]]
        sides = _match_both(stretches, ours, theirs, begins, keys, firsts, counts, naturals, lengths)
        for side in range(2):
            matches = sides[side]
            while used + len(matches) > len(found):
                larger = np.empty((2 * len(found), 5), np.int64)
                larger[:used] = found[:used]
                found = larger
            found[used : used + len(matches)] = matches
            used += len(matches)
            ends[2 * pair + side] = used
    return found[:used], ends


@numba.njit(cache=True, nogil=True)
def _match_both(
    equal: Any, left: Any, right: Any,
    begins: Any, keys: Any, firsts: Any, counts: Any, naturals: Any, lengths: Any,
) -> Any:  # fmt: skip
    starts, others, sizes = equal[:, 0], equal[:, 1], equal[:, 2]
    return (
        _match(starts, others, sizes, left, right, begins, keys, firsts, counts, naturals, lengths),
        _match(others, starts, sizes, right, left, begins, keys, firsts, counts, naturals, lengths),
    )


@numba.njit(cache=True, nogil=True)
def _match(
    starts: Any, others: Any, sizes: Any, ours: Any, theirs: Any,
    begins: Any, keys: Any, firsts: Any, counts: Any, naturals: Any, lengths: Any,
) -> Any:  # fmt: skip
    """The swaps on one side; ``starts``, ``others`` and ``sizes`` are the equal stretches from its view."""
    found = np.empty((16, 5), np.int64)
    count = 0
    i = k = before = 0  # where the changed stretch begins, and how long the equal one before it is
    for index in range(len(starts) + 1):
        last = index == len(starts)
        j = len(ours) if last else starts[index]
        m = len(theirs) if last else others[index]
        after = 0 if last else sizes[index]
        low = i - min(_CONTEXT, before)
        high = j + min(_CONTEXT, after)
        their_low = k - min(_CONTEXT, before)
        their_high = m + min(_CONTEXT, after)
        if (j > i or m > k) and max(high - low, their_high - their_low) <= _MOST_WORDS:
            place = low
            used = their_low
            while place < high:
                if not _has(begins, ours[place]):
                    place += 1
                    continue
                length, where, number = _match_at(
                    ours, theirs, place, low, high, used, their_low, their_high, i, j, k, m,
                    keys, firsts, counts, naturals, lengths,
                )  # fmt: skip
                if length == 0:
                    place += 1
                    continue
                if count == len(found):
                    larger = np.empty((2 * count, 5), np.int64)
                    larger[:count] = found
                    found = larger
                found[count] = place, length, where, lengths[number], number
                count += 1
                place += length
                used = where + lengths[number]
        i, k, before = j + after, m + after, after
    return found[:count].copy()


@numba.njit(cache=True, nogil=True)
def _match_at(
    ours: Any, theirs: Any, place: Any, low: Any, high: Any, used: Any, their_low: Any, their_high: Any,
    i: Any, j: Any, k: Any, m: Any, keys: Any, firsts: Any, counts: Any, naturals: Any, lengths: Any,
) -> Any:  # fmt: skip
    """The longest spun phrase at ``place`` with its natural one: its length (0: none), where, number."""
    mask = np.uint64(len(keys) - 1)
    for length in range(min(LONGEST, high - place), 0, -1):
        value = hash_gram(ours, place, length)
        slot = value & mask
        while counts[slot] > 0 and keys[slot] != value:
            slot = (slot + np.uint64(1)) & mask
        for number in range(firsts[slot], firsts[slot] + counts[slot]):
            natural = lengths[number]
            ours_changed = place < j and place + length > i
            for where in range(used, their_high - natural + 1):
                if not ours_changed and not (where < m and where + natural > k):
                    continue
                # how far the two stand apart, counted from the nearer end of the stretch
                from_low = (place - low) - (where - their_low)
                from_high = (high - place) - (their_high - where)
                if min(abs(from_low), abs(from_high)) > _MOST_DRIFT:
                    continue
                # equal words that one phrase reaches into belong to the other too: "because of" for
                # "as a result of" leaves "of" alone, and is no "because"
                if max(0, i - place) != max(0, k - where):
                    continue
                if max(0, place + length - j) != max(0, where + natural - m):
                    continue
                if hash_gram(theirs, where, natural) != naturals[number]:
                    continue
                if _is_there_too(ours, place, length, theirs, where, natural, their_low, their_high):
                    continue
                return length, where, number
    return 0, 0, 0


@numba.njit(cache=True, nogil=True)
def _is_there_too(
    ours: Any, place: Any, length: Any, theirs: Any, where: Any, natural: Any, their_low: Any, their_high: Any
) -> Any:
    """The other side has the spun phrase there too: an insertion beside it is no swap."""
    for start in range(max(their_low, where - length), min(their_high - length, where + natural) + 1):
        same = 0
        while same < length and theirs[start + same] == ours[place + same]:
            same += 1
        if same == length:
            return True
    return False
