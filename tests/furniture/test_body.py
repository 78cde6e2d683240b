from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.furniture.body import find_bodies
from dedup.furniture.recurring import OFTEN, SELDOM

from .test_lines import look_at

STORY = [
    "The harbour board voted on Tuesday to close the old slipway, which had been in use for a century.",
    "Nobody on the quay was surprised, since the timbers had been rotten for years and the money was spent.",
    "A new slipway will be built further along the shore, out of concrete, before the end of the summer.",
]


def body(text: str, recurs: dict[str, int] | None = None) -> str:
    """The body of a text, its ranges joined by a bar; ``recurs``: lines that do."""
    lines, said = look_at([text])
    shown = [text[start:end] for start, end in zip(said.starts, said.ends, strict=True)]
    levels = np.array([(recurs or {}).get(line, 0) for line in shown], np.uint8)
    found = find_bodies(lines, said, levels, np.array([len(text)]))
    assert found.is_whole[0] == (not found.removed.any())
    ranges = [text[start:end] for start, end in found.ranges]
    if not found.is_whole[0]:
        assert [part for part in "|".join(ranges).replace("|", "\n").split("\n") if part.strip()] == [
            line for line, gone in zip(shown, found.removed, strict=True) if not gone
        ]
    return "|".join(ranges)


def joined(*lines: str) -> str:
    return "\n".join(lines)


def test_a_text_without_furniture_is_its_own_body() -> None:
    for text in ("", "one line", joined(*STORY), "\n\n" + joined(*STORY) + "\n"):
        assert body(text) == text


def test_what_stands_below_a_heading_at_the_end_goes() -> None:
    story = joined(*STORY)
    below = ["Leave a Reply", "Your name", "• Elsewhere: the mayor speaks.", "© 2024 The Quay"]
    assert body(joined(*STORY, *below)) == story
    assert body(joined(*STORY, "Categories", "Harbours", "No Comments")) == story


def test_below_a_heading_in_the_middle_only_headlines_go() -> None:
    inside = ["Related stories", "Mayor opens new bridge", "Ferry runs aground"]
    assert body(joined(STORY[0], *inside, *STORY[1:])) == f"{STORY[0]}|{joined(*STORY[1:])}"
    assert (
        body(joined(STORY[0], "Related", "It was over.", STORY[1])) == f"{STORY[0]}|It was over.\n{STORY[1]}"
    )


def test_single_lines_go_wherever_they_stand() -> None:
    text = joined(
        STORY[0], "READ MORE: Ferry runs aground off the point", STORY[1], "Advertisement", STORY[2]
    )
    assert body(text) == "|".join(STORY)
    # A sentence may begin like a label.
    kept = joined(
        STORY[0], "Tags on the boats were read out by a clerk who had come over from the town.", STORY[1]
    )
    assert body(kept) == kept


def test_a_wall_goes_from_behind_the_first_paragraphs() -> None:
    for wall in (
        "Already a subscriber? Log in.",
        "You have no free articles this month. Subscribe to continue.",
        "Dieser Artikel ist nur für Abonnenten.",
        "Cet article est réservé aux abonnés. Pour lire la suite, identifiez-vous.",
    ):
        assert body(joined(*STORY[:2], wall)) == joined(*STORY[:2])
    kept = joined(STORY[0], "The ferry line told its passengers to subscribe to the daily list of tides.")
    assert body(kept) == kept


def test_of_captions_what_is_said_stays() -> None:
    spoken = ["The ferry left at", "noon with 12", "passengers, and one", "1984"]
    cues = [
        f"{number}\n00:00:{4 * number:02},000 --> 00:00:{4 * number + 3:02},500\n{line}\n"
        for number, line in enumerate(spoken, 1)
    ]
    assert body(joined(*cues)) == "|".join(spoken)
    unnumbered = [
        f"00:{4 * number:02}.000 --> 00:{4 * number + 3:02}.500 align:start\n{line}\n"
        for number, line in enumerate(spoken[::-1], 1)
    ]
    assert body(joined("WEBVTT\n", *unnumbered)) == "|".join(spoken[::-1])
    arrows = joined("12", *STORY, "Step 1 --> Step 2", "3 --> four")
    assert body(arrows) == arrows


