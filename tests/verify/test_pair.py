"""Many pairs at once, with what a scrape knows of them: templates, series, kinship."""

from __future__ import annotations

import itertools
import random
from typing import TYPE_CHECKING

import numpy as np
import pytest
from together import encode

from dedup.options import Options
from dedup.sketch.neighbours import count_neighbours
from dedup.sketch.sampled import Chosen
from dedup.spun import Lexicon
from dedup.text.stems import hash_stems, number_stems
from dedup.text.words import SECRET_KEY, split_text, split_words
from dedup.verify.evidence import PARAGRAPH
from dedup.verify.facts import Known
from dedup.verify.forms import UNKNOWN, WEEK
from dedup.verify.judge import A_YEAR, LEAST_PASSAGE, MANY_WORDS, SAME_TEXT, STANDING_PASSAGE
from dedup.verify.pair import Comparison, compare, compare_all
from dedup.verify.verified import ONE_SOURCE, SERIES, Texts

if TYPE_CHECKING:
    from conftest import Scrape


def texts_of(texts: list[str]) -> Texts:
    buffers = encode(texts)
    words = split_words(*buffers, SECRET_KEY)
    return Texts(*buffers, words, words, lambda number: texts[number])


def compare_many(
    texts: list[str],
    pairs: list[tuple[int, int]],
    kinship: int = 0,
    known: Known | None = None,
    days: int = UNKNOWN,
) -> dict[int, Comparison]:
    left, right = (np.array([pair[side] for pair in pairs], np.int64) for side in (0, 1))
    kin, apart = np.full(len(pairs), kinship), np.full(len(pairs), days)
    return dict(compare_all(texts_of(texts), left, right, kin, Options(), known or Known.nothing(), apart))


def prose(number: int, count: int) -> str:
    """Words in sentences of ten that no other number has."""
    chance = random.Random(number)  # noqa: S311
    words = [
        "".join(chance.choices("bdfgklmnprstv", k=2) + chance.choices("aeiou", k=4)) for _ in range(count)
    ]
    return " ".join(f"{word}." if place % 10 == 9 else word for place, word in enumerate(words))


