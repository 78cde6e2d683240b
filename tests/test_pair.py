"""Many pairs at once, with what a scrape knows of them: templates, series, kinship."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest
from together import encode

from dedup.options import Options
from dedup.pair import Comparison, compare, compare_all
from dedup.sketch.sampled import Chosen
from dedup.text.words import SECRET_KEY, split_words
from dedup.verify import ONE_SOURCE, SERIES, Known, Texts


def texts_of(texts: list[str]) -> Texts:
    buffers = encode(texts)
    words = split_words(*buffers, SECRET_KEY)
    return Texts(*buffers, words, words, lambda number: texts[number])


def compare_many(
    texts: list[str], pairs: list[tuple[int, int]], kinship: int = 0, known: Known | None = None
) -> dict[int, Comparison]:
    left, right = (np.array([pair[side] for pair in pairs], np.int64) for side in (0, 1))
    kin = np.full(len(pairs), kinship)
    return dict(compare_all(texts_of(texts), left, right, kin, Options(), known or Known.nothing()))


def prose(number: int, count: int) -> str:
    """Words in sentences of ten that no other number has."""
    chance = random.Random(number)  # noqa: S311
    words = [
        "".join(chance.choices("bdfgklmnprstv", k=2) + chance.choices("aeiou", k=4)) for _ in range(count)
    ]
    return " ".join(f"{word}." if place % 10 == 9 else word for place, word in enumerate(words))


def keys_of(text: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    words = split_words(*encode([text]), SECRET_KEY)
    return np.unique(Chosen.of(words, np.arange(len(words.hashes)), words.first, Options().shingle).keys)


FORM = prose(1, 150)
ONE, OTHER, AGAIN = (
    f"{FORM} The post at {place} goes to {name}, born on 4 {month} {year}. {name} led the {firm} in {town}."
    for place, name, month, year, firm, town in (
        ("Almby", "Askeland", "May", 1961, "Ropery", "Corvik"),
        ("Dalheim", "Myrvold", "June", 1974, "Dairy", "Elsund"),
        ("Almby", "Askeland", "May", 1961, "Tannery", "Corvik"),
    )
)
# As many articles have it that it counts as all of these.
TEMPLATES = Known(Known.nothing().rarity, *3 * (keys_of(FORM),))


def kind_of(left: str, right: str, kinship: int, known: Known | None = None) -> str | None:
    found = compare_many([left, right], [(0, 1)], kinship, known)
    return found[0].kind if found else None


def test_instances_of_a_template_of_one_source_are_no_copies() -> None:
    assert kind_of(ONE, OTHER, ONE_SOURCE, TEMPLATES) is None
    assert kind_of(OTHER, ONE, ONE_SOURCE, TEMPLATES) is None
    assert kind_of(ONE, AGAIN, ONE_SOURCE, TEMPLATES) == "copy"
    assert kind_of(ONE, ONE, ONE_SOURCE, TEMPLATES) == "copy"


def test_articles_of_a_series_are_copies_only_if_they_are_one() -> None:
    changed = FORM.replace(FORM.split()[70], "kitchen", 1)
    assert kind_of(FORM, changed, SERIES, TEMPLATES) == "copy"
    both = FORM + " " + prose(2, 60), FORM + " " + prose(3, 60)
    assert kind_of(*both, SERIES, TEMPLATES) is None
    assert kind_of(*both, 0) == "copy"
    own = prose(4, 100)
    revised = FORM[: len(FORM) // 2] + " " + own, FORM[len(FORM) // 2 :] + " " + own
    assert kind_of(*revised, SERIES, TEMPLATES) == "copy"


def test_passages_of_stock_phrases_make_no_pair() -> None:
    stock = prose(5, 120)
    left, right = prose(6, 200) + " " + stock, stock + " " + prose(7, 300)
    assert kind_of(left, right, 0) == "partial"
    assert kind_of(left, right, 0, Known.nothing()._replace(stock=keys_of(stock))) is None


def test_passages_are_told_by_what_they_are() -> None:
    own, stock = prose(8, 60), prose(9, 60)
    left = f"{prose(10, 100)} {own} {prose(11, 100)} {stock}"
    right = f"{stock} {prose(12, 120)} “{own}” {prose(13, 200)} {prose(11, 100)}"
    known = Known.nothing()._replace(stock=keys_of(stock))
    found = compare_many([left, right], [(0, 1)], 0, known)[0]
    assert found.kind == "partial"
    told = {what: (left[a:b], right[c:d]) for what, a, b, c, d, _ in found.passages}
    assert {what: len(one.split()) for what, (one, _) in told.items()} == {
        "quoted": 60,
        "copied": 100,
        "template": 60,
    }
    assert all(one.split() == other.split() for one, other in told.values())


@pytest.mark.parametrize("kinship", [0, ONE_SOURCE, SERIES])
def test_pairs_do_not_touch_each_other(kinship: int) -> None:
    texts = [
        ONE,
        OTHER,
        AGAIN,
        FORM,
        prose(2, 90),
        "",
        "…",
        FORM[300:] + prose(3, 200),
        "船" * 90,
        prose(2, 40),
    ]
    pairs = [(a, b) for a, b in itertools.product(range(len(texts)), range(len(texts))) if a != b]
    whole = compare_many(texts, pairs, kinship, TEMPLATES)
    assert whole
    for place, (left, right) in enumerate(pairs):
        alone = compare_many([texts[left], texts[right]], [(0, 1)], kinship, TEMPLATES).get(0)
        together = whole.get(place)
        assert (alone is None) == (together is None)
        if alone and together:
            assert together._replace(places=alone.places) == alone
            assert np.array_equal(together.places, alone.places)


def test_no_pairs() -> None:
    assert compare_many([], []) == {}
    assert compare_many(["a text"], []) == {}


@pytest.mark.parametrize("text", ["", "…", "ferry"])
def test_texts_without_words_are_no_pair(text: str) -> None:
    found = compare(text, "")
    assert (found.kind, found.probability, list(found.passages)) == (None, 0.0, [])
