"""What the changes between two texts are like: whether one side is what a spinner leaves of the other.

A spinner puts words in the place of words, or beside them, and keeps the order. Who edits a text also leaves
out and moves: his words stand in one place in one text and in another in the other.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

LONGEST = 6  # words of either side of a change that may be a swap
# So many changes, nearly all of them a few words put in; and for each of them at most so many words moved.
LEAST_CHANGES, PUT_IN_SHARE, MOST_MOVED = 3, 0.9, 0.08
_SELDOM = 2  # times that a text has a word which is missed where it was

Places = NDArray[np.int64]
Ids = NDArray[np.uint64]


class Shape(NamedTuple):
    """What the changes between two texts are like; of pairs, the first is of the left text.

    changes     how many there are
    swaps       how many put a few words in the place of a few
    added       how many put a few in where the other text has none
    longer      how many put a few in where the other text has fewer, or none
    throughout  whether nearly all put a few in, and in the order of the other text
    """

    changes: int
    swaps: int
    added: tuple[int, int]
    longer: tuple[int, int]
    throughout: tuple[bool, bool]


def shape_of(changes: Places, left: Ids, right: Ids) -> Shape:
    """The shape of the changes (see ``find_changes``) between two texts, given by the ids of their words."""
    count = len(changes)
    put_in = [are_put_in(changes, side) for side in (0, 1)]
    swaps = int((put_in[0] & put_in[1]).sum())
    added = [int(one.sum()) - swaps for one in put_in]
    sizes = changes[:, 1::2] - changes[:, ::2]
    longer = [int((put_in[side] & (sizes[:, side] > sizes[:, 1 - side])).sum()) for side in (0, 1)]
    nearly_all = [count >= LEAST_CHANGES and bool(one.sum() >= PUT_IN_SHARE * count) for one in put_in]
    in_order = any(nearly_all) and count_moved(changes, left, right) <= MOST_MOVED * count
    throughout = [in_order and one for one in nearly_all]
    return Shape(count, swaps, (added[0], added[1]), (longer[0], longer[1]), (throughout[0], throughout[1]))


def find_changes(equal: Places, left_words: int, right_words: int) -> Places:
    """What stands between the equal stretches of an alignment, int64[c, 4]: the words of either side, first
    and stop.

    equal                    int64[n, 3]: the equal stretches (see ``align.Alignment``)
    left_words, right_words  of the texts
    """
    stops = np.concatenate([equal[:, :2], [[left_words, right_words]]])
    firsts = np.concatenate([[[0, 0]], equal[:, :2] + equal[:, 2:]])
    changes = np.stack([firsts[:, 0], stops[:, 0], firsts[:, 1], stops[:, 1]], axis=1)
    return np.asarray(changes[(stops > firsts).any(axis=1)])


def are_put_in(changes: Places, side: int) -> NDArray[np.bool_]:
    """Which put a few words into a text (0 the left, 1 the right), for a few or for none, bool[c]."""
    sizes = changes[:, 1::2] - changes[:, ::2]
    return np.asarray((sizes <= LONGEST).all(axis=1) & (sizes[:, side] > 0))


def are_swaps(changes: Places) -> NDArray[np.bool_]:
    """Which put a few words in the place of a few, bool[c]."""
    return are_put_in(changes, 0) & are_put_in(changes, 1)


def count_moved(changes: Places, left: Ids, right: Ids) -> int:
    """How many different words were moved: those of changes of either text, unless a text has them often."""
    both = np.intersect1d(_within(left, changes[:, :2]), _within(right, changes[:, 2:]))
    return int(((_count(both, left) <= _SELDOM) & (_count(both, right) <= _SELDOM)).sum())


def _within(ids: Ids, ranges: Places) -> Ids:
    """The words in these ranges of a text, which stand apart."""
    begins, ends = (np.bincount(edges, minlength=len(ids) + 1) for edges in ranges.T)
    return ids[np.cumsum(begins - ends)[:-1] > 0]


def _count(words: Ids, ids: Ids) -> NDArray[np.intp]:
    """How often each of some different words, in order, stands in a text."""
    if not len(words):
        return np.zeros(0, np.intp)
    places = np.minimum(np.searchsorted(words, ids), len(words) - 1)
    return np.bincount(places[words[places] == ids], minlength=len(words))
