"""Bands of signatures: texts that agree on a whole band become a candidate pair."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.sketch import kernel
from dedup.sketch.scheme import Banding

_SLOTS_A_KEY = 4
_MOST_BITS = 31  # of a slot's number: 512 MB, the slots of 16 million articles


class Repeated(NamedTuple):
    """How often the slots of keys were met.

    shift  a key's upper 64 - shift bits are its slot
    marks  uint64: two bits for each slot, the upper one if several keys fell into it
    """

    shift: int
    marks: NDArray[np.uint64]


def band_keys(signatures: NDArray[np.uint32], banding: Banding) -> NDArray[np.int64]:
    """Keys of every band, int64[n, bands]: equal where two signatures agree on a band.

    The band's number is part of the key, so keys of different bands never meet but by
    a collision of 64-bit hashes, which costs one alignment.
    """
    keys: NDArray[np.uint64] = kernel.band_keys(signatures, banding.bands, banding.rows)
    return keys.view(np.int64)


def find_repeated(keys: Iterable[NDArray[np.int64]], total: int) -> Repeated:
    """What tells keys that may occur more than once from the rest, of ``total`` keys.

    Most bands are of one article alone. Up to a half of these share a slot by chance, and stay:
    a table that fits a cache is worth more than a join that is a little shorter.
    """
    bits = slot_bits(total)
    marks = np.zeros(2**bits // 32, np.uint64)
    for some in keys:
        kernel.mark_keys(some.view(np.uint64), np.uint64(64 - bits), marks)
    return Repeated(64 - bits, marks)


def slot_bits(total: int) -> int:
    """How many upper bits of a key are the number of its slot, of ``total`` keys."""
    return min(_MOST_BITS, max(5, (_SLOTS_A_KEY * total).bit_length() - 1))


def places_repeated(keys: NDArray[np.int64], repeated: Repeated) -> NDArray[np.int64]:
    """Places of the keys that may occur more than once: all that do, and few others."""
    found: NDArray[np.int64] = kernel.marked_again(
        keys.view(np.uint64), np.uint64(repeated.shift), repeated.marks
    )
    return found
