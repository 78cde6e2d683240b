"""MinHash signatures of word shingles, equal bit for bit to datasketch's.

A shingle is ``size`` words in a row. Its 32-bit hash mixes the words' 64-bit hashes with
one odd multiplier a position, sums them, and avalanches the sum. A signature holds, for
each of ``permutations`` bijections of the 32-bit integers, the least image of any shingle
(Broder 1997). The bijections are those of ``datasketch.MinHash(scheme="affine32")``: the
finaliser of MurmurHash3, then ``a * h + b`` modulo 2**32 with odd ``a``; so
``MinHash(hashvalues=row, scheme="affine32", seed=seed)`` is the same sketch.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from dedup.sketch import kernel
from dedup.sketch.frequent import NONE, Frequent
from dedup.sketch.scheme import Scheme
from dedup.text.hashing import grams
from dedup.text.words import Words, are_spelled

EMPTY = np.uint32(2**32 - 1)  # every value of the signature of a text without shingles


def hash_shingles(word_hashes: NDArray[np.uint64], size: int) -> NDArray[np.uint32]:
    """32-bit hashes of one text's shingles, in text order, repeats kept.

    uint32[max(0, w - size + 1)] for w words.
    """
    shingles = np.empty(len(word_hashes), np.uint32)
    return shingles[: kernel.shingles(word_hashes, size, shingles)]


def distinct_shingles(words: Words, size: int, least: int) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """32-bit hashes of the shingles of n texts, each once a text, and where each text's begin.

    uint32[m], int64[n + 1]. Texts of fewer than ``least`` words have none, nor have those that are
    spelled letter by letter.
    """
    shingles, bounds = kernel.distinct_shingles(words.hashes, words.first, size, max(least, size))
    spelled = are_spelled(words)
    if spelled.any():
        counts = np.diff(bounds)
        shingles = shingles[~np.repeat(spelled, counts)]
        bounds = np.concatenate([[0], np.cumsum(counts * ~spelled)])
    return shingles, bounds


def sign(
    shingles: NDArray[np.uint32],
    bounds: NDArray[np.int64],
    scheme: Scheme,
    frequent: Frequent = NONE,
) -> NDArray[np.uint32]:
    """Signatures of n texts, uint32[n, permutations], from ``distinct_shingles``.

    frequent  which shingles are left out (see ``frequent``)

    A text without shingles is not signed: its row is EMPTY.
    """
    signatures: NDArray[np.uint32] = kernel.sign(
        shingles, bounds, *frequent, scheme.factors, scheme.addends, EMPTY
    )
    return signatures


def is_signed(signatures: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """bool[n]: which texts were signed."""
    return np.asarray((signatures != EMPTY).any(axis=1))


@numba.njit(cache=True, nogil=True)
def jaccard(left: Any, right: Any) -> Any:
    """Jaccard index of two sets of shingle hashes (uint32 or uint64 arrays, repeats allowed), 0..1.

    0 if both are empty.
    """
    capacity = 16
    while capacity < 2 * (len(left) + len(right)):
        capacity *= 2
    mask = np.int64(capacity - 1)
    seen = np.zeros(capacity, np.uint8)  # 1: in left, 2: in right, 3: in both
    keys = np.empty(capacity, left.dtype)
    for side in range(2):
        for value in left if side == 0 else right:
            slot = np.int64(value) & mask
            while seen[slot] != 0 and keys[slot] != value:
                slot = (slot + 1) & mask
            keys[slot] = value
            seen[slot] |= side + 1
    shared = union = 0
    for state in seen:
        union += state != 0
        shared += state == 3
    return shared / max(1, union)


@numba.njit(cache=True, nogil=True)
def jaccard_many(hashes: Any, first: Any, left: Any, right: Any, size: Any) -> Any:
    """``jaccard`` of the shingles of many pairs of texts, float64[p].

    hashes, first  uint64[w], int64[n + 1]: the words of n texts
    left, right    int64[p]: the texts of each pair, by number
    size           words a shingle

    Shingles are compared by 64 bits: where the words were hashed under a secret key,
    collisions of 32 bits would differ from run to run.
    """
    found = np.empty(len(left), np.float64)
    for pair in range(len(left)):
        ours = hashes[first[left[pair]] : first[left[pair] + 1]]
        theirs = hashes[first[right[pair]] : first[right[pair] + 1]]
        found[pair] = jaccard(grams(ours, size), grams(theirs, size))
    return found
