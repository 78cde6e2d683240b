from __future__ import annotations

import itertools
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from together import split

from dedup.sketch.minhash import distinct_shingles
from dedup.sketch.sampled import _APART, EVERY, Chosen, are_chosen, passage_keys

SIZE = 3
TEXTS = st.lists(
    st.lists(st.sampled_from(["ferry", "quay", "night", "fog", "ship", "rope"]), max_size=120).map(" ".join), max_size=4  # noqa: E501
)  # fmt: skip


def chosen_of(texts: list[str], size: int = SIZE) -> Chosen:
    words, _ = split(texts)
    return Chosen.of(words.hashes, words.first, size)


def passage(number: int, count: int = 40) -> list[str]:
    chance = random.Random(number)  # noqa: S311
    return [f"w{chance.randrange(10_000)}" for _ in range(count)]


def slow_mark(chosen: Chosen, known: set[int]) -> list[bool]:
    marks = [False] * int(chosen.first[-1])
    last: tuple[int, int] | None = None
    for key, place in zip(chosen.keys.tolist(), chosen.places.tolist(), strict=True):
        text = int(np.searchsorted(chosen.first, place, "right")) - 1
        if key in known:
            near = last is not None and last[0] == text and place - last[1] <= _APART
            begin = last[1] if last and near else place
            marks[begin : place + chosen.size] = [True] * (place + chosen.size - begin)
            last = text, place
        else:
            last = None
    return marks


def test_one_in_so_many_shingles_is_chosen() -> None:
    shingles = np.random.default_rng(1).integers(0, 2**32, 80_000).astype(np.uint32)
    assert are_chosen(shingles).mean() == pytest.approx(1 / EVERY, rel=0.05)


@given(st.lists(st.integers(0, 2**32 - 1), unique=True, max_size=50))
def test_different_shingles_have_different_keys(shingles: list[int]) -> None:
    keys = passage_keys(np.array(shingles, np.uint32))
    assert keys.dtype == np.int64
    assert len(set(keys.tolist())) == len(shingles)


def test_keys_spread_over_all_numbers() -> None:
    """Tables are joined in ranges of the key."""
    keys = passage_keys(np.arange(0, 80_000, EVERY, dtype=np.uint32))
    assert (keys < 0).mean() == pytest.approx(0.5, abs=0.03)
    assert (np.abs(keys) < 2**62).mean() == pytest.approx(0.5, abs=0.03)


def test_a_passage_has_the_same_keys_wherever_it_stands() -> None:
    for number in range(20):
        shared = passage(number, 60)
        alone, within = (
            chosen_of([" ".join(words)], 5)
            for words in (shared, [*passage(100 + number), *shared, *passage(200 + number)])
        )
        assert len(alone.keys) >= 1
        assert set(alone.keys.tolist()) <= set(within.keys.tolist())


@settings(max_examples=50)
@given(TEXTS)
def test_what_a_pair_is_marked_by_is_what_articles_meet_by(texts: list[str]) -> None:
    words, _ = split(texts)
    shingles, bounds = distinct_shingles(words, SIZE, 1)
    chosen = chosen_of(texts)
    for text, (begin, end) in enumerate(itertools.pairwise(bounds.tolist())):
        some = shingles[begin:end]
        inside = (chosen.places >= words.first[text]) & (chosen.places < words.first[text + 1])
        assert set(passage_keys(some[are_chosen(some)]).tolist()) == set(chosen.keys[inside].tolist())


@settings(max_examples=50)
@given(TEXTS, st.sets(st.integers(-(2**63), 2**63 - 1)), st.integers(1, 4))
def test_shingles_with_one_of_these_keys(texts: list[str], others: set[int], step: int) -> None:
    chosen = chosen_of(texts)
    known = {*chosen.keys.tolist()[::step], *others}
    among = chosen.are_among(np.array(sorted(known), np.int64))
    assert among.dtype == np.bool_
    assert among.tolist() == [key in known for key in chosen.keys.tolist()]


@settings(max_examples=150)
@given(TEXTS, st.integers(0, 2**20 - 1))
def test_words_of_templates_as_found_slowly(texts: list[str], which: int) -> None:
    chosen = chosen_of(texts)
    every = sorted(set(chosen.keys.tolist()))
    known = [key for place, key in enumerate(every) if which >> place % 20 & 1]
    assert chosen.mark(np.array(known, np.int64)).tolist() == slow_mark(chosen, set(known))


@settings(max_examples=30)
@given(TEXTS)
def test_texts_do_not_touch_each_other(texts: list[str]) -> None:
    every = np.unique(chosen_of(texts).keys)[::2]
    whole = chosen_of(texts).mark(every).tolist()
    assert whole == [mark for text in texts for mark in chosen_of([text]).mark(every).tolist()]


def test_what_stands_between_the_keys_of_a_template_belongs_to_it() -> None:
    template = passage(1, 200)
    text = " ".join([*passage(2, 50), *template, *passage(3, 50)])
    known = np.sort(chosen_of([" ".join(template)], 5).keys)
    marks = chosen_of([text], 5).mark(known)
    assert not marks[:50].any()
    assert not marks[250:].any()
    assert marks[50:250].mean() > 0.8


def test_nothing_is_known_or_nothing_is_there() -> None:
    nothing = np.empty(0, np.int64)
    some = chosen_of([" ".join(passage(1))])
    assert not some.mark(nothing).any()
    assert some.are_among(nothing).tolist() == [False] * len(some.keys)
    assert chosen_of([]).are_among(np.array([5])).tolist() == []
    assert chosen_of(["", "one two"]).mark(np.array([5])).tolist() == [False, False]
    assert len(chosen_of([]).mark(nothing)) == 0


def test_one_word_over_and_over() -> None:
    chosen = chosen_of(["ferry " * 50_000])
    assert len(chosen.keys) in (0, 50_000 - SIZE + 1)
    assert len(chosen.mark(np.unique(chosen.keys))) == 50_000
