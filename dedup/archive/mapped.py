"""Files that are mapped, and pages of them that are let go of.

Pages that were looked at count as memory of the process until the system wants them back. A look-up of
many keys or rows goes over a file from its start to its end, and so lets go of what lies behind it.
"""

from __future__ import annotations

import mmap
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


def map_file(path: Path) -> mmap.mmap:
    """A file, mapped to be read; ValueError if it is empty."""
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def map_integers(path: Path) -> NDArray[np.int64]:
    """The int64 of a file in the machine's order, mapped."""
    return np.frombuffer(map_file(path), np.int64) if path.stat().st_size else np.empty(0, np.int64)


def let_go(mapped: mmap.mmap | NDArray[np.int64]) -> None:
    """Let go of the pages of a file or its integers; they are read again when they are used again.

    Nothing is done to integers that aren't those of a whole mapped file.
    """
    held: object = mapped
    if isinstance(mapped, np.ndarray) and isinstance(mapped.base, memoryview):
        held = mapped.base.obj
    if isinstance(held, mmap.mmap):
        held.madvise(mmap.MADV_DONTNEED)
