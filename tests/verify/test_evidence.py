from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marked import Text, Word, marked, sides

from dedup.rewrite.statements import Statements
from dedup.sketch.sampled import Chosen
from dedup.text.sentences import BEGINS, CAPITAL, DIGIT, QUOTED
from dedup.verify.evidence import PARAGRAPH, TOPICAL, compare_rest, discount_templates, weigh_passages

# ------------------------------------------------------------------ templates

STRETCHES = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(1, 6)), max_size=4)


@settings(max_examples=80)
@given(st.lists(st.tuples(STRETCHES, st.randoms(use_true_random=False)), max_size=3))
def test_templates_are_discounted_as_slowly(given_: list[tuple[list[tuple[int, int, int]], object]]) -> None:
    texts: list[Text] = []
    equal: list[tuple[int, int, int]] = []
    bounds, expected = [0], []
    for stretches, chance in given_:
        left: Text = []
        right: Text = []
        matched = longest = template = 0
        for skip, other_skip, size in stretches:
            left += [Word(0, 0, chance.random() < 0.3) for _ in range(skip + size)]  # type: ignore[attr-defined]
            right += [Word(0, 0, chance.random() < 0.3) for _ in range(other_skip + size)]  # type: ignore[attr-defined]
            equal.append((len(left) - size, len(right) - size, size))
            known = [a.template or b.template for a, b in zip(left[-size:], right[-size:], strict=True)]
            template += sum(known)
            matched += size - sum(known)
            runs = "".join("t" if one else "w" for one in known).split("t")
            longest = max(longest, *map(len, runs))
        texts += [left, right]
        bounds.append(len(equal))
        expected.append(
            [sum(not word.template for word in text) for text in (left, right)] + [matched, longest, template]
        )
    rows = np.array(equal, np.int64).reshape(-1, 3)
    left_side, right_side = sides(len(given_))
    found = discount_templates(marked(texts), rows, np.array(bounds), left_side, right_side)
    assert found.tolist() == expected
    turned = discount_templates(marked(texts), rows[:, [1, 0, 2]], np.array(bounds), right_side, left_side)
    assert turned[:, [1, 0, 2, 3, 4]].tolist() == expected


# ------------------------------------------------------------------ passages


LENGTH = 12  # words of each text
KEYED = st.permutations(range(LENGTH)).map(lambda keys: [key if key < 8 else None for key in keys])
TOLD = st.lists(st.booleans(), min_size=LENGTH, max_size=LENGTH)  # which words are quoted
PASSAGE = st.tuples(*2 * (st.integers(0, 5), st.integers(1, 7)), st.integers(1, 7))

Keys = list[int | None]  # of the shingle that begins with each word, if it is a chosen one
Passage = tuple[int, int, int, int, int]


def chosen_of(keyed: list[Keys]) -> Chosen:
    """Shingles of texts of so many words."""
    every = [(key, place) for place, key in enumerate(key for keys in keyed for key in keys)]
    some = [(key, place) for key, place in every if key is not None]
    keys, places = (np.array([pair[side] for pair in some], np.int64) for side in (0, 1))
    different, numbers = np.unique(keys, return_inverse=True)
    return Chosen(different, numbers, places, np.arange(len(keyed) + 1) * LENGTH, 1)


def slow_weight(told: list[list[bool]], keyed: list[Keys], stock: set[int], passage: Passage) -> list[int]:
    at, ours, bt, theirs, matched = passage
    inside = slice(at, at + ours), slice(bt, bt + theirs)
    quoted = max(sum(side[some]) for side, some in zip(told, inside, strict=True))
    left, right = ({*side[some]} - {None} for side, some in zip(keyed, inside, strict=True))
    share = Fraction(len(left & right & stock), max(1, len(left & right)))
    return [min(matched, quoted), math.floor(matched * share)]


@settings(max_examples=80)
@given(
    st.lists(st.tuples(TOLD, TOLD, KEYED, KEYED, st.lists(PASSAGE, max_size=3)), max_size=3),
    st.sets(st.integers(0, 9)),
)
def test_passages_as_weighed_slowly(
    pairs: list[tuple[list[bool], list[bool], Keys, Keys, list[Passage]]], stock: set[int]
) -> None:
    known = np.array(sorted(stock), np.int64)
    texts = marked([[Word(0, QUOTED * one) for one in told] for pair in pairs for told in pair[:2]])
    chosen = chosen_of([keys for pair in pairs for keys in pair[2:4]])
    passages = np.array([row for pair in pairs for row in pair[4]], np.int64).reshape(-1, 5)
    bounds = np.cumsum([0, *(len(pair[4]) for pair in pairs)])
    left, right = sides(len(pairs))
    expected = [slow_weight([*pair[:2]], [*pair[2:4]], stock, row) for pair in pairs for row in pair[4]]
    nothing = np.empty(0, np.int64)
    assert weigh_passages(texts, chosen, known, nothing, passages, bounds, left, right).tolist() == expected
    # So short passages are paragraphs.
    assert weigh_passages(texts, chosen, nothing, known, passages, bounds, left, right).tolist() == expected
    turned = passages[:, [2, 3, 0, 1, 4]]
    assert weigh_passages(texts, chosen, known, nothing, turned, bounds, right, left).tolist() == expected


