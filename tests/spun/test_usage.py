"""What a scrape says of words: swaps that put them beside neighbours which they are never met with."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dedup.sketch.neighbours import count_neighbours
from dedup.sketch.rarity import PRIOR, SHARE, count_articles
from dedup.spun import Lexicon, Scrape, find_evidence, find_spun, usage
from dedup.spun.model import COLLOCATION
from dedup.spun.usage import LEAST_MISUSED, MOST, PER_STRANGE, STRANGE
from dedup.text.stems import stem_text
from dedup.text.words import split_text

NATURAL = ("harbour", "pilot", "lantern", "barge", "anchor", "sailor")
SPUN = ("shelter", "aviator", "torch", "scow", "grapnel", "mariner")
LEXICON = Lexicon(
    tuple((natural, spun, "a", "own", "1.2") for natural, spun in zip(NATURAL, SPUN, strict=True)),
    (("[ in the wake of a ]", "after a", "function-words", "0.6", ""),),
)
SIGN = "The boats left in the wake of a storm."  # without other evidence a text isn't looked at


def scrape_of(texts: Sequence[str]) -> Scrape:
    stems = [stem_text(text, split_text(text)) for text in texts]
    bounds = np.cumsum([0, *map(len, stems)])
    joined = [(np.concatenate(stems), bounds)]
    return Scrape(count_neighbours(len(texts), joined), count_articles(len(texts), joined).counts)


def usual(articles: int = 60) -> Scrape:
    """Each natural word beside "old" and "lies", and each spun one elsewhere."""
    texts = [
        f"The old {natural} lies there. A {spun} goes by."
        for natural, spun in zip(NATURAL, SPUN, strict=True)
    ]
    return scrape_of(texts * articles)


@pytest.fixture
def one_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any place is shown."""
    monkeypatch.setattr(usage, "LEAST_MISUSED", 1)
    monkeypatch.setattr(usage, "LEAST_WEIGHT", 0.0)


def misused(text: str, scrape: Scrape, lexicon: Lexicon = LEXICON) -> list[tuple[str, str]]:
    evidence = find_evidence(text, lexicon, scrape)
    return [(one.phrase, one.natural) for one in evidence if one.signal == COLLOCATION]


@pytest.mark.usefixtures("one_is_enough")
def test_a_word_is_evidence_where_other_articles_have_the_natural_one() -> None:
    scrape = usual()
    assert misused(f"{SIGN} Yet the old shelter lies there. The old Aviator lies.", scrape) == [
        ("shelter", "harbour"),
        ("Aviator", "Pilot"),
    ]
    assert misused(f"{SIGN} A shelter goes by.", scrape) == []
    assert misused(f"{SIGN} The old harbour lies there.", scrape) == []


@pytest.mark.usefixtures("one_is_enough")
def test_weights_grow_with_how_strange_it_is() -> None:
    text = f"{SIGN} The old shelter lies there."
    weights = [
        next(one.weight for one in find_evidence(text, LEXICON, usual(articles)) if one.signal == COLLOCATION)
        for articles in (10, 20, 200)
    ]
    assert weights == sorted(weights)
    assert weights[0] == pytest.approx(PER_STRANGE * (math.log((10 - 0.5) / 0.5) - STRANGE), abs=1e-5)
    assert weights[-1] == MOST


@pytest.mark.usefixtures("one_is_enough")
def test_what_is_rare_in_the_scrape_says_nothing() -> None:
    """A text about something else has words that no other has, beside any word."""
    texts = [f"The old {natural} lies there." for natural in NATURAL] * 60
    assert misused(f"{SIGN} The old shelter lies there.", scrape_of(texts)) == []
    often = [f"{text} The {word} is near." for text in texts for word in ("harbour",)] + [
        "A shelter goes by."
    ] * 60
    assert misused(f"{SIGN} The old shelter lies there.", scrape_of(often)) == [("shelter", "harbour")]


@pytest.mark.usefixtures("one_is_enough")
def test_who_has_the_words_so_is_not_alone() -> None:
    others = ["Their old shelter lies there."] * 30
    texts = [
        f"The old {natural} lies there. A {spun} goes by."
        for natural, spun in zip(NATURAL, SPUN, strict=True)
    ]
    assert misused(f"{SIGN} The old shelter lies there.", scrape_of(texts * 60 + others)) == []


@pytest.mark.usefixtures("one_is_enough")
def test_neither_quotations_nor_other_clauses_are_looked_at() -> None:
    scrape = usual()
    assert misused(f"{SIGN} “The old shelter lies there,” he said.", scrape) == []
    assert misused(f"{SIGN} It is old. Shelter; lies.", scrape) == []
    assert misused(f"{SIGN} It is old. Shelter lies there.", scrape) == [("Shelter", "Harbour")]


@pytest.mark.usefixtures("one_is_enough")
def test_without_other_evidence_nothing_is_looked_at() -> None:
    assert find_evidence("The old shelter lies there.", LEXICON, usual()) == []


def test_a_verdict_takes_several_such_places() -> None:
    scrape = usual()
    for count in range(len(SPUN) + 1):
        said = " ".join(f"The old {spun} lies there." for spun in SPUN[:count])
        text = f"{SIGN} {said} They paid more in the wake of a, and in the wake of a strike."
        alone, _ = find_spun(text, LEXICON)
        verdict, evidence = find_spun(text, LEXICON, scrape)
        assert not alone.spun
        assert verdict.spun == (count >= LEAST_MISUSED)
        assert (COLLOCATION in {one.signal for one in evidence}) == (verdict.score > alone.score)
    repeated, _ = find_spun(f"{SIGN} " + "The old shelter lies there. " * 9, LEXICON, scrape)
    assert not repeated.spun


WORDS = ("old", "lies", "near", "harbour", "shelter", "pilot", "aviator", "gate")


@pytest.mark.usefixtures("one_is_enough")
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6), min_size=1, max_size=6),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=8),
)
def test_strangeness_is_what_plain_counting_gives(articles: list[list[str]], text: list[str]) -> None:
    every = [article for article in articles for _ in range(30)]
    pairs = Counter(pair for article in every for pair in set(itertools.pairwise(article)))
    words = Counter(word for article in every for word in set(article))

    def met(word: str) -> float:
        return words[word] + PRIOR * SHARE

    def strangeness(spun: str, natural: str, ours: tuple[str, str], theirs: tuple[str, str]) -> float:
        fewer = math.log(max(0.5, pairs[theirs] - 0.5) / max(0.5, pairs[ours] - 0.5))
        return min(fewer, fewer + math.log(met(spun) / met(natural)))

    expected = []
    for place, word in enumerate(text):
        for natural, spun in zip(NATURAL, SPUN, strict=True):
            before, after = text[max(0, place - 1) : place], text[place + 1 : place + 2]
            beside = [*((other, True) for other in before), *((other, False) for other in after)]
            found = [
                strangeness(
                    spun, natural, *(((other, one) if first else (one, other)) for one in (spun, natural))
                )
                for other, first in beside
            ]
            if word == spun and found and max(found) > STRANGE:
                expected.append((spun, min(MOST, PER_STRANGE * (max(found) - STRANGE))))
    evidence = find_evidence(
        f"{SIGN}\n\n{' '.join(text)}", LEXICON, scrape_of([" ".join(one) for one in every])
    )
    shown = [(one.phrase, one.weight) for one in evidence if one.signal == COLLOCATION]
    assert [phrase for phrase, _ in shown] == [phrase for phrase, _ in expected]
    assert [weight for _, weight in shown] == pytest.approx([weight for _, weight in expected], abs=1e-4)
