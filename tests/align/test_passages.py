from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq

from dedup.align.passages import find_passages
from dedup.align.seeds import GAP, SEED

Passage = tuple[int, int, int, int, int]

LEAST = 10
LONG = 200_000


def find_all(pairs: Sequence[tuple[Sequence[int], Sequence[int]]], least: int = LEAST) -> list[list[Passage]]:
    """The passages of each pair, all in one call."""
    texts = [np.array(text, np.uint32) for pair in pairs for text in pair]
    first = np.cumsum([0, *map(len, texts)], dtype=np.int64)
    numbers = np.concatenate([np.empty(0, np.uint32), *texts])
    size = int(numbers.max(initial=0)) + 1
    left = np.arange(0, len(texts), 2)
    rows, bounds = find_passages(numbers, first, size, left, left + 1, least)
    assert rows.dtype == np.int64
    assert rows.shape[1] == 5
    assert bounds[-1] == len(rows)
    found = [tuple(row) for row in rows.tolist()]
    return [found[begin:end] for begin, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)]


def find(left: Sequence[int], right: Sequence[int], least: int = LEAST) -> list[Passage]:
    return find_all([(left, right)], least)[0]


def swap(passages: list[Passage]) -> list[Passage]:
    return sorted((bt, others, at, words, matched) for at, words, bt, others, matched in passages)


def fresh(count: int, begin: int) -> list[int]:
    """Words that stand nowhere else, as long as the ranges don't meet."""
    return list(range(begin, begin + count))


A, B, C = fresh(60, 1000), fresh(50, 2000), fresh(40, 3000)
X, Y, Z = fresh(100, 10_000), fresh(90, 20_000), fresh(80, 30_000)


def check(left: Sequence[int], right: Sequence[int], passages: list[Passage], least: int) -> None:
    """What holds of the passages of any texts."""
    for at, words, bt, others, matched in passages:
        assert 0 <= at < at + words <= len(left)
        assert 0 <= bt < bt + others <= len(right)
        ours, theirs = list(left[at : at + words]), list(right[bt : bt + others])
        assert max(least, SEED) <= matched <= min(words, others)
        assert 5 * matched >= 4 * max(words, others)
        assert ours[:SEED] == theirs[:SEED]
        assert ours[-SEED:] == theirs[-SEED:]
        assert LCSseq.similarity(ours, theirs) >= matched
    for begin, size in ((0, 1), (2, 3)):
        end = 0
        for passage in sorted(passages, key=lambda passage: passage[begin]):
            assert passage[begin] >= end
            end = passage[begin] + passage[size]
    assert passages == sorted(passages)


def equal_runs(left: Sequence[int], right: Sequence[int]) -> list[tuple[int, int, int]]:
    """All maximal runs of equal words, slowly: first word on the left, on the right, words."""
    runs = []
    for diagonal in range(-len(left) + 1, len(right)):
        size = 0
        for at in range(max(0, -diagonal), len(left) + 1):
            if at < len(left) and at + diagonal < len(right) and left[at] == right[at + diagonal]:
                size += 1
            elif size:
                runs.append((at - size, at - size + diagonal, size))
                size = 0
    return runs


def meets(run: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    return any(run[side] < other[side] + other[2] and other[side] < run[side] + run[2] for side in (0, 1))


# ------------------------------------------------------------------ constructed


def test_equal_texts_are_one_passage() -> None:
    assert find(A, A) == [(0, 60, 0, 60, 60)]


def test_moved_passages_are_found_where_they_stand() -> None:
    assert find(A + X + B + C, B + Y + C + Z + A) == [
        (0, 60, 260, 60, 60),
        (160, 50, 0, 50, 50),
        (210, 40, 140, 40, 40),
    ]


def test_two_passages_in_reverse_order() -> None:
    assert find(A + B, B + A) == [(0, 60, 50, 60, 60), (60, 50, 0, 50, 50)]


def test_an_excerpt_of_a_long_text() -> None:
    text = fresh(20_000, 0)
    excerpt = text[7_000:7_100]
    assert find(excerpt, text) == [(0, 100, 7_000, 100, 100)]
    assert find(text, X + excerpt + Y) == [(7_000, 100, 100, 100, 100), (10_000, 100, 0, 100, 100)]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ([1], [2]),
        ([], [1, 2, 3]),
        ([1, 2], []),
        ([1] * GAP, [2] * GAP),
        ([1, *C[:5], 2], [3, *C[:5], 4, 5]),  # too few equal words in a row for a seed
    ],
)
def test_small_edits_are_inside_a_passage(ours: list[int], theirs: list[int]) -> None:
    left, right = A + ours + B, A + theirs + B
    shared = 5 if C[0] in ours else 0
    assert find(X + left, right + Y) == [(100, len(left), 0, len(right), 110 + shared)]


