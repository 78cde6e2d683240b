"""Shingles that very many articles carry: site furniture, templates, stock phrases.

A band of such shingles makes a bucket of strangers. So the articles that carry each shingle
are counted, in a table of 2**26 slots that a shingle's upper bits choose, and a shingle whose
slot counts more than a cap is left out of signatures, unless such shingles are more than half
of the article: then they are what it is. A slot counts all the shingles that share it, so
that a shingle may be taken for frequent that is not, once the articles are tens of millions.

Of many articles a sample is counted, drawn by their rows, so that it is the same in any order
and any cut. A sample of 1 in 16 counts 12.5 of 200 articles on average: a shingle of 100
articles is taken for frequent in 1 case of 200, one of 50 in 1 of 30,000.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.sketch import kernel
from dedup.stored import save_array

SLOT_BITS = 26
FEWEST_SAMPLED = 8_192  # articles: of fewer all are counted
LEAST_CAP = 12  # articles of a sample that the cap must stand for

COARSE = 32  # bytes of slots to a coarse bit: most shingles are told apart in a processor's first cache


class Frequent(NamedTuple):
    """Which shingles are frequent, by their upper bits.

    slots   uint8[2**k]: a bit for each slot, the first in the lowest bit
    coarse  uint8[2**j]: a bit for each run of slots that holds a frequent one
    """

    slots: NDArray[np.uint8]
    coarse: NDArray[np.uint8]


NONE = Frequent(np.zeros(1, np.uint8), np.zeros(1, np.uint8))  # no shingle is frequent


def sampling(articles: int, cap: int) -> int:
    """Of how many articles one is counted: a power of two, 1 for all of them."""
    most = min(articles // FEWEST_SAMPLED, cap // LEAST_CAP)
    return 1 << max(0, most.bit_length() - 1)


def is_sampled(rows: NDArray[np.int64], every: int) -> NDArray[np.bool_]:
    """Which articles belong to a sample of one in ``every``, a power of two, by their rows alone."""
    mixed = rows.astype(np.uint64)
    for _ in range(2):
        mixed = (mixed ^ (mixed >> np.uint64(32))) * np.uint64(0xD6E8FEB86659FD93)
    return np.asarray((mixed >> np.uint64(32)) % np.uint64(every) == 0)


def count_frequent(shingles: Iterable[NDArray[np.uint32]], cap: float) -> NDArray[np.uint8]:
    """The slots that more than ``cap`` articles use, a bit each: uint8[2**SLOT_BITS / 8].

    shingles  uint32 arrays: the shingles of articles, each once an article
    """
    return find_full(count_some(shingles, cap), cap)


def count_some(shingles: Iterable[NDArray[np.uint32]], cap: float) -> NDArray[np.uint8 | np.uint32]:
    """How many of some articles use each slot, uint[2**SLOT_BITS], counted up to one more than ``cap``.

    What is counted of several parts may be added up, as far as the type goes.
    """
    most = int(cap) + 1
    counts = np.zeros(2**SLOT_BITS, np.uint8 if most <= 255 else np.uint32)
    for some in shingles:
        slots = some >> np.uint32(32 - SLOT_BITS)
        slots.sort()  # so that memory is gone through in order; by far the greater part is misses otherwise
        kernel.count_slots(slots, counts, most)
    return counts


def find_full(counts: NDArray[np.uint8 | np.uint32], cap: float) -> NDArray[np.uint8]:
    """The slots that are counted more than ``cap`` times, a bit each."""
    return np.packbits(counts > int(cap), bitorder="little")


def save_frequent(path: Path, slots: NDArray[np.uint8]) -> None:
    """Keep the bits of the slots; the file appears whole or not at all."""
    save_array(path, slots)


def load_frequent(path: str) -> Frequent:
    """The frequent shingles, from the file of their slots; '' for none."""
    if not path:
        return NONE
    status = os.stat(path)
    return _load_frequent(path, status.st_ino, status.st_mtime_ns)


@functools.lru_cache(maxsize=1)
def _load_frequent(path: str, inode: int, modified_ns: int) -> Frequent:
    slots = np.load(path, allow_pickle=False)
    return Frequent(slots, np.packbits(slots.reshape(-1, COARSE).any(axis=1), bitorder="little"))
