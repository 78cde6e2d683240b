"""Bands of signatures: texts that agree on a whole band become a candidate pair."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dedup import kernel
from dedup.sketch.scheme import Banding


def band_keys(signatures: NDArray[np.uint32], banding: Banding) -> NDArray[np.int64]:
    """Keys of every band, int64[n, bands]: equal where two signatures agree on a band.

    The band's number is part of the key, so keys of different bands never meet but by
    a collision of 64-bit hashes, which costs one alignment.
    """
    keys: NDArray[np.uint64] = kernel.band_keys(signatures, banding.bands, banding.rows)
    return keys.view(np.int64)
