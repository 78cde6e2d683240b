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
import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dedup import kernel

SLOT_BITS = 26
RANGES = 4

NONE = np.zeros(0, np.uint8)  # no shingle is frequent


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
    np.save(unfinished, bits)
    unfinished.replace(range_path(folder, number))


def range_path(folder: Path, number: int) -> Path:
    """Where the bits of a range lie."""
    return folder / f"range-{number}.npy"


@functools.lru_cache(maxsize=1)
def load_frequent(folder: str) -> NDArray[np.uint8]:
    """A bit for every slot, from the folder of the ranges; '' for no frequent shingles."""
    if not folder:
        return NONE
    ranges = [np.load(range_path(Path(folder), number), allow_pickle=False) for number in range(RANGES)]
    return np.concatenate(ranges)
