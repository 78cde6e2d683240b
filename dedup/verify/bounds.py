"""Bounds: which pairs share words enough to be what they might be judged to be.

The words that two texts share, counted with repeats, are the most that an alignment can match. So pairs
that can't reach what is asked of them are dropped before anything is aligned.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dedup.verify.judge import (
    CONTAINED,
    LEAST_IN_PIECES,
    LEAST_MISREAD_WORDS,
    LEAST_PASSAGE,
    LEAST_READ,
    PART_SHARE,
    SAME_ISSUE,
    SAME_TEXT,
    WITHIN_ISSUE,
)

_Shared = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


def may_be_copies(
    shared: NDArray[np.int64], left: NDArray[np.int64], right: NDArray[np.int64], threshold: float
) -> NDArray[np.bool_]:
    """Which pairs share words enough for ``copy`` or ``contains``.

    shared       int64[p]: words that an alignment may match at most
    left, right  int64[p]: words of the texts
    """
    least = np.minimum(threshold * (left + right) / 2, CONTAINED * np.minimum(left, right))
    return np.asarray(shared >= least)


def may_be_misread(
    shared: NDArray[np.int64], left: NDArray[np.int64], right: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Which pairs share words enough to be of one text that was misread; as for ``may_be_copies``."""
    shorter = np.minimum(left, right)
    return np.asarray((shorter >= LEAST_MISREAD_WORDS) & (shared >= LEAST_READ * shorter))


def may_be_issues(whole: _Shared, own: _Shared, threshold: float) -> NDArray[np.bool_]:
    """Which pairs of a series share words enough for ``judge_series``.

    whole, own  for all words, and without those of templates, int64[p] each: words that an alignment may
                match at most, words of the left text and of the right one
    """
    most, most_own = (2 * shared / np.maximum(1, left + right) for shared, left, right in (whole, own))
    within = own[0] >= WITHIN_ISSUE * np.minimum(own[1], own[2])
    own_issue = (own[0] >= LEAST_PASSAGE) & (within | (most_own >= max(SAME_ISSUE, threshold)))
    return np.asarray((most >= max(SAME_TEXT, threshold)) | own_issue)


def may_be_parts(shared: NDArray[np.int64], shorter: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which pairs share words enough for ``judge_part``; as for ``may_be_copies``."""
    return np.asarray(shared >= np.maximum(LEAST_IN_PIECES, PART_SHARE * shorter))
