from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray
from together import state

from dedup.rewrite import answers
from dedup.rewrite.measure import FEATURES, measure

TEXTS = [
    "The harbour board closed the fish market. Inspectors found rot in forty piles. Traders move across the canal.",  # noqa: E501
    "Traders move across the canal. Inspectors found rot in forty piles. The harbour board closed the fish market.",  # noqa: E501
    "The fish market was shut by the harbour board, as inspectors had found forty rotten piles. The traders moved.",  # noqa: E501
    "A choir from the valley won the prize for its record of old songs about bells and weather.",
    "",
    "... 7",
]


def rows_of(texts: list[str], pairs: list[tuple[int, int]]) -> NDArray[np.float64]:
    left, right = (np.array([pair[side] for pair in pairs], np.int64) for side in (0, 1))
    return measure(state(texts), left, right)


def order(left: str, right: str) -> float:
    return float(rows_of([left, right], [(0, 1)])[0, FEATURES.index("in_order")])


def test_stems_in_order() -> None:
    assert order(TEXTS[0], TEXTS[0]) > 0.999
    assert 0.2 < order(TEXTS[0], TEXTS[1]) < 0.7
    assert order(TEXTS[0], TEXTS[3]) == 0


def test_pairs_do_not_touch_each_other() -> None:
    pairs = list(itertools.product(range(len(TEXTS)), range(len(TEXTS))))
    whole = rows_of(TEXTS, pairs)
    assert whole.shape == (len(pairs), len(answers.FEATURES) + 1)
    assert np.isfinite(whole).all()
    for (one, other), row in zip(pairs, whole, strict=True):
        assert np.array_equal(rows_of([TEXTS[one], TEXTS[other]], [(0, 1)])[0], row)


def test_texts_that_share_too_little_have_no_measures() -> None:
    assert not rows_of(TEXTS, [(0, 3), (0, 4), (4, 4), (5, 0)]).any()


def test_no_pairs() -> None:
    assert rows_of(TEXTS, []).shape == (0, len(FEATURES))
