"""Bodies: words that were kept of texts, and where they stand among all."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from together import encode, split

from dedup.text.words import SECRET_KEY, hash_folded, keep_ranges, places_of_kept, split_words

TEXTS = st.lists(
    st.tuples(
        st.text(st.sampled_from("ab ,渡船\u0e33Ж½\n"), max_size=30),
        st.lists(st.integers(0, 30), max_size=6, unique=True).map(sorted),
    ),
    max_size=4,
)


@settings(max_examples=80)
@given(TEXTS)
def test_kept_words_stand_where_their_ranges_are(given: list[tuple[str, list[int]]]) -> None:
    texts = [text for text, _ in given]
    ranges = [list(zip(cuts[::2], cuts[1::2], strict=False)) for _, cuts in given]
    whole, _ = split(texts)
    first = np.cumsum([0, *map(len, ranges)], dtype=np.int64)
    flat = np.array([one for some in ranges for one in some], np.int64).reshape(-1, 2)
    kept = keep_ranges(whole, first, flat)
    expected = [
        word
        for text, some in enumerate(ranges)
        for word in range(int(whole.first[text]), int(whole.first[text + 1]))
        if any(begin <= whole.starts[word] < end for begin, end in some)
    ]
    places = places_of_kept(whole, kept)
    assert places.tolist() == expected
    assert whole.hashes[places].tolist() == kept.hashes.tolist()
    assert whole.starts[places].tolist() == kept.starts.tolist()


def test_all_words_are_kept_of_whole_texts() -> None:
    whole, _ = split(["the ferry left", "", "the quay"])
    assert places_of_kept(whole, whole).tolist() == [0, 1, 2, 3, 4]


@settings(max_examples=40)
@given(
    st.lists(st.text(max_size=20).filter(lambda text: text.isprintable()), max_size=4),
    st.integers(0, 2**64 - 1),
)
def test_words_hashed_again_are_as_if_split_under_that_key(texts: list[str], key: int) -> None:
    buffers = encode(texts)
    again = hash_folded(split_words(*buffers, SECRET_KEY), key)
    assert again.tolist() == split_words(*buffers, key).hashes.tolist()
