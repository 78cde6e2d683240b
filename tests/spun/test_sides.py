"""The side of a pair that swaps and the shape of changes accuse."""

import numpy as np

from dedup.spun import Evidence
from dedup.spun.model import COLLOCATION, FUNCTION_WORDS
from dedup.spun.shape import Shape
from dedup.spun.sides import (
    LEAST_ADDED,
    LEAST_KNOWN,
    LEAST_KNOWN_OF_STRANGE,
    LEAST_LONGER,
    LEAST_STRANGENESS,
    stranger_side,
    sum_strangeness,
    swapping_side,
)

EDITED = Shape(40, 20, (0, 0), (0, 0), (False, False))
THROUGHOUT = Shape(20, 20, (0, 0), (0, 0), (True, True))
STRANGE = -LEAST_STRANGENESS, LEAST_STRANGENESS  # of the right side
VERY_STRANGE = -9.0, 9.0


def swaps(count: int, weight: float, signal: str = "swap") -> list[Evidence]:
    return [Evidence(n, n + 1, f"{n:03}odd", f"{n:03}good", signal, weight) for n in range(count)]


MIXED = [*swaps(7, 0.4), *swaps(11, 1.2)[7:]]


def test_phrases_that_good_english_has_too_accuse_nobody() -> None:
    light, heavy = swaps(20, 0.4), swaps(20, 2.0)
    assert swapping_side(light, [], EDITED) is None
    assert swapping_side(heavy, [], EDITED) == "left"
    assert swapping_side(heavy, light, EDITED) == "left"


def test_known_swaps_that_are_few_of_the_changes_accuse_nobody() -> None:
    heavy = swaps(5, 2.0)
    most = int(10 / LEAST_KNOWN)
    assert swapping_side(heavy, [], EDITED._replace(swaps=most)) == "left"
    assert swapping_side(heavy, [], EDITED._replace(swaps=most + 1)) is None


def test_where_all_changes_are_a_spinners_light_swaps_count_too() -> None:
    assert swapping_side(MIXED, [], EDITED) is None
    assert swapping_side(MIXED, [], THROUGHOUT) == "left"
    assert swapping_side([], MIXED, THROUGHOUT) == "right"
    assert swapping_side([], MIXED, THROUGHOUT._replace(throughout=(True, False))) is None
    assert swapping_side([], MIXED, THROUGHOUT._replace(swaps=25)) is None  # too few are known
    assert swapping_side(swaps(20, 0.4), [], THROUGHOUT) is None  # none that an editor hardly makes
    assert swapping_side(MIXED, swaps(11, 0.4), THROUGHOUT) is None  # as many the other way


def test_strange_neighbours_make_up_for_swaps() -> None:
    one = swaps(1, 20 * LEAST_KNOWN_OF_STRANGE)
    assert stranger_side([], one, THROUGHOUT, STRANGE) == "right"
    assert stranger_side(one, [], THROUGHOUT, STRANGE[::-1]) == "left"
    assert stranger_side([], one, THROUGHOUT, (0.0, LEAST_STRANGENESS - 0.01)) is None
    assert stranger_side([], one, THROUGHOUT, STRANGE[::-1]) is None
    assert stranger_side([], one, EDITED, VERY_STRANGE) is None
    assert stranger_side([], one, THROUGHOUT._replace(swaps=21), VERY_STRANGE) is None  # too few are known


def test_shares_are_not_rounded() -> None:
    """1.2 of 12 is a tenth, and 3 of 1.2 of 18 are a fifth, though binary fractions fall short of both."""
    assert stranger_side([], swaps(1, 1.2), THROUGHOUT._replace(swaps=12), STRANGE) == "right"
    assert swapping_side([], swaps(3, 1.2), THROUGHOUT._replace(swaps=18)) == "right"
    heavy, light = swaps(2, 1.2), swaps(4, 0.3)[2:]  # 3 in all, in any order
    for both in ([*heavy, *light], [*light, *heavy]):
        assert swapping_side([], both, THROUGHOUT._replace(swaps=10)) == "right"


