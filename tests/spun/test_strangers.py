"""Changes that make strangers neighbours, by what stands together in other articles."""

import math
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.sketch.neighbours import count_neighbours
from dedup.spun.strangers import MOST, measure_strangeness

Texts = list[list[int]]


def stems_of(text: list[int]) -> np.ndarray:
    return np.array(text, np.uint32) * np.uint32(2)  # the lowest bit says that a sentence begins


def count(texts: Texts) -> np.ndarray:
    return count_neighbours(len(texts), ((stems_of(text), np.array([0, len(text)])) for text in texts))


def strangeness(texts: Texts, left: list[int], right: list[int], change: tuple[int, ...]) -> float:
    changes = np.array([change])
    (found,) = measure_strangeness(changes, stems_of(left), stems_of(right), count(texts)).tolist()
    return float(found)


def test_what_many_articles_have_for_what_none_has_is_strange() -> None:
    many = [[1, 2, 3, 4]] * 30
    left, right = [1, 2, 3, 4], [1, 9, 3, 4]
    assert strangeness([*many, right], left, right, (1, 2, 1, 2)) == MOST
    assert strangeness([*many, right], right, left, (1, 2, 1, 2)) == -MOST
    assert strangeness([left, right], left, right, (1, 2, 1, 2)) == 0.0  # each is met in itself alone
    assert strangeness([*many, *[right] * 30], left, right, (1, 2, 1, 2)) == 0.0


def test_the_rarest_of_the_neighbours_counts() -> None:
    texts = [[1, 2, 3]] * 8 + [[9, 3]] * 8
    expected = math.log((8 - 0.5) / 0.5)
    assert math.isclose(
        strangeness([*texts, [1, 9, 3]], [1, 2, 3], [1, 9, 3], (1, 2, 1, 2)), expected, rel_tol=1e-5
    )


def test_copies_of_one_text_are_not_what_is_usual() -> None:
    left, right = [1, 2, 3, 4], [1, 9, 3, 4]
    for copies in (2, 3):
        assert strangeness([left, *[right] * copies], left, right, (1, 2, 1, 2)) == 0.0
    assert strangeness([left, *[right] * 4], left, right, (1, 2, 1, 2)) < 0.0


def test_texts_of_one_word_have_no_neighbours() -> None:
    assert strangeness([[1]] * 9, [1], [2], (0, 1, 0, 1)) == 0.0


def test_what_is_added_between_neighbours_is_strange() -> None:
    many = [[1, 2, 3, 4]] * 30
    left, right = [1, 2, 3, 4], [1, 2, 9, 3, 4]
    assert strangeness([*many, right], left, right, (2, 2, 2, 3)) == MOST


@given(st.lists(st.lists(st.integers(1, 5), min_size=2, max_size=8), min_size=2, max_size=9), st.data())
def test_strangeness_as_counted_slowly(texts: Texts, data: st.DataObject) -> None:
    left, right = texts[0], texts[1]
    a, b = sorted(data.draw(st.tuples(st.integers(0, len(left)), st.integers(0, len(left)))))
    c, d = sorted(data.draw(st.tuples(st.integers(0, len(right)), st.integers(0, len(right)))))

    def rarest(text: list[int], first: int, stop: int) -> float:
        pairs = [(text[n], text[n + 1]) for n in range(max(0, first - 1), min(len(text) - 1, stop))]
        met = [sum(pair in set(pairwise(one)) for one in texts) for pair in pairs]
        return min((math.log(max(1 + often - 1.5, 0.5)) for often in met), default=0.0)

    rarities = rarest(left, a, b), rarest(right, c, d)
    expected = rarities[0] - rarities[1] if max(rarities) >= math.log(3) - 1e-6 else 0.0
    found = strangeness(texts, left, right, (a, b, c, d))
    assert math.isclose(found, max(-MOST, min(MOST, expected)), abs_tol=1e-5)
