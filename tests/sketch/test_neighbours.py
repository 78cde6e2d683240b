"""Counts of stems that stand next to one another."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dedup.sketch.neighbours import (
    LEAST_BITS,
    MOST_ARTICLES,
    count_neighbours,
    met,
    pair_neighbours,
    sampling,
)

Articles = list[list[int]]


def batch(articles: Articles) -> tuple[np.ndarray, np.ndarray]:
    numbers = np.array([stem for article in articles for stem in article], np.uint32)
    return numbers, np.cumsum([0, *map(len, articles)])


def often(counts: np.ndarray, one: int, other: int) -> float:
    pair = pair_neighbours(np.array([one, other], np.uint32))[:1]
    return float(met(counts, pair)[0]) - 1


@given(
    st.lists(st.lists(st.integers(1, 6).map(lambda stem: 2 * stem), max_size=7), max_size=9),
    st.integers(0, 9),
)
def test_counted_once_an_article_as_if_counted_slowly(articles: Articles, cut: int) -> None:
    counts = count_neighbours(len(articles), [batch(articles[:cut]), batch(articles[cut:])])
    for one in range(2, 14, 2):
        for other in range(2, 14, 2):
            slow = sum((one, other) in pairwise(article) for article in articles)
            assert often(counts, one, other) == slow


def test_order_matters_and_the_beginning_of_a_sentence_does_not() -> None:
    counts = count_neighbours(1, [batch([[20, 41, 60]])])
    assert (often(counts, 20, 40), often(counts, 21, 41), often(counts, 40, 20)) == (1, 1, 0)


def test_last_words_have_no_next_one() -> None:
    assert pair_neighbours(np.array([], np.uint32)).tolist() == []
    assert pair_neighbours(np.array([8], np.uint32)).tolist() == [0]
    assert (count_neighbours(3, [batch([[8], [8], [10]])]) == 1).all()


def test_the_table_grows_with_the_articles_and_a_sample_is_enough() -> None:
    assert len(count_neighbours(0, [])) == 2**LEAST_BITS
    assert len(count_neighbours(1000, [])) == 2**18
    assert sampling(0) == sampling(MOST_ARTICLES) == sampling(2 * MOST_ARTICLES - 1) == 1
    assert (sampling(2 * MOST_ARTICLES), sampling(17 * MOST_ARTICLES)) == (2, 16)
