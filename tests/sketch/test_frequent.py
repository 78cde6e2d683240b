"""Shingles that very many articles carry, and what signatures make of them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.sketch.frequent import (
    COARSE,
    FEWEST_SAMPLED,
    NONE,
    SLOT_BITS,
    Frequent,
    count_frequent,
    is_sampled,
    load_frequent,
    sampling,
    save_frequent,
)
from dedup.sketch.minhash import EMPTY, sign
from dedup.sketch.scheme import draw_scheme

SCHEME = draw_scheme(32, 1, 0.5)
SHIFT = 32 - SLOT_BITS
# Few values, some of which share a slot, at both ends of the table too.
EDGES = [half + step for half in (0, 2**31) for step in (0, 1, 2**SHIFT, 2 * 2**SHIFT, -1 % 2**32)]
SHINGLES = st.lists(st.sampled_from(sorted({edge % 2**32 for edge in EDGES})), unique=True, max_size=12)


def as_bits(slots: set[int]) -> Frequent:
    bits = np.zeros(2**SLOT_BITS // 8, np.uint8)
    for slot in slots:
        bits[slot // 8] |= 1 << slot % 8
    return Frequent(bits, np.packbits(bits.reshape(-1, COARSE).any(axis=1), bitorder="little"))


@settings(max_examples=30)
@given(st.lists(SHINGLES, max_size=6), st.integers(1, 4), st.integers(1, 3))
def test_slots_are_counted_in_any_cut_and_order(articles: list[list[int]], cap: int, cut: int) -> None:
    slots = Counter(value >> SHIFT for article in articles for value in article)
    flat = np.array([value for article in articles for value in article], np.uint32)
    bits = count_frequent(np.array_split(flat[::-1], cut), cap)
    found = np.flatnonzero(np.unpackbits(bits, bitorder="little")).tolist()
    assert found == sorted(slot for slot, count in slots.items() if count > cap)


@pytest.mark.parametrize("cap", [254, 255, 300])
def test_counts_go_beyond_a_byte_where_the_cap_does(cap: int) -> None:
    for times in (cap, cap + 1):
        shingles = [np.full(times - 200, 7 << SHIFT, np.uint32), np.full(200, 7 << SHIFT, np.uint32)]
        assert bool(count_frequent(shingles, cap)[0] & 1 << 7) == (times > cap)


@settings(max_examples=50)
@given(st.lists(SHINGLES, min_size=1, max_size=4), SHINGLES)
def test_frequent_shingles_count_only_where_they_are_most(
    articles: list[list[int]], frequent: list[int]
) -> None:
    slots = {value >> SHIFT for value in frequent}
    bounds = np.cumsum([0, *map(len, articles)], dtype=np.int64)
    signed = sign(
        as_array([value for article in articles for value in article]), bounds, SCHEME, as_bits(slots)
    )
    for article, signature in zip(articles, signed, strict=True):
        rare = [value for value in article if value >> SHIFT not in slots]
        taken = rare if 2 * len(rare) >= len(article) else article
        plain = sign(as_array(taken), np.array([0, len(taken)]), SCHEME, NONE)[0]
        assert signature.tolist() == plain.tolist()
        assert (signature == EMPTY).all() == (not article)


def as_array(values: list[int]) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
    return np.array(values, np.uint32)


def test_what_is_frequent_is_kept_whole(tmp_path: Path) -> None:
    assert load_frequent("") is NONE
    whole = as_bits({0, 5, 2**SLOT_BITS // 2, 2**SLOT_BITS - 1})
    save_frequent(tmp_path / "frequent.npy", whole.slots)
    assert [path.name for path in tmp_path.iterdir()] == ["frequent.npy"]
    found = load_frequent(str(tmp_path / "frequent.npy"))
    assert np.array_equal(found.slots, whole.slots)
    assert np.array_equal(found.coarse, whole.coarse)


def test_few_articles_are_counted_whole_and_many_by_a_sample() -> None:
    assert sampling(FEWEST_SAMPLED, 200) == 1
    assert sampling(5 * FEWEST_SAMPLED, 200) == 4
    assert sampling(10**9, 200) == 16
    assert sampling(10**9, 10) == 1  # a sample says nothing of so few


@pytest.mark.parametrize("every", [1, 4, 16])
@pytest.mark.parametrize("step", [1, 2, 16, 2**20])
def test_a_sample_is_fair_in_every_step_of_rows(every: int, step: int) -> None:
    rows = np.arange(64_000, dtype=np.int64) * step + (3 << 40)
    chosen = is_sampled(rows, every)
    assert abs(chosen.sum() - len(rows) / every) < 5 * np.sqrt(len(rows) / every)
    assert np.array_equal(chosen[::-1], is_sampled(rows[::-1], every))
