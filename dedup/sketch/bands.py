"""Bands of signatures: texts that agree on a whole band become a candidate pair.

The number of bands and of rows a band comes from datasketch's own parameter search, told
that a missed pair costs more than a false candidate, since every candidate is verified.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
from datasketch import MinHashLSH
from numpy.typing import NDArray

from dedup import kernel

# Weights of a false candidate and of a missed pair in the search.
WEIGHTS = (0.2, 0.8)
MOST = 0.5


class Banding(NamedTuple):
    """How a signature is cut: ``bands`` of ``rows`` values each; what is left over is unused."""

    bands: int
    rows: int


@functools.cache
def choose_bands(similarity: float, permutations: int) -> Banding:
    """Bands for pairs of at least this similarity (0 to 1), by ``datasketch.MinHashLSH``'s search.

    Texts of similarity s (Dice's coefficient of their words) have a Jaccard index of
    s / (2 - s) where what they share stands in one stretch; that is what is searched for.
    Above ``MOST`` the search stays as wide, for a piece inside a longer text has a low
    similarity and is to be found all the same.
    """
    similarity = min(similarity, MOST)
    jaccard = similarity / (2 - similarity)
    index = MinHashLSH(threshold=jaccard, num_perm=permutations, weights=WEIGHTS)
    return Banding(index.b, index.r)


def band_keys(signatures: NDArray[np.uint32], banding: Banding) -> NDArray[np.int64]:
    """Keys of every band, int64[n, bands]: equal where two signatures agree on a band.

    The band's number is part of the key, so keys of different bands never meet but by
    a collision of 64-bit hashes, which costs one alignment.
    """
    keys: NDArray[np.uint64] = kernel.band_keys(signatures, banding.bands, banding.rows)
    return keys.view(np.int64)
