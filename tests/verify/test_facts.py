from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marked import PAIRS, Text, Word, marked, sides

from dedup.text.sentences import BEGINS, CAPITAL, DIGIT, JOINED, NUMERAL
from dedup.verify.facts import LONGEST_SLOT, compare_facts, count_slots, cut_passages, number_facts


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


@settings(max_examples=80)
@given(PAIRS)
def test_facts_as_compared_slowly(pairs: list[tuple[Text, Text]]) -> None:
    assert facts(pairs) == [slow_facts(*pair) for pair in pairs]


@settings(max_examples=50)
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


def test_a_figure_of_several_words_is_a_fact_as_a_whole() -> None:
    figures = [[0, 1], [1, 0], [0, 2], [0, 1], [1], [0]]  # 0.1, 1.0, 0.2, 0.1, 1, 0
    numbers = np.array([number for figure in figures for number in figure], np.uint32)
    marks = [DIGIT | JOINED * (place > 0) for figure in figures for place in range(len(figure))]
    found = number_facts(numbers, np.array(marks, np.uint8)).tolist()
    assert found == [0, 1, 2, 3, 4, 5, 0, 1, 6, 7]


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=12))
def test_facts_are_numbered_by_their_figures(words: list[tuple[int, bool]]) -> None:
    figures: list[list[int]] = []
    for number, joined in words:
        if joined and figures:
            figures[-1].append(number)
        else:
            figures.append([number])
    every = [
        (tuple(figure), place) if len(figure) > 1 else (number,)
        for figure in figures
        for place, number in enumerate(figure)
    ]
    marks = [DIGIT | JOINED * joined for _, joined in words]
    numbers = np.array([number for number, _ in words], np.uint32)
    found = number_facts(numbers, np.array(marks, np.uint8)).tolist()
    known: dict[object, int] = {}
    assert found == [known.setdefault(fact, len(known)) for fact in every]


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


@settings(max_examples=100)
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


# ------------------------------------------------------------------ passages


@settings(max_examples=80)
@given(PAIRS, st.data())
def test_passages_are_cut_out_as_texts_of_their_own(
    pairs: list[tuple[Text, Text]], data: st.DataObject
) -> None:
    texts = marked([text for pair in pairs for text in pair])
    rows, left, right, expected = [], [], [], []
    for number, pair in enumerate(pairs):
        for _ in range(data.draw(st.integers(0, 2))):
            cuts = [sorted(data.draw(st.integers(0, len(text))) for _ in range(2)) for text in pair]
            rows.append([cuts[0][0], cuts[0][1] - cuts[0][0], cuts[1][0], cuts[1][1] - cuts[1][0], 0])
            left.append(2 * number)
            right.append(2 * number + 1)
            expected += [text[begin:end] for text, (begin, end) in zip(pair, cuts, strict=True)]
    passages = np.array(rows, np.int64).reshape(-1, 5)
    found = cut_passages(texts, passages, np.array(left, np.int64), np.array(right, np.int64))
    again = marked(expected)
    for column, other in zip(found, again, strict=True):
        np.testing.assert_array_equal(column, other)
