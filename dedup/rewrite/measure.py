"""All measures of rewording of a pair: answers by sentence, and telling stems aligned in order."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq

from dedup.align import FEW_CELLS, label_shared
from dedup.rewrite import answers
from dedup.rewrite.answers import Features
from dedup.rewrite.shares import TELLING
from dedup.rewrite.statements import Statements

FEATURES = (*answers.FEATURES, "in_order")  # weight of telling stems aligned in order / of all


def measure(
    texts: Statements, left: NDArray[np.int64], right: NDArray[np.int64], least_chained: int = 0
) -> Features:
    """``FEATURES`` of pairs of texts, float64[p, len(FEATURES)]; all 0 where they share too little.

    left, right    int64[p]: the texts of each pair, by number
    least_chained  where fewer sentences answer one another in order, ``mutual``, ``neighbours`` and
                   ``in_order`` are left 0
    """
    measured = answers.measure_answers(texts, left, right, least_chained=least_chained)
    order = np.zeros(len(left))
    shared, chained = (measured[:, answers.FEATURES.index(name)] for name in ("shared", "chained"))
    looked = np.flatnonzero((shared > 0) & (chained >= least_chained))
    order[looked] = _align_telling(texts, left[looked], right[looked])
    return np.column_stack([measured, order])


def _align_telling(
    texts: Statements, left: NDArray[np.int64], right: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Weight of telling stems that rapidfuzz aligns in order / of all of the lighter text, float64[p]."""
    telling = np.flatnonzero(texts.weights > TELLING)
    first = np.searchsorted(telling, texts.first).tolist()
    weights = texts.weights[telling]
    sums = np.concatenate([[0.0], np.cumsum(weights, dtype=np.float64)])
    spent = sums[first].tolist()
    labels, cuts = label_shared(texts.numbers[telling], np.array(first), texts.size, left, right)
    string = labels.tobytes().decode("utf-32-le", "surrogatepass")
    bounds = cuts.tolist()
    totals = np.ones(len(left))
    starts: list[int] = []
    stops: list[int] = []
    owners: list[int] = []
    for pair, (one, other) in enumerate(zip(left.tolist(), right.tolist(), strict=True)):
        begin, middle, end = bounds[2 * pair : 2 * pair + 3]
        total = min(spent[one + 1] - spent[one], spent[other + 1] - spent[other])
        if total <= 0 or (middle - begin) * (end - middle) > FEW_CELLS:
            continue
        at = first[one]
        for block in LCSseq.opcodes(string[begin:middle], string[middle:end]).as_matching_blocks():
            starts.append(at + block.a)
            stops.append(at + block.a + block.size)
            owners.append(pair)
        totals[pair] = total
    aligned = np.bincount(owners, sums[stops] - sums[starts], len(left)) if owners else np.zeros(len(left))
    return np.asarray(aligned / totals)
