from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.align.local import Stretch, find_local
from dedup.align.words import align_words

STRETCHES = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(1, 9)), max_size=12)


def placed(stretches: list[tuple[int, int, int]]) -> np.ndarray:
    """Equal stretches after so many words that only the left, only the right text has."""
    rows, left, right = [], 0, 0
    for before, beside, words in stretches:
        left, right = left + before, right + beside
        rows.append((left, right, words))
        left, right = left + words, right + words
    return np.array(rows, np.int64).reshape(-1, 3)


def every(equal: np.ndarray) -> list[Stretch]:
    """All stretches."""
    found = []
    for begin in range(len(equal)):
        for end in range(begin, len(equal)):
            matched = int(equal[begin : end + 1, 2].sum())
            left, right = (int(equal[end, at] + equal[end, 2] - equal[begin, at]) for at in (0, 1))
            found.append(Stretch(left, right, matched))
    return found


@given(STRETCHES, st.integers(1, 19))
def test_it_is_the_longest_of_those_that_are_similar_enough(
    stretches: list[tuple[int, int, int]], twentieths: int
) -> None:
    equal = placed(stretches)
    enough = [one for one in every(equal) if 40 * one.matched >= twentieths * (one.left + one.right)]
    found = find_local(equal, twentieths / 20 - 1e-9)
    assert found in [*enough, Stretch(0, 0, 0)]
    assert found.matched == max((one.matched for one in enough), default=0)


def test_a_piece_in_a_longer_text() -> None:
    piece = np.arange(100, dtype=np.uint64)
    changed = piece.copy()
    changed[::5] += 1000
    longer = np.concatenate([np.arange(2000, 2400), changed, np.arange(3000, 3400)]).astype(np.uint64)
    alignment = align_words(piece, longer)
    assert alignment.similarity < 0.2
    found = find_local(alignment.equal, 0.5)
    assert found.matched == 80
    assert found.similarity == pytest.approx(0.8, abs=0.01)
    assert find_local(alignment.equal, 0.9).matched < 20