def keys_of(text: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    words = split_words(*encode([text]))
    return Chosen.of(words.hashes, words.first, Options().shingle).different


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
TEMPLATES = Known(Known.nothing().rarity, *4 * (keys_of(FORM),), np.empty(0, np.float32))


def kind_of(
    left: str, right: str, kinship: int, known: Known | None = None, days: int = UNKNOWN
) -> str | None:
    found = compare_many([left, right], [(0, 1)], kinship, known, days)
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


GAUGES = [prose(number, 70) for number in range(20, 24)]


def issue(*levels: int) -> str:
    """A report that appears every week: text that stays, and four numbers."""
    both = zip(GAUGES, levels, strict=True)
    return " ".join(f"{text} The gauge stood at {level} centimetres." for text, level in both)


def test_forms_within_a_series_are_no_pair() -> None:
    """However few of the words differ."""
    week, next_week = issue(312, 148, 97, 205), issue(334, 160, 91, 218)
    assert compare(week, next_week).similarity >= SAME_TEXT
    assert kind_of(week, next_week, SERIES) is None
    assert kind_of(next_week, week, SERIES) is None
    assert kind_of(week, issue(312, 148, 97, 250), SERIES) == "copy"  # one number was put right
    assert kind_of(week, week, SERIES) == "copy"


def test_forms_within_a_series_are_no_pair_without_its_template() -> None:
    """What the two have of their own is much the same, and yet about other weeks."""
    known = Known.nothing()._replace(series=keys_of(FORM))
    halves = FORM[: len(FORM) // 2], FORM[len(FORM) // 2 :]
    week, next_week, mended = (
        f"{half} {issue(*levels)}"
        for half, levels in zip(
            [*halves, halves[1]],
            ((312, 148, 97, 205), (334, 160, 91, 218), (312, 148, 97, 250)),
            strict=True,
        )
    )
    assert compare(week, next_week).similarity < SAME_TEXT
    assert kind_of(week, next_week, SERIES, known) is None
    assert kind_of(week, mended, SERIES, known) == "copy"


STANDING = (
    "The Harbour Trust of Almby looks after eleven quays and two lighthouses along the eastern shore. It "
    "was founded by shipowners and fishermen, employs some forty people all year round, and spends "
    "whatever it earns on dredging, on beacons and on the training of young pilots."
)
DREDGER = (
    "A new dredger will be at work in the outer basin from the middle of May. The vessel was built in a yard "
    "on the southern coast and can lift gravel from a depth of thirty metres. Neighbours were promised that "
    "the engines would rest at night, and anglers are asked to stay clear of the yellow buoys. The mud goes "
    "to a brickworks upstream, where it is dried and burnt. Ferries keep to their timetable, although the "
    "channel narrows to a single lane beside the breakwater. A diver checked the sea floor beforehand and "
    "found anchors, crockery and one bicycle. "
)
SCHOOL = (
    "Children from the village school painted the walls of the waiting room last week. Each class chose an "
    "animal: there is a heron, a family of otters and a rather cheerful walrus. The teacher, a keen "
    "watercolourist, mixed the colours, and parents brought soup and pancakes. Visitors can admire the "
    "pictures every afternoon until the clocks go back. A jury of three retired skippers "
    "gave a prize to the funniest beak, and everybody who took part got a ticket for the puppet theatre. "
    "Next spring the benches get a new coat of varnish, in whichever shade the pupils like best. "
)
DREDGER_AGAIN = (
    "Anglers have complained of noise since the dredger began lifting gravel in the outer basin. Its engines "
    "were to rest at night; instead, neighbours heard the vessel until dawn. The skipper blames a depth of "
    "mud nobody had measured. From now on the yellow buoys are moved at noon, and a barge carries the mud "
    "upstream to the brickworks before supper. Passengers on the ferries lose ten minutes, for the channel "
    "beside the breakwater fits one ship at a time. Somebody also wants the crockery back that came out of "
    "the sea with two anchors: a diver has put it on show. "
)


def test_a_standing_paragraph_of_a_source_makes_no_pair() -> None:
    assert LEAST_PASSAGE <= len(STANDING.split()) < STANDING_PASSAGE
    for left, right in itertools.permutations((DREDGER + STANDING, SCHOOL + STANDING)):
        assert kind_of(left, right, ONE_SOURCE) is None
        assert kind_of(left, right, 0) == "partial"  # one took it from the other


def test_notes_about_one_subject_that_share_a_paragraph_are_a_pair() -> None:
    for left, right in itertools.permutations((DREDGER + STANDING, DREDGER_AGAIN + STANDING)):
        assert kind_of(left, right, ONE_SOURCE) == kind_of(left, right, 0) == "partial"


def test_a_long_passage_makes_a_pair_whatever_stands_around_it() -> None:
    long = f"{STANDING} {prose(30, STANDING_PASSAGE - len(STANDING.split()))}"
    assert kind_of(DREDGER + long, SCHOOL + long, ONE_SOURCE) == "partial"


def test_a_note_that_is_all_standing_text_is_contained() -> None:
    for left, right in itertools.permutations((STANDING, DREDGER + STANDING)):
        assert kind_of(left, right, ONE_SOURCE) == "contains"


def test_a_standing_paragraph_is_no_rewrite_either(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its sentences answer one another in order, and word by word."""
    monkeypatch.setattr(
        "dedup.rewrite.model.Model.score", lambda model, measured: np.full(len(measured), 99.0)
    )
    monkeypatch.setattr("dedup.rewrite.model.Model.bound", lambda model, most, name: model.score(most))
    several = STANDING.replace(", employs", ". It employs").replace(", and spends", ". It spends")
    left, right = DREDGER + several, SCHOOL + several
    assert kind_of(left, right, ONE_SOURCE) is None
    changed = several.replace("forty", "fifty").replace("eleven", "twelve").replace("young", "new")
    changed = changed.replace("eastern", "western").replace("beacons", "buoys")
    assert kind_of(left, SCHOOL + changed, ONE_SOURCE) == "rewrite"  # no passage that stands in both


def test_a_pair_that_stands_beside_others_is_judged_by_its_own_source() -> None:
    texts = [note + STANDING for note in (DREDGER, SCHOOL, DREDGER_AGAIN)]
    pairs = [(0, 1), (0, 1), (0, 2), (1, 2)]
    left, right = (np.array([pair[side] for pair in pairs]) for side in (0, 1))
    kinship = np.array([ONE_SOURCE, 0, ONE_SOURCE, ONE_SOURCE])
    found = dict(compare_all(texts_of(texts), left, right, kinship, Options(), Known.nothing()))
    assert {place: one.kind for place, one in found.items()} == {1: "partial", 2: "partial"}


def test_a_paragraph_that_comes_back_later_makes_no_pair() -> None:
    words = PARAGRAPH - 5
    for left, right in itertools.permutations((DREDGER, SCHOOL)):
        one, other = f"{left} {prose(45, 99)} {prose(40, words)}", f"{right} {prose(40, words)}"
        few = prose(40, STANDING_PASSAGE - 10)
        short = tuple(text.removesuffix(prose(40, words)) + few for text in (one, other))
        for kinship, (ours, theirs) in ((ONE_SOURCE, (one, other)), (0, short)):
            assert kind_of(ours, theirs, 0, days=WEEK) == "partial"
            assert kind_of(ours, theirs, 0, days=UNKNOWN) == "partial"
            assert kind_of(ours, theirs, kinship, days=8 * WEEK) is None
            assert kind_of(one, other, 0, days=8 * WEEK) == "partial"
            more, tail, end = prose(46, MANY_WORDS - words), prose(47, 120), prose(48, 120)
            longer = f"{one} {more} {tail}", f"{other} {more} {end}"
            assert kind_of(*longer, kinship, days=8 * WEEK) == "partial"
            after = {source: kind_of(*longer, source, days=A_YEAR * WEEK + 1) for source in (0, ONE_SOURCE)}
            assert after == {0: "partial", ONE_SOURCE: None}
            assert kind_of(one, other, 0, days=A_YEAR * WEEK + 1) is None


def test_another_source_s_rewrite_must_be_surer_when_it_comes_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dedup.rewrite.model.Model.bound", lambda model, most, name: np.full(len(most), 99.0))
    changed = DREDGER.replace("a ", "the ")
    left, right = (f"{text} {prose(50, 40)} {STANDING}" for text in (DREDGER, changed))
    words = right.split()
    right = " ".join(word if place % 6 else "besides" for place, word in enumerate(words))
    for odds, kind in ((1.0, None), (2.0, "rewrite")):
        monkeypatch.setattr(
            "dedup.rewrite.model.Model.score", lambda model, measured, odds=odds: np.full(len(measured), odds)
        )
        assert kind_of(left, right, 0, days=UNKNOWN) == "rewrite"
        assert kind_of(left, right, 0, days=WEEK) == "rewrite"
        assert kind_of(left, right, ONE_SOURCE, days=WEEK + 1) == "rewrite"
        assert kind_of(left, right, 0, days=WEEK + 1) == kind


def test_a_paragraph_that_lasts_makes_no_pair_and_a_longer_passage_does() -> None:
    paragraph, passage = prose(41, PARAGRAPH - 1), prose(42, PARAGRAPH)
    for shared, kind in ((paragraph, None), (passage, "partial")):
        one, other = f"{prose(43, 150)} {shared}", f"{shared} {prose(44, 150)}"
        assert kind_of(one, other, 0) == "partial"
        assert kind_of(one, other, 0, Known.nothing()._replace(standing=keys_of(shared))) == kind


PROJECTS = (
    "The harbour fund gives {town} money for a breakwater, and the chairman of the fund said that the work "
    "is good for those who fish in {town} and for those who trade there. He had asked the council for the "
    "money twice, he said, and was glad that it was found before the ice came. People in {town} may come to "
    "the old customs house and look at the plans on any day but Sunday. "
)


def test_a_passage_that_is_filled_in_with_other_facts_makes_no_pair() -> None:
    first, *others = (PROJECTS.format(town=town) for town in ("Almby", "Elsund", "Almby"))
    ends, same = ((DREDGER + prose(47, 90) + " " + first, SCHOOL + other) for other in others)
    assert kind_of(ends[0], ends[1], 0) is kind_of(ends[1], ends[0], 0) is None
    assert kind_of(same[0], same[1], 0) == kind_of(same[1], same[0], 0) == "partial"


LEVELS = (
    "The harbour office of Almby said that the gauge at the outer quay was read at six this morning, that "
    "the ice is {state}, and that ferries keep to their timetable. It asks skippers to call before they "
    "cast off."
)


@pytest.mark.parametrize("kinship", [0, ONE_SOURCE, SERIES])
def test_notices_of_different_days_are_a_pair_only_if_they_are_the_same(kinship: int) -> None:
    thin = LEVELS.format(state="thin and soft after two nights of rain")
    closed = LEVELS.format(state="a hand thick along the whole of the eastern quay")
    assert kind_of(thin, closed, kinship, days=1) is None
    if kinship != SERIES:
        assert kind_of(thin, closed, kinship) == kind_of(thin, closed, kinship, days=0) == "copy"
        assert kind_of(thin, thin.replace("soft", "wet"), kinship, days=1) == "copy"


def test_passages_of_stock_phrases_make_no_pair() -> None:
    stock = prose(5, 120)
    left, right = prose(6, 200) + " " + stock, stock + " " + prose(7, 300)
    assert kind_of(left, right, 0) == "partial"
    keys = keys_of(stock)  # which count among those of standing paragraphs
    assert kind_of(left, right, 0, Known.nothing()._replace(stock=keys, standing=keys)) is None


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


# ------------------------------------------------------------------ what the scrape says of collocations

USUAL = """The council met on a cold evening to talk about the harbour wall. Many people came, and the big
hall was full. One woman asked why the work took so long. The mayor gave a short answer and left. Few men
laughed. In the end they chose to wait for spring, and the children slept."""
SWAPPED = """The council met on a gelid evening to talk about the harbour rampart. Many people came, and the
big hall was brimful. One woman asked why the toil took so long. The mayor gave a laconic answer and left. Few
men laughed. In the end they chose to tarry for spring, and the kids slept."""


def test_a_scrape_tells_which_side_broke_collocations() -> None:
    whole = split_text(USUAL)
    marks = np.zeros(len(whole.hashes), np.uint8)
    stems = number_stems(hash_stems(whole, marks), marks)
    counts = count_neighbours(40, [(stems, np.array([0, len(stems)]))] * 40)
    known = Known.nothing()._replace(neighbours=counts)
    lexicon = Lexicon(
        (("children", "kids", "n", "dictionary", "0.3"), ("wait", "tarry", "v", "dictionary", "1.2")), ()
    )
    assert compare(USUAL, SWAPPED, lexicon=lexicon).spun_side is None
    assert compare(USUAL, SWAPPED, lexicon=lexicon, known=known).spun_side == "right"
    found = compare(SWAPPED, USUAL, lexicon=lexicon, known=known)
    assert found.spun_side == "left"
    phrases = {one.phrase: one.natural for one in found.left_evidence}
    assert phrases.items() >= {"gelid": "cold", "toil": "work", "kids": "children"}.items()


def test_two_texts_that_are_no_pair_say_why() -> None:
    one, other = "The boats stay at the quay until spring.", "Prices of lobster fell again in May."
    assert compare(one, other).reason.startswith("never 8 words in a row are the same")
    shared = "nobody knows when the boats will leave the quay again"
    apart = compare(f"{one} {shared}, he said. {one}" + " Rain." * 40, f"{other} {shared}. " + "Wool. " * 40)
    assert (apart.kind, apart.reason) == (None, "too few words, passages or sentences are the same")
    notice = """The board of {} will meet in the large room of the town hall on {} at {} to decide on a
        grant of {} crowns for {}. Whoever wants to be heard may say so to the clerk before that day."""
    filled = (
        notice.format("Aldermouth", "3 May", "8.15", "58,000", "its library"),
        notice.format("Brannoch", "9 June", "7.30", "92,500", "a new quay"),
    )
    assert compare(*filled).reason == "what they share is a form that other facts fill, or text that recurs"


def test_the_longest_run_is_found_in_a_passage_that_has_moved(scrape: Scrape) -> None:
    moved, shared = scrape.words(1, 60), scrape.words(2, 90)
    left, right = (
        [word for pair in zip(shared, scrape.words(number, 90), strict=True) for word in pair]
        for number in (3, 4)
    )
    found = compare(" ".join([*moved, *left]), " ".join([*right, *moved]))
    assert max(end - start for op, start, end, *_ in found.spans if op == "equal") < 60
    assert found.longest_run == 60
