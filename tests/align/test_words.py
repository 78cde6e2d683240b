from __future__ import annotations

import random
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from dedup.align import words as aligned
from dedup.align.numbered import Numbered, count_shared
from dedup.align.words import (
    OPS,
    Alignment,
    Span,
    align_many,
    align_texts,
    align_words,
    name_spans,
    span_places,
    span_places_many,
)
from dedup.text.words import SECRET_KEY, Text, Words, keep_ranges, split_text, split_words

# Few words, so that they repeat; what stands between them is none, much, or more than spaces.
PIECES = st.sampled_from(["the", "The", "cat", "dog", "sat", "é", "e\u0301", "中", "文", "a\u00adb", "3"])
GAPS = st.sampled_from([" ", " ", " ", "  ", ", ", ".\n\n", "-", " “", "😀 ", "\u200b "])
TEXTS = st.tuples(GAPS, st.lists(st.tuples(PIECES, GAPS), max_size=30)).map(
    lambda parts: parts[0] + "".join(piece + gap for piece, gap in parts[1])
)
IDS = st.lists(st.integers(0, 5), max_size=40)


def words_of(text: str) -> list[str]:
    words = split_text(text)
    return words.folded.tobytes().decode().split()


def numbers(words: list[int]) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    return np.array(words, np.uint64)


def align_ids(left: list[int], right: list[int]) -> Alignment:
    return align_words(numbers(left), numbers(right))


def count(pairs: list[tuple[list[int], list[int]]]) -> list[int]:
    texts = [numbers(text) for pair in pairs for text in pair]
    first = np.cumsum([0, *map(len, texts)], dtype=np.int64)
    left = np.arange(0, len(texts), 2)
    shared: list[int] = count_shared(Numbered.of(np.concatenate(texts), first), left, left + 1).tolist()
    return shared


@given(st.lists(st.lists(st.integers(0, 9), max_size=8), max_size=4), st.data())
def test_some_words_are_left_out(texts: list[list[int]], data: st.DataObject) -> None:
    first = np.cumsum([0, *map(len, texts)], dtype=np.int64)
    words = Numbered.of(numbers([word for text in texts for word in text]), first)
    dropped = np.array([data.draw(st.booleans()) for _ in words.numbers], np.bool_)
    rest = words.without(dropped)
    for text in range(len(texts)):
        some = slice(int(first[text]), int(first[text + 1]))
        found = rest.numbers[rest.first[text] : rest.first[text + 1]]
        assert found.tolist() == words.numbers[some][~dropped[some]].tolist()


@given(st.lists(st.integers(0, 9), max_size=30))
def test_where_words_stand_first(text: list[int]) -> None:
    words = Numbered.of(numbers(text), np.array([0, len(text)]))
    assert [text[place] for place in words.first_uses()] == list(dict.fromkeys(text))
    assert words.first_uses().tolist() == [text.index(word) for word in dict.fromkeys(text)]


def split_all(texts: list[str]) -> Words:
    data = [text.encode() for text in texts]
    offsets = np.cumsum([0, *map(len, data)], dtype=np.int64)
    return split_words(np.frombuffer(b"".join(data), np.uint8), offsets, SECRET_KEY)


def check_stretches(alignment: Alignment, left: list[int], right: list[int]) -> None:
    """Equal stretches are equal, in order, and apart."""
    at = bt = 0
    for index, (i, k, size) in enumerate(alignment.equal.tolist()):
        assert size > 0
        assert i >= at
        assert k >= bt
        assert index == 0 or i > at or k > bt
        assert left[i : i + size] == right[k : k + size]
        at, bt = i + size, k + size
    assert at <= len(left)
    assert bt <= len(right)


