"""Texts of few words, marked as facts, quotations or templates at will."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from dedup.text.sentences import BEGINS, CAPITAL, DIGIT, NUMERAL, QUOTED
from dedup.verify.facts import Marked

MARKS = st.sampled_from(
    [0, 0, CAPITAL, NUMERAL, DIGIT, QUOTED, BEGINS | CAPITAL, BEGINS | DIGIT, CAPITAL | QUOTED]
)


class Word(NamedTuple):
    number: int
    mark: int = 0
    template: bool = False

    @property
    def weight(self) -> float:
        return 1.0 + self.number / 4

    @property
    def is_fact(self) -> bool:
        return bool(self.mark & DIGIT or self.mark & (CAPITAL | BEGINS) == CAPITAL)


Text = list[Word]
TEXT = st.lists(st.builds(Word, st.integers(0, 9), MARKS, st.booleans()), max_size=25)
PAIRS = st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=4)


def marked(texts: list[Text]) -> Marked:
    words = [word for text in texts for word in text]
    numbers = np.array([word.number for word in words], np.uint32)
    return Marked(
        numbers,
        10,
        numbers,
        np.cumsum([0, *map(len, texts)], dtype=np.int64),
        np.array([word.mark for word in words], np.uint8),
        np.array([word.weight for word in words], np.float32),
        np.array([word.template for word in words], np.bool_),
    )


def sides(count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return np.arange(0, 2 * count, 2), np.arange(1, 2 * count, 2)
