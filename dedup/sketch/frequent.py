"""Shingles that very many articles carry: site furniture, templates, stock phrases.

A band of such shingles makes a bucket of strangers. So the articles that carry each shingle
are counted, in a table of 2**26 slots that a shingle's upper bits choose, and a shingle whose
slot counts more than a cap is left out of signatures, unless such shingles are more than half
of the article: then they are what it is. A slot counts all the shingles that share it, so
that a shingle may be taken for frequent that is not, once the articles are tens of millions.

The table is counted in ranges of slots, a process each; the order in which articles come
doesn't matter.
"""

from __future__ import annotations

import functools
import io
import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup import kernel

SLOT_BITS = 26
RANGES = 4

COARSE = 32  # bytes of slots to a coarse bit: most shingles are told apart in a processor's first cache


class Frequent(NamedTuple):
    """Which shingles are frequent, by their upper bits.

    slots   uint8[2**k]: a bit for each slot, the first in the lowest bit
    coarse  uint8[2**j]: a bit for each run of slots that holds a frequent one
    """

    slots: NDArray[np.uint8]
    coarse: NDArray[np.uint8]


NONE = Frequent(np.zeros(1, np.uint8), np.zeros(1, np.uint8))  # no shingle is frequent


def count_frequent(shingles: Iterable[NDArray[np.uint32]], number: int, cap: int) -> NDArray[np.uint8]:
    """The slots of one range that more than ``cap`` articles use, a bit each.

    shingles  uint32 arrays: the shingles of articles, each once an article
    number    the range, 0 to ``RANGES`` - 1
    """
    slots = 2**SLOT_BITS // RANGES
    counts = np.zeros(slots, np.uint8 if cap < 255 else np.uint32)
    for some in shingles:
        chosen = kernel.select_slots(some, 32 - SLOT_BITS, number * slots, (number + 1) * slots)
        chosen.sort()  # so that memory is gone through in order; by far the greater part is misses otherwise
        kernel.count_slots(chosen, counts, cap + 1)
    return np.packbits(counts > cap, bitorder="little")


def save_range(folder: Path, number: int, bits: NDArray[np.uint8]) -> None:
    """Keep the bits of one range; the file appears whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f".{number}.{os.getpid()}.npy"
    whole = io.BytesIO()
    np.save(whole, bits)
    unfinished.write_bytes(whole.getvalue())  # which says so if the disk is full; NumPy doesn't
    unfinished.replace(range_path(folder, number))


def range_path(folder: Path, number: int) -> Path:
    """Where the bits of a range lie."""
    return folder / f"range-{number}.npy"


@functools.lru_cache(maxsize=1)
def load_frequent(folder: str) -> Frequent:
    """The frequent shingles, from the folder of the ranges; '' for none."""
    if not folder:
        return NONE
    ranges = [np.load(range_path(Path(folder), number), allow_pickle=False) for number in range(RANGES)]
    slots = np.concatenate(ranges)
    return Frequent(slots, np.packbits(slots.reshape(-1, COARSE).any(axis=1), bitorder="little"))
