from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from datasketch import MinHash
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from dedup.sketch.minhash import EMPTY, distinct_shingles, hash_shingles, is_signed, jaccard, sign
from dedup.sketch.scheme import NAME, Scheme, bijections, draw_scheme
from dedup.text.words import Words, split_text, split_words

SAMPLES = sorted((Path(__file__).parents[2] / "samples").glob("*.txt"))
WORDS = st.lists(
    st.sampled_from(["the", "ferry", "left", "quay", "Straße", "été", "中", "2024", "boat"]), max_size=60
)
HASHES = st.lists(st.integers(0, 20) | st.integers(0, 2**32 - 1), max_size=40)


def sign_words(words: Words, size: int, scheme: Scheme, least: int) -> NDArray[np.uint32]:
    return sign(*distinct_shingles(words, size, least), scheme)


def split_all(texts: list[str]) -> Words:
    data = [text.encode() for text in texts]
    offsets = np.cumsum([0, *map(len, data)], dtype=np.int64)
    return split_words(np.frombuffer(b"".join(data), np.uint8), offsets)


def same_hash(value: int) -> int:
    return value


def by_datasketch(shingles: NDArray[np.uint32], permutations: int, seed: int) -> list[int]:
    sketch = MinHash(num_perm=permutations, seed=seed, scheme=NAME, hashfunc=same_hash)
    if len(shingles):
        sketch.update_batch(shingles.tolist())
    values: list[int] = sketch.hashvalues.tolist()
    return values


@settings(max_examples=60)
@given(
    st.lists(WORDS, min_size=1, max_size=4),
    st.integers(1, 8),
    st.sampled_from([16, 100, 128, 256]),
    st.sampled_from([0, 1, 42, 2**32 - 1]),
)
def test_signatures_are_datasketch_s(texts: list[list[str]], size: int, permutations: int, seed: int) -> None:
    signatures = sign_words(
        split_all([" ".join(words) for words in texts]), size, draw_scheme(permutations, seed, 0.5), 1
    )
    assert signatures.dtype == np.uint32
    for words, signature in zip(texts, signatures, strict=True):
        shingles = hash_shingles(split_text(" ".join(words)).hashes, size)
        assert signature.tolist() == by_datasketch(shingles, permutations, seed)


@pytest.mark.parametrize(("permutations", "seed"), [(128, 1), (64, 7), (200, 123_456)])
def test_signatures_of_the_samples_are_datasketch_s(permutations: int, seed: int) -> None:
    texts = [path.read_text("utf-8") for path in SAMPLES]
    assert len(texts) > 20
    signatures = sign_words(split_all(texts), 5, draw_scheme(permutations, seed, 0.5), 5)
    for text, signature in zip(texts, signatures, strict=True):
        shingles = hash_shingles(split_text(text).hashes, 5)
        assert signature.tolist() == by_datasketch(shingles, permutations, seed)


def test_saved_signatures_load_into_datasketch() -> None:
    texts = [path.read_text("utf-8") for path in SAMPLES]
    saved = [row.tobytes() for row in sign_words(split_all(texts), 5, draw_scheme(128, 3, 0.5), 5)]
    sketches = [
        MinHash(num_perm=128, hashvalues=np.frombuffer(row, "<u4"), scheme=NAME, seed=3) for row in saved
    ]
    for text, sketch in zip(texts, sketches, strict=True):
        fed = MinHash(num_perm=128, seed=3, scheme=NAME, hashfunc=same_hash)
        fed.update_batch(hash_shingles(split_text(text).hashes, 5).tolist())
        assert fed.jaccard(sketch) == 1.0


def test_signatures_estimate_the_jaccard_index() -> None:
    words = [f"word{number}" for number in range(600)]
    texts = [" ".join(words[:400]), " ".join(words[100:500]), " ".join(words[400:])]
    one, other, stranger = sign_words(split_all(texts), 5, draw_scheme(1024, 1, 0.5), 20)
    shingles = [set(pairwise(words[:400])), set(pairwise(words[100:500]))]
    exact = len(shingles[0] & shingles[1]) / len(shingles[0] | shingles[1])
    assert abs((one == other).mean() - exact) < 0.08
    assert (one == stranger).mean() < 0.01


@pytest.mark.parametrize(
    ("words", "least", "signed"), [(19, 20, False), (20, 20, True), (4, 1, False), (5, 1, True)]
)
def test_short_texts_are_not_signed(words: int, least: int, signed: bool) -> None:
    signatures = sign_words(
        split_all(["", " ".join(f"w{n}" for n in range(words)), "...!"]), 5, draw_scheme(128, 1, 0.5), least
    )
    assert is_signed(signatures).tolist() == [False, signed, False]
    assert (signatures[~is_signed(signatures)] == EMPTY).all()


def test_texts_that_are_spelled_letter_by_letter_are_not_signed() -> None:
    story = [f"word{number}" for number in range(30)]
    texts = [" ".join(story), " ".join(" ".join(word[:4]) for word in story), " ".join(reversed(story))]
    found = sign_words(split_all(texts), 5, draw_scheme(128, 1, 0.5), 20)
    assert is_signed(found).tolist() == [True, False, True]
    alone = sign_words(split_all(texts[2:]), 5, draw_scheme(128, 1, 0.5), 20)
    assert (found[2] == alone[0]).all()


@settings(max_examples=60)
@given(WORDS, st.integers(1, 64))
def test_shingles_are_equal_where_their_words_are(words: list[str], size: int) -> None:
    hashes = split_text(" ".join(words)).hashes
    words = [str(value) for value in hashes.tolist()]
    shingles = hash_shingles(hashes, size)
    assert shingles.dtype == np.uint32
    runs = [tuple(words[start : start + size]) for start in range(len(words) - size + 1)]
    assert len(shingles) == len(runs)
    assert (
        len(set(zip(runs, shingles.tolist(), strict=True))) == len(set(runs)) == len(set(shingles.tolist()))
    )


def test_the_order_of_words_counts() -> None:
    forth, back = (hash_shingles(split_text(text).hashes, 2) for text in ("ferry quay", "quay ferry"))
    assert forth.tolist() != back.tolist()


def test_hashes_are_the_same_in_every_release() -> None:
    """Kept sketches are compared with new ones; a change here makes them unlike."""
    shingles = hash_shingles(split_text("the ferry left the quay at noon").hashes, 5)
    assert shingles.tolist() == [536027698, 571423715, 1204083867]


def test_permutations_are_datasketch_s() -> None:
    assert bijections(128, 5).tolist() == MinHash(128, seed=5, scheme=NAME).permutations.tolist()
    assert bijections(128, 5).tolist() != bijections(128, 6).tolist()


@settings(max_examples=300)
@given(HASHES, HASHES)
def test_jaccard_index_of_sets(left: list[int], right: list[int]) -> None:
    union = set(left) | set(right)
    expected = len(set(left) & set(right)) / len(union) if union else 0.0
    for one, other in ((left, right), (right, left)):
        assert jaccard(np.array(one, np.uint32), np.array(other, np.uint32)) == pytest.approx(expected)


def test_jaccard_index_of_many_hashes_that_share_a_slot() -> None:
    left = np.arange(5000, dtype=np.uint32) << np.uint32(16)
    right = np.concatenate([left[::2], left[::2] + np.uint32(1)])
    assert jaccard(left, right) == pytest.approx(2500 / 7500)
