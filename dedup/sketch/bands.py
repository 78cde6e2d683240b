"""Bands of signatures: texts that agree on a whole band become a candidate pair."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup import kernel
from dedup.sketch.scheme import Banding

_SLOTS_A_KEY = 8
_MOST_BITS = 31  # of a slot's number: 256 MB for each of two tables, the slots of 8 million articles


class Repeated(NamedTuple):
    """Slots that several keys fall into: a bit each, uint8[2**(61 - shift)]; upper bits choose the slot."""

    shift: int
    bits: NDArray[np.uint8]


def band_keys(signatures: NDArray[np.uint32], banding: Banding) -> NDArray[np.int64]:
    """Keys of every band, int64[n, bands]: equal where two signatures agree on a band.

    The band's number is part of the key, so keys of different bands never meet but by
    a collision of 64-bit hashes, which costs one alignment.
    """
    keys: NDArray[np.uint64] = kernel.band_keys(signatures, banding.bands, banding.rows)
    return keys.view(np.int64)


def find_repeated(keys: Iterable[NDArray[np.int64]], total: int) -> Repeated:
    """What tells keys that may occur more than once from the rest, of ``total`` keys in all.

    Most bands are of one article alone. One in eight of them at most shares a slot by chance.
    """
    bits = min(_MOST_BITS, max(3, (_SLOTS_A_KEY * total).bit_length()))
    shift = 64 - bits
    once, again = np.zeros(2**bits // 8, np.uint8), np.zeros(2**bits // 8, np.uint8)
    for some in keys:
        kernel.mark_keys(some.view(np.uint64), np.uint64(shift), once, again)
    return Repeated(shift, again)


def may_repeat(keys: NDArray[np.int64], repeated: Repeated) -> NDArray[np.bool_]:
    """Which keys may occur more than once, bool[n]: all that do, and few others."""
    found: NDArray[np.bool_] = kernel.are_marked(
        keys.view(np.uint64), np.uint64(repeated.shift), repeated.bits
    )
    return found