def check_spans(left: str, right: str, spans: list[Span]) -> None:
    """What every reader of spans relies on."""
    assert "".join(left[span.left_start : span.left_end] for span in spans) == left
    assert "".join(right[span.right_start : span.right_end] for span in spans) == right
    for one, other in pairwise(spans):
        assert (one.left_end, one.right_end) == (other.left_start, other.right_start)
        assert (one.op == "equal") != (other.op == "equal")
    for place, span in enumerate(spans):
        ours, theirs = left[span.left_start : span.left_end], right[span.right_start : span.right_end]
        assert span.op in OPS
        if span.op == "equal":
            assert words_of(ours) == words_of(theirs)
            assert ours or theirs
            assert words_of(ours) or place in (0, len(spans) - 1)
        else:
            assert bool(words_of(ours)) == bool(ours) == (span.op != "insert")
            assert bool(words_of(theirs)) == bool(theirs) == (span.op != "delete")
            for text in filter(None, (ours, theirs)):
                words = split_text(text)
                assert (words.starts[0], words.ends[-1]) == (0, len(text))


@settings(max_examples=300)
@given(TEXTS, TEXTS)
def test_spans_cover_both_texts(left: str, right: str) -> None:
    alignment, spans = align_texts(left, right)
    check_spans(left, right, spans)
    matched = sum(
        len(words_of(left[span.left_start : span.left_end])) for span in spans if span.op == "equal"
    )
    assert matched == alignment.matched


@settings(max_examples=300)
@given(IDS, IDS)
def test_at_least_as_much_is_matched_as_by_the_plain_edit_script(left: list[int], right: list[int]) -> None:
    alignment = align_ids(left, right)
    check_stretches(alignment, left, right)
    plain = Levenshtein.opcodes(left, right).as_matching_blocks()
    assert alignment.matched >= sum(block.size for block in plain)
    assert len(alignment.equal) <= sum(block.size > 0 for block in plain)


@settings(max_examples=200)
@given(IDS, IDS)
def test_scores_follow_from_the_matched_words(left: list[int], right: list[int]) -> None:
    alignment = align_ids(left, right)
    matched = alignment.matched
    assert (alignment.left_words, alignment.right_words) == (len(left), len(right))
    assert alignment.similarity == (2 * matched / (len(left) + len(right)) if left or right else 0)
    assert alignment.left_containment == (matched / len(left) if left else 0)
    assert alignment.right_containment == (matched / len(right) if right else 0)
    assert alignment.longest_run == max((size for _, _, size in alignment.equal.tolist()), default=0)


@settings(max_examples=100)
@given(TEXTS)
def test_a_text_is_wholly_like_itself(text: str) -> None:
    alignment, spans = align_texts(text, text)
    assert spans == ([Span("equal", 0, len(text), 0, len(text))] if text else [])
    if words_of(text):
        assert alignment.similarity == alignment.left_containment == alignment.right_containment == 1


@settings(max_examples=300)
@given(st.lists(st.tuples(IDS, IDS), min_size=1, max_size=4))
def test_the_bound_is_what_the_texts_share(pairs: list[tuple[list[int], list[int]]]) -> None:
    shared = [(Counter(left) & Counter(right)).total() for left, right in pairs]
    assert count(pairs) == shared
    assert all(align_ids(*pair).matched <= most for pair, most in zip(pairs, shared, strict=True))


