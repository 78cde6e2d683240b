"""Pairs in which words were misread: texts with these words put right, and kinds."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup import Options, compare
from dedup.verify.misread import Misread
from dedup.verify.reread import put_right

STORY = """\
The harbour board of Norvik voted on Tuesday to close the old fish market after 112 years. The \
wooden hall on Pilot Street will be torn down in March, board chairwoman Hedda Brunn told reporters.

Inspectors found rot in 40 of the 58 oak piles that carry the building, and the sprinklers failed \
twice last winter. Repairs would have cost 9.4 million crowns, nearly three times what the \
stallholders pay in rent over a decade.

Seventeen fishmongers are to move into a former rope factory across the canal, where they will pay \
no rent until autumn. Many of them are angry about the short notice, and some have asked a lawyer to \
look at their leases.

The board wants to build a cruise terminal on the empty plot, with moorings for two ships of up to \
300 metres. Opponents have collected 6,200 signatures and asked the county court in Vestby to stop \
the demolition.
"""
_FAULTS = {
    "e": "c",
    "h": "b",
    "m": "rn",
    "l": "i",
    "o": "c",
    "n": "u",
    "d": "cl",
    "a": "o",
    "r": "i",
    "t": "f",
}


def misread(text: str, every: int, seed: int) -> str:
    """One word in so many misread by a letter."""
    chance = random.Random(seed)  # noqa: S311
    words = text.split(" ")
    for place in chance.sample(range(len(words)), len(words) // every):
        word = words[place]
        faulty = [at for at, letter in enumerate(word) if letter in _FAULTS]
        if faulty and len(word) > 3:
            at = chance.choice(faulty)
            words[place] = word[:at] + _FAULTS[word[at]] + word[at + 1 :]
    return " ".join(words)


ONE, OTHER = misread(STORY, 5, 1), misread(STORY, 5, 2)


@pytest.mark.parametrize("options", [Options(), Options(profile="copy")])
def test_two_readings_of_one_text_are_a_copy(options: Options) -> None:
    found = compare(ONE, OTHER, options)
    assert found.kind == "copy"
    assert found.reason.endswith(" are misread")
    assert found.similarity < 0.85  # by the words as they stand
    assert compare(OTHER, ONE, options).kind == "copy"


def test_a_reading_is_a_copy_of_the_text_that_was_read() -> None:
    assert compare(STORY, ONE).kind == "copy"
    broken = STORY.replace("chairwoman", "chair-\nwoman").replace("stallholders", "stall-\nholders")
    assert compare(broken.replace("demolition", "demo-\nlition"), STORY).kind == "copy"


def test_a_piece_of_another_reading_is_contained() -> None:
    piece = OTHER[: OTHER.index("\n\nSeventeen")]
    found = compare(ONE, piece)
    assert found.kind == "contains"
    assert found.right_containment < 0.9


def test_a_form_with_other_facts_is_none_however_it_is_read() -> None:
    facts = {
        "Norvik": "Dalheim", "Tuesday": "Friday", "112": "87", "Pilot": "Castle", "March": "June",
        "Hedda": "Tora", "Brunn": "Askeland", "40": "17", "58": "31", "9.4": "2.7", "300": "140",
        "6,200": "850", "Vestby": "Corvik",
    }  # fmt: skip
    another = STORY
    for fact, other in facts.items():
        another = another.replace(fact, other)
    assert compare(STORY, another).kind is None
    assert compare(misread(STORY, 10, 1), misread(another, 10, 2)).kind is None


def test_a_form_whose_facts_look_alike_is_none() -> None:
    notice = (
        "The county court of {} heard the case of {} against the harbour board on {}. The judge, {}, set the "
        "date of the next hearing and asked all to bring their papers to the clerk in good time. The "
        "damages that were claimed come to {} crowns at {} per cent. The board's lawyer, who comes from {}, "
        "said that the claim was without any ground, and that the sum of {} crowns had been withdrawn."
    )
    one = ("Norvik", "Jansen", "Tuesday", "Marten", "nine million", "1.25", "Austria", "seven thousand")
    other = (
        "Norwick",
        "Hansen",
        "Thursday",
        "Martin",
        "nine billion",
        "12.5",
        "Australia",
        "eleven thousand",
    )
    assert compare(notice.format(*one), notice.format(*other)).kind is None


def test_what_is_less_similar_than_the_threshold_by_its_words_is_a_rewrite() -> None:
    found = compare(ONE, OTHER, Options(threshold=0.9))
    assert found.similarity < 0.9
    assert found.kind == "rewrite"
    assert found.passages
    assert compare(ONE, OTHER, Options(threshold=0.9, profile="copy")).kind is None


def test_sentences_are_told_by_the_words_as_they_stand() -> None:
    parted = STORY.replace("Inspectors found", "In spec tors found").replace("a decade", "a deca de")
    worn, other = misread(STORY, 3, 2), misread(parted, 3, 52)
    found = compare(worn, other, Options(threshold=0.9))
    assert found.reason == "148 words match, 95% of both; 43 are misread"
    sides = [(worn[start:end], other[begin:stop]) for _, start, end, begin, stop, _ in found.passages]
    assert {what for what, *_ in found.passages} == {"answer"}
    (answer,) = (right for left, right in sides if left.startswith("Inspectors found"))
    assert answer.startswith("In spcc tors found")
    assert answer.endswith("a deca de")


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
    edits = np.array(rows, np.int64).reshape(-1, 4)
    found_edits = Misread(
        edits, np.array(bounds), np.zeros(len(edits), np.bool_), np.zeros(len(pairs), np.int64)
    )
    numbers = np.arange(0, 2 * len(pairs), 2)
    texts = put_right(found_edits, np.array(first), numbers, numbers + 1)
    found = [
        list(zip(texts.places[begin:end].tolist(), texts.origin[begin:end].tolist(), strict=True))
        for begin, end in zip(texts.first[:-1], texts.first[1:], strict=True)
    ]
    assert found == expected
    for text, words in enumerate(expected):
        before = [-1, *(origin for _, origin in words)]  # of the word before each
        for begin in range(len(words)):
            at, count = texts.trace(text, begin, len(words) - begin)
            assert at == min(words[begin][1], before[begin] + 1)
            assert at + count == words[-1][1] + 1
            assert texts.trace(text, begin, 0) == (before[begin] + 1, 0)
