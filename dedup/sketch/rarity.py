"""How rare a stem is: in how many of the articles of a scrape it occurs.

The articles are counted in a table of slots that a stem's upper bits choose. To what was
counted comes what is known beforehand, as if ``PRIOR`` more articles had been read: words that
are common in their language (``data/common.txt``) occur in a third of them, others in 1 of 250
(Laplace's rule of succession, with that for a prior). So a scrape of two articles can be told
something of, too; in one of thousands the scrape speaks alone.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from dedup.stored import load_array, save_array
from dedup.text.stems import hash_stems
from dedup.text.words import split_text

PRIOR = 250.0  # articles
SHARE, SHARE_OF_COMMON = 1 / 250, 1 / 3  # of these, in which a stem occurs
LEAST_BITS, MOST_BITS = 16, 24  # of a slot's number
_SLOTS_AN_ARTICLE = 64


class Rarity(NamedTuple):
    """In how many articles stems occur, the prior ones among them.

    articles  how many there are
    counts    float32[2**k]: of the stems whose upper k bits are that number
    """

    articles: float
    counts: NDArray[np.float32]

    def weights(self, stems: NDArray[np.uint32]) -> NDArray[np.float32]:
        """How much stems tell, float32[w]: minus the logarithm of the share of articles, 0 or more."""
        met = self.counts[stems >> np.uint32(33 - len(self.counts).bit_length())]
        return np.asarray(np.log(np.float32(self.articles)) - np.log(met))


def count_articles(articles: int, stems: Iterable[tuple[NDArray[np.uint32], NDArray[np.int64]]]) -> Rarity:
    """Count the stems of so many articles.

    stems  of some articles each: their stems, uint32[w], and where those of each begin, int64[n + 1]
    """
    return weigh(count_some(articles, stems))


def count_some(
    articles: int, stems: Iterable[tuple[NDArray[np.uint32], NDArray[np.int64]]]
) -> NDArray[np.uint32]:
    """Count the stems of a part of so many articles, uint32[2**k + 1]: by slot, at last these articles.

    What is counted of several parts may be added up.
    """
    bits = min(MOST_BITS, max(LEAST_BITS, (_SLOTS_AN_ARTICLE * articles).bit_length()))
    counts = np.zeros(2**bits + 1, np.uint32)
    last = np.full(2**bits, -1, np.int32)
    done = 0
    for numbers, bounds in stems:
        count_slots(numbers, bounds, np.uint32(32 - bits), counts, last, done)
        done += len(bounds) - 1
    counts[-1] = done
    return counts


def weigh(counted: NDArray[np.uint32]) -> Rarity:
    """What follows from the counts of all articles, with what is known beforehand."""
    counts = counted[:-1] + PRIOR * SHARE
    common = np.unique(_common() >> np.uint32(33 - len(counts).bit_length()))
    counts[common] += PRIOR * (SHARE_OF_COMMON - SHARE)
    articles = PRIOR + float(counted[-1])
    return Rarity(articles, np.minimum(counts, articles).astype(np.float32))


@functools.cache
def no_articles() -> Rarity:
    """What is known of stems without a scrape."""
    return count_articles(0, [])


def save_rarity(path: Path, rarity: Rarity) -> None:
    """Keep the counts; the file appears whole or not at all."""
    save_array(path, to_array(rarity))


def to_array(rarity: Rarity) -> NDArray[np.float32]:
    """The counts as they are kept, and the number of articles."""
    return np.concatenate([rarity.counts, np.array([rarity.articles], np.float32)])


def load_rarity(path: str) -> Rarity:
    """The counts of a scan, from their file; '' for none."""
    if not path:
        return no_articles()
    whole = load_array(path)
    return Rarity(float(whole[-1]), whole[:-1])


@functools.cache
def _common() -> NDArray[np.uint32]:
    """Stems of words that are common in their language."""
    text = (resources.files("dedup.rewrite") / "data" / "common.txt").read_text("utf-8")
    words = split_text(" ".join(line for line in text.splitlines() if not line.startswith("#")))
    hashes = hash_stems(words, np.zeros(len(words.hashes), np.uint8))
    return (hashes >> np.uint64(32)).astype(np.uint32)


@numba.njit(cache=True, nogil=True)
def count_slots(numbers: Any, bounds: Any, shift: Any, counts: Any, last: Any, done: Any) -> None:
    """Add one to the slot of each number, once an article; ``last``: the article that met a slot last."""
    for article in range(len(bounds) - 1):
        for index in range(bounds[article], bounds[article + 1]):
            slot = numbers[index] >> shift
            if last[slot] != done + article:
                last[slot] = done + article
                counts[slot] += 1
