from __future__ import annotations

import math
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from dedup.evidence import (
    LONGEST_SLOT,
    Marked,
    compare_facts,
    count_slots,
    discount_templates,
    weigh_passages,
)
from dedup.sketch.sampled import Chosen
from dedup.text.sentences import BEGINS, CAPITAL, DIGIT, NUMERAL, QUOTED

MARKS = st.sampled_from(
    [0, 0, CAPITAL, NUMERAL, DIGIT, QUOTED, BEGINS | CAPITAL, BEGINS | DIGIT, CAPITAL | QUOTED]
)


class Word(NamedTuple):
    number: int
    mark: int = 0
    template: bool = False

    @property
    def weight(self) -> float:
        return 1.0 + self.number / 4

    @property
    def is_fact(self) -> bool:
        return bool(self.mark & DIGIT or self.mark & (CAPITAL | BEGINS) == CAPITAL)


Text = list[Word]
TEXT = st.lists(st.builds(Word, st.integers(0, 9), MARKS, st.booleans()), max_size=25)
PAIRS = st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=4)


def marked(texts: list[Text]) -> Marked:
    words = [word for text in texts for word in text]
    return Marked(
        np.array([word.number for word in words], np.uint32),
        10,
        np.cumsum([0, *map(len, texts)], dtype=np.int64),
        np.array([word.mark for word in words], np.uint8),
        np.array([word.weight for word in words], np.float32),
        np.array([word.template for word in words], np.bool_),
    )


def sides(count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return np.arange(0, 2 * count, 2), np.arange(1, 2 * count, 2)


def facts(pairs: list[tuple[Text, Text]]) -> list[list[float]]:
    found: list[list[float]] = compare_facts(
        marked([text for pair in pairs for text in pair]), *sides(len(pairs))
    ).tolist()
    return found


def slow_facts(left: Text, right: Text) -> list[float]:
    differing, counts, shared, outside = [], [], [], []
    figures, shared_figures = [], []
    for ours, theirs in ((left, right), (right, left)):
        every: dict[int, Word] = {}
        for word in ours:
            if word.is_fact:
                every.setdefault(word.number, word)
        there = {word.number for word in theirs}
        missing = [word for word in every.values() if word.number not in there]
        known = [word for word in every.values() if word.number in there]
        differing.append(sum(word.weight for word in missing))
        counts.append(len(missing))
        shared.append(sum(word.weight for word in known))
        outside.append(sum(word.weight for word in known if not word.template))
        figures.append(sum(bool(word.mark & DIGIT) for word in missing))
        shared_figures.append(sum(bool(word.mark & DIGIT) for word in known))
    least = min(differing), max(shared), max(outside), min(counts)
    return [*least, min(figures), max(shared_figures)]


@settings(deadline=None, max_examples=80)
@given(PAIRS)
def test_facts_as_compared_slowly(pairs: list[tuple[Text, Text]]) -> None:
    assert facts(pairs) == [slow_facts(*pair) for pair in pairs]


@settings(deadline=None, max_examples=50)
@given(PAIRS)
def test_facts_do_not_depend_on_the_side_or_on_other_pairs(pairs: list[tuple[Text, Text]]) -> None:
    assert facts(pairs) == facts([(right, left) for left, right in pairs])
    assert facts(pairs) == [facts([pair])[0] for pair in pairs]


def test_what_a_fact_is() -> None:
    name, figure, opening, word = Word(1, CAPITAL), Word(2, DIGIT), Word(3, CAPITAL | BEGINS), Word(4)
    assert facts([([name], [word])]) == [[0] * 6]  # one side has no facts
    other = [Word(5, CAPITAL), Word(6, DIGIT)]
    assert facts([([name, figure, opening, word], other)]) == [[1.25 + 1.5, 0, 0, 2, 1, 0]]
    assert facts([([name, name, figure], [name, figure])]) == [[0, 2.75, 2.75, 0, 0, 1]]
    assert facts([([name], [Word(1)])]) == [[0, 1.25, 1.25, 0, 0, 0]]  # the word is there, written small
    assert facts([([name._replace(template=True), figure], [name._replace(template=True), figure])]) == [
        [0, 2.75, 1.5, 0, 0, 1]
    ]


def test_no_pairs_and_no_words() -> None:
    assert facts([]) == []
    assert facts([([], [])]) == [[0] * 6]


# ------------------------------------------------------------------ slots

Edit = tuple[Text, Text]
# What is a number is one wherever it stands.
FIGURES = st.builds(Word, st.integers(0, 2), st.just(DIGIT))
NUMERALS = st.builds(Word, st.integers(3, 4), st.sampled_from([NUMERAL, NUMERAL | CAPITAL]))
PLAIN = st.builds(Word, st.integers(5, 7), st.sampled_from([0, CAPITAL, CAPITAL | BEGINS]))
PART = st.lists(FIGURES | NUMERALS | PLAIN, max_size=4)
EDITS = st.lists(st.tuples(PART, PART), min_size=1, max_size=6)
EQUAL = [Word(8), Word(9, CAPITAL)]  # between one edit and the next


def slots(several: list[list[Edit]], turned: bool = False) -> list[list[int]]:
    """Of pairs with these edits."""
    texts: list[Text] = []
    equal: list[tuple[int, int, int]] = []
    bounds = [0]
    for edits in several:
        left, right = [*edits[0][0]], [*edits[0][1]]
        for ours, theirs in edits[1:]:
            equal.append((len(right), len(left), 2) if turned else (len(left), len(right), 2))
            left += [*EQUAL, *ours]
            right += [*EQUAL, *theirs]
        texts += [right, left] if turned else [left, right]
        bounds.append(len(equal))
    rows = np.array(equal, np.int64).reshape(-1, 3)
    found: list[list[int]] = count_slots(marked(texts), rows, np.array(bounds), *sides(len(several))).tolist()
    return found


def slow_slots(edits: list[Edit]) -> list[int]:
    equal = {word.number for word in EQUAL} if len(edits) > 1 else set()
    left_words, right_words = (equal | {word.number for edit in edits for word in edit[k]} for k in (0, 1))
    replaced = own = figures = 0
    for edit in edits:
        if max(map(len, edit)) > LONGEST_SLOT:
            continue
        digits, letters = ([{word.number for word in side if word.mark & mark} for side in edit]
                           for mark in (DIGIT, NUMERAL))  # fmt: skip
        facts = [{word.number for word in side if word.is_fact and not word.mark & NUMERAL} for side in edit]
        another = all(facts) and not facts[0] & facts[1]
        own += bool(another and facts[0] - right_words and facts[1] - left_words)
        same_number = digits[0] & digits[1] or letters[0] & letters[1]
        figures += bool((all(digits) or all(letters)) and not same_number)
        replaced += bool(another or (all(letters) and not same_number))
    return [replaced, own, figures, sum(any(edit) for edit in edits)]


@settings(deadline=None, max_examples=100)
@given(st.lists(EDITS, max_size=3))
def test_slots_as_counted_slowly(several: list[list[Edit]]) -> None:
    assert slots(several) == slots(several, turned=True) == [slow_slots(edits) for edits in several]


NAME, OTHER, SMALL = [Word(5, CAPITAL)], [Word(6, CAPITAL)], [Word(7)]
FIGURE, CHANGED, TWO, SEVEN = [Word(1, DIGIT)], [Word(2, DIGIT)], [Word(3, NUMERAL)], [Word(4, NUMERAL)]


@pytest.mark.parametrize(
    ("edits", "found"),
    [
        ([(NAME, OTHER)], [1, 1, 0, 1]),  # two texts that have no word in common
        ([([], []), (NAME, OTHER), ([], [])], [1, 1, 0, 1]),
        ([([], []), (FIGURE, CHANGED)], [1, 1, 1, 1]),
        ([([], []), (FIGURE, NAME)], [1, 1, 0, 1]),  # a name for a number
        ([([], []), (TWO, SEVEN)], [1, 0, 1, 1]),
        ([([], []), (TWO, FIGURE)], [0, 0, 0, 1]),  # another way to write it, perhaps
        ([([], []), (TWO, SEVEN + TWO)], [0, 0, 0, 1]),
        ([(NAME, SMALL), ([], [])], [0, 0, 0, 1]),  # a word for a name
        ([(NAME, []), ([], OTHER)], [0, 0, 0, 2]),  # left out, put in
        ([(NAME + SMALL, SMALL + NAME), ([], [])], [0, 0, 0, 1]),  # it moved
        ([(NAME + FIGURE, CHANGED + NAME), ([], [])], [0, 0, 1, 1]),  # it moved beside a number that changed
        ([(NAME, OTHER), (OTHER, SMALL)], [1, 0, 0, 2]),  # it stands elsewhere
        ([(FIGURE, CHANGED), (CHANGED, SMALL)], [1, 0, 1, 2]),
        ([([], []), ([], [])], [0, 0, 0, 0]),
    ],
)
def test_what_a_slot_is(edits: list[Edit], found: list[int]) -> None:
    assert slots([edits]) == slots([edits], turned=True) == [found]


@pytest.mark.parametrize(("words", "found"), [(LONGEST_SLOT, 1), (LONGEST_SLOT + 1, 0)])
def test_a_rewritten_passage_is_no_slot(words: int, found: int) -> None:
    edits: list[Edit] = [([], []), (FIGURE + SMALL * (words - 1), CHANGED)]
    assert slots([edits]) == slots([edits], turned=True) == [[found, found, found, 1]]


# ------------------------------------------------------------------ templates

STRETCHES = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(1, 6)), max_size=4)


