from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from together import split

from dedup.text.sentences import BEGINS, DIGIT, HAN
from dedup.text.stems import BEGINNING, LETTERS, hash_stems, number_stems

from .folding import words_of

TEXTS = st.text(st.sampled_from("abcdefgABéßЖжع0 9.\n渡"), max_size=60)
UNSPACED_TEXTS = st.text(st.sampled_from("渡船ที่ひ a๑\n"), max_size=20)


def stems_of(*texts: str) -> list[int]:
    hashes: list[int] = hash_stems(*split(texts)).tolist()
    return hashes


def slow_stems(text: str) -> list[tuple[str, ...]]:
    """Stems as strings; in scripts without spaces with the next letter."""
    words, marks = split([text])
    found = words_of(words)
    stems: list[tuple[str, ...]] = []
    for place, word in enumerate(found):
        stem = word.folded if marks[place] & DIGIT else word.folded[:LETTERS]
        after = place + 1 if place + 1 < len(found) else place
        joined = marks[place] & marks[after] & HAN and found[after].start == word.end
        stems.append((stem, found[after].folded) if joined else (stem,))
    return stems


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("criticism", "CRITICISED"),
        ("harbours", "harbour’s"[:7]),
        ("Verhandlung", "verhandelten"[:6]),
        ("забастовка", "забастовщики"),
        ("Straßenbahn", "STRASSEN"),
        ("short", "short"),
    ],
)
def test_words_that_begin_alike_have_one_stem(one: str, other: str) -> None:
    assert stems_of(one) == stems_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("quays", "quay"), ("2024001", "2024002"), ("boeing737", "boeing747"), ("渡船", "渡口"), ("مرسى", "مراس")],  # noqa: E501
)  # fmt: skip
def test_what_is_told_apart(one: str, other: str) -> None:
    assert stems_of(one)[0] != stems_of(other)[0]


@settings(max_examples=200)
@given(TEXTS, TEXTS)
def test_stems_are_equal_where_they_are_as_strings(one: str, other: str) -> None:
    names = slow_stems(one) + slow_stems(other)
    pairs = set(zip(names, stems_of(one, other), strict=True))
    assert len(pairs) == len(set(names)) == len({stem for _, stem in pairs})


@settings(max_examples=200)
@given(UNSPACED_TEXTS)
def test_letters_of_unspaced_scripts_are_told_apart_with_the_next(text: str) -> None:
    pairs = set(zip(slow_stems(text), stems_of(text), strict=True))
    assert len(pairs) == len(set(slow_stems(text))) == len({stem for _, stem in pairs})


@pytest.mark.parametrize(("one", "other"), [("上海", "海上"), ("天天", "人人")])
def test_the_order_of_two_letters_counts(one: str, other: str) -> None:
    assert stems_of(one)[0] != stems_of(other)[0]


@settings(max_examples=50)
@given(st.lists(TEXTS | UNSPACED_TEXTS, max_size=4))
def test_stems_do_not_depend_on_the_texts_around(texts: list[str]) -> None:
    assert stems_of(*texts) == list(itertools.chain(*map(stems_of, texts)))


@settings(max_examples=50)
@given(st.lists(TEXTS | UNSPACED_TEXTS, max_size=3), st.integers(0, 2**64 - 1), st.data())
def test_stems_of_some_words(texts: list[str], key: int, data: st.DataObject) -> None:
    words, marks = split(texts)
    every = hash_stems(words, marks, key)
    some = np.array([place for place in range(len(every)) if data.draw(st.booleans())], np.int64)
    assert hash_stems(words, marks, key, some).tolist() == every[some].tolist()


@settings(max_examples=50)
@given(TEXTS)
def test_the_lowest_bit_of_a_number_says_where_sentences_begin(text: str) -> None:
    words, marks = split([text])
    hashes = hash_stems(words, marks)
    numbers = number_stems(hashes, marks)
    assert numbers.dtype == np.uint32
    assert ((numbers & BEGINNING) != 0).tolist() == ((marks & BEGINS) != 0).tolist()
    assert (numbers >> np.uint32(1)).tolist() == (hashes >> np.uint64(33)).tolist()


def test_stems_are_the_same_in_every_process() -> None:
    """Scans are cut into processes, and articles meet by their stems."""
    assert stems_of("harbourmaster") == stems_of("the Harbour")[1:]
    assert stems_of("", "...") == []
