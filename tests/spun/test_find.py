"""Evidence in a text alone: what is found, where, and what is left alone."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.spun import Evidence, find_evidence, find_evidence_batch
from dedup.text.words import split_words

PHRASES = [
    ("The Chinese language chief arrived on Monday.", "Chinese language chief", "Chinese leader"),
    ("He burdened the significance of the treaty.", "burdened the significance", "stressed the importance"),
    ("They met final week in the capital.", "final week", "last week"),
    ("Prices rose this yr again.", "this yr", "this year"),
    ("She spoke by way of video hyperlink from home.", "by way of video hyperlink", "via video link"),
    ("It was signed on the finish of the decade.", "on the finish of", "at the end of"),
    ("They went as a substitute of the mayor.", "as a substitute of", "instead of"),
    ("It was built 30 years in the past.", "years in the past", "years ago"),
    ("Officials on the White Home lawn waved.", "the White Home", "the White House"),
    ("The European Fee proposed a rule.", "European Fee", "European Commission"),
    ("Both agree on local weather change.", "local weather change", "climate change"),
    ("The two international locations agreed.", "The two international locations", "The two countries"),
]

CLEAN = [
    "It was the final week of the campaign, and the final month of the season.",
    "The chief of the Chinese language school spoke in the white home on the hill.",
    "As a result of the storm, the road within the park was closed.",
    "As mentioned on Friday, the army helped; regardless of rank, all dug in.",
    "She was burdened with debts. However, they went right into town.",
    "The French language newspaper and the Spanish language version differ.",
    "In the past, years went by quickly. Many years in the past had been dry.",
]


def find(text: str) -> list[tuple[str, str]]:
    return [(one.phrase, one.natural) for one in find_evidence(text)]


@pytest.mark.parametrize(("text", "phrase", "natural"), PHRASES)
def test_finds_a_phrase_and_says_what_it_stands_for(text: str, phrase: str, natural: str) -> None:
    assert (phrase, natural) in find(text)


@pytest.mark.parametrize("text", CLEAN)
def test_same_words_in_good_english_weigh_little(text: str) -> None:
    assert sum(one.weight for one in find_evidence(text)) < 1.5


def test_offsets_cut_the_phrase_out_of_the_text() -> None:
    text = "Ünlü — naïve 🦊: “quote” " + " ".join(text for text, *_ in PHRASES)
    found = find_evidence(text)
    assert len(found) >= len(PHRASES)
    for one in found:
        assert text[one.start : one.end] == one.phrase
        assert one.weight > 0
        assert one.natural != one.phrase


def test_evidence_is_in_order_and_apart() -> None:
    found = find_evidence(" ".join(text for text, *_ in PHRASES))
    for one, following in itertools.pairwise(found):
        assert one.end <= following.start


def test_the_longest_of_overlapping_phrases_wins() -> None:
    assert find("So the 2 international locations met.") == [
        ("the 2 international locations", "the two countries")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "He said: “We met final week and this yr.”",
        'He said: "We met final week and this yr." Then he left.',
        "“We met final week",  # never closed
    ],
)
def test_quotations_are_left_alone(text: str) -> None:
    assert find_evidence(text) == []


def test_an_unclosed_quotation_ends_with_its_paragraph() -> None:
    text = "“We met final week, he said.\n\nThe two international locations agreed."
    assert find(text) == [("The two international locations", "The two countries")]


def test_a_phrase_does_not_cross_sentences_or_paragraphs() -> None:
    assert find_evidence("It was final. Week after week passed.") == []
    assert find_evidence("It was final\n\nweek after week") == []


def test_a_phrase_may_cross_a_line_break() -> None:
    assert find("They met final\nweek in Rome.") == [("final\nweek", "last week")]


def test_natural_takes_the_capitals_of_the_phrase() -> None:
    assert find("Within the wake of it all.") == [("Within the", "In the")]
    assert find("WITHIN THE WAKE OF IT") == [("WITHIN THE", "IN THE")]


def test_inflections_are_handled() -> None:
    for spun in ("boosts", "boosting", "boosted"):
        odd = spun.replace("boost", "spic").replace("spics", "spices")
        assert find(f"It {odd} up economic growth.") == [
            (f"{odd} up economic growth", f"{spun} economic growth")
        ]


def test_a_batch_gives_what_single_texts_give_and_asks_only_for_texts_with_hits() -> None:
    texts = [text for text, *_ in PHRASES] + CLEAN + ["", "Nothing here.", "week of the final"]
    data = "".join(texts).encode()
    offsets = np.cumsum([0, *(len(text.encode()) for text in texts)]).astype(np.int64)
    asked: list[int] = []

    def text_of(number: int) -> str:
        asked.append(number)
        return texts[number]

    found = find_evidence_batch(split_words(np.frombuffer(data, np.uint8), offsets), text_of)
    assert {i: find_evidence(text) for i, text in enumerate(texts) if find_evidence(text)} == found
    assert texts.index("Nothing here.") not in asked
    assert asked == sorted(set(asked))


def test_phrases_do_not_reach_from_one_text_into_the_next() -> None:
    texts = ["the final", "week before"]
    data = np.frombuffer("".join(texts).encode(), np.uint8)
    assert find_evidence_batch(split_words(data, np.array([0, 9, 20])), texts.__getitem__) == {}


FRAGMENTS = [*(text for text, *_ in PHRASES), *CLEAN, "“", "”", '"', "\n\n", "\ud800", "‑", " ", "é", "中"]


@settings(max_examples=200)
@given(st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=8))).map("".join))
def test_any_text_gives_sound_evidence(text: str) -> None:
    place = 0
    for one in find_evidence(text):
        assert isinstance(one, Evidence)
        assert place <= one.start < one.end <= len(text)
        assert text[one.start : one.end] == one.phrase
        assert one.natural
        place = one.end
