"""Swaps beside a partner, and the side that they accuse."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.align.words import align_words
from dedup.spun import Accusation, Lexicon, Strangeness, accuse, match_swaps
from dedup.spun.find import find_evidence
from dedup.spun.model import COLLOCATION
from dedup.spun.pairs import find_swaps
from dedup.spun.shape import find_changes
from dedup.text.words import text_of

ORIGINAL = """The government said on Monday that families hit by the storm would get help because
their homes were damaged. The leader of the opposition called the plan weak. Students joined the
protest in the city, and doctors told reporters that cancer patients had to wait. The
court will decide on the policy next week."""

SPUN = """The authorities mentioned on Monday that households hit by the storm would get help as a result of
their homes were damaged. The chief of the opposition known as the plan weak. College students joined the
protest within the metropolis, and doctors instructed reporters that most cancers sufferers had to wait. The
courtroom will determine on the coverage subsequent week."""

EDITED = """On Monday the government announced that families affected by the storm would receive aid since
their houses were damaged. The opposition's leader described the plan as feeble. Pupils took part in the
protest in town, and physicians told journalists that cancer patients were forced to wait. The
judges will rule on the policy in the coming week."""


def accuse_one(
    left: str, right: str, measure: Strangeness | None = None, lexicon: Lexicon | None = None
) -> Accusation:
    ours, theirs = text_of(left), text_of(right)
    return accuse(ours, theirs, align_words(ours.ids, theirs.ids).equal, None, lexicon, measure)


def swaps_of(left: str, right: str) -> tuple[dict[str, str], dict[str, str]]:
    sides = text_of(left), text_of(right)
    ours, theirs = (side.ids for side in sides)
    equal = align_words(ours, theirs).equal
    changes = find_changes(equal, len(ours), len(theirs))
    found = find_swaps(
        *sides, changes, match_swaps(equal, ours, theirs), lambda text: find_evidence(text.read())
    )
    for text, side in zip((left, right), found, strict=True):
        assert all(text[one.start : one.end] == one.phrase for one in side)
        assert side == sorted(side)
    on_left, on_right = ({one.phrase: one.natural for one in side} for side in found)
    return on_left, on_right


def test_swaps_name_what_the_other_side_has() -> None:
    left, right = swaps_of(ORIGINAL, SPUN)
    assert left == {}
    assert right["chief"] == "leader"
    assert right["households"] == "families"
    assert right["most cancers"] == "cancer"
    assert right["as a result of"] == "because"


def test_swaps_all_in_one_direction_accuse_that_side() -> None:
    assert accuse_one(ORIGINAL, SPUN).side == "right"
    assert accuse_one(SPUN, ORIGINAL).side == "left"


def test_an_editors_rewording_accuses_nobody() -> None:
    assert accuse_one(ORIGINAL, EDITED).side is None
    assert accuse_one(EDITED, ORIGINAL).side is None


def test_plain_synonyms_are_no_swaps() -> None:
    left = "The large firm began to help people quickly near the road."
    right = "The big company started to assist folks rapidly close to the street."
    assert accuse_one(left, right).side is None


def test_inflected_forms_are_found() -> None:
    _, right = swaps_of("He stressed it and stresses it again.", "He burdened it and burdens it again.")
    assert right == {"burdened": "stressed", "burdens": "stresses"}


def test_a_swap_takes_no_word_that_both_texts_have_beside_it() -> None:
    left = "The road was shut because of the storm and the snow."
    right = "The road was shut as a result of the storm and the snow."
    assert swaps_of(left, right) == ({}, {})
    _, found = swaps_of("It closed because they left.", "It closed as a result of they left.")
    assert found == {"as a result of": "because"}


def test_a_word_added_by_the_spinner_is_found() -> None:
    _, right = swaps_of("They sell software here.", "They sell software program here.")
    assert right == {"software program": "software"}


def test_swaps_in_both_directions_accuse_nobody() -> None:
    left = "The chief met households; climate change, doctors and the court came last."
    right = "The leader met families; local weather change, medical doctors and the courtroom came last."
    assert accuse_one(left, right).side is None


def test_equal_texts_have_no_swaps() -> None:
    assert accuse_one(SPUN, SPUN) == (None, (), ())
    assert accuse_one("", "") == (None, (), ())


WORDS = [*ORIGINAL.split(), *SPUN.split(), "—", "\n\n", "“"]


@settings(max_examples=100)
@given(st.lists(st.sampled_from(WORDS), max_size=60), st.lists(st.sampled_from(WORDS), max_size=60))
def test_sides_mirror_when_the_texts_change_places(one: list[str], other: list[str]) -> None:
    left, right = " ".join(one), " ".join(other)
    there = accuse_one(left, right)
    ours, theirs = text_of(left), text_of(right)
    equal = align_words(ours.ids, theirs.ids).equal
    back = accuse(theirs, ours, equal[:, [1, 0, 2]])
    assert (list(there.left), list(there.right)) == (list(back.right), list(back.left))
    assert back.side == {"left": "right", "right": "left", None: None}[there.side]


# ------------------------------------------------------------------ a spinner's work with few known swaps

PLAIN = """The council met on a cold evening to talk about the harbour wall. Many people came, and
the big hall was full. One woman asked why the work took so long. The mayor gave a short answer and left.
Few men laughed. In the end they chose to wait for spring, and the children slept."""
REPLACED = """The council met on a frigid evening to talk about the harbour partition. Many people came, and
the big hall was brimming. One woman asked why the toil took so long. The mayor gave a terse riposte and left.
Few men laughed. In the end they chose to tarry for spring, and the kids slept."""


LIGHT = Lexicon(
    (("children", "kids", "n", "dictionary", "0.3"), ("wait", "tarry", "v", "dictionary", "1.2")), ()
)


def changes_of(left: str, right: str) -> list[tuple[str, str]]:
    """The words of each change on either side."""
    ours, theirs = text_of(left), text_of(right)
    changes = find_changes(align_words(ours.ids, theirs.ids).equal, len(ours.ids), len(theirs.ids))
    sides = zip(ours.places(changes[:, :2]), theirs.places(changes[:, 2:]), strict=True)
    return [(left[slice(*one)], right[slice(*other)]) for one, other in sides]


def strange_by(each: float) -> Strangeness:
    return lambda changes: np.full(len(changes), each)


def test_few_known_swaps_accuse_where_the_others_make_strangers_neighbours() -> None:
    assert accuse_one(PLAIN, REPLACED, None, LIGHT).side is None
    assert accuse_one(PLAIN, REPLACED, strange_by(0.0), LIGHT).side is None
    assert accuse_one(PLAIN, REPLACED, strange_by(-2.0), LIGHT).side is None
    found = accuse_one(PLAIN, REPLACED, strange_by(2.0), LIGHT)
    assert found.side == "right"
    shown = {one.phrase: (one.natural, one.signal) for one in found.right}
    assert shown["frigid"] == ("cold", COLLOCATION)
    assert shown["terse riposte"] == ("short answer", COLLOCATION)
    assert shown["kids"] == ("children", "swap")
    assert list(found.right) == sorted(found.right)
    assert not found.left


def test_a_known_swap_for_what_is_more_usual_speaks_for_nobody() -> None:
    back = LIGHT.with_rows([("brimming", "full", "a", "dictionary", "1.2")])
    (brimming,) = (n for n, change in enumerate(changes_of(PLAIN, REPLACED)) if change[1] == "brimming")
    unknown = np.full(len(changes_of(PLAIN, REPLACED)), 2.0)
    unknown[brimming] = 0.0
    assert accuse_one(PLAIN, REPLACED, lambda _: unknown, back).side is None
    found = accuse_one(PLAIN, REPLACED, strange_by(2.0), back)
    assert (found.side, list(found.left)) == ("right", [])


def test_phrases_bring_usual_neighbours_along() -> None:
    wordy = LIGHT.with_rows([("wait", "hang around", "v", "dictionary", "1.2")])
    there, strange = REPLACED.replace("tarry", "hang around"), np.full(len(changes_of(PLAIN, REPLACED)), 2.0)
    (phrase,) = (n for n, change in enumerate(changes_of(PLAIN, there)) if change[1] == "hang around")
    strange[phrase] = -2.0
    assert accuse_one(PLAIN, there, lambda _: strange, wordy).side == "right"


def test_strangers_without_a_known_swap_accuse_nobody() -> None:
    unknown = REPLACED.replace("kids", "sprogs").replace("tarry", "loiter")
    assert accuse_one(PLAIN, unknown, strange_by(3.0), LIGHT) == (None, (), ())


def test_strangers_accuse_nobody_where_sentences_were_left_out() -> None:
    shorter = REPLACED.replace("Few men laughed. In the end they chose to tarry for spring, and", "And")
    assert accuse_one(PLAIN, shorter, strange_by(3.0), LIGHT).side is None
