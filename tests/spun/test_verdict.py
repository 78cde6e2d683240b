"""The verdict: spun texts are flagged, odd but honest ones are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.spun import Evidence, find_evidence, judge
from dedup.spun.verdict import MANY_ODD

SPUN = """The harbour board introduced final week that the 2 international locations would share a ferry.

Officers burdened the significance of commerce partnerships within the wake of the strike, and
mentioned Friday that costs had change into one of many largest worries.

“We will keep the old boats for another year,” the chairman said.

Work started years in the past, and regardless of what he known as dangerous luck it goes on this yr."""

STILTED = {
    "police": """The male suspect exited the vehicle and proceeded on foot in a northerly direction. The
reporting officer observed the said individual discard an item. He was subsequently apprehended
without incident and conveyed to the station, whereupon he was advised of his rights.""",
    "legal": """The appellant contends, inter alia, that the learned judge erred in law. Regardless of
whether the notice was served, as a result of the default the sum fell due within the course of the
business year, and the respondent mentioned that the deed was not solely at issue.""",
    "medical": """A total of 45 persons was enrolled. It was mentioned that the disease affects males. The
heart rate was measured three times; the skin was examined positive in part of them, and the
treatment as well as the health condition was followed during 12 months.""",
    "translated agency": """\
The Chinese army announced on Friday that the chief of the Russian army will realize
a visit. It was mentioned that both the countries stress on the importance of the cooperation, and the
Kremlin chief participated by video link, informed the press service.""",
    "Indian English": """\
The Chief Minister today said that the said matter is under process only. He informed that
the needful will be done in the coming days, and told the students to not worry about the same. Police
nabbed two persons with regards to the case and lakhs of rupees were seized.""",
    "non-native": """\
In the last years I have learned many informations about the climate. However we are not sure
because of that the people make many damages. I am agree that in the future it will be more worse, and
mentioned the teacher also that we must to change.""",
    "old news": """It is learned upon good authority that the Prefect of Police has tendered his resignation.
The gentlemen of the committee, amongst whom were several ladies, repaired thither in the forenoon,
and the proceedings, which were of a most cordial character, terminated towards six o'clock.""",
    "sport": """\
It was the final week of the regular season, and the visitors gained a goal in the second half.
The home side played with ten men for half an hour as a result of a red card, however they held on for a
point. The coach said he was happy with the result.""",
}


def weigh(phrase: str, natural: str, signal: str, weight: float = 2.5) -> Evidence:
    return Evidence(0, len(phrase), phrase, natural, signal, weight)


def test_a_spun_text_is_flagged_with_its_paragraphs() -> None:
    verdict = judge(SPUN, find_evidence(SPUN))
    assert verdict.spun
    assert verdict.score > 0.99
    marked = [SPUN[p.start : p.end] for p in verdict.paragraphs]
    assert [text.split()[0] for text in marked] == ["The", "Officers", "Work"]
    assert all(0.5 <= p.score <= 1 for p in verdict.paragraphs)


def test_a_headline_with_one_sign_is_marked_in_a_spun_text_and_in_no_other() -> None:
    headline = "Strike goes on in opposition to backdrop of talks"
    whole = f"{headline}\n\n{SPUN}"
    assert judge(whole, find_evidence(whole)).paragraphs[0].start == 0
    assert not judge(headline, find_evidence(headline)).paragraphs


def test_any_sign_marks_a_paragraph_of_a_spun_text_as_most_likely_changed() -> None:
    text = "One is odd.\n\nTwo has one.\n\nThree has none."
    odd = [weigh(f"odd{i} word", f"good{i} word", "swap") for i in range(MANY_ODD)]
    light = weigh("Two has", "Two have", "swap", 0.2)._replace(start=13, end=20)
    verdict = judge(text, [*odd, light])
    assert verdict.spun
    assert [text[one.start : one.end] for one in verdict.paragraphs] == ["One is odd.", "Two has one."]
    assert 0.85 < verdict.paragraphs[1].score < verdict.paragraphs[0].score
    assert not judge(text, [light]).paragraphs


@pytest.mark.parametrize("register", STILTED)
def test_stilted_but_honest_text_is_not_flagged(register: str) -> None:
    text = STILTED[register]
    assert not judge(text, find_evidence(text)).spun


def test_no_evidence_gives_no_score() -> None:
    assert judge("Nothing.", []) == (0.0, False, ())


def test_the_same_pattern_many_times_is_not_enough() -> None:
    text = "They met final week. " * 50
    assert not judge(text, find_evidence(text)).spun


def test_one_kind_of_pattern_is_enough_only_if_it_is_of_many_odd_swaps() -> None:
    evidence = [weigh(f"odd{i} word", f"good{i} word", "swap") for i in range(MANY_ODD)]
    assert not judge("x" * 500, evidence[1:]).spun
    assert judge("x" * 500, [*evidence[1:], weigh("within the", "in the", "function-words")]).spun
    assert judge("x" * 500, evidence).spun
    assert not judge("x" * 500, [one._replace(weight=0.9) for one in evidence * 2]).spun
    assert not judge("x" * 500, [one._replace(signal="function-words") for one in evidence]).spun


def test_two_patterns_are_not_enough_however_heavy() -> None:
    evidence = [weigh("a b", "a c", "swap", 9), weigh("d e", "d f", "name", 9)]
    assert not judge("x" * 500, evidence).spun


def test_longer_texts_need_more() -> None:
    evidence = [weigh("a b", "a c", "swap"), weigh("d e", "d f", "name"), weigh("g h", "g i", "swap")]
    assert judge("x" * 1000, evidence).score > judge("x" * 100_000, evidence).score


@given(st.text(), st.lists(st.tuples(st.text(), st.text(), st.floats(0.01, 100))))
def test_scores_stay_between_0_and_1(text: str, items: list[tuple[str, str, float]]) -> None:
    evidence = [Evidence(0, 1, phrase, natural, "swap", weight) for phrase, natural, weight in items]
    assert 0 <= judge(text, evidence).score <= 1
