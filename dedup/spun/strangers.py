"""Changes of a text that put words beside neighbours which they are hardly ever met with.

A spinner swaps words without regard to their context: "stressed the importance" is met in many articles,
"burdened the significance" in none. That needs no dictionary, only other articles (``sketch.neighbours``).
Who edits a text puts the usual in the place of the unusual as often as the other way round.
"""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from dedup.sketch.neighbours import met, pair_neighbours
from dedup.spun.shape import Places

_OWN = 1.5  # of what ``met`` gives: the article itself, and half of the one that it adds
_LEAST = 0.5
_USUAL = 3.0  # other articles that have the neighbours of one side, at least: fewer say nothing
MOST = 3.0  # of one change: a name in the place of a name may be as strange as can be

Stems = NDArray[np.uint32]
Counts = NDArray[np.float32]


def measure_strangeness(changes: Places, left: Stems, right: Stems, counts: Counts) -> NDArray[np.float64]:
    """By how much each change makes what is met in many articles what is met in few, float64[c].

    Natural logarithm of the ratio of articles that have its rarest neighbours, those of the left to those of
    the right, -MOST to MOST: above 0, the right has the strangers.

    changes      of ``shape.find_changes``
    left, right  uint32: numbers of the stems of both texts' words (``stems.number_stems``)
    counts       of ``neighbours.count_neighbours``
    """
    sides = []
    for stems, first in ((left, 0), (right, 2)):
        articles = met(counts, pair_neighbours(stems)[:-1]) - np.float32(_OWN)
        sides.append(_rarest(np.log(np.maximum(articles, np.float32(_LEAST))), changes[:, first : first + 2]))
    is_known = np.maximum(sides[0], sides[1]) >= math.log(_USUAL)
    return np.where(is_known, np.clip(sides[0] - sides[1], -MOST, MOST), 0.0)


@numba.njit(cache=True, nogil=True)
def _rarest(usual: Any, words: Any) -> Any:
    """The least of the pairs of neighbours that hold one of the words; 0 where there is none."""
    found = np.zeros(len(words), np.float64)
    for number in range(len(words)):
        first, stop = max(0, words[number, 0] - 1), min(len(usual), words[number, 1])
        if stop > first:
            found[number] = usual[first:stop].min()
    return found