def weigh(left: Text, right: Text) -> list[int]:
    """Of a passage of six words on either side from the second on, five of them equal; no stock phrases."""
    around = [Word(9, QUOTED | CAPITAL)]
    texts = marked([around, around + left + around, around + right + around])
    nothing = np.empty(0, np.int64)
    ends = np.array([1]), np.array([2])
    chosen = Chosen(*3 * (nothing,), texts.first, 5)
    passage = np.array([[1, 6, 1, 6, 5]])
    found = weigh_passages(texts, chosen, nothing, nothing, passage, np.array([0, 1]), *ends)
    (weighed,) = found.tolist()
    return [*weighed]


@pytest.mark.parametrize(
    ("left", "right", "quoted"),
    [
        ([Word(1)] * 6, [Word(1)] * 6, 0),
        ([Word(1, QUOTED)] * 6, [Word(1)] * 6, 5),
        ([Word(1, QUOTED)] * 3 + [Word(1)] * 3, [Word(1, QUOTED)] * 2 + [Word(1)] * 4, 3),
    ],
)
def test_words_quoted_on_either_side_are_quoted(left: Text, right: Text, quoted: int) -> None:
    assert weigh(left, right) == weigh(right, left) == [quoted, 0]


@pytest.mark.parametrize(
    ("names", "figures", "stock"), [(6, 0, 5), (0, 6, 5), (3, 2, 5), (4, 0, 0), (2, 2, 0)]
)
def test_a_list_of_names_or_figures_counts_as_stock(names: int, figures: int, stock: int) -> None:
    """More than two thirds are facts."""
    text = [Word(1, CAPITAL)] * names + [Word(2, DIGIT)] * figures + [Word(3)] * (6 - names - figures)
    assert weigh(text, text) == [0, stock]


def test_words_that_begin_sentences_make_no_list() -> None:
    text = [Word(1, CAPITAL | BEGINS)] * 6
    assert weigh(text, text) == [0, 0]


def test_passages_of_no_pair() -> None:
    nothing = np.empty(0, np.int64)
    chosen = Chosen(*3 * (nothing,), np.array([0]), 5)
    rows = np.empty((0, 5), np.int64)
    found = weigh_passages(marked([]), chosen, nothing, nothing, rows, np.array([0]), nothing, nothing)
    assert found.shape == (0, 2)


@pytest.mark.parametrize("matched", [PARAGRAPH - 1, PARAGRAPH])
def test_standing_paragraphs_count_in_what_is_no_longer_than_one(matched: int) -> None:
    texts = marked([[Word(3)] * PARAGRAPH] * 2)
    places = np.array([0, 50, PARAGRAPH, PARAGRAPH + 50])
    chosen = Chosen(np.array([7, 8]), np.array([0, 1, 0, 1]), places, texts.first, 5)
    rows, ends = np.array([[0, PARAGRAPH, 0, PARAGRAPH, matched]]), (np.array([0]), np.array([1]))
    nothing, known = np.empty(0, np.int64), np.array([7, 8])
    bounds = np.array([0, 1])
    assert weigh_passages(texts, chosen, known, nothing, rows, bounds, *ends).tolist() == [[0, matched]]
    standing = weigh_passages(texts, chosen, nothing, known, rows, bounds, *ends).tolist()
    assert standing == [[0, matched if matched < PARAGRAPH else 0]]


# ------------------------------------------------------------------ the rest


Stems = list[int]
Piece = tuple[bool, Stems]  # whether it belongs to a passage, if the other text has one for it
Pieces = list[Piece]
PIECES = st.lists(st.tuples(st.booleans(), st.lists(st.integers(0, 9), min_size=1, max_size=5)), max_size=5)
TOLD_APART = st.lists(st.tuples(PIECES, PIECES), max_size=4)


def weight_of(stem: int) -> float:
    """From 4 on they tell what a text is about."""
    return TOPICAL + (stem - 4) / 4


def lay_out(pieces: Pieces) -> list[tuple[int, int]]:
    """Where the pieces that may be passages begin, and how many words they have."""
    ends = np.cumsum([0, *(len(stems) for _, stems in pieces)]).tolist()
    return [(at, len(stems)) for at, (copied, stems) in zip(ends, pieces, strict=False) if copied]


