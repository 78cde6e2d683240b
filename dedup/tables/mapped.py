"""Files of integers that are mapped, and whose pages are let go of.

Pages that were looked at count as memory of the process until the system wants them back. A look-up of
many keys goes over a file from its start to its end; now and then it lets go of all pages, which are read
again from the system's cache.
"""

from __future__ import annotations

import mmap
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


def map_integers(path: Path) -> NDArray[np.int64]:
    """The int64 of a file in the machine's order, mapped."""
    with path.open("rb") as file:
        if not path.stat().st_size:
            return np.empty(0, np.int64)
        return np.frombuffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), np.int64)


def let_go(mapped: NDArray[np.int64]) -> None:
    """Let go of the pages of mapped integers; they are read again when they are used again.

    Nothing is done to integers that aren't those of a whole mapped file.
    """
    held = mapped.base.obj if isinstance(mapped.base, memoryview) else None
    if isinstance(held, mmap.mmap):
        held.madvise(mmap.MADV_DONTNEED)
