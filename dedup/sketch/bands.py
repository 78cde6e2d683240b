"""Bands of signatures: texts that agree on a whole band become a candidate pair.

The number of bands and of rows a band comes from datasketch's own parameter search, told
that a missed pair costs more than a false candidate, since every candidate is verified.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import numba
import numpy as np
from datasketch import MinHashLSH
from numpy.typing import NDArray

from dedup.sketch.minhash import EMPTY

# Weights of a false candidate and of a missed pair in the search. At word similarity 0.5
# two edited texts have a 5-shingle Jaccard well below 0.5, hence the lean towards recall.
WEIGHTS = (0.1, 0.9)


class Bands(NamedTuple):
    """How a signature is cut: ``count`` bands of ``rows`` values; what is left over is unused."""

    count: int
    rows: int


@functools.cache
def choose_bands(threshold: float, permutations: int) -> Bands:
    """Bands for a Jaccard ``threshold`` (0 to 1), by ``datasketch.MinHashLSH``'s search."""
    index = MinHashLSH(threshold=threshold, num_perm=permutations, weights=WEIGHTS)
    return Bands(index.b, index.r)


def band_keys(signatures: NDArray[np.uint32], bands: Bands) -> NDArray[np.int64]:
    """Keys of every band, int64[n, count]: equal where two signatures agree on a band.

    The band's number is part of the key, so keys of different bands never meet but by
    a collision of 64-bit hashes, which costs one alignment.
    """
    return _keys(signatures, bands.count, bands.rows).view(np.int64)


def is_signed(signatures: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """bool[n]: which texts have shingles, and so stand in the index."""
    return np.asarray((signatures != EMPTY).any(axis=1))


@numba.njit(cache=True, nogil=True)
def _keys(signatures, count, rows):
    keys = np.empty((len(signatures), count), np.uint64)
    for text in range(len(signatures)):
        for band in range(count):
            key = np.uint64(band + 1) * np.uint64(0x9E3779B97F4A7C15)
            for row in range(band * rows, (band + 1) * rows):
                key = (key ^ np.uint64(signatures[text, row])) * np.uint64(0xFF51AFD7ED558CCD)
                key ^= key >> np.uint64(32)
            keys[text, band] = key
    return keys
