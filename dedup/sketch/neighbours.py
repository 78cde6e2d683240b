"""Which words stand next to one another: in how many articles of a scrape the stems of two do.

That is what makes a collocation: "stressed the importance" is one, "burdened the significance" isn't.
Pairs of stems are counted in a table of slots, as stems are (see ``rarity``), in a sample of the articles.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from dedup.sketch.rarity import count_slots
from dedup.text.hashing import mix_hash
from dedup.text.stems import BEGINNING
from dedup.text.words import SKETCH_KEY

MOST_ARTICLES = 65_536  # that are counted, about: more of them tell little more
LEAST_BITS, MOST_BITS = 16, 24  # of a slot's number
_SLOTS_AN_ARTICLE = 256

Counts = NDArray[np.float32]


def sampling(articles: int) -> int:
    """Of how many articles one is counted: a power of two, 1 for all of them."""
    return 1 << max(0, (articles // MOST_ARTICLES).bit_length() - 1)


def pair_neighbours(stems: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Numbers of the pairs that stems make, each with the next one, uint32[w]; 0 for the last one.

    stems  uint32[w]: numbers of the stems of words, in order
    """
    numbers: NDArray[np.uint32] = _pair(stems, np.array([0, len(stems)]))
    return numbers


def count_neighbours(articles: int, stems: Iterable[tuple[NDArray[np.uint32], NDArray[np.int64]]]) -> Counts:
    """In how many articles each two neighbours are met, and one more: float32[2**k], by the upper k bits
    of their number.

    articles  how many there are
    stems     of some articles each: numbers of their stems, uint32[w], and where those of each begin,
              int64[n + 1]
    """
    return add_one(count_some(articles, stems))


def count_some(
    articles: int, stems: Iterable[tuple[NDArray[np.uint32], NDArray[np.int64]]]
) -> NDArray[np.uint32]:
    """In how many of a part of so many articles neighbours are met, uint32[2**k].

    What is counted of several parts may be added up.
    """
    bits = min(MOST_BITS, max(LEAST_BITS, (_SLOTS_AN_ARTICLE * articles).bit_length()))
    counts = np.zeros(2**bits, np.uint32)
    last = np.full(2**bits, -1, np.int32)
    done = 0
    for numbers, bounds in stems:
        count_slots(_pair(numbers, bounds), bounds, np.uint32(32 - bits), counts, last, done)
        done += len(bounds) - 1
    return counts


def add_one(counted: NDArray[np.uint32]) -> Counts:
    """The counts of all articles, and one more."""
    counts = (counted + 1.0).astype(np.float32)
    counts[0] = 1  # where those went that have no next one
    return counts


def met(counts: Counts, pairs: NDArray[np.uint32]) -> Counts:
    """In how many articles these neighbours were met, and one more, float32[p]."""
    return np.asarray(counts[pairs >> np.uint32(33 - len(counts).bit_length())])


@numba.njit(cache=True, nogil=True)
def pair_number(stem: Any, following: Any) -> Any:
    """The number of two neighbours, uint32, by those of their stems."""
    one = mix_hash(SKETCH_KEY, np.uint64(stem | BEGINNING))
    return np.uint32(mix_hash(one, np.uint64(following | BEGINNING)) >> np.uint64(32))


@numba.njit(cache=True, nogil=True)
def _pair(stems: Any, bounds: Any) -> Any:
    numbers = np.zeros(len(stems), np.uint32)
    for article in range(len(bounds) - 1):
        for index in range(bounds[article], bounds[article + 1] - 1):
            numbers[index] = pair_number(stems[index], stems[index + 1])
    return numbers
