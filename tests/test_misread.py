"""Words that differ by a letter or two: which edits are such, and texts with these words put right."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from together import encode

from dedup.align import Numbered, align_many, join_stretches
from dedup.misread import LONGEST_MISREAD, Misread, find_misread, put_right
from dedup.text.words import SECRET_KEY, Words, split_words

LEFT, RIGHT = np.array([0]), np.array([1])


def find(left: str, right: str) -> tuple[Words, Misread]:
    words = split_words(*encode([left, right]), SECRET_KEY)
    alignments = align_many(Numbered.of(words.hashes, words.first), LEFT, RIGHT)
    return words, find_misread(words, *join_stretches(alignments), LEFT, RIGHT)


def edits(left: str, right: str) -> list[list[int]]:
    found: list[list[int]] = find(left, right)[1].edits.tolist()
    return found


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("harbour", "harhour"),
        ("harbour", "har-\nbour"),
        ("in the harbour", "inthe harbour"),
        ("modern", "modem"),
        ("colour", "color"),
        ("Générale", "Generale"),
        ("гавань", "гавзнь"),
        ("the 14th of", "tbe 14th oi"),
        ("Pilot", "PiIot"),
        ("region", "re9ion"),
        ("usually", "usua11y"),
    ],
)
def test_nearly_the_same_letters_are_misread(left: str, right: str) -> None:
    before, after = "Ships in ", " wait now"
    assert len(edits(f"{before}{left}{after}", f"{before}{right}{after}")) == 1
    assert len(edits(f"{before}{right}{after}", f"{before}{left}{after}")) == 1


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("harbour", "station"),
        ("1987", "1937"),
        ("14th", "15th"),
        ("Q1", "Q2"),
        ("class7", "class8"),
        ("7th", "8th"),
        ("no", "on"),
        ("Almby", "Dalheim"),
        ("", "harbour"),
        ("гавань", "дорога"),  # the first byte of each letter is the same
        ("港", "站"),
        ("harbour " * (LONGEST_MISREAD + 1), "harhour " * (LONGEST_MISREAD + 1)),
    ],
)
def test_other_words_and_figures_are_not(left: str, right: str) -> None:
    assert not edits(f"Ships in {left} wait", f"Ships in {right} wait")


def distance(left: str, right: str) -> int:
    """The edit distance, by definition."""
    if not left or not right:
        return len(left) + len(right)
    return min(
        distance(left[1:], right) + 1,
        distance(left, right[1:]) + 1,
        distance(left[1:], right[1:]) + (left[0] != right[0]),
    )


def digits(text: str) -> list[str]:
    """All but those between letters."""
    return [letter for letter in re.sub(r"(?<=[abя])1+(?=[abя])", "", text) if letter == "1"]


LETTERS = st.text("abя1", min_size=1, max_size=5)


@settings(max_examples=120)
@given(LETTERS, LETTERS)
@example("abb", "ab")
def test_misread_as_slowly(left: str, right: str) -> None:
    longer, shorter = max(len(left), len(right)), min(len(left), len(right))
    expected = (
        left != right
        and shorter >= 3
        and distance(left, right) <= longer // 3
        and digits(left) == digits(right)
    )
    assert bool(edits(f"one {left} two", f"one {right} two")) == expected


def many(left: str, right: str) -> bool:
    words, misread = find(left, right)
    return bool(misread.are_many(words, LEFT)[0])


TEXT = "The harbour board voted to close the market hall after the inspectors found rotten timber below"
MISREAD = "The harhour board voted to ciose the market ball after the inspectors found rotten tirnber below"


def test_misread_words_are_what_texts_differ_by_or_not() -> None:
    assert many(TEXT, MISREAD)
    assert many(TEXT, f"{MISREAD} the old stage of wood")
    assert not many(TEXT, TEXT)
    assert not many(TEXT, TEXT.replace("harbour", "harhour").replace("close", "ciose"))
    others = MISREAD.replace("voted", "chose").replace("inspectors", "builders").replace("after", "because")
    assert many(TEXT, others)
    assert not many(TEXT, others.replace("hall", "hail").replace("found", "saw").replace("below", "there"))


def test_a_word_that_is_another_one_throughout_is_not_misread_often() -> None:
    form = "{0} has a school, {0} has a bridge, {0} has a mill, and {0} has a ferry"
    assert len(edits(form.format("Barneshaven"), form.format("Zaneshaven"))) == 4
    assert not many(form.format("Barneshaven"), form.format("Zaneshaven"))


PIECES = st.lists(
    st.tuples(st.integers(0, 3), st.integers(1, 3), st.integers(1, 3)), max_size=4
)  # equal words, then misread ones on the left and on the right


@settings(max_examples=80)
@given(st.lists(st.tuples(PIECES, st.integers(0, 3)), min_size=1, max_size=3))
def test_texts_are_put_right_as_slowly(pairs: Sequence[tuple[list[tuple[int, int, int]], int]]) -> None:
    rows, bounds, first = [], [0], [0]
    expected: list[list[tuple[str, int]]] = []
    for pieces, rest in pairs:
        at = bt = 0
        right: list[tuple[str, int]] = []  # whose word it is, and which one
        origins: list[int] = []
        for equal, ours, theirs in pieces:
            right += [("right", bt + word) for word in range(equal)]
            origins += [bt + word for word in range(equal)]
            at, bt = at + equal, bt + equal
            rows.append((at, ours, bt, theirs))
            right += [("left", at + word) for word in range(ours)]
            origins += [bt + min(word, theirs - 1) for word in range(ours - 1)] + [bt + theirs - 1]
            at, bt = at + ours, bt + theirs
        right += [("right", bt + word) for word in range(rest)]
        origins += [bt + word for word in range(rest)]
        bounds.append(len(rows))
        begin, middle = first[-1], first[-1] + at + rest
        first += [middle, middle + bt + rest]
        ends = {"left": begin, "right": middle}
        expected.append([(begin + word, word) for word in range(at + rest)])  # type: ignore[misc]
        expected.append(
            [(ends[side] + word, origin) for (side, word), origin in zip(right, origins, strict=True)]  # type: ignore[misc]
        )
    misread = Misread(
        np.array(rows, np.int64).reshape(-1, 4), np.array(bounds), np.zeros(len(pairs), np.int64)
    )
    numbers = np.arange(0, 2 * len(pairs), 2)
    texts = put_right(misread, np.array(first), numbers, numbers + 1)
    found = [
        list(zip(texts.places[begin:end].tolist(), texts.origin[begin:end].tolist(), strict=True))
        for begin, end in zip(texts.first[:-1], texts.first[1:], strict=True)
    ]
    assert found == expected
    for text, words in enumerate(expected):
        for begin in range(len(words)):
            at, count = texts.trace(text, begin, len(words) - begin)
            assert (at, at + count) == (words[begin][1], words[-1][1] + 1)
        assert texts.trace(text, 0, 0) == (0, 0)