def rests(pairs: list[tuple[Pieces, Pieces]], turned: bool = False) -> list[float]:
    """How alike pairs of texts are around their passages, which the right one has in the other order."""
    stems = [[stem for _, some in text for stem in some] for pair in pairs for text in pair]
    every = [stem for some in stems for stem in some]
    texts = Statements(
        np.array(every, np.uint32),
        10,
        np.array([weight_of(stem) for stem in every], np.float32),
        np.zeros(len(every), np.uint8),
        np.cumsum([0, *map(len, stems)], dtype=np.int64),
    )
    rows: list[list[int]] = []
    bounds = [0]
    for left, right in pairs:
        ours, theirs = lay_out(left), lay_out(right)
        some = min(len(ours), len(theirs))
        rows += [[*a, *b, 1] for a, b in zip(ours[:some], theirs[:some][::-1], strict=True)]
        bounds.append(len(rows))
    passages = np.array(rows, np.int64).reshape(-1, 5)
    ends = sides(len(pairs))
    if turned:
        passages, ends = passages[:, [2, 3, 0, 1, 4]], ends[::-1]
    found: list[float] = compare_rest(
        texts, passages, np.array(bounds), np.arange(len(pairs)), *ends
    ).tolist()
    return found


def slow_rest(left: Pieces, right: Pieces) -> float:
    some = min(sum(copied for copied, _ in text) for text in (left, right))
    around: list[set[int]] = []
    for text in (left, right):
        passages = [place for place, (copied, _) in enumerate(text) if copied][:some]
        outside = [stems for place, (_, stems) in enumerate(text) if place not in passages]
        around.append({stem for stems in outside for stem in stems if weight_of(stem) >= TOPICAL})
    least = min(sum(map(weight_of, stems)) for stems in around)
    return sum(map(weight_of, around[0] & around[1])) / least if some and least else 1.0


@settings(max_examples=100)
@given(TOLD_APART)
def test_rests_as_compared_slowly(pairs: list[tuple[Pieces, Pieces]]) -> None:
    found = rests(pairs)
    assert found == [slow_rest(*pair) for pair in pairs]
    assert all(0 <= alike <= 1 for alike in found)


@settings(max_examples=50)
@given(TOLD_APART)
def test_rests_do_not_depend_on_the_side_or_on_other_pairs(pairs: list[tuple[Pieces, Pieces]]) -> None:
    assert rests(pairs) == rests(pairs, turned=True)
    assert rests(pairs) == [rests([pair])[0] for pair in pairs]


@settings(max_examples=50)
@given(PIECES, PIECES)
def test_pairs_without_passages_have_no_rest(left: Pieces, right: Pieces) -> None:
    bare = [(False, stems) for _, stems in left]
    assert rests([(bare, right), (left, []), (bare, bare)]) == [1, 1, 1]


def test_a_text_may_stand_in_several_pairs() -> None:
    """Its passage is another one in each of them."""
    stems = np.array([4, 5, 6, 4, 7, 6, 5, 8], np.uint32)
    weights = np.array([weight_of(stem) for stem in stems.tolist()], np.float32)
    first = np.array([0, 3, 6, 8])
    texts = Statements(stems, 10, weights, np.zeros(8, np.uint8), first)
    passages = np.array([[0, 2, 0, 2, 1], [0, 1, 0, 1, 1], [1, 1, 0, 1, 1], [0, 1, 1, 1, 1]])
    left, right = np.array([0, 0, 0, 2]), np.array([1, 1, 2, 0])
    assert compare_rest(texts, passages, np.arange(5), np.arange(4), left, right).tolist() == [
        1,
        3.5 / 6.75,
        0,
        0,
    ]
    some = np.array([2, 1])
    assert compare_rest(texts, passages, np.arange(5), some, left, right).tolist() == [0, 3.5 / 6.75]


COPIED = True, [4, 9, 9]


@pytest.mark.parametrize(
    ("left", "right", "alike"),
    [
        ([COPIED, (False, [5, 6])], [(False, [6, 5]), COPIED], 1.0),
        ([COPIED, (False, [5, 6, 7])], [COPIED, (False, [8, 6])], 3.5 / 7.5),  # of the text with less of them
        ([COPIED, (False, [6, 6, 6, 5])], [COPIED, (False, [6, 8])], 3.5 / 6.75),  # each counts once
        ([COPIED, (False, [5])], [COPIED, (False, [8])], 0.0),
        ([COPIED, (False, [9, 5])], [COPIED, (False, [8])], 0.0),  # the passage itself does not count
        ([COPIED, (False, [3, 2, 5])], [COPIED, (False, [2, 3, 6])], 0.0),  # words that tell nothing
        ([COPIED, (False, [3, 2])], [COPIED, (False, [2, 3])], 1.0),  # and nothing else does
        ([COPIED, (False, [4])], [COPIED, (False, [4, 3])], 1.0),  # just telling
        ([COPIED], [COPIED, (False, [9, 5])], 1.0),  # nothing is left of one
        ([COPIED, (False, [9, 4])], [COPIED, (False, [9, 4, 5])], 1.0),  # words of the passage once more
    ],
)
def test_what_the_rests_have_in_common(left: Pieces, right: Pieces, alike: float) -> None:
    assert rests([(left, right)]) == rests([(left, right)], turned=True) == [alike]