@settings(max_examples=200)
@given(st.lists(st.tuples(IDS, IDS), min_size=1, max_size=4), st.sampled_from([0, 20, 4_000_000]))
def test_many_pairs_are_aligned_as_one(pairs: list[tuple[list[int], list[int]]], few_cells: int) -> None:
    words = split_all([" ".join(f"w{number}" for number in text) for pair in pairs for text in pair])
    left = np.arange(0, 2 * len(pairs), 2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(aligned, "FEW_CELLS", few_cells)
        many = align_many(Numbered.of(words.hashes, words.first), left, left + 1)
        spans, bounds = span_places_many(many, words, words, left, left + 1)
        for number, found in enumerate(many):
            ours, theirs = Text(words, 2 * number, str), Text(words, 2 * number + 1, str)
            alone = align_words(ours.ids, theirs.ids)
            assert found.equal.tolist() == alone.equal.tolist()
            assert found[1:] == alone[1:]
            places = spans[bounds[number] : bounds[number + 1]]
            assert places.tolist() == span_places(alone, ours, theirs).tolist()


TEXT = st.lists(st.tuples(st.sampled_from("abcd½"), st.booleans()), max_size=12)  # ½ is two words


@settings(max_examples=300)
@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=3))
def test_words_that_are_left_out_match_nothing(
    pairs: list[tuple[list[tuple[str, bool]], list[tuple[str, bool]]]],
) -> None:
    texts = [text for pair in pairs for text in pair]
    whole = split_all([" ".join(word for word, _ in text) for text in texts])
    ranges = [(2 * place, 2 * place + 1) for text in texts for place, (_, kept) in enumerate(text) if kept]
    first = np.cumsum([0, *(sum(kept for _, kept in text) for text in texts)])
    words = keep_ranges(whole, first, np.array(ranges, np.int64).reshape(-1, 2))
    counts = [sum(kept * (1 + (word == "½")) for word, kept in text) for text in texts]
    assert np.diff(words.first).tolist() == counts
    left = np.arange(0, len(texts), 2)
    alignments = align_many(Numbered.of(words.hashes, words.first), left, left + 1)
    spans, bounds = span_places_many(alignments, whole, words, left, left + 1)
    for number, found in enumerate(alignments):
        left_text, right_text = texts[2 * number : 2 * number + 2]
        matched, at, bt = 0, 0, 0
        for span in name_spans(spans[bounds[number] : bounds[number + 1]]):
            assert (span.left_start, span.right_start) == (at, bt)
            at, bt = span.left_end, span.right_end
            if span.op == "equal":
                ours, theirs = (
                    [text[place // 2] for place in range(start, end) if not place % 2]
                    for text, start, end in (
                        (left_text, span.left_start, span.left_end),
                        (right_text, span.right_start, span.right_end),
                    )
                )
                assert ours == theirs
                assert all(kept for _, kept in ours)
                matched += sum(1 + (word == "½") for word, _ in ours)
        assert (at, bt) == (max(0, 2 * len(left_text) - 1), max(0, 2 * len(right_text) - 1))
        assert matched == found.matched


def test_shared_words_are_counted_in_any_order() -> None:
    left, right = list(range(10)), list(range(7, 17))
    assert count([(left, right), (left[::-1], right)]) == [3, 3]  # in any order: it is a bound


@pytest.mark.parametrize(
    ("left", "right", "steps"),
    [
        ("", "", []),
        ("", "the cat", [("insert", "", "the cat")]),
        ("the cat", "", [("delete", "the cat", "")]),
        ("...", "!", [("equal", "...", "!")]),
        ("the cat", "a dog", [("replace", "the cat", "a dog")]),
        (
            "The cat, sat.",
            "the CAT sat",
            [("equal", "The cat, sat.", "the CAT sat")],
        ),
        (
            "the old cat sat",
            "the cat sat",
            [("equal", "the ", "the "), ("delete", "old", ""), ("equal", " cat sat", "cat sat")],
        ),
        (
            "(the cat)",
            "the dog!",
            [("equal", "(the ", "the "), ("replace", "cat", "dog"), ("equal", ")", "!")],
        ),
        (
            "the cat sat",
            "the dog ran to the cat sat on the mat",
            [
                ("insert", "", "the dog ran to"),
                ("equal", "the cat sat", " the cat sat "),
                ("insert", "", "on the mat"),
            ],
        ),
        (
            "the dog ran to the cat sat on the mat",
            "the cat sat",
            [
                ("delete", "the dog ran to", ""),
                ("equal", " the cat sat ", "the cat sat"),
                ("delete", "on the mat", ""),
            ],
        ),
    ],
)
def test_examples(left: str, right: str, steps: list[tuple[str, str, str]]) -> None:
    _, spans = align_texts(left, right)
    check_spans(left, right, spans)
    found = [
        (op, left[start:end], right[right_start:right_end])
        for op, start, end, right_start, right_end in spans
    ]
    assert found == steps


def test_a_lone_word_stays_with_its_run_on_both_ends() -> None:
    run = "the ferry that left the quay"
    for extra in ("the boat said that the", "quay and the quay", "left the quay"):
        for longer in (f"{extra} {run}", f"{run} {extra}"):
            alignment, _ = align_texts(run, longer)
            assert alignment.equal[:, 2].tolist() == [6]


def test_texts_among_many_are_aligned_as_alone() -> None:
    texts = ["left out", "Die ﬁne Straße, é 中文", "", "the fine strasse e\u0301 中 und"]
    words = split_all(texts)
    for a, left in enumerate(texts):
        for b, right in enumerate(texts):
            alone, spans = align_texts(left, right)
            among = align_words(words.hashes[words.of(a)], words.hashes[words.of(b)])
            assert among.equal.tolist() == alone.equal.tolist()
            assert [tuple(span[1:]) for span in spans] == [
                tuple(row[1:])
                for row in span_places(among, Text(words, a, str), Text(words, b, str)).tolist()
            ]


# ---------------------------------------------------------------- long texts


def edited(words: list[int], chance: random.Random, edits: int) -> list[int]:
    """Words with stretches cut out, put in and changed."""
    words = list(words)
    for _ in range(edits):
        place = chance.randrange(len(words))
        size = chance.randrange(1, 8)
        new = [chance.randrange(10**6, 2 * 10**6) for _ in range(chance.choice([0, 1, size]))]
        words[place : place + chance.choice([0, 1, size])] = new
    return words


@pytest.mark.parametrize("seed", range(12))
def test_anchors_find_about_what_the_whole_script_finds(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(seed)  # noqa: S311
    left = [chance.randrange(300) for _ in range(1500)]
    right = edited(left, chance, 25)
    whole = align_ids(left, right)
    monkeypatch.setattr(aligned, "FEW_CELLS", 100)
    anchored = align_ids(left, right)
    check_stretches(anchored, left, right)
    assert whole.matched >= anchored.matched >= 0.98 * whole.matched


@settings(max_examples=100)
@given(
    st.lists(st.integers(0, 3) | st.integers(0, 200), min_size=20, max_size=120),
    st.randoms(use_true_random=False),
)
def test_anchored_alignments_hold_what_all_hold(left: list[int], chance: random.Random) -> None:
    right = edited(left, chance, 4)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(aligned, "FEW_CELLS", 50)
        patch.setattr(aligned, "ANCHOR", 3)
        alignment = align_ids(left, right)
        check_stretches(alignment, left, right)
        texts = [" ".join(f"w{word}," for word in words) for words in (left, right)]
        check_spans(texts[0], texts[1], align_texts(texts[0], texts[1])[1])


def test_long_copies_with_cuts_are_found() -> None:
    chance = random.Random(1)  # noqa: S311
    words = [chance.randrange(20_000) for _ in range(150_000)]
    cut = words[:30_000] + words[45_000:100_000] + [20_001] * 50 + words[100_000:140_000]
    alignment = align_ids(words, cut)
    check_stretches(alignment, words, cut)
    assert alignment.matched == 125_000
    assert alignment.equal[:, 2].tolist() == [30_000, 55_000, 40_000]


def test_a_piece_of_a_long_text_is_found() -> None:
    chance = random.Random(2)  # noqa: S311
    words = [chance.randrange(20_000) for _ in range(150_000)]
    alignment = align_ids(words[70_000:70_500], words)
    assert alignment.equal.tolist() == [[0, 70_000, 500]]


def test_long_texts_of_repeated_words_end() -> None:
    left, right = [7] * 100_000, [7] * 90_000
    alignment = align_ids(left, right)
    check_stretches(alignment, left, right)
    block = list(range(1000))
    blocks = align_ids(block * 100, block * 90)
    check_stretches(blocks, block * 100, block * 90)


@pytest.mark.parametrize("block", [1, 10, 1000])
def test_a_long_text_of_repetitions_is_wholly_like_itself(block: int) -> None:
    words = list(range(block)) * (20_000 // block)
    alignment = align_ids(words, words)
    assert alignment.similarity == 1


def test_long_texts_that_share_nothing() -> None:
    alignment = align_ids(list(range(20_000)), list(range(20_000, 40_000)))
    assert alignment.matched == alignment.longest_run == 0


def test_texts_that_share_more_words_than_there_are_code_points_below_the_surrogates() -> None:
    ids = np.arange(70_000, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    other = ids.copy()
    other[[56_000, 56_001]] = ids[[56_001, 56_000]]
    alignment = align_words(ids, np.concatenate([other, ids[-3:]]))
    assert alignment.matched == 69_999
    assert alignment.longest_run == 56_000
