from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from datasketch import MinHash, MinHashLSH
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from dedup.sketch import bands
from dedup.sketch.bands import band_keys, find_repeated, places_repeated
from dedup.sketch.minhash import distinct_shingles, sign
from dedup.sketch.scheme import MOST, NAME, WEIGHTS, Banding, Scheme, choose_bands, draw_scheme
from dedup.text.words import Words, split_words

SAMPLES = sorted((Path(__file__).parents[2] / "samples").glob("*.txt"))
Pairs = set[tuple[int, int]]


def sign_words(words: Words, size: int, scheme: Scheme, least: int) -> NDArray[np.uint32]:
    return sign(*distinct_shingles(words, size, least), scheme)


def split_all(texts: list[str]) -> Words:
    data = [text.encode() for text in texts]
    offsets = np.cumsum([0, *map(len, data)], dtype=np.int64)
    return split_words(np.frombuffer(b"".join(data), np.uint8), offsets)


def pairs_of_keys(keys: NDArray[np.int64]) -> Pairs:
    buckets: dict[int, list[int]] = {}
    for text, row in enumerate(keys.tolist()):
        for key in row:
            buckets.setdefault(key, []).append(text)
    return {(a, b) for bucket in buckets.values() for a in bucket for b in bucket if a < b}


def pairs_of_datasketch(signatures: NDArray[np.uint32], banding: Banding) -> Pairs:
    permutations = signatures.shape[1]
    index = MinHashLSH(num_perm=permutations, params=(banding.bands, banding.rows))
    sketches = [
        MinHash(num_perm=permutations, hashvalues=row.copy(), scheme=NAME, seed=1) for row in signatures
    ]
    for number, sketch in enumerate(sketches):
        index.insert(number, sketch)
    return {(n, m) for n, sketch in enumerate(sketches) for m in index.query(sketch) if n < m}


@pytest.mark.parametrize("banding", [choose_bands(0.5, 128), Banding(64, 2), Banding(16, 8), Banding(9, 13)])
def test_candidates_of_the_samples_are_those_of_datasketch_s_index(banding: Banding) -> None:
    texts = [path.read_text("utf-8") for path in SAMPLES]
    texts += [text[len(text) // 3 :] for text in texts] + [f"READ MORE: Ferries\n{text}" for text in texts]
    signatures = sign_words(split_all(texts), 5, draw_scheme(128, 1, 0.5), 20)
    found = pairs_of_keys(band_keys(signatures, banding))
    assert found == pairs_of_datasketch(signatures, banding)
    assert len(found) >= len(SAMPLES)


@settings(max_examples=50)
@given(
    st.lists(st.lists(st.integers(0, 2), min_size=16, max_size=16), min_size=2, max_size=12),
    st.integers(1, 8),
)
def test_keys_meet_where_signatures_agree_on_a_band(values: list[list[int]], rows: int) -> None:
    signatures = np.array(values, np.uint32)
    banding = Banding(16 // rows, rows)
    keys = band_keys(signatures, banding)
    assert keys.shape == (len(values), banding.bands)
    assert keys.dtype == np.int64
    assert pairs_of_keys(keys) == pairs_of_datasketch(signatures, banding)


def test_no_signature_has_no_key() -> None:
    assert band_keys(np.empty((0, 128), np.uint32), Banding(25, 5)).shape == (0, 25)


@pytest.mark.parametrize("permutations", [16, 100, 128, 256])
@pytest.mark.parametrize("similarity", [0.3, 0.4, 0.5])
def test_bands_are_what_datasketch_searches(similarity: float, permutations: int) -> None:
    jaccard = similarity / (2 - similarity)
    index = MinHashLSH(threshold=jaccard, num_perm=permutations, weights=WEIGHTS)
    assert choose_bands(similarity, permutations) == (index.b, index.r)
    assert index.b * index.r <= permutations


def test_a_high_threshold_searches_as_wide_as_the_middle() -> None:
    """A piece inside a longer text has a low similarity, and is to be found all the same."""
    assert choose_bands(0.95, 128) == choose_bands(MOST, 128)


@pytest.mark.parametrize("similarity", [0.3, 0.5])
def test_bands_are_chosen_to_miss_few(similarity: float) -> None:
    jaccard = similarity / (2 - similarity)
    evenly = MinHashLSH(threshold=jaccard, num_perm=128)
    chosen = choose_bands(similarity, 128)

    def missed(bands: int, rows: int) -> float:
        return float((1 - jaccard**rows) ** bands)

    assert missed(*chosen) < missed(evenly.b, evenly.r)
    assert missed(*chosen) < 0.25


KEYS = st.one_of(st.integers(-(2**63), 2**63 - 1), st.integers(-3, 3))


@settings(max_examples=200)
@given(st.lists(KEYS, max_size=40), st.integers(1, 3), st.sampled_from([5, 6, 31]))
def test_no_key_that_occurs_again_is_taken_for_lone(keys: list[int], cut: int, most_bits: int) -> None:
    given_ = np.array([*keys, *keys[::3]], np.int64)
    counts = Counter(given_.tolist())
    again = {place for place, key in enumerate(given_.tolist()) if counts[key] > 1}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bands, "_MOST_BITS", most_bits)
        repeated = find_repeated(np.array_split(given_, cut), len(given_))
    kept = places_repeated(given_, repeated).tolist()
    assert again <= set(kept)
    assert kept == sorted(set(kept))


def test_few_lone_keys_are_kept() -> None:
    keys = np.random.default_rng(1).integers(-(2**63), 2**63, 20_000)
    kept = places_repeated(keys, find_repeated([keys[:7], keys[7:]], len(keys)))
    assert len(kept) < len(keys) / 2