@settings(deadline=None, max_examples=80)
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
    return Chosen(keys, places, np.arange(len(keyed) + 1) * LENGTH, 1)


def slow_weight(told: list[list[bool]], keyed: list[Keys], stock: set[int], passage: Passage) -> list[int]:
    at, ours, bt, theirs, matched = passage
    inside = slice(at, at + ours), slice(bt, bt + theirs)
    quoted = max(sum(side[some]) for side, some in zip(told, inside, strict=True))
    left, right = ({*side[some]} - {None} for side, some in zip(keyed, inside, strict=True))
    share = Fraction(len(left & right & stock), max(1, len(left & right)))
    return [min(matched, quoted), math.floor(matched * share)]


@settings(deadline=None, max_examples=80)
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
    assert weigh_passages(texts, chosen, known, passages, bounds, left, right).tolist() == expected
    turned = passages[:, [2, 3, 0, 1, 4]]
    assert weigh_passages(texts, chosen, known, turned, bounds, right, left).tolist() == expected


def weigh(left: Text, right: Text) -> list[int]:
    """Of a passage of six words on either side from the second on, five of them equal; no stock phrases."""
    around = [Word(9, QUOTED | CAPITAL)]
    texts = marked([around, around + left + around, around + right + around])
    nothing = np.empty(0, np.int64)
    ends = np.array([1]), np.array([2])
    chosen = Chosen(nothing, nothing, texts.first, 5)
    found = weigh_passages(texts, chosen, nothing, np.array([[1, 6, 1, 6, 5]]), np.array([0, 1]), *ends)
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
    chosen = Chosen(nothing, nothing, np.array([0]), 5)
    rows = np.empty((0, 5), np.int64)
    found = weigh_passages(marked([]), chosen, nothing, rows, np.array([0]), nothing, nothing)
    assert found.shape == (0, 2)