def test_a_headline_that_is_repeated_goes() -> None:
    text = joined("Board closes old slipway", "Board closes old slipway", *STORY)
    assert body(text) == f"Board closes old slipway|{joined(*STORY)}"


def test_lines_that_recur() -> None:
    line = "The Quay is published weekly by the harbour trust"
    assert body(joined(STORY[0], line, STORY[1]), {line: SELDOM}) == f"{STORY[0]}|{STORY[1]}"
    # One that is long may be a passage that was copied, unless it recurs often and stands at an edge.
    text = joined(STORY[0], STORY[1], STORY[2])
    assert body(text, {STORY[1]: SELDOM}) == body(text, {STORY[2]: SELDOM}) == text
    long = " ".join([STORY[1], STORY[2]])
    assert body(joined(STORY[0], long), {long: OFTEN}) == STORY[0]
    assert body(joined(long, STORY[0]), {long: OFTEN}) == STORY[0]
    kept = joined(STORY[0], long, STORY[0])
    assert body(kept.replace("century", "age", 1), {long: OFTEN}) == kept.replace("century", "age", 1)


def test_many_short_lines_that_recur_seldom_may_be_a_passage() -> None:
    lines = [
        f"The boats of the bay numbered {name} came home." for name in ("one", "two", "three", "four", "five")
    ]
    recurs = dict.fromkeys(lines, SELDOM)
    text = joined(STORY[0], *lines, STORY[1])
    assert body(text, recurs) == text
    assert body(joined(STORY[0], *lines[:3], STORY[1]), recurs) == f"{STORY[0]}|{STORY[1]}"
    assert body(text, dict.fromkeys(lines, OFTEN)) == f"{STORY[0]}|{STORY[1]}"


def test_parts_of_a_sentence_that_is_broken_into_lines_are_no_furniture() -> None:
    wrapped = [
        "The harbour board will meet again in spring, it",
        "Said on Monday.",
        "In a letter to the board,",
    ]
    text = joined(*wrapped, "the mayor agreed. He had been asked to come.")
    assert body(text, dict.fromkeys(wrapped[1:], OFTEN)) == text
    wide = joined("The harbour board will meet again", "Said on Monday.", STORY[0])  # it would have fitted
    assert body(wide, {"Said on Monday.": OFTEN}) == f"The harbour board will meet again|{STORY[0]}"


def test_something_is_always_left() -> None:
    for text in (
        "Leave a Reply\nAdvertisement",
        "Log in\nSign up\nHome",
        "Share\nTweet\nEmail\nPrint\na b c",
    ):
        assert body(text) == text
    assert body(STORY[0], {STORY[0]: OFTEN}) == STORY[0]


@settings(max_examples=300)
@given(
    st.lists(
        st.sampled_from([*STORY, "Leave a Reply", "READ MORE: x", "Related", "a b", "Tags", "", "é!"]),
        max_size=9,
    ),
    st.lists(st.integers(0, 2), min_size=9, max_size=9),
)
def test_bodies_are_whole_lines_in_order(parts: list[str], levels: list[int]) -> None:
    text = joined(*parts)
    lines, said = look_at([text])
    found = find_bodies(lines, said, np.array(levels[: len(lines.keys)], np.uint8), np.array([len(text)]))
    ranges = found.ranges.tolist()
    assert all(0 <= start < end <= len(text) for start, end in ranges) or not text
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(ranges))
    if not found.is_whole[0]:
        kept = sum(int(words) for words, gone in zip(said.words, found.removed, strict=True) if not gone)
        assert kept >= 8
        assert 10 * kept >= said.words.sum()
