"""What changes between two texts are like."""

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.align.words import align_words
from dedup.spun.shape import (
    LEAST_CHANGES,
    LONGEST,
    MOST_MOVED,
    PUT_IN_SHARE,
    Shape,
    are_put_in,
    are_swaps,
    count_moved,
    find_changes,
    shape_of,
)
from dedup.text.words import text_of

PLAIN = "A ferry took the old men over the river, and nobody asked them for a fare or a reason."


def shape(left: str, right: str) -> Shape:
    ours, theirs = (text_of(text).ids for text in (left, right))
    return shape_of(find_changes(align_words(ours, theirs).equal, len(ours), len(theirs)), ours, theirs)


def test_words_in_the_place_of_words_accuse_either_side() -> None:
    replaced = PLAIN.replace("ferry", "boat").replace("asked", "begged").replace("fare", "toll")
    assert shape(PLAIN, replaced) == Shape(3, 3, (0, 0), (0, 0), (True, True))


def test_words_that_are_added_accuse_the_side_that_has_them() -> None:
    longer = PLAIN.replace("ferry", "steam ferry").replace("fare", "boat fare").replace("river", "long river")
    assert shape(PLAIN, longer) == Shape(3, 0, (0, 3), (0, 3), (False, True))
    assert shape(longer, PLAIN) == Shape(3, 0, (3, 0), (3, 0), (True, False))


def test_more_words_in_the_place_of_fewer_are_counted_on_either_side() -> None:
    longer = PLAIN.replace("ferry", "boat of steam").replace("asked", "put a question to")
    longer = longer.replace("or a reason", "or reason")
    found = shape(PLAIN, longer)
    assert (found.changes, found.longer, found.added) == (3, (1, 2), (1, 0))
    assert shape(longer, PLAIN).longer == (2, 1)


def test_few_changes_say_nothing() -> None:
    replaced = PLAIN.replace("ferry", "boat").replace("asked", "begged")
    assert shape(PLAIN, replaced).throughout == (False, False)


def test_whoever_moves_words_is_no_spinner() -> None:
    replaced = PLAIN.replace("ferry", "boat").replace("asked", "begged").replace("fare", "toll")
    moved = replaced.replace("old men", "men").replace("nobody", "nobody old")
    assert not any(shape(PLAIN, moved).throughout)
    assert shape(PLAIN, replaced.replace("nobody", "nobody at all")).throughout[1]


def test_whoever_leaves_out_or_adds_at_length_is_no_spinner() -> None:
    replaced = PLAIN.replace("ferry", "boat").replace("asked", "begged").replace("fare", "toll")
    assert not any(shape(PLAIN, replaced + " It was late in the year and the water was high.").throughout)


def test_words_that_a_text_has_often_are_not_moved() -> None:
    ids = np.array([1, 2, 1, 3, 1, 4], np.uint64)
    changes = np.array([[0, 1, 0, 0], [6, 6, 5, 6]])
    assert count_moved(changes, ids, np.array([2, 1, 3, 1, 4, 1], np.uint64)) == 0
    ids = np.array([1, 2, 3, 4], np.uint64)
    assert count_moved(np.array([[0, 1, 0, 0], [4, 4, 3, 4]]), ids, np.array([2, 3, 4, 1], np.uint64)) == 1


def test_which_changes_put_words_in() -> None:
    long = LONGEST + 1
    changes = np.array([[0, LONGEST, 0, 1], [7, 7, 5, 8], [8, 9, 9, 9 + long], [9, 10, 20, 20]])
    assert are_put_in(changes, 0).tolist() == [True, False, False, True]
    assert are_put_in(changes, 1).tolist() == [True, True, False, False]
    assert are_swaps(changes).tolist() == [True, False, False, False]


WORDS = st.integers(0, 8)
PARTS = st.lists(
    st.tuples(st.lists(WORDS, max_size=8), st.lists(WORDS, max_size=8), st.lists(WORDS, min_size=1)),
    max_size=12,
)


@given(PARTS)
def test_the_shape_as_counted_slowly(parts: list[tuple[list[int], list[int], list[int]]]) -> None:
    """Each part: changed words of either side, and equal ones after them."""
    left: list[int] = []
    right: list[int] = []
    rows, slow = [], []
    gone: tuple[set[int], set[int]] = (set(), set())
    for ours, theirs, same in parts:
        if ours or theirs:
            slow.append((len(left), len(left) + len(ours), len(right), len(right) + len(theirs)))
            gone[0].update(ours)
            gone[1].update(theirs)
        rows.append((len(left) + len(ours), len(right) + len(theirs), len(same)))
        left, right = [*left, *ours, *same], [*right, *theirs, *same]
    changes = find_changes(np.array(rows, np.int64).reshape(-1, 3), len(left), len(right))
    assert list(map(tuple, changes.tolist())) == slow

    often = {word for side in (left, right) for word, count in Counter(side).items() if count > 2}
    moved = len((gone[0] & gone[1]) - often)
    sizes = [(b - a, d - c) for a, b, c, d in slow]
    short = [size for size in sizes if max(size) <= LONGEST]
    swaps = sum(min(size) > 0 for size in short)
    put_in = [sum(size[side] > 0 for size in short) for side in (0, 1)]
    usual = len(slow) >= LEAST_CHANGES and moved <= MOST_MOVED * len(slow)
    throughout = tuple(usual and count >= PUT_IN_SHARE * len(slow) for count in put_in)
    longer = [sum(size[side] > size[1 - side] for size in short) for side in (0, 1)]
    added = put_in[0] - swaps, put_in[1] - swaps
    expected = Shape(len(slow), swaps, added, (longer[0], longer[1]), throughout)  # type: ignore[arg-type]
    ids = np.array(left, np.uint64), np.array(right, np.uint64)
    assert shape_of(changes, *ids) == expected
    assert shape_of(changes[:, [2, 3, 0, 1]], *ids[::-1]) == Shape(
        expected.changes,
        expected.swaps,
        expected.added[::-1],
        expected.longer[::-1],
        expected.throughout[::-1],
    )
