"""A quick look at an alignment: may its changed places be a spinner's swaps?

Most changes in copies are no swaps. The look compares hashes of words only, and errs on
the side of yes; what passes is examined on the texts by ``pairs``.
"""

from __future__ import annotations

import functools
from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from dedup.spun.index import _extend
from dedup.spun.pairs import CONTEXT, LEAST_SWAPS, MOST_WORDS, naturals_of
from dedup.text.words import SECRET_KEY, split_words


class _Table(NamedTuple):
    """Spun phrases by hash, and the natural phrases that each stands for.

    keys      uint64[2**k]: hash of a spun phrase, where ``counts`` is above 0
    firsts    int64[2**k], counts int64[2**k]: its natural phrases, as places in the next two
    naturals  uint64[n], lengths int64[n]: hash and words of a natural phrase
    """

    keys: NDArray[np.uint64]
    firsts: NDArray[np.int64]
    counts: NDArray[np.int64]
    naturals: NDArray[np.uint64]
    lengths: NDArray[np.int64]


def may_be_swapped(equal: NDArray[np.int64], left: NDArray[np.uint64], right: NDArray[np.uint64]) -> bool:
    """Whether enough changed places have a spun phrase on one side and its natural one on the other.

    equal        int64[n, 3]: the equal stretches of the alignment (see ``align.Alignment``)
    left, right  uint64: hashes of the words under ``SECRET_KEY``
    """
    table = _table()
    swaps = max(
        _look(equal[:, 0], equal[:, 1], equal[:, 2], left, right, *table),
        _look(equal[:, 1], equal[:, 0], equal[:, 2], right, left, *table),
    )
    return bool(swaps >= LEAST_SWAPS - 1)  # artefacts are not counted here


@functools.cache
def _table() -> _Table:
    phrases = naturals_of()
    size = 1 << max(4, (4 * len(phrases)).bit_length())
    keys = np.zeros(size, np.uint64)
    firsts, counts = np.zeros(size, np.int64), np.zeros(size, np.int64)
    spun_hashes = _hashes(list(phrases))
    naturals = [natural for group in phrases.values() for natural in group]
    place = 0
    for value, group in zip(spun_hashes, phrases.values(), strict=True):
        slot = int(value) & (size - 1)
        while counts[slot]:
            slot = (slot + 1) & (size - 1)
        keys[slot], firsts[slot], counts[slot] = value, place, len(group)
        place += len(group)
    return _Table(keys, firsts, counts, _hashes(naturals), np.array([len(n) for n in naturals], np.int64))


def _hashes(phrases: list[tuple[str, ...]]) -> NDArray[np.uint64]:
    texts = [" ".join(phrase).encode() for phrase in phrases]
    offsets = np.cumsum([0, *map(len, texts)], dtype=np.int64)
    words = split_words(np.frombuffer(b"".join(texts), np.uint8), offsets, SECRET_KEY)
    hashes: NDArray[np.uint64] = _join(words.hashes, words.first)
    return hashes


@numba.njit(cache=True, nogil=True)
def _join(hashes: Any, first: Any) -> Any:
    joined = np.empty(len(first) - 1, np.uint64)
    for phrase in range(len(joined)):
        joined[phrase] = _gram(hashes, first[phrase], first[phrase + 1] - first[phrase])
    return joined


@numba.njit(cache=True, nogil=True)
def _gram(hashes: Any, start: Any, length: Any) -> Any:
    value = hashes[start]
    for place in range(start + 1, start + length):
        value = _extend(value, hashes[place])
    return value


@numba.njit(cache=True, nogil=True)
def _look(
    starts: Any, others: Any, sizes: Any, ours: Any, theirs: Any,
    keys: Any, firsts: Any, counts: Any, naturals: Any, lengths: Any,
) -> Any:  # fmt: skip
    mask = np.uint64(len(keys) - 1)
    found = 0
    i = k = 0
    for index in range(len(starts) + 1):
        last = index == len(starts)
        j = len(ours) if last else starts[index]
        m = len(theirs) if last else others[index]
        if (j > i or m > k) and max(j - i, m - k) <= MOST_WORDS:
            low, high = max(0, k - CONTEXT), min(len(theirs), m + CONTEXT)
            stop = min(len(ours), j + CONTEXT)
            for place in range(max(0, i - CONTEXT), stop):
                value = ours[place]
                for length in range(1, min(5, stop - place) + 1):
                    if length > 1:
                        value = _extend(value, ours[place + length - 1])
                    slot = value & mask
                    while counts[slot] > 0 and keys[slot] != value:
                        slot = (slot + np.uint64(1)) & mask
                    for number in range(firsts[slot], firsts[slot] + counts[slot]):
                        for there in range(low, high - lengths[number] + 1):
                            if _gram(theirs, there, lengths[number]) == naturals[number]:
                                found += 1
                                break
        if not last:
            i, k = j + sizes[index], m + sizes[index]
    return found