def test_synonyms_and_function_words_that_anybody_takes_accuse_nobody() -> None:
    assert stranger_side([], swaps(9, 0.3), THROUGHOUT, VERY_STRANGE) is None
    assert stranger_side([], swaps(4, 1.2, FUNCTION_WORDS), THROUGHOUT, VERY_STRANGE) is None


def test_words_added_again_and_again_make_up_for_swaps() -> None:
    adding, light = THROUGHOUT._replace(added=(0, LEAST_ADDED)), swaps(2, 0.3)
    assert stranger_side([], light, adding, STRANGE) == "right"
    assert stranger_side(light, [], adding, STRANGE[::-1]) is None
    assert stranger_side([], light, adding, (0.0, 0.0)) is None
    assert stranger_side([], light[:1], adding, VERY_STRANGE) is None
    assert stranger_side([], light, adding._replace(added=(0, LEAST_ADDED - 1)), VERY_STRANGE) is None
    assert stranger_side([], light, adding._replace(changes=40), VERY_STRANGE) is None


def test_more_words_in_the_place_of_fewer_make_up_for_swaps() -> None:
    """A verbose spinner; half of the changes, and one swap of anybody's, are enough."""
    lengthening, light = THROUGHOUT._replace(longer=(0, 10)), swaps(1, 0.3)
    assert stranger_side([], light, lengthening, STRANGE) == "right"
    assert stranger_side([], [], lengthening, VERY_STRANGE) is None
    assert stranger_side([], light, lengthening, (0.0, 0.0)) is None
    assert stranger_side([], light, lengthening._replace(throughout=(True, False)), VERY_STRANGE) is None
    assert stranger_side([], light, lengthening._replace(longer=(10, 9)), VERY_STRANGE) is None
    assert stranger_side(swaps(9, 0.3)[8:], light, lengthening, VERY_STRANGE) is None  # as many the other way
    few = lengthening._replace(changes=3, swaps=3, longer=(0, LEAST_LONGER - 1))
    assert stranger_side([], light, few, VERY_STRANGE) is None


def test_where_nothing_is_replaced_a_share_is_not_had_for_nothing() -> None:
    added = Shape(3, 0, (0, 3), (0, 3), (False, True))
    assert stranger_side([], swaps(2, 0.3), added, VERY_STRANGE) is None


def test_known_swaps_accuse_nobody_where_the_other_side_has_the_strangers() -> None:
    assert swapping_side([], MIXED, THROUGHOUT, (0.0, 0.0)) == "right"
    assert swapping_side([], MIXED, THROUGHOUT, STRANGE[::-1]) is None


def test_strange_neighbours_alone_accuse_nobody() -> None:
    adding = THROUGHOUT._replace(added=(0, 9))
    assert stranger_side([], [], adding, VERY_STRANGE) is None
    assert stranger_side([], swaps(9, 3.0, COLLOCATION), adding, VERY_STRANGE) is None


def test_inflections_of_one_swap_are_one() -> None:
    forms = ("ask", "call"), ("asks", "calls"), ("asked", "called"), ("asking", "calling")
    asked = [Evidence(9 * at, 9 * at + 5, *form, "swap", 2.0) for at, form in enumerate(forms)]
    assert swapping_side(asked, [], THROUGHOUT) is None


def test_strangeness_grows_with_the_root_of_the_changes() -> None:
    assert sum_strangeness(np.empty(0), np.empty((0, 4), np.int64)) == (0.0, 0.0)
    four = np.array([[n, n + 1, n, n + 1] for n in range(4)])
    assert sum_strangeness(np.full(4, 1.5), four) == (-3.0, 3.0)
    assert sum_strangeness(np.array([3.0, -3.0]), four[:2]) == (0.0, 0.0)
    added = np.array([[n, n, n, n + 1] for n in range(4)])
    assert sum_strangeness(np.full(4, 1.5), added) == (0.0, 3.0)  # the left has no words there
