"""Texts as what they state: the stems of their words, weighed by rarity, sentence by sentence."""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from dedup.align.numbered import Numbered
from dedup.sketch.rarity import Rarity
from dedup.text.hashing import number_words
from dedup.text.sentences import DIGIT, HAN, mark_words
from dedup.text.stems import hash_stems, number_stems
from dedup.text.words import SECRET_KEY, SKETCH_KEY, Words


class Statements(NamedTuple):
    """The words of n texts as stems; w words, s sentences.

    numbers    uint32[w]: of each word's stem; the same stem, the same number, from 0
    size       how many different stems there are
    weights    float32[w]: how much each stem tells (see ``sketch.rarity``)
    marks      uint8[w]: as ``sentences.mark_words`` gives them
    first      int64[n + 1]: where each text's words begin
    """

    numbers: NDArray[np.uint32]
    size: int
    weights: NDArray[np.float32]
    marks: NDArray[np.uint8]
    first: NDArray[np.int64]

    def of(self, one: int, other: int) -> Statements:
        """Of two of the texts alone."""
        begins, ends = self.first[[one, other]], self.first[[one + 1, other + 1]]
        some = np.concatenate([np.arange(begin, end) for begin, end in zip(begins, ends, strict=True)])
        first = np.concatenate([[0], np.cumsum(ends - begins)])
        return self.take(some, first)

    def take(self, places: NDArray[np.int64], first: NDArray[np.int64]) -> Statements:
        """Other texts of the same words: int64[v] the places of theirs, int64[m + 1] where each begins."""
        return Statements(self.numbers[places], self.size, self.weights[places], self.marks[places], first)


def read_statements(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    whole: Words,
    kept: NDArray[np.int64],
    words: Numbered,
    rarity: Rarity,
) -> Statements:
    """What n texts state.

    data, offsets  the texts, as for ``split_words``
    whole          all their words
    kept           int64[w]: those of their bodies
    words          these by number
    """
    every_mark = mark_words(data, offsets, whole)
    marks = every_mark[kept]
    forms, examples = _number_forms(words.numbers, words.size, marks)
    secret, known = (hash_stems(whole, every_mark, key, kept[examples]) for key in (SECRET_KEY, SKETCH_KEY))
    numbers, size = number_words(secret)
    weights = rarity.weights(number_stems(known, np.zeros(len(known), np.uint8)))
    return Statements(numbers[forms], size, weights[forms], marks, words.first)


@numba.njit(cache=True, nogil=True)
def _number_forms(numbers: Any, size: Any, marks: Any) -> Any:
    """Words by forms that have one stem, int64[w], and a word of each form.

    Stems are made once a form. Each ideograph, whose stem depends on the next word, is one.
    """
    forms = np.empty(len(numbers), np.int64)
    examples = np.empty(len(numbers), np.int64)
    known = np.full((size, 2), -1, np.int64)  # the form of a word without digits, and with some
    count = 0
    for word in range(len(numbers)):
        number, digits = numbers[word], 1 if marks[word] & DIGIT else 0
        form = -1 if marks[word] & HAN else known[number, digits]
        if form < 0:
            form = known[number, digits] = count
            examples[count] = word
            count += 1
        forms[word] = form
    return forms, examples[:count].copy()
