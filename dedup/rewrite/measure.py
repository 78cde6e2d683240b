"""All measures of rewording of a pair: answers by sentence, and telling stems aligned in order."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq

from dedup.align.numbered import Numbered, label_shared, weigh_shared
from dedup.align.words import FEW_CELLS
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
    order[looked] = Telling.of(texts).align(left[looked], right[looked])
    return np.column_stack([measured, order])


class Telling(NamedTuple):
    """The telling stems of n texts; w of them.

    words    their numbers
    weights  float32[w]
    sums     float64[w + 1]: of the weights before each
    """

    words: Numbered
    weights: NDArray[np.float32]
    sums: NDArray[np.float64]

    @classmethod
    def of(cls, texts: Statements) -> Telling:
        """Of the texts with these statements."""
        some = np.flatnonzero(texts.weights > TELLING)
        weights = texts.weights[some]
        sums = np.concatenate([[0.0], np.cumsum(weights, dtype=np.float64)])
        first = np.searchsorted(some, texts.first)
        return cls(Numbered(texts.numbers[some], first, texts.size), weights, sums)

    def totals(self, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.float64]:
        """Weight of the lighter text of each pair, float64[p]."""
        spent = self.sums[self.words.first]
        return np.minimum(spent[left + 1] - spent[left], spent[right + 1] - spent[right])

    def bound(self, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.float64]:
        """What ``align`` gives at most: the weight of all that both texts have, with repeats, of all."""
        shared = weigh_shared(*self.words, self.weights, left, right)
        return np.asarray(shared / np.maximum(self.totals(left, right), 1e-9))

    def align(self, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.float64]:
        """Weight of the stems that rapidfuzz aligns in order / of all of the lighter text, float64[p]."""
        labels, cuts = label_shared(*self.words, left, right)
        string = labels.tobytes().decode("utf-32-le", "surrogatepass")
        bounds = cuts.tolist()
        starts: list[int] = []
        stops: list[int] = []
        owners: list[int] = []
        totals = self.totals(left, right)
        begins = self.words.first[left].tolist()
        for pair, (at, total) in enumerate(zip(begins, totals.tolist(), strict=True)):
            begin, middle, end = bounds[2 * pair : 2 * pair + 3]
            if total <= 0 or (middle - begin) * (end - middle) > FEW_CELLS:
                continue
            for block in LCSseq.opcodes(string[begin:middle], string[middle:end]).as_matching_blocks():
                starts.append(at + block.a)
                stops.append(at + block.a + block.size)
                owners.append(pair)
        if not owners:
            return np.zeros(len(left))
        aligned = np.bincount(owners, self.sums[stops] - self.sums[starts], len(left))
        return np.asarray(aligned / np.where(totals > 0, totals, 1.0))
