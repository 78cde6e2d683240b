"""Texts as what they state: the stems of their words, weighed by rarity, sentence by sentence."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.kernel import number_words
from dedup.sketch.rarity import Rarity
from dedup.text.numerals import are_numerals
from dedup.text.sentences import NUMERAL, mark_words
from dedup.text.stems import hash_stems_twice, number_stems
from dedup.text.words import SECRET_KEY, SKETCH_KEY, Words


class Statements(NamedTuple):
    """The words of n texts as stems; w words, s sentences.

    numbers    uint32[w]: of each word's stem; the same stem, the same number, from 0
    size       how many different stems there are
    weights    float32[w]: how much each stem tells (see ``sketch.rarity``)
    marks      uint8[w]: as ``sentences.mark_words`` gives them, and NUMERAL
    first      int64[n + 1]: where each text's words begin
    """

    numbers: NDArray[np.uint32]
    size: int
    weights: NDArray[np.float32]
    marks: NDArray[np.uint8]
    first: NDArray[np.int64]


def read_statements(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    whole: Words,
    kept: NDArray[np.int64],
    first: NDArray[np.int64],
    rarity: Rarity,
) -> Statements:
    """What n texts state.

    data, offsets  the texts, as for ``split_words``
    whole          all their words
    kept           int64[w]: those of their bodies
    first          int64[n + 1]: where the words of each body begin
    """
    marks = mark_words(data, offsets, whole)
    secret, known = hash_stems_twice(whole, marks, SECRET_KEY, SKETCH_KEY)
    numbers, size = number_words(secret[kept])
    weights = rarity.weights(number_stems(known[kept], marks[kept]))
    marks[are_numerals(whole)] |= NUMERAL
    return Statements(numbers, size, weights, marks[kept], first)
