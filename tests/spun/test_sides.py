"""The side of a pair that swaps and the shape of changes accuse."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.spun import Evidence
from dedup.spun.model import COLLOCATION
from dedup.spun.sides import (
    FEWEST_SWAPS,
    LEAST_STRANGENESS,
    LEAST_SWAPPED,
    SHORT_SHARE,
    replaces_throughout,
    spun_side,
    sum_strangeness,
)
from dedup.spun.strangers import LONGEST, find_changes


def swaps(count: int, weight: float, signal: str = "swap") -> list[Evidence]:
    return [Evidence(n, n + 1, f"{n:03}odd", f"{n:03}good", signal, weight) for n in range(count)]


def test_phrases_that_good_english_has_too_accuse_nobody() -> None:
    light, heavy = swaps(20, 0.4), swaps(20, 2.0)
    assert spun_side(light, []) is None
    assert spun_side(heavy, []) == "left"
    assert spun_side(heavy, light) == "left"


def test_where_all_changes_are_a_spinners_light_swaps_count_too() -> None:
    mixed = [*swaps(7, 0.4), *swaps(8, 1.2)[7:]]
    assert spun_side(mixed, []) is None
    assert spun_side(mixed, [], throughout=True) == "left"
    assert spun_side([], mixed, throughout=True) == "right"
    assert spun_side(swaps(20, 0.4), [], throughout=True) is None  # none that an editor hardly makes
    assert spun_side(mixed, swaps(8, 0.4), throughout=True) is None  # as many the other way


def test_strange_neighbours_make_up_for_swaps() -> None:
    few, least = swaps(FEWEST_SWAPS, 0.3), LEAST_STRANGENESS
    assert spun_side([], few, True, least) == "right"
    assert spun_side(few, [], True, -least) == "left"
    assert spun_side([], few, True, least - 0.01) is None
    assert spun_side([], few, True, -least) is None
    assert spun_side([], few, False, least) is None
    assert spun_side([], few[1:], True, 9.0) is None


def test_known_swaps_accuse_nobody_where_the_other_side_has_the_strangers() -> None:
    mixed = [*swaps(7, 0.4), *swaps(8, 1.2)[7:]]
    assert spun_side([], mixed, True, 0.0) == "right"
    assert spun_side([], mixed, True, -LEAST_STRANGENESS) is None


def test_strange_neighbours_alone_accuse_nobody() -> None:
    assert spun_side([], [], True, 9.0) is None
    assert spun_side([], swaps(9, 3.0, COLLOCATION), True, 9.0) is None


def test_inflections_of_one_swap_are_one() -> None:
    forms = ("ask", "call"), ("asks", "calls"), ("asked", "called"), ("asking", "calling")
    asked = [Evidence(9 * at, 9 * at + 5, *form, "swap", 2.0) for at, form in enumerate(forms)]
    assert spun_side(asked, []) is None


def test_strangeness_grows_with_the_root_of_the_changes() -> None:
    assert sum_strangeness(np.empty(0), 0) == 0.0
    assert sum_strangeness(np.full(4, 1.5), 4) == 3.0
    assert sum_strangeness(np.full(4, 1.5), 5) == 3.0
    assert sum_strangeness(np.full(4, 1.5), 6) == 0.0  # too much was left out and added
    assert sum_strangeness(np.array([3.0, -3.0]), 2) == 0.0


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(1, 9)), max_size=24))
def test_changes_throughout_as_counted_slowly(parts: list[tuple[int, int, int]]) -> None:
    """Each part: changed words of either side, and equal ones after them."""
    rows, left, right = [], 0, 0
    slow = []
    for ours, theirs, same in parts:
        if ours or theirs:
            slow.append((left, left + ours, right, right + theirs))
        rows.append((left + ours, right + theirs, same))
        left, right = left + ours + same, right + theirs + same
    changes = find_changes(np.array(rows, np.int64).reshape(-1, 3), left, right)
    assert list(map(tuple, changes.tolist())) == slow
    short = [max(b - a, d - c) <= LONGEST for a, b, c, d in slow]
    swapped = [near and b > a and d > c for near, (a, b, c, d) in zip(short, slow, strict=True)]
    expected = sum(swapped) >= LEAST_SWAPPED and sum(short) >= SHORT_SHARE * len(slow)
    assert replaces_throughout(changes) == expected
    assert replaces_throughout(changes[:, [2, 3, 0, 1]]) == expected
