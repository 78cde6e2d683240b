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
from dedup.spun.strangers import Places, are_short, are_swaps
from dedup.spun.verdict import patterns

LEAST_SHARE = 0.75  # of the distinct swaps of both directions
# So many distinct swaps, and of such weight together: in 12,000 pairs of texts that a model reworded up to
# four odd ones go one way by chance.
LEAST_AMONG_EDITS, LEAST_WEIGHT = 5, 8.0
# Where a spinner's work shows in all changes (so many swaps, nearly all changes short), not in those alone
# that the dictionary knows, so much will do: an odd swap and others that any editor makes, of words with a
# meaning. A stilted text and its plain version differ by function words.
LEAST_WEIGHT_IN_SPUN = 3.0
LEAST_SWAPPED, SHORT_SHARE = 5, 0.9
# Where its changes make strangers neighbours besides, two swaps will do, if nearly all are a few words for a
# few: who makes a text simpler puts the usual in the place of the unusual throughout, too, but also leaves
# out and adds. In such pairs two thirds of the changes are of that shape, in spun ones nine tenths.
LEAST_STRANGENESS, FEWEST_SWAPS, SWAP_SHARE = 2.0, 2, 0.8

Weights = dict[tuple[str, str], float]

_BEGINNING = 3  # letters by which inflections of one swap are known


def replaces_throughout(changes: Places) -> bool:
    """Whether changes (see ``strangers.find_changes``) are nearly all short, many a few words for a few.

    So spinners do. Editors leave out, add and move, too.
    """
    if are_swaps(changes).sum() < LEAST_SWAPPED:
        return False
    return bool(are_short(changes).sum() >= SHORT_SHARE * len(changes))


def sum_strangeness(strangeness: NDArray[np.float64], changes: int) -> float:
    """How far swaps together make strangers neighbours: their sum by the root of their number; 0 where fewer
    than ``SWAP_SHARE`` of all changes are swaps.
    """
    if len(strangeness) < max(1, SWAP_SHARE * changes):
        return 0.0
    return float(strangeness.sum() / math.sqrt(len(strangeness)))


def spun_side(
    left_evidence: Sequence[Evidence],
    right_evidence: Sequence[Evidence],
    throughout: bool = False,
    strangeness: float = 0.0,
) -> str | None:
    """'left' or 'right' if several distinct swaps go that way and few the other; else None.

    throughout   whether all changes look like a spinner's (see ``replaces_throughout``); if they don't,
                 phrases that good English has too, light ones, count for neither side
    strangeness  of all changes, from left to right (see ``sum_strangeness``)
    """
    both = left_evidence, right_evidence
    odd = [_weights(one for one in side if one.weight >= LEAST_OF_ONE) for side in both]
    if side := _heavier(odd, LEAST_AMONG_EDITS, LEAST_WEIGHT):
        return side
    if not throughout:
        return None
    towards = {"left": -strangeness, "right": strangeness}
    content = [_weights(one for one in side if one.signal != FUNCTION_WORDS) for side in both]
    side = _heavier(content, LEAST_SWAPS, LEAST_WEIGHT_IN_SPUN)
    if side and max(content[side == "right"].values()) >= ODD and towards[side] > -LEAST_STRANGENESS:
        return side
    side = _heavier([_weights(side) for side in both], FEWEST_SWAPS, 0.0)
    return side if side and towards[side] >= LEAST_STRANGENESS else None


def _heavier(both: Sequence[Weights], least: int, weight: float) -> str | None:
    """The side, of left and right, with nearly all swaps, if they are so many and weigh so much."""
    side, found = max(zip(("left", "right"), both, strict=True), key=lambda one: len(one[1]))
    nearly_all = len(found) >= LEAST_SHARE * sum(map(len, both))
    return side if nearly_all and len(found) >= least and sum(found.values()) >= weight else None


def _weights(evidence: Iterable[Evidence]) -> Weights:
    """The weight of each distinct swap; "ask" and "asking" for "call" and "calling" are one."""
    found: Weights = {}
    counted = (one for one in evidence if one.signal != COLLOCATION)
    for (phrase, natural), weights in patterns(counted).items():
        swap = phrase[:_BEGINNING], natural[:_BEGINNING]
        found[swap] = max(found.get(swap, 0.0), *weights)
    return found
