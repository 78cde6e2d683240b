"""Local alignments: the stretch of an aligned pair in which the two texts are alike.

Of a piece in a longer text the alignment of the whole says little: the rest of the longer text counts
as missing words, and words that match there by chance as shared ones. So the longest stretch is taken
in which the two are as similar as is asked.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np

from dedup.align.numbered import Places


class Stretch(NamedTuple):
    """A stretch of two aligned texts: words of either that it covers, and words that match in it."""

    left: int
    right: int
    matched: int

    @property
    def similarity(self) -> float:
        """2 x matched / (words left + words right), 0..1."""
        return 2 * self.matched / max(1, self.left + self.right)


def find_local(equal: Places, similarity: float) -> Stretch:
    """The stretch with the most words that match, of those that begin and end with such, and are so similar.

    equal       int64[n, 3], as ``align.Alignment`` has it
    similarity  that the stretch has at least, 0..1
    """
    return Stretch(*map(int, _find_local(equal, similarity)))


@numba.njit(cache=True, nogil=True)
def _find_local(equal: Any, similarity: Any) -> Any:
    # A stretch is similar enough if what it ends with is worth what it begins with: of all words twice those
    # that match, less so great a share of all. The longest one begins where no earlier beginning costs less.
    begins = np.empty(len(equal), np.int64)
    costs = np.empty(len(equal))
    before = np.zeros(len(equal) + 1, np.int64)
    count = 0
    for index in range(len(equal)):
        cost = 2.0 * before[index] - similarity * (equal[index, 0] + equal[index, 1])
        if not count or cost < costs[count - 1]:
            begins[count], costs[count] = index, cost
            count += 1
        before[index + 1] = before[index] + equal[index, 2]
    left, right, matched = 0, 0, 0
    for index in range(len(equal) - 1, -1, -1):
        worth = 2.0 * before[index + 1] - similarity * (
            equal[index, 0] + equal[index, 1] + 2 * equal[index, 2]
        )
        while count and (begins[count - 1] > index or costs[count - 1] <= worth):
            count -= 1
            begin = begins[count]
            if begin <= index and before[index + 1] - before[begin] > matched:
                matched = before[index + 1] - before[begin]
                left = equal[index, 0] + equal[index, 2] - equal[begin, 0]
                right = equal[index, 1] + equal[index, 2] - equal[begin, 1]
    return left, right, matched