def test_a_wide_gap_ends_a_passage() -> None:
    assert find(A + [1] * (GAP + 1) + B, A + B) == [(0, 60, 0, 60, 60), (67, 50, 60, 50, 50)]


def test_a_passage_is_matched_for_the_most_part() -> None:
    seeds = [fresh(SEED, 100 * number) for number in range(20)]
    left = [word for seed in seeds for word in (*seed, *[7_001] * GAP)]
    right = [word for seed in seeds for word in (*seed, *[7_002] * GAP)]
    assert find(left, right, 1) == [(14 * n, SEED, 14 * n, SEED, SEED) for n in range(20)]
    assert find(left, right, SEED + 1) == []


def test_short_matches_are_no_passages() -> None:
    assert find(A[:39] + X, Y + A[:39], 40) == []
    assert find(A[:40] + X, Y + A[:40], 40) == [(0, 40, 90, 40, 40)]
    assert find(A[:7], A[:7], 1) == []
    assert find(A[:8], A[:8], 1) == [(0, 8, 0, 8, 8)]


def test_of_overlapping_passages_the_longer_one_is_whole() -> None:
    left = A + B + C
    right = A + B[:20] + X + B + C
    assert find(left, right) == [(0, 60, 0, 60, 60), (60, 90, 180, 90, 90)]
    assert find(right, left) == swap(find(left, right))


def test_a_passage_may_begin_within_a_short_match() -> None:
    left = X + A[:12] + B[:30] + Y
    right = Z + X[-8:] + A[:5] + C + A[:12] + B[:30]
    assert find(left, right, 40) == [(100, 42, 133, 42, 42)]


def test_a_text_said_twice_answers_one_said_twice() -> None:
    assert find(A + X + A + Y, Z + A + B + A) == [(0, 60, 80, 60, 60), (160, 60, 190, 60, 60)]
    assert find(A + X + A, A) == [(0, 60, 0, 60, 60)]


def test_one_word_over_and_over() -> None:
    assert find([5] * 300, [5] * 200) == [(0, 200, 0, 200, 200)]
    assert find([5] * 200, [5] * 300) == [(0, 200, 0, 200, 200)]


def test_a_seed_that_stands_in_many_places_does_not_hide_a_passage() -> None:
    phrase = fresh(20, 500)
    left = A + phrase + B
    right = [word for n in range(30) for word in (*phrase, 600 + n, 700 + n)] + X + left
    assert find(left, right, 40) == [(0, 130, 760, 130, 130)]


@pytest.mark.parametrize(("left", "right"), [([], []), ([], A), (A, []), (A[:7], A), (A[:7], A[:7])])
def test_nothing_in_texts_without_a_seed(left: list[int], right: list[int]) -> None:
    assert find(left, right, 1) == []


def test_no_pairs() -> None:
    assert find_all([]) == []


def test_numbers_are_below_their_size() -> None:
    with pytest.raises(ValueError, match="below 5"):
        find_passages(np.array([5], np.uint32), np.array([0, 1]), 5, np.array([0]), np.array([0]))


def test_pairs_do_not_touch_each_other() -> None:
    rng = random.Random(1)  # noqa: S311
    blocks = [A, B, C, X, Y, Z, [5] * 70]
    pairs = [
        tuple([word for block in rng.choices(blocks, k=rng.randrange(6)) for word in block] for _ in "ab")
        for _ in range(300)
    ]
    pairs += [(pairs[0][0], right) for _, right in pairs[:50]]
    assert find_all(pairs) == [find(left, right) for left, right in pairs]  # type: ignore[arg-type]


