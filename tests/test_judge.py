from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.align import Alignment, align_texts
from dedup.judge import CONTAINED, LEAST_RUN, LONGER, judge, least_share

STRETCHES = st.lists(st.integers(1, 60), max_size=4)


def alignment(left: int, right: int, *stretches: int) -> Alignment:
    """Texts of so many words that share these stretches."""
    places = []
    at = 0
    for size in stretches:
        places.append((at, at, size))
        at += size
    return Alignment.of(np.array(places, np.int64).reshape(-1, 3), left, right)


def judged(kind: str | None, found: Alignment, threshold: float = 0.5) -> None:
    """Whichever side a text stands on."""
    assert judge(found, threshold) == kind
    assert (
        judge(found._replace(left_words=found.right_words, right_words=found.left_words), threshold) == kind
    )


def test_the_same_words_are_a_copy() -> None:
    judged("copy", alignment(100, 100, 100), 1.0)


def test_a_copy_reaches_the_threshold() -> None:
    judged("copy", alignment(100, 100, 30, 20))
    judged(None, alignment(100, 100, 30, 19))
    judged(None, alignment(100, 100, 79), 0.8)


def test_a_piece_in_a_much_longer_text_is_contained() -> None:
    judged("contains", alignment(100, 1000, 90))
    judged(None, alignment(100, 1000, 89))


def test_below_the_ratio_a_cropped_text_is_a_copy() -> None:
    judged("copy", alignment(100, 149, 100))
    judged("contains", alignment(100, 150, 100))


def test_words_met_here_and_there_are_no_pair() -> None:
    judged(None, alignment(40, 40, *[LEAST_RUN - 1] * 5))
    judged("copy", alignment(40, 40, LEAST_RUN, *[1] * 30))


def test_texts_without_words_are_no_pair() -> None:
    judged(None, alignment(0, 0))
    judged(None, alignment(0, 100))


@settings(deadline=None, max_examples=300)
@given(STRETCHES, st.integers(0, 200), st.integers(0, 2000), st.floats(0.3, 1))
def test_kinds_hold_what_they_say(stretches: list[int], left: int, right: int, threshold: float) -> None:
    found = alignment(sum(stretches) + left, sum(stretches) + right, *stretches)
    kind = judge(found, threshold)
    shorter, longer = sorted((found.left_words, found.right_words))
    if kind is None:
        assert found.longest_run < LEAST_RUN or found.similarity < threshold
    else:
        assert found.longest_run >= LEAST_RUN
        share = max(found.left_containment, found.right_containment)
        assert share >= least_share(threshold) - 1e-12
    if kind == "copy":
        assert found.similarity >= threshold
    if kind == "contains":
        assert longer >= LONGER * shorter
        assert found.matched >= CONTAINED * shorter
    judged(kind, found, threshold)


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.9, 0.95, 1.0])
def test_what_a_pair_must_share_is_within_reach(threshold: float) -> None:
    assert 0 < least_share(threshold) <= min(threshold, CONTAINED)


def test_texts_of_the_same_language_are_no_pair() -> None:
    one = (
        "The ferry left the quay on Sunday night with nine lorries on board and no one knew why it was late."
    )
    other = "The council said on Monday that the quay was to be mended and that no one on board was hurt that night."  # noqa: E501
    judged(None, align_texts(one, other)[0])
