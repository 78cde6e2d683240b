"""Lines that recur on different articles of a source.

How often a line recurs is counted in *different* articles: a group of k copies of one article
counts as one. For that, each article's share in the count is divided by how many articles carry
the lines that make up most of it: the median of its lines' counts, weighted by bytes, which is 1
for an article of its own and k for each of k copies (see ``queries.line_join``).
"""

from __future__ import annotations

import functools
import hashlib
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

SELDOM, OFTEN = 1, 2  # how a line recurs
LEAST_SELDOM = 5  # different articles of a source; rewritings of one are seldom more
LEAST_OFTEN = 10
MOST_BYTES = 1500  # of a line that is counted
UNIT = 2**20  # an article of its own


class Recurring(NamedTuple):
    """Lines by their keys under their sources, uint64, sorted: all that recur, and those that do often."""

    seldom: NDArray[np.uint64]
    often: NDArray[np.uint64]


NONE = Recurring(np.empty(0, np.uint64), np.empty(0, np.uint64))


def key_in_source(keys: NDArray[np.uint64], sources: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Keys of lines under the keys of their sources: another source, another key."""
    mixed = (keys ^ sources) * np.uint64(0x9FB21C651E98DF25)
    return np.asarray(mixed ^ (mixed >> np.uint64(29)))


@functools.lru_cache(maxsize=2**16)
def source_key(source: str | None) -> int:
    """A key of 64 bits of a source; files without one are one source together."""
    return 0 if source is None else int.from_bytes(hashlib.sha256(source.encode()).digest()[:8], "little")


def how_they_recur(keys: NDArray[np.uint64], recurring: Recurring) -> NDArray[np.uint8]:
    """uint8[l]: 0, SELDOM or OFTEN."""
    found = np.zeros(len(keys), np.uint8)
    for level, known in ((SELDOM, recurring.seldom), (OFTEN, recurring.often)):
        if len(known):
            at = np.minimum(np.searchsorted(known, keys), len(known) - 1)
            found[known[at] == keys] = level
    return found
