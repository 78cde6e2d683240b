"""What a sketch is made with: datasketch's permutations, and the bands of its index.

Drawn once a scan, and handed to whoever signs: datasketch brings SciPy along, which takes
half a second to load, so that only the process that draws imports it.
"""

from __future__ import annotations

import functools
from importlib.metadata import version
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.stored import stored

NAME = "affine32"
SHINGLE_RULE = "words-4"  # name of the word and shingle hashes; a change makes sketches unlike

# Weights of a false candidate and of a missed pair in the search for bands: every
# candidate is verified, so a missed pair costs more.
WEIGHTS = (0.2, 0.8)
MOST = 0.5


class Banding(NamedTuple):
    """How a signature is cut: ``bands`` of ``rows`` values each; what is left over is unused."""

    bands: int
    rows: int


class Scheme(NamedTuple):
    """How articles are signed, and how signatures are cut.

    factors, addends  uint32[permutations]: the bijections of ``bijections``
    """

    factors: NDArray[np.uint32]
    addends: NDArray[np.uint32]
    banding: Banding


def draw_scheme(permutations: int, seed: int, similarity: float) -> Scheme:
    """The scheme for signatures of so many values, and for pairs of at least this similarity.

    Drawn by datasketch once, and kept.
    """

    def draw() -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        return bijections(permutations, seed), np.array(choose_bands(similarity, permutations))

    made_from = version("datasketch"), version("numpy"), NAME, permutations, seed, similarity, WEIGHTS, MOST
    (factors, addends), banding = stored("scheme", made_from, draw)
    return Scheme(factors, addends, Banding(*banding.tolist()))


@functools.cache
def bijections(permutations: int, seed: int) -> NDArray[np.uint32]:
    """The factors and addends of datasketch's permutations, uint32[2, permutations]."""
    from datasketch import MinHash

    parameters: NDArray[np.uint32] = MinHash(permutations, seed=seed, scheme=NAME).permutations
    return parameters


@functools.cache
def choose_bands(similarity: float, permutations: int) -> Banding:
    """Bands for pairs of at least this similarity (0 to 1), by ``datasketch.MinHashLSH``'s search.

    Texts of similarity s (Dice's coefficient of their words) have a Jaccard index of
    s / (2 - s) where what they share stands in one stretch; that is what is searched for.
    Above ``MOST`` the search stays as wide, for a piece inside a longer text has a low
    similarity and is to be found all the same.
    """
    from datasketch import MinHashLSH

    similarity = min(similarity, MOST)
    jaccard = similarity / (2 - similarity)
    index = MinHashLSH(threshold=jaccard, num_perm=permutations, weights=WEIGHTS)
    return Banding(index.b, index.r)
