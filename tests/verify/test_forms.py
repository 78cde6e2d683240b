"""Two instances of a form are told apart; a text that was edited is not, and neither is one kept up."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from together import encode

from dedup.options import Options
from dedup.sketch.sampled import Chosen
from dedup.text.words import SECRET_KEY, split_words
from dedup.verify.facts import Known
from dedup.verify.forms import (
    LEAST_DIFFERING,
    LEAST_DIFFERING_IN_FORM,
    LEAST_REPLACED,
    LEAST_SLOTS,
    LONG_FORM,
    LONG_NOTICE,
    MANY_SLOTS,
    MOST_CORRECTED,
    MOST_DIFFERING,
    MOST_DIFFERING_AKIN,
    MOST_DIFFERING_IN_TEMPLATE,
    MOST_SLOTS,
    MOST_SLOTS_SHARE,
    MUCH_DIFFERING,
    NOTICE,
    OWN_SLOTS_SHARE,
    ROUND,
    ROUND_SHARE,
    SAME_NOTICE,
    SHORT_FORM,
    SHORT_NOTICE,
    SHORT_TABLE,
    SHORTEST_NOTICE,
    SLOTS_SHARE,
    SLOTS_SHARE_LATER,
    STANDING_SHARE,
    STOCK_SHARE,
    TEMPLATE_SHARE,
    UNKNOWN,
    WEEK,
    Facts,
    Match,
    Slots,
    is_filled_in,
    tell_apart,
)
from dedup.verify.pair import compare, compare_all
from dedup.verify.verified import ONE_SOURCE, Texts

GRANT = (
    "The council of {town} was given a grant of {sum} crowns on Tuesday to mend the {what} at {place}. "
    "The money comes from the fund for small harbours, which the province set up after the floods, and "
    "has to be spent before the end of next year. Mayor {mayor} said that the work would begin as soon as "
    "the ground had thawed, and that people who live nearby would be told beforehand. The fund has helped "
    "{number} towns so far. Whoever wants to apply for the next round can do so at the office of the "
    "province until the last day of {month}; the forms are handed out there, and questions are answered by "
    "telephone in the mornings. No town may apply more than once in the same year."
)
ALMBY = GRANT.format(
    town="Almby", sum="140,000", what="quay", place="Tarnsund", mayor="Iska Vold", number=17, month="March"
)
DALHEIM = GRANT.format(
    town="Dalheim", sum="92,500", what="slipway", place="Orkvik", mayor="Bero Lunde", number=23, month="June"
)

STORY = (
    "The ferry between Almby and Tarnsund stood still for three hours on Tuesday, after a rope had been "
    "caught in its screw. On board were 64 passengers, most of them on their way to the market. The "
    "captain, Runa Holt, had the anchor dropped and called for help by radio. A diver from the harbour of "
    "Orkvik cut the rope in the afternoon, and the ship went on under its own power. Nobody was hurt. The "
    "shipping line said that it would give the passengers their fares back, 12 crowns each. It was the "
    "second time this year that the ferry stood still; in April a pump had failed. The line wants to have "
    "a new ship built, but the council has not yet decided who will pay for it."
)

FARES = "Fares on the Almby ferry rise on Monday to {fare} crowns for a single trip, the shipping line said."
RATE = (
    "The bank of Almby pays {rate} per cent on savings from {day} {month} on, it said on its board. "
    "Savings that are tied for a year are paid half a point more, as before. The bank reviews what it pays "
    "once a month and puts the new rate up in its hall."
)


def kind_of(left: str, right: str) -> str | None:
    """Whichever side a text stands on."""
    kind, turned = compare(left, right).kind, compare(right, left).kind
    assert kind == turned
    return kind


def edited(text: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text


# ------------------------------------------------------------------ what a user relies on


def test_two_town_grants_are_no_pair_of_any_kind() -> None:
    assert kind_of(ALMBY, DALHEIM) is None
    assert kind_of(ALMBY, ALMBY + " " + "The fund was set up for ten years.") == "copy"


@pytest.mark.parametrize(
    "change", [("64", "46"), ("12 crowns", "15 crowns"), ("Runa Holt", "Rune Holt"), ("April", "May")]
)
def test_a_corrected_fact_leaves_a_copy(change: tuple[str, str]) -> None:
    assert kind_of(STORY, edited(STORY, change)) == "copy"


def test_a_story_that_was_edited_is_a_copy() -> None:
    told = edited(
        STORY,
        ("stood still for three hours", "lay idle for some hours"),
        ("had the anchor dropped", "dropped anchor"),
        ("A diver from the harbour of Orkvik", "A diver"),
        ("64 passengers", "some sixty passengers"),
        (" Nobody was hurt.", ""),
        ("The shipping line", "The company"),
        ("but the council", "but the council of Almby"),
    )
    assert kind_of(STORY, told) == "copy"


def test_a_story_with_a_new_opening_and_end_is_a_copy() -> None:
    told = "Almby, Wednesday. " + edited(STORY, (" It was the second time this year", " Again"))
    assert kind_of(STORY, told + " Our reporter Jorun Tveit asked the council in Elsund.") == "copy"


def test_a_short_notice_with_another_number_is_another_notice() -> None:
    notice = FARES.format(fare=14)
    assert kind_of(notice, FARES.format(fare=16)) is None
    assert kind_of(notice, notice.replace("the shipping line", "the line")) == "copy"


def test_a_rate_of_another_day_is_another_notice() -> None:
    notice = RATE.format(rate="2.15", day=4, month="March")
    assert kind_of(notice, RATE.format(rate="2.40", day=9, month="June")) is None
    assert kind_of(notice, RATE.format(rate="2.15", day=5, month="March")) == "copy"


PARAGRAPHS = [
    f"{what} is kept in the {room} of the old customs house, and whoever wants to see it has to ask the "
    f"keeper for the {tool}, as has been the custom since the {year} when the herring came, people say."
    for what, room, tool, year in zip(
        ("A map", "A bell", "A chart", "A boat", "A lamp", "A net", "An oar", "A drum", "A sail", "A chest"),
        ("attic", "cellar", "hall", "yard", "kitchen", "tower", "shed", "pantry", "loft", "vault"),
        ("key", "ladder", "lantern", "rope", "letter", "ticket", "stamp", "coat", "torch", "whistle"),
        ("spring", "summer", "autumn", "winter", "harvest", "season", "voyage", "decade", "fair", "catch"),
        strict=True,
    )
]


def guide(*facts: str) -> str:
    """A long work that says who keeps each of ten things, and since when."""
    who = itertools.cycle(facts)
    return " ".join(f"{one} The keeper is {next(who)}, and it is open daily." for one in PARAGRAPHS)


OLD = guide("Orla Brekke of Almby since 1987", "Stig Moen of Elsund since 1990")
NEW = guide("Tora Lien of Corvik since 2011", "Stig Moen of Elsund since 1990")


def test_a_long_work_that_is_kept_up_is_a_copy() -> None:
    assert kind_of(OLD, NEW) == "copy"
    assert kind_of(OLD[: len(OLD) // 2], NEW[: len(NEW) // 2]) is None  # a short one is a form


def keys_of(text: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    words = split_words(*encode([text]))
    return Chosen.of(words.hashes, words.first, Options().shingle).different


@pytest.mark.parametrize(
    ("table", "kinship", "is_pair"),
    [("templates", ONE_SOURCE, False), ("templates", 0, True), ("stock", 0, False)],
)
def test_a_long_work_is_a_form_if_templates_say_so(table: str, kinship: int, is_pair: bool) -> None:
    buffers = encode([OLD, NEW])
    words = split_words(*buffers, SECRET_KEY)
    texts = Texts(*buffers, words, words, lambda number: (OLD, NEW)[number])
    keys = keys_of(" ".join(PARAGRAPHS))
    known = Known.nothing()
    known = known._replace(templates=keys) if table == "templates" else known._replace(stock=keys)
    for ends in (0, 1), (1, 0):
        left, right = (np.array([end]) for end in ends)
        found = list(compare_all(texts, left, right, np.array([kinship]), Options(), known))
        assert bool(found) == is_pair


# ------------------------------------------------------------------ boundaries

NO_SLOTS = Slots(replaced=0, own=0, figures=0, edits=10)
REPLACED = NO_SLOTS._replace(replaced=LEAST_REPLACED)
MOST_EDITS_OF_FORM = int(MANY_SLOTS / SLOTS_SHARE)


def apart(
    facts: Facts,
    slots: Slots = NO_SLOTS,
    matched: int = 200,
    template: int = 0,
    stock: int = 0,
    one_source: bool = False,
    shorter: int = 1000,
    standing: int = 0,
    days: int = UNKNOWN,
) -> bool:
    match = Match(matched, shorter, template, stock, standing, one_source, days)
    return tell_apart(facts, slots, match)


def differing(share: float, weight: float = 1.0) -> Facts:
    """Facts of which so great a share differs, and of two numbers or names at least."""
    return Facts(share * weight, (1 - share) * weight, (1 - share) * weight, 2)


def filled(own: int, edits: int) -> Slots:
    return Slots(replaced=own, own=own, figures=0, edits=edits)


def test_texts_most_of_whose_facts_differ_are_told_apart() -> None:
    shared = LEAST_DIFFERING / MOST_DIFFERING - LEAST_DIFFERING
    assert apart(Facts(LEAST_DIFFERING, shared - 0.1, shared - 0.1, 2), REPLACED)
    assert apart(Facts(LEAST_DIFFERING, shared - 0.1, shared - 0.1, 2), Slots(0, 0, LEAST_REPLACED, 10))
    assert not apart(Facts(LEAST_DIFFERING, shared - 0.1, shared - 0.1, 2), refilled(LEAST_REPLACED - 1, 10))
    assert not apart(Facts(LEAST_DIFFERING, shared + 0.1, shared + 0.1, 2), REPLACED)
    assert not apart(Facts(LEAST_DIFFERING - 0.1, 0, 0, 2), REPLACED)


@pytest.mark.parametrize(
    ("share", "slots", "told"),
    [
        (LEAST_DIFFERING_IN_FORM + 0.01, filled(LEAST_SLOTS, 2 * LEAST_SLOTS), True),  # of half the edits
        (LEAST_DIFFERING_IN_FORM + 0.01, filled(LEAST_SLOTS, 2 * LEAST_SLOTS + 1), False),
        (MUCH_DIFFERING + 0.01, filled(LEAST_SLOTS, 2 * LEAST_SLOTS + 1), True),
        (LEAST_DIFFERING_IN_FORM + 0.01, filled(MANY_SLOTS, MOST_EDITS_OF_FORM), True),
        (0.9, filled(MANY_SLOTS, MOST_EDITS_OF_FORM + 1), False),
        (0.9, filled(LEAST_SLOTS - 1, LEAST_SLOTS - 1), False),
        (LEAST_DIFFERING_IN_FORM - 0.01, filled(20, 40), False),
        (0.9, filled(20, 40)._replace(own=LEAST_SLOTS - 1), False),  # the facts only stand elsewhere
    ],
)
def test_forms_are_filled_in(share: float, slots: Slots, told: bool) -> None:
    assert apart(differing(share), slots) == told


def refilled(replaced: int, edits: int) -> Slots:
    """Of facts that each text has somewhere."""
    return Slots(replaced=replaced, own=0, figures=0, edits=edits)


MOST_EDITS_OF_MANY = int(MANY_SLOTS / OWN_SLOTS_SHARE)
MOST_EDITS_OF_MOST = int(MOST_SLOTS / MOST_SLOTS_SHARE)


@pytest.mark.parametrize(
    ("slots", "told"),
    [
        (refilled(MOST_SLOTS, MOST_SLOTS), True),
        (refilled(MOST_SLOTS - 1, MOST_SLOTS - 1), False),
        (refilled(MOST_SLOTS, MOST_EDITS_OF_MOST), True),
        (refilled(MOST_SLOTS, MOST_EDITS_OF_MOST + 1), False),
        (refilled(round(100 * MOST_SLOTS_SHARE), 100), True),
        (refilled(round(100 * MOST_SLOTS_SHARE) - 1, 100), False),
    ],
)
@pytest.mark.parametrize("share", [0.0, LEAST_DIFFERING_IN_FORM - 0.01])
def test_edits_that_mostly_put_facts_for_others_refill_a_form(share: float, slots: Slots, told: bool) -> None:
    """Whichever source the texts are of, and however few of the facts differ in all."""
    assert apart(differing(share), slots) == apart(differing(share), slots, one_source=True) == told


@pytest.mark.parametrize(
    ("share", "slots", "told"),
    [
        (LEAST_DIFFERING_IN_FORM + 0.01, refilled(MANY_SLOTS, MOST_EDITS_OF_MANY), True),
        (LEAST_DIFFERING_IN_FORM + 0.01, refilled(MANY_SLOTS, MOST_EDITS_OF_MANY + 1), False),
        (LEAST_DIFFERING_IN_FORM - 0.01, refilled(MANY_SLOTS, MANY_SLOTS), False),
        (0.9, refilled(MANY_SLOTS, MOST_EDITS_OF_MANY), True),
        (0.9, refilled(MANY_SLOTS - 1, MANY_SLOTS - 1), False),
        (0.9, refilled(40, int(40 / OWN_SLOTS_SHARE)), True),
        (0.9, refilled(39, int(40 / OWN_SLOTS_SHARE)), False),
    ],
)
def test_a_source_refills_forms_of_its_own(share: float, slots: Slots, told: bool) -> None:
    assert apart(differing(share), slots, one_source=True) == told
    assert not apart(differing(share), slots)


@pytest.mark.parametrize(
    ("figures", "edits", "told"),
    [(LEAST_SLOTS, 10, True), (LEAST_SLOTS, 11, False), (LEAST_SLOTS - 1, 2, False), (30, 100, True)],
)
def test_tables_have_numbers_in_the_places_of_numbers(figures: int, edits: int, told: bool) -> None:
    assert apart(differing(0.0), NO_SLOTS._replace(figures=figures, edits=edits)) == told


@pytest.mark.parametrize(("matched", "told"), [(LONG_FORM - 1, True), (LONG_FORM, False)])
def test_long_texts_are_no_forms(matched: int, told: bool) -> None:
    for slots in (filled(30, 30), REPLACED):
        assert apart(differing(0.9, 100.0), slots, matched) == told
    assert apart(differing(0.0), Slots(0, 0, figures=30, edits=30), matched) == told
    assert apart(differing(0.0), refilled(30, 30), matched) == told
    assert apart(differing(0.5), refilled(12, 30), matched, one_source=True) == told


@pytest.mark.parametrize(
    ("facts", "words", "told"),
    [
        (differing(MOST_DIFFERING_IN_TEMPLATE + 0.01, 100.0), TEMPLATE_SHARE, True),
        (differing(MOST_DIFFERING_IN_TEMPLATE - 0.01, 100.0), TEMPLATE_SHARE, False),
        (differing(MOST_DIFFERING_IN_TEMPLATE + 0.01, 100.0), TEMPLATE_SHARE - 0.01, False),
        (Facts(LEAST_DIFFERING - 0.1, 0, 0, 2), 1.0, False),
        (Facts(LEAST_DIFFERING, 1000, 5, 2), 1.0, True),  # the others stand in the template
    ],
)
def test_long_texts_are_told_apart_by_templates(facts: Facts, words: float, told: bool) -> None:
    matched = 10 * LONG_FORM
    known = round(words * matched)
    assert apart(facts, matched=matched, template=known, one_source=True) == told
    assert apart(facts, matched=matched, stock=known) == told
    assert not apart(facts, matched=matched, template=known)  # of the source of one of the two


@pytest.mark.parametrize(
    ("number", "matched", "stock", "told"),
    [
        (2, NOTICE - 1, 0, True),
        (2, NOTICE, 0, False),
        (1, NOTICE - 1, 0, False),
        (1, 50, round(50 * STOCK_SHARE), True),
        (1, 50, round(50 * STOCK_SHARE) - 1, False),
        (0, 50, 50, False),
    ],
)
def test_notices_with_other_facts(number: int, matched: int, stock: int, told: bool) -> None:
    assert apart(Facts(1.0, 100, 100, number), NO_SLOTS, matched, stock=stock) == told
    # What many articles of the source have tells as much.
    assert apart(Facts(1.0, 100, 100, number), NO_SLOTS, matched, template=stock, one_source=True) == told


def test_notices_of_a_template_with_a_fact_in_the_place_of_another() -> None:
    matched = NOTICE - 1
    slots = refilled(1, 5)
    known = round(matched * STOCK_SHARE)
    told = differing(0.0)._replace(number=0)
    for words, expected in ((known + 1, True), (known - 1, False)):
        assert apart(told, slots, matched, stock=words) == expected
        assert apart(told, slots, matched, template=words, one_source=True) == expected
        assert not apart(told, slots, NOTICE, template=words, stock=words, one_source=True)


def test_words_of_templates_and_of_stock_phrases_are_not_added() -> None:
    """They may be the same words."""
    half = round(50 * STOCK_SHARE / 2)
    assert not apart(Facts(1.0, 100, 100, 1), NO_SLOTS, 50, template=half, stock=half, one_source=True)


@pytest.mark.parametrize(
    ("replaced", "share", "matched", "told"),
    [
        (1, 0.0, SHORTEST_NOTICE - 1, True),
        (0, 0.0, SHORTEST_NOTICE - 1, False),
        (1, 0.9, SHORTEST_NOTICE, False),
        (2, 0.06, NOTICE - 1, True),
        (2, 0.04, NOTICE - 1, False),
        (2, 0.06, NOTICE, False),
    ],
)
def test_notices_with_a_fact_in_the_place_of_another(
    replaced: int, share: float, matched: int, told: bool
) -> None:
    slots = Slots(replaced=replaced, own=0, figures=0, edits=5)
    assert apart(differing(share)._replace(number=0), slots, matched) == told


@pytest.mark.parametrize(
    ("number", "figures", "matched", "told"),
    [
        (3, 10, NOTICE - 1, True),
        (3, 11, NOTICE - 1, False),
        (3, 10, SHORTEST_NOTICE, True),
        (3, 11, SHORTEST_NOTICE, False),
        (3, 11, SHORTEST_NOTICE - 1, True),
    ],
)
def test_results_sent_again_with_a_few_figures_corrected(
    number: int, figures: int, matched: int, told: bool
) -> None:
    assert MOST_CORRECTED == 0.3
    facts = Facts(5.0, 95.0, 95.0, number, number, figures)
    assert apart(facts, filled(0, 3), matched) == told


@pytest.mark.parametrize(
    ("replaced", "figures", "matched", "told"),
    [
        (2, 1, SHORT_TABLE - 1, True),
        (2, 1, SHORT_TABLE, False),
        (2, 0, SHORT_TABLE - 1, False),
        (1, 1, SHORT_TABLE - 1, False),
    ],
)
def test_short_tables_of_another_hour(replaced: int, figures: int, matched: int, told: bool) -> None:
    facts = Facts(5.0, 95.0, 95.0, 2, 2, 20)
    assert apart(facts, Slots(replaced, 1, figures, edits=2), matched) == told


def test_fewer_edits_need_replace_facts_in_texts_of_different_weeks() -> None:
    slots = filled(MANY_SLOTS, int(MANY_SLOTS / SLOTS_SHARE_LATER))
    assert apart(differing(0.9), slots, days=WEEK + 1)
    assert not apart(differing(0.9), slots, days=WEEK)


SAME = differing(0.0)._replace(number=0)
ALL, PART = SHORT_NOTICE - 1, math.ceil(SAME_NOTICE * (SHORT_NOTICE - 1)) - 1


@pytest.mark.parametrize(
    ("matched", "shorter", "slots", "told"),
    [
        (ALL, ALL, NO_SLOTS, False),
        (PART, ALL, NO_SLOTS, True),
        (PART + 1, ALL, NO_SLOTS, False),
        (ALL, ALL, refilled(1, 10), True),
        (ALL, ALL, NO_SLOTS._replace(figures=1), True),
        (PART, SHORT_NOTICE, NO_SLOTS, False),
        (SHORT_NOTICE, SHORT_NOTICE, refilled(1, 10), False),
    ],
)
def test_short_texts_of_different_days(matched: int, shorter: int, slots: Slots, told: bool) -> None:
    assert apart(SAME, slots, matched, shorter=shorter, days=1) == told
    assert not apart(SAME, slots, matched, shorter=shorter, days=0)
    assert not apart(SAME, slots, matched, shorter=shorter, days=UNKNOWN)


@pytest.mark.parametrize(
    ("matched", "shorter", "share", "told"),
    [
        (ALL, ALL, STANDING_SHARE, True),  # however much of it matches
        (ALL, ALL, STANDING_SHARE - 0.02, False),
        (LONG_NOTICE - 1, 2 * LONG_NOTICE, STANDING_SHARE, True),
        (LONG_NOTICE - 1, 2 * LONG_NOTICE, STANDING_SHARE - 0.02, False),
        (LONG_NOTICE - 1, LONG_NOTICE - 1, STANDING_SHARE, False),  # the same text
        (LONG_NOTICE, 2 * LONG_NOTICE, 1.0, False),
    ],
)
def test_texts_of_different_days_that_share_standing_text(
    matched: int, shorter: int, share: float, told: bool
) -> None:
    standing = math.ceil(share * matched)
    assert apart(SAME, NO_SLOTS, matched, shorter=shorter, standing=standing, days=1) == told
    assert not apart(SAME, NO_SLOTS, matched, shorter=shorter, standing=standing)


@pytest.mark.parametrize(("matched", "told"), [(SHORT_FORM - 1, True), (SHORT_FORM, False)])
def test_less_must_differ_in_short_texts_of_one_source_or_of_different_weeks(
    matched: int, told: bool
) -> None:
    facts = differing((MOST_DIFFERING + MOST_DIFFERING_AKIN) / 2, 10 * LEAST_DIFFERING)
    assert apart(facts, REPLACED, matched, one_source=True) == told
    assert apart(facts, REPLACED, matched, days=WEEK + 1) == told
    assert not apart(facts, REPLACED, matched, days=WEEK)
    less = differing(MOST_DIFFERING_AKIN - 0.01, 10 * LEAST_DIFFERING)
    assert not apart(less, REPLACED, matched, one_source=True)


@pytest.mark.parametrize(
    ("share", "days", "told"),
    [(ROUND_SHARE, ROUND, True), (ROUND_SHARE, ROUND - 1, False), (ROUND_SHARE - 0.01, ROUND, False)],
)
def test_what_comes_round_every_year_with_other_facts(share: float, days: int, told: bool) -> None:
    standing = math.ceil(share * 600)
    assert apart(SAME, filled(1, 20), 600, standing=standing, days=days) == told
    assert apart(SAME, Slots(0, 0, 1, 20), 600, standing=standing, days=days) == told
    assert not apart(SAME, NO_SLOTS, 600, standing=standing, days=days)


@pytest.mark.parametrize(
    ("own", "edits", "told"), [(2, 3, True), (2, 4, False), (1, 1, False), (0, 0, False), (3, 5, True)]
)
def test_passages_are_filled_in_if_facts_stand_for_others_in_most_edits(
    own: int, edits: int, told: bool
) -> None:
    assert is_filled_in(Slots(replaced=own, own=own, figures=0, edits=edits)) == told
    assert not is_filled_in(Slots(replaced=own, own=0, figures=own, edits=edits))


WORDS = st.integers(0, 1000)


@given(st.floats(0, 1000), st.integers(0, 100), WORDS, WORDS, WORDS, st.booleans())
def test_texts_with_the_same_facts_are_never_told_apart(
    shared: float, edits: int, matched: int, template: int, stock: int, one_source: bool
) -> None:
    slots = Slots(replaced=0, own=0, figures=0, edits=edits)
    assert not apart(Facts(0, shared, shared, 0), slots, matched, template, stock, one_source)
