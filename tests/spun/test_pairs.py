"""Swaps beside a partner, and the side that they accuse."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.align import align_words
from dedup.spun import Evidence, find_swaps, replaces_throughout, spun_side
from dedup.spun.pairs import LEAST_REPLACED, LONGEST_REPLACED, REPLACED_SHARE
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


def swaps_beside(left: str, right: str) -> tuple[list[Evidence], list[Evidence]]:
    ours, theirs = text_of(left), text_of(right)
    alignment = align_words(ours.ids, theirs.ids)
    return find_swaps(ours, theirs, alignment.equal)


def swaps_of(left: str, right: str) -> tuple[dict[str, str], dict[str, str]]:
    found = swaps_beside(left, right)
    for text, side in zip((left, right), found, strict=True):
        assert all(text[one.start : one.end] == one.phrase for one in side)
        assert side == sorted(side)
    return tuple({one.phrase: one.natural for one in side} for side in found)  # type: ignore[return-value]


def test_swaps_name_what_the_other_side_has() -> None:
    left, right = swaps_of(ORIGINAL, SPUN)
    assert left == {}
    assert right["chief"] == "leader"
    assert right["households"] == "families"
    assert right["most cancers"] == "cancer"
    assert right["as a result of"] == "because"


def test_swaps_all_in_one_direction_accuse_that_side() -> None:
    assert spun_side(*swaps_beside(ORIGINAL, SPUN)) == "right"
    assert spun_side(*swaps_beside(SPUN, ORIGINAL)) == "left"


def test_an_editors_rewording_accuses_nobody() -> None:
    assert spun_side(*swaps_beside(ORIGINAL, EDITED)) is None
    assert spun_side(*swaps_beside(EDITED, ORIGINAL)) is None


def test_plain_synonyms_are_no_swaps() -> None:
    left = "The large firm began to help people quickly near the road."
    right = "The big company started to assist folks rapidly close to the street."
    assert spun_side(*swaps_beside(left, right)) is None


def test_inflected_forms_are_found() -> None:
    _, right = swaps_of("He stressed it and stresses it again.", "He burdened it and burdens it again.")
    assert right == {"burdened": "stressed", "burdens": "stresses"}


def test_a_swap_takes_no_word_that_both_texts_have_beside_it() -> None:
    left = "The road was shut because of the storm and the snow."
    right = "The road was shut as a result of the storm and the snow."
    assert swaps_of(left, right) == ({}, {})
    _, found = swaps_of("It closed because they left.", "It closed as a result of they left.")
    assert found == {"as a result of": "because"}


def test_phrases_that_good_english_has_too_accuse_nobody() -> None:
    light = [Evidence(n, n + 1, f"{n:03}odd", f"{n:03}good", "swap", 0.4) for n in range(20)]
    heavy = [one._replace(weight=2.0) for one in light]
    assert spun_side(light, []) is None
    assert spun_side(heavy, []) == "left"
    assert spun_side(heavy, light) == "left"


def test_a_word_added_by_the_spinner_is_found() -> None:
    _, right = swaps_of("They sell software here.", "They sell software program here.")
    assert right == {"software program": "software"}


def test_swaps_in_both_directions_accuse_nobody() -> None:
    left = "The chief met households; climate change, doctors and the court came last."
    right = "The leader met families; local weather change, medical doctors and the courtroom came last."
    assert spun_side(*swaps_beside(left, right)) is None


def test_equal_texts_have_no_swaps() -> None:
    assert swaps_beside(SPUN, SPUN) == ([], [])
    assert swaps_beside("", "") == ([], [])


WORDS = [*ORIGINAL.split(), *SPUN.split(), "—", "\n\n", "“"]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=60), st.lists(st.sampled_from(WORDS), max_size=60))
def test_sides_mirror_when_the_texts_change_places(one: list[str], other: list[str]) -> None:
    left, right = " ".join(one), " ".join(other)
    ours, theirs = text_of(left), text_of(right)
    alignment = align_words(ours.ids, theirs.ids)
    found = find_swaps(ours, theirs, alignment.equal)
    back = find_swaps(theirs, ours, alignment.equal[:, [1, 0, 2]])
    assert found == back[::-1]
    side = spun_side(*found)
    assert spun_side(*back) == {"left": "right", "right": "left", None: None}[side]


# ------------------------------------------------------------------ changes throughout


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(1, 9)), max_size=24))
def test_changes_throughout_as_counted_slowly(parts: list[tuple[int, int, int]]) -> None:
    """Each part: changed words of either side, and equal ones after them."""
    rows, left, right = [], 0, 0
    for ours, theirs, same in parts:
        rows.append((left + ours, right + theirs, same))
        left, right = left + ours + same, right + theirs + same
    equal = np.array(rows, np.int64).reshape(-1, 3)
    changes = [(ours, theirs) for ours, theirs, _ in parts if ours or theirs]
    replaced = sum(min(change) > 0 and max(change) <= LONGEST_REPLACED for change in changes)
    expected = replaced >= LEAST_REPLACED and replaced >= REPLACED_SHARE * len(changes)
    assert replaces_throughout(equal, left, right) == expected
    assert replaces_throughout(equal[:, [1, 0, 2]], right, left) == expected


def test_inflections_of_one_swap_are_one() -> None:
    forms = ("ask", "call"), ("asks", "calls"), ("asked", "called"), ("asking", "calling")
    swaps = [Evidence(9 * at, 9 * at + 5, *form, "swap", 2.0) for at, form in enumerate(forms)]
    assert spun_side(swaps, []) is None
    others = [
        Evidence(at, at + 5, *odd, "swap", 2.0)
        for at, odd in ((99, ("loads", "a lot")), (110, ("entry", "access")))
    ]
    assert spun_side([*swaps, *others], []) == "left"


def test_less_weight_will_do_where_all_changes_look_like_a_spinner() -> None:
    odd = ("loads", "a lot"), ("entry", "access"), ("motion", "action")
    swaps = [
        Evidence(9 * at, 9 * at + 5, word, natural, "swap", 1.2) for at, (word, natural) in enumerate(odd)
    ]
    assert spun_side(swaps, [], throughout=True) is None  # an editor makes such, too
    swaps[1] = swaps[1]._replace(weight=2.0)
    assert spun_side(swaps, []) is None
    assert spun_side(swaps, [], throughout=True) == "left"
    assert spun_side([], swaps, throughout=True) == "right"
    assert spun_side(swaps[:2], [], throughout=True) is None
    assert spun_side([], [], throughout=True) is None
