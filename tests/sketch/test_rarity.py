from __future__ import annotations

import itertools
import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from together import split

from dedup.sketch.rarity import (
    LEAST_BITS,
    MOST_BITS,
    PRIOR,
    Rarity,
    count_articles,
    load_rarity,
    no_articles,
    save_rarity,
)
from dedup.text.stems import hash_stems, number_stems

Batch = tuple[NDArray[np.uint32], NDArray[np.int64]]
# Stems of few slots: several of them share one.
STEMS = st.integers(0, 40).map(lambda stem: stem * 2**14)
ARTICLES = st.lists(st.lists(STEMS, max_size=12), max_size=12)


def batch(articles: list[list[int]]) -> Batch:
    flat = np.array([stem for article in articles for stem in article], np.uint32)
    return flat, np.cumsum([0, *map(len, articles)], dtype=np.int64)


def numbers_of(text: str) -> NDArray[np.uint32]:
    words, marks = split([text])
    return number_stems(hash_stems(words, marks), marks)


@settings(max_examples=50)
@given(ARTICLES)
def test_stems_are_counted_once_an_article(articles: list[list[int]]) -> None:
    rarity = count_articles(len(articles), [batch(articles)])
    met = Counter(slot for article in articles for slot in {stem >> (32 - LEAST_BITS) for stem in article})
    before = no_articles()
    assert rarity.articles == PRIOR + len(articles)
    for slot in range(200):
        assert rarity.counts[slot] == pytest.approx(before.counts[slot] + met[slot])


@settings(max_examples=30)
@given(ARTICLES, st.lists(st.integers(0, 12), max_size=3))
def test_counts_are_the_same_in_any_cut(articles: list[list[int]], cuts: list[int]) -> None:
    bounds = [0, *sorted(min(cut, len(articles)) for cut in cuts), len(articles)]
    parts = [batch(articles[begin:end]) for begin, end in itertools.pairwise(bounds)]
    whole, cut = (count_articles(len(articles), some) for some in ([batch(articles)], parts))
    assert whole.articles == cut.articles
    assert np.array_equal(whole.counts, cut.counts)


def test_rare_stems_tell_more() -> None:
    before = no_articles().counts
    stems = [slot << (32 - LEAST_BITS) for slot in np.flatnonzero(before == before.min())[:3].tolist()]
    rarity = count_articles(53, [batch([stems[:1]] * 50 + [stems[1:2]] * 3)])
    often, seldom, never = rarity.weights(np.array(stems, np.uint32)).tolist()
    assert 0 < often < seldom < never
    assert often == pytest.approx(math.log((PRIOR + 53) / 51), rel=1e-4)
    assert never == pytest.approx(math.log(PRIOR + 53), rel=1e-4)


def test_a_stem_of_every_article_tells_nothing() -> None:
    rarity = count_articles(1_000_000, [batch([[7]] * 20_000)])
    assert len(rarity.counts) == 2**MOST_BITS
    assert 0 <= rarity.weights(np.array([7], np.uint32))[0] < 0.02


@pytest.mark.parametrize("text", ["the and because", "der die nicht", "который они", "los para según"])
def test_common_words_tell_little_without_a_scrape(text: str) -> None:
    common, rare = (no_articles().weights(numbers_of(some)) for some in (text, "harbour pelican Rotterdam"))
    assert (common < 1.2).all()
    assert (rare > 5).all()


@settings(max_examples=20)
@given(ARTICLES, st.lists(st.integers(0, 2**32 - 1), max_size=20))
def test_weights_are_never_below_nothing(articles: list[list[int]], stems: list[int]) -> None:
    weights = count_articles(len(articles), [batch(articles)]).weights(np.array(stems, np.uint32))
    assert len(weights) == len(stems)
    assert (weights >= 0).all()


def test_where_a_sentence_begins_does_not_change_a_weight() -> None:
    rarity = count_articles(2, [batch([[1001 * 2**16], [1001 * 2**16]])])
    assert len(set(rarity.weights(np.array([1001 * 2**16, 1001 * 2**16 + 1], np.uint32)).tolist())) == 1


def test_counts_are_kept_in_a_file_that_may_be_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "rarity.npy"
    for count in (3, 7):
        rarity = count_articles(count, [batch([[5 * 2**20]] * count)])
        save_rarity(path, rarity)
        loaded = load_rarity(str(path))
        assert loaded.articles == rarity.articles
        assert np.array_equal(loaded.counts, rarity.counts)
        assert np.array_equal(
            loaded.weights(np.arange(9, dtype=np.uint32)), rarity.weights(np.arange(9, dtype=np.uint32))
        )
    assert [one.name for one in tmp_path.iterdir()] == ["rarity.npy"]


def test_without_a_file_nothing_was_counted() -> None:
    assert load_rarity("") is no_articles()
    assert isinstance(no_articles(), Rarity)
    assert no_articles().articles == PRIOR
