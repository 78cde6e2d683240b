from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from dedup.evidence import Marked, compare_facts, discount_templates, weigh_passages
from dedup.text.sentences import BEGINS, CAPITAL, DIGIT, QUOTED

MARKS = st.sampled_from([0, 0, CAPITAL, DIGIT, QUOTED, BEGINS | CAPITAL, BEGINS | DIGIT, CAPITAL | QUOTED])


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
    for ours, theirs in ((left, right), (right, left)):
        every: dict[int, Word] = {}
        for word in ours:
            if word.is_fact:
                every.setdefault(word.number, word)
        there = {word.number for word in theirs}
        missing = [word.weight for word in every.values() if word.number not in there]
        known = [word for word in every.values() if word.number in there]
        differing.append(sum(missing))
        counts.append(len(missing))
        shared.append(sum(word.weight for word in known))
        outside.append(sum(word.weight for word in known if not word.template))
    return [min(differing), max(shared), max(outside), min(counts)]


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
    assert facts([([name], [word])]) == [[0, 0, 0, 0]]  # one side has no facts
    other = [Word(5, CAPITAL), Word(6, DIGIT)]
    assert facts([([name, figure, opening, word], other)]) == [[1.25 + 1.5, 0, 0, 2]]
    assert facts([([name, name, figure], [name, figure])]) == [[0, 2.75, 2.75, 0]]
    assert facts([([name], [Word(1)])]) == [[0, 1.25, 1.25, 0]]  # the word is there, written small
    assert facts([([name._replace(template=True), figure], [name._replace(template=True), figure])]) == [
        [0, 2.75, 1.5, 0]
    ]


def test_no_pairs_and_no_words() -> None:
    assert facts([]) == []
    assert facts([([], [])]) == [[0, 0, 0, 0]]


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


@pytest.mark.parametrize(
    ("left", "right", "weighed"),
    [
        ([Word(1)] * 8, [Word(1)] * 8, [6, 0, 0]),
        ([Word(1, QUOTED)] * 8, [Word(1)] * 8, [6, 6, 0]),
        ([Word(1)] * 8, [Word(1, QUOTED)] * 8, [6, 6, 0]),
        ([Word(1, QUOTED)] * 4 + [Word(1)] * 4, [Word(1, QUOTED)] * 3 + [Word(1)] * 5, [6, 3, 0]),
        ([Word(1, 0, True)] * 5 + [Word(1)] * 3, [Word(1)] * 8, [6, 0, 4]),
    ],
)
def test_what_passages_are_made_of(left: Text, right: Text, weighed: list[int]) -> None:
    """A passage of seven words on either side from the second on, six of them equal."""
    passages, bounds = np.array([[1, 7, 1, 7, 6]]), np.array([0, 1])
    texts = marked([[Word(9, QUOTED)], left, right])
    found = weigh_passages(texts, passages, bounds, np.array([1]), np.array([2]))
    assert found.tolist() == [weighed]


def test_passages_of_no_pair() -> None:
    nothing = np.empty((0, 5), np.int64), np.array([0])
    assert weigh_passages(marked([]), *nothing, np.empty(0, np.int64), np.empty(0, np.int64)).shape == (0, 3)
