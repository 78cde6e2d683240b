"""Words that differ by a letter or two: which edits are such, and when they are many."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from together import encode

from dedup.align.words import align_many, join_stretches
from dedup.sketch.rarity import no_articles
from dedup.text.words import SECRET_KEY, Words, split_words
from dedup.verify.content import Content
from dedup.verify.misread import LONGEST_MISREAD, Misread, find_misread
from dedup.verify.verified import Texts

LEFT, RIGHT = np.array([0]), np.array([1])


def find(left: str, right: str) -> tuple[Words, Misread]:
    buffers = encode([left, right])
    words = split_words(*buffers, SECRET_KEY)
    content = Content.of(Texts(*buffers, words, words, lambda number: (left, right)[number]), no_articles())
    alignments = align_many(content.words, LEFT, RIGHT)
    return words, find_misread(words, content.statements.marks, *join_stretches(alignments), LEFT, RIGHT)


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
        ("Schleswig", "Schleswlg"),
        ("in million s", "in miliion s"),
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
        ("H1N1", "H5N1"),
        ("10h30m", "10h45m"),
        ("1.25 %", "12.5 %"),
        ("1 12", "11 2"),
        ("١٩٨٧", "١٩٣٧"),
        ("๒๕๖๗", "๒๕๖๘"),
        ("nine million", "nine billion"),
        ("seven", "eleven"),
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
    return bool(misread.are_many(words, LEFT, RIGHT)[0])


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
    form = "one {0} has a school, one {0} has a bridge, one {0} has a mill, and one {0} has a ferry"
    every = ("harbour", "hambour", "harpour", "harbcur", "harboux")
    assert len(edits(form.format(every[0]), form.format(every[1]))) == 4
    assert not many(form.format(every[0]), form.format(every[1]))
    misread = form
    for word in every[1:]:
        misread = misread.replace("{0}", word, 1)
    assert not many(form.format(every[0]), misread)
    assert not many(misread, form.format(every[0]))


def test_names_that_look_alike_do_not_say_that_texts_were_misread() -> None:
    form = "The town of {} has a school, {} has a bridge, {} has a mill, and {} has a ferry"
    one, other = ("Norvik", "Calder", "Marten", "Jansen"), ("Norvlk", "Balder", "Martin", "Hansen")
    assert len(edits(form.format(*one), form.format(*other))) == 4
    assert not many(form.format(*one), form.format(*other))
    # but neither do they say that they weren't
    assert many(f"{form.format(*one)}. {TEXT}", f"{form.format(*other)}. {MISREAD}")