def test_one_text_in_many_pairs() -> None:
    texts = [A, A + B + X, B + A, C, X + A]
    first = np.cumsum([0, *map(len, texts)])
    numbers = np.array([word for text in texts for word in text], np.uint32)
    left, right = np.array([0, 0, 2, 0, 0, 1, 3]), np.array([1, 2, 0, 3, 4, 2, 3])
    rows, bounds = find_passages(numbers, first, 40_000, left, right, LEAST)
    for pair, (a, b) in enumerate(zip(left, right, strict=True)):
        assert list(map(tuple, rows[bounds[pair] : bounds[pair + 1]].tolist())) == find(texts[a], texts[b])


# ------------------------------------------------------------------ any texts

FEW = st.lists(st.integers(0, 2), max_size=120)
BLOCKS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 30), st.integers(0, 40)), max_size=10).map(
    lambda parts: [
        word
        for number, begin, size in parts
        for word in fresh(40, 100 * number)[begin : begin + size] + [9_000 + size] * (size % 5)
    ]
)
REPEATS = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 30)), max_size=8).map(
    lambda parts: [word for word, count in parts for word in [word] * count]
)
TEXTS = FEW | BLOCKS | REPEATS


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=4), st.integers(1, 40))
def test_passages_are_what_they_say(pairs: list[tuple[list[int], list[int]]], least: int) -> None:
    found = find_all(pairs, least)
    for (left, right), passages in zip(pairs, found, strict=True):
        check(left, right, passages, least)
        assert find(right, left, least) == swap(passages)


@given(BLOCKS, BLOCKS, st.integers(SEED, 40))
@example(A + B, B + A, 40)
@settings(max_examples=200)
def test_runs_that_meet_no_other_are_found(left: list[int], right: list[int], least: int) -> None:
    passages = find(left, right, least)
    runs = [run for run in equal_runs(left, right) if run[2] >= 3]
    for run in runs:
        at, bt, size = run
        if size < least or any(other != run and meets(run, other) for other in runs):
            continue
        assert any(
            i <= at and at + size <= i + words and k <= bt and bt + size <= k + others
            for i, words, k, others, _ in passages
        ), (run, passages)


@given(st.permutations(range(12)), st.permutations(range(12)), st.integers(0, 12))
def test_paragraphs_in_any_order(ours: list[int], theirs: list[int], count: int) -> None:
    left = [word for number in ours for word in fresh(30, 100 * number)]
    right = [word for number in theirs[:count] for word in fresh(30, 100 * number)]
    passages = find(left, right)
    assert sum(matched for *_, matched in passages) == 30 * count


# ------------------------------------------------------------------ texts made to take long

STEPS = np.arange(LONG)
RANDOM = np.random.default_rng(1)
ZEROS = np.zeros(LONG, np.uint32)
HOSTILE: dict[str, tuple[NDArray[Any], NDArray[Any]]] = {
    "one word": (ZEROS, ZEROS),
    "one word, much and little": (np.zeros(1_000_000, np.uint32), ZEROS[:100]),
    "two words in turn": (STEPS % 2, STEPS % 2),
    "cycles of two lengths": (STEPS % 7, STEPS % 11),
    "a change in each ten words": (np.where(STEPS % 10 == 9, STEPS, 0), ZEROS),
    "changes in both": (np.where(STEPS % 9 == 8, STEPS, 0), np.where(STEPS % 13 == 12, STEPS + LONG, 0)),
    "two words by chance": (RANDOM.integers(0, 2, LONG), RANDOM.integers(0, 2, LONG)),
    "three words by chance": (RANDOM.integers(0, 3, LONG), RANDOM.integers(0, 3, LONG)),
    "one text among itself": (np.tile(STEPS[:200], LONG // 200), STEPS[:200]),
    "parts of one text": (np.tile(STEPS[:5000], LONG // 5000), STEPS[:5000].reshape(50, 100)[::-1].ravel()),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_done_with(name: str) -> None:
    """Each takes up to a second or two; were the time not linear, none would end."""
    left, right = HOSTILE[name]
    passages = find(left.tolist(), right.tolist(), 40)
    for at, words, bt, others, matched in passages:
        assert matched >= 40
        assert at + words <= len(left)
        assert bt + others <= len(right)
    assert passages == sorted(passages)
