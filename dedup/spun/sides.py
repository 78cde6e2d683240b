"""Which side of a pair a spinner made, if any: by the swaps of both directions and all changes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from dedup.spun.lexicon import ODD
from dedup.spun.matching import LEAST_SWAPS
from dedup.spun.model import COLLOCATION, FUNCTION_WORDS, Evidence
from dedup.spun.model import LEAST_WEIGHT as LEAST_OF_ONE
from dedup.spun.shape import Places, Shape, are_put_in
from dedup.spun.wording import differing

LEAST_SHARE = 0.75  # of the distinct swaps of both directions
# Weight of the distinct odd swaps for each change that puts a few words in the place of a few. Of what a
# spinner does, a lexicon knows much; of the synonyms that anybody else takes, one here and there.
LEAST_KNOWN = 0.2
# So many distinct swaps, and of such weight together: in 12,000 pairs of texts that a model reworded up to
# four odd ones go one way by chance.
LEAST_AMONG_EDITS, LEAST_WEIGHT = 5, 8.0
# Where a spinner's work shows in all changes (see ``shape``), not in those alone that the dictionary knows,
# so much will do: an odd swap and others that any editor makes, of words with a meaning. A stilted text and
# its plain version differ by function words.
LEAST_WEIGHT_IN_SPUN = 3.0
# Where its changes make strangers neighbours besides, an odd swap will do, or two of anybody's; and half the
# weight for each change, of words with a meaning.
LEAST_STRANGENESS, LEAST_WEIGHT_OF_STRANGE, LEAST_KNOWN_OF_STRANGE = 2.0, 0.6, 0.1
# There it may also add words: so many times, and in such a share of the changes. "Its personal" for "its"
# shows no swap that could be known.
LEAST_ADDED, ADDED_SHARE = 4, 0.15
# Where so many changes and such a share of them put more words in the place of fewer, any swap will do, as
# verbose spinners do. Of 5,500 pairs of real texts none shows this, strange neighbours and a swap.
LEAST_LONGER, LONGER_SHARE = 4, 0.5

Weights = dict[tuple[str, str], float]

_NAMES = "left", "right"
_ROUNDING = 1e-9  # of sums of tenths
_BEGINNING = 3  # letters by which inflections of one swap are known


def sum_strangeness(strangeness: NDArray[np.float64], changes: Places) -> tuple[float, float]:
    """How far changes make strangers neighbours in the left text, and in the right one.

    The sum, by the root of their number, over those that put a few words in there; 0 where there are none.

    strangeness  of the changes, from left to right (see ``strangers.measure_strangeness``)
    """
    left, right = (strangeness[are_put_in(changes, side)] for side in (0, 1))
    return _by_root(-left), _by_root(right)


def _by_root(strangeness: NDArray[np.float64]) -> float:
    return float(strangeness.sum() / math.sqrt(max(1, len(strangeness))))


def swapping_side(
    left_evidence: Sequence[Evidence],
    right_evidence: Sequence[Evidence],
    shape: Shape,
    strangeness: tuple[float, float] = (0.0, 0.0),
) -> str | None:
    """'left' or 'right' if several distinct swaps go that way and few the other; else None.

    shape        of all changes; unless they look like a spinner's throughout, phrases that good English has
                 too, light ones, count for neither side
    strangeness  of all changes (see ``sum_strangeness``)
    """
    both = left_evidence, right_evidence
    telling = [_weights(one for one in side if one.weight >= LEAST_OF_ONE) for side in both]
    content = [_weights(one for one in side if one.signal != FUNCTION_WORDS) for side in both]
    known = [_are_known(_weights(side), shape, LEAST_KNOWN) for side in both]
    side = _heavier(telling, LEAST_AMONG_EDITS, LEAST_WEIGHT)
    if side is not None and known[side]:
        return _NAMES[side]
    side = _heavier(content, LEAST_SWAPS, LEAST_WEIGHT_IN_SPUN)
    if side is None or not shape.throughout[side] or strangeness[side] <= -LEAST_STRANGENESS:
        return None
    is_odd = max(content[side].values()) >= ODD
    return _NAMES[side] if is_odd and known[side] else None


def stranger_side(
    left_evidence: Sequence[Evidence],
    right_evidence: Sequence[Evidence],
    shape: Shape,
    strangeness: tuple[float, float],
) -> str | None:
    """'left' or 'right' if all changes look like a spinner's and make strangers neighbours there, and some
    are known swaps; else None. As for ``swapping_side``.
    """
    both = left_evidence, right_evidence
    weights = [_weights(side) for side in both]
    side = _heavier(weights, 1, 0.0)
    if side is None or not shape.throughout[side] or strangeness[side] < LEAST_STRANGENESS:
        return None
    if shape.longer[side] >= max(LEAST_LONGER, LONGER_SHARE * shape.changes):
        return _NAMES[side]
    if not _reach(weights[side].values(), LEAST_WEIGHT_OF_STRANGE):
        return None
    adds = shape.added[side] >= max(LEAST_ADDED, ADDED_SHARE * shape.changes)
    content = _weights(one for one in both[side] if one.signal != FUNCTION_WORDS)
    return _NAMES[side] if adds or _are_known(content, shape, LEAST_KNOWN_OF_STRANGE) else None


def _are_known(weights: Weights, shape: Shape, least: float) -> bool:
    """Whether the odd swaps weigh so much for each change that puts a few words in the place of a few."""
    odd = (weight for weight in weights.values() if weight >= ODD)
    return _reach(odd, least * max(1, shape.swaps))


def _reach(weights: Iterable[float], least: float) -> bool:
    """Whether weights sum up to so much, in whatever order they come."""
    return math.fsum(weights) >= least * (1 - _ROUNDING)


def _heavier(both: Sequence[Weights], least: int, weight: float) -> int | None:
    """The side, 0 left or 1 right, with nearly all swaps, if they are so many and weigh so much."""
    side = int(len(both[1]) > len(both[0]))
    found = both[side]
    nearly_all = len(found) >= LEAST_SHARE * sum(map(len, both))
    return side if nearly_all and len(found) >= least and _reach(found.values(), weight) else None


def _weights(evidence: Iterable[Evidence]) -> Weights:
    """The weight of each distinct swap; "ask" and "asking" for "call" and "calling" are one."""
    found: Weights = {}
    for one in evidence:
        if one.signal != COLLOCATION:
            phrase, natural = differing(one.phrase, one.natural)
            swap = phrase[:_BEGINNING], natural[:_BEGINNING]
            found[swap] = max(found.get(swap, 0.0), one.weight)
    return found
