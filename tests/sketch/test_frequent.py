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
    NONE,
    RANGES,
    SLOT_BITS,
    Frequent,
    count_frequent,
    load_frequent,
    save_range,
)
from dedup.sketch.minhash import EMPTY, sign
from dedup.sketch.scheme import draw_scheme

SCHEME = draw_scheme(32, 1, 0.5)
SHIFT = 32 - SLOT_BITS
# Few values, some of which share a slot, at both ends of every range.
EDGES = [number * 2**32 // RANGES + step for number in range(RANGES) for step in (0, 1, 2**SHIFT, -1 % 2**32)]
SHINGLES = st.lists(st.sampled_from(sorted({edge % 2**32 for edge in EDGES})), unique=True, max_size=12)


def as_bits(slots: set[int]) -> Frequent:
    bits = np.zeros(2**SLOT_BITS // 8, np.uint8)
    for slot in slots:
        bits[slot // 8] |= 1 << slot % 8
    return Frequent(bits, np.packbits(bits.reshape(-1, COARSE).any(axis=1), bitorder="little"))


@settings(deadline=None, max_examples=30)
@given(st.lists(SHINGLES, max_size=6), st.integers(1, 4), st.integers(1, 3))
def test_slots_are_counted_in_any_cut_and_order(articles: list[list[int]], cap: int, cut: int) -> None:
    slots = Counter(value >> SHIFT for article in articles for value in article)
    flat = np.array([value for article in articles for value in article], np.uint32)
    for number in range(RANGES):
        bits = count_frequent(np.array_split(flat[::-1], cut), number, cap)
        first = number * 2**SLOT_BITS // RANGES
        found = {first + int(place) for place in np.flatnonzero(np.unpackbits(bits, bitorder="little"))}
        here = range(first, first + 2**SLOT_BITS // RANGES)
        assert found == {slot for slot, count in slots.items() if count > cap and slot in here}


@pytest.mark.parametrize("cap", [254, 255, 300])
def test_counts_go_beyond_a_byte_where_the_cap_does(cap: int) -> None:
    for times in (cap, cap + 1):
        shingles = [np.full(times - 200, 7 << SHIFT, np.uint32), np.full(200, 7 << SHIFT, np.uint32)]
        assert bool(count_frequent(shingles, 0, cap)[0] & 1 << 7) == (times > cap)


@settings(deadline=None, max_examples=50)
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


def test_ranges_are_kept_whole(tmp_path: Path) -> None:
    assert load_frequent("") is NONE
    slots = {0, 5, 2**SLOT_BITS // RANGES, 2**SLOT_BITS - 1}
    whole = as_bits(slots)
    for number, bits in enumerate(np.array_split(whole.slots, RANGES)):
        save_range(tmp_path / "frequent", number, bits)
    assert len(list((tmp_path / "frequent").iterdir())) == RANGES
    found = load_frequent(str(tmp_path / "frequent"))
    assert np.array_equal(found.slots, whole.slots)
    assert np.array_equal(found.coarse, whole.coarse)
