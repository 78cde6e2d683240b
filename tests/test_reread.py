"""Pairs in which words were misread, from texts to kinds."""

from __future__ import annotations

import random

import pytest

from dedup import Options, compare

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
    assert "of the words misread" in found.reason
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


def test_what_is_less_similar_than_the_threshold_by_its_words_is_a_rewrite() -> None:
    found = compare(ONE, OTHER, Options(threshold=0.9))
    assert found.similarity < 0.9
    assert found.kind == "rewrite"


def test_passages_are_told_by_the_words_as_they_stand() -> None:
    piece = OTHER[: OTHER.index("\n\nSeventeen")].replace("chairwoman", "chair woman")
    other = "Guests of the hotel saw seals on the beach at dawn, and a boy fed them with herring. " * 12
    whole = f"{other}\n\n{ONE}\n\n{other}"
    found = compare(piece, whole)
    assert found.kind == "contains"
    for what, start, end, begin, stop, _ in found.passages:
        assert what == "copied"
        assert piece[start:end].split()[0] in ONE
        assert whole[begin:stop].strip() == whole[begin:stop]
        assert 0 <= start < end <= len(piece)
        assert 0 <= begin < stop <= len(whole)
