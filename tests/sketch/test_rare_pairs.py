from __future__ import annotations

import itertools
import random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.sketch.rare_pairs import MOST_SHARE, TOP, pair_keys
from dedup.sketch.rarity import PRIOR, SHARE, Rarity
from dedup.text.hashing import mix_hash
from dedup.text.words import SKETCH_KEY

SLOTS = 64
COUNTS = np.array([(slot * 7) % 13 for slot in range(SLOTS)], np.float32)
RARITY = Rarity(100.0, COUNTS)
SHIFT = 32 - 6
NOISE = [chance.randrange(2**25) << 1 for chance in [random.Random(1)] for _ in range(SLOTS)]  # noqa: S311
# (slot, which of the stems in that slot, a sentence begins)
WORDS = st.tuples(st.integers(0, SLOTS - 1), st.integers(0, 1), st.integers(0, 9).map(lambda one: one == 0))
ARTICLES = st.lists(
    st.lists(WORDS, max_size=100).map(
        lambda words: [slot << SHIFT | which << 8 | begins for slot, which, begins in words]
    ),
    max_size=5,
)


def keys_of(articles: list[list[int]], rarity: Rarity = RARITY) -> list[list[int]]:
    stems = np.array([stem for article in articles for stem in article], np.uint32)
    bounds = np.cumsum([0, *map(len, articles)], dtype=np.int64)
    keys, firsts = pair_keys(stems, bounds, rarity)
    assert keys.dtype == np.int64
    assert len(firsts) == len(articles) + 1
    assert firsts[-1] == len(keys)
    return [keys[begin:end].tolist() for begin, end in itertools.pairwise(firsts.tolist())]


def slow_keys(article: list[int]) -> set[int]:
    sentences: list[list[int]] = [[]]
    for stem in article:
        if stem & 1:
            sentences.append([])
        sentences[-1].append(stem)
    keys = set()
    for sentence in sentences:
        rare: dict[int, float] = {}
        for stem in sentence:
            often = float(COUNTS[stem >> SHIFT])
            if PRIOR * SHARE + 2 <= often <= RARITY.articles * MOST_SHARE and len(rare) < 64:
                rare[stem >> 1] = often
        top = sorted(rare, key=lambda stem: (rare[stem], stem))[:TOP]
        for pair in itertools.combinations(sorted(top), 2):
            low, high = map(np.uint64, pair)
            key = mix_hash(np.uint64(mix_hash(np.uint64(SKETCH_KEY), low)), high)
            keys.add(int(np.uint64(key).view(np.int64)))
    return keys


@settings(max_examples=60)
@given(ARTICLES)
def test_keys_are_pairs_of_the_rarest_stems_of_a_sentence(articles: list[list[int]]) -> None:
    for article, keys in zip(articles, keys_of(articles), strict=True):
        assert len(set(keys)) == len(keys)
        assert set(keys) == slow_keys(article)


@settings(max_examples=25)
@given(ARTICLES)
def test_articles_do_not_touch_each_other(articles: list[list[int]]) -> None:
    assert keys_of(articles) == [keys_of([article])[0] for article in articles]


@settings(max_examples=25)
@given(st.permutations([slot << SHIFT | NOISE[slot] for slot in range(5, 25)]))
def test_the_order_of_words_in_a_sentence_does_not_count(sentence: list[int]) -> None:
    assert keys_of([sentence]) == keys_of([sorted(sentence)])
    assert len(keys_of([sentence])[0]) == TOP * (TOP - 1) // 2


def test_stems_that_nobody_else_has_and_those_that_many_have_are_no_keys() -> None:
    counts = np.repeat(np.array([PRIOR * SHARE + 1, PRIOR * SHARE + 2, 8, 9], np.float32), 16)
    rarity = Rarity(100.0, counts)
    alone, two, few, many = ([16 * group + slot << SHIFT for slot in range(3)] for group in range(4))
    found = keys_of([alone, two, few, many, alone + two], rarity)
    assert [len(keys) for keys in found] == [0, 3, 3, 0, 3]
    assert found[4] == found[1]


def test_words_of_two_sentences_make_no_pair() -> None:
    counts = np.full(SLOTS, 4, np.float32)
    one, other = 3 << SHIFT, 9 << SHIFT
    found = keys_of([[one, other], [one, other | 1], [one | 1, other]], Rarity(100.0, counts))
    assert [len(keys) for keys in found] == [1, 0, 1]
    assert found[0] == found[2]


def test_nothing_and_one_word_over_and_over() -> None:
    counts = np.full(SLOTS, 4, np.float32)
    rarity = Rarity(100.0, counts)
    assert keys_of([], rarity) == []
    assert keys_of([[], [3 << SHIFT] * 50_000, [3 << SHIFT | 1] * 50_000, []], rarity) == [[], [], [], []]
    many = [(place % SLOTS) << SHIFT | NOISE[place % SLOTS] for place in range(50_000)]
    assert len(keys_of([many], rarity)[0]) == TOP * (TOP - 1) // 2


def test_different_pairs_have_different_keys() -> None:
    low, high = np.random.default_rng(1).integers(0, 2**30, (2, 100_000)).astype(np.uint64)
    stems = np.column_stack([low * 2 + 1, (high + 2**30) * 2]).ravel().astype(np.uint32)
    rarity = Rarity(100.0, np.full(SLOTS, 4, np.float32))
    keys, firsts = pair_keys(stems, np.arange(0, len(stems) + 1, 2), rarity)
    assert np.diff(firsts).tolist() == [1] * len(low)
    assert len(np.unique(keys)) == len(np.unique(low << np.uint64(32) | high))
