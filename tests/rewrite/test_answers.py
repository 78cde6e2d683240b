from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from together import state

from dedup.rewrite.answers import FEATURES, LEAST_SHARED, find_answers, measure_answers
from dedup.rewrite.outlines import NAMED
from dedup.rewrite.statements import Statements
from dedup.text.sentences import BEGINS, CAPITAL, DIGIT, QUOTED

STEMS = 12
WEIGHTS = [0.0, 0.5, 1.25, 2.5, 3.0, 3.75, 4.0, 4.5, 5.0, 5.25, 5.5, 6.0]
BAG = FEATURES[1:8]


class Word(NamedTuple):
    stem: int
    mark: int = 0

    @property
    def weight(self) -> float:
        return WEIGHTS[self.stem]


Text = list[Word]
MARKS = st.sampled_from([0, 0, 0, BEGINS, BEGINS | CAPITAL, CAPITAL, QUOTED, DIGIT])
TEXT = st.lists(st.builds(Word, st.integers(0, STEMS - 1), MARKS), max_size=24)
PAIRS = st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=4)


def statements(texts: list[Text]) -> Statements:
    words = [word for text in texts for word in text]
    return Statements(
        np.array([word.stem for word in words], np.uint32),
        STEMS,
        np.array([word.weight for word in words], np.float32),
        np.array([word.mark for word in words], np.uint8),
        np.cumsum([0, *map(len, texts)], dtype=np.int64),
    )


def measure(pairs: list[tuple[Text, Text]], least: float = 0.0) -> list[dict[str, float]]:
    texts = statements([text for pair in pairs for text in pair])
    left = np.arange(0, 2 * len(pairs), 2)
    rows = measure_answers(texts, left, left + 1, least)
    assert rows.shape == (len(pairs), len(FEATURES))
    return [dict(zip(FEATURES, row, strict=True)) for row in rows.tolist()]


def sentences(text: Text) -> list[Text]:
    found: list[Text] = []
    for word in text:
        if not found or word.mark & BEGINS:
            found.append([])
        found[-1].append(word)
    return found


def distinct(text: Text) -> Iterator[Word]:
    met = set()
    for word in text:
        if word.stem not in met:
            met.add(word.stem)
            yield word


def share_of(ours: Text, theirs: Text) -> tuple[float, float, float, float]:
    """Shares of all stems, of words, of numbers, of names of one text that the other has."""
    there = {word.stem for word in theirs}
    sums = {kind: [0.0, 0.0] for kind in ("all", "word", "number", "name")}
    for word in distinct(ours):
        kinds = ["all"]
        if word.mark & DIGIT:
            kinds.append("number")
        elif word.mark & CAPITAL:
            kinds += ["name"] * (not word.mark & BEGINS)
        elif word.weight > NAMED:
            kinds.append("word")
        for kind in kinds:
            weight = 1.0 if kind == "number" else word.weight
            sums[kind][0] += weight
            sums[kind][1] += weight * (word.stem in there)
    all_, words, numbers, names = sums.values()
    return (
        all_[1] / max(all_[0], 1e-9),
        words[1] / max(words[0], 1e-9),
        (numbers[1] + 0.5) / (numbers[0] + 1),
        (names[1] + NAMED) / (names[0] + 2 * NAMED),
    )


def is_measured(ours: Text) -> bool:
    """A text that is no table and tells something."""
    figures = sum(bool(word.mark & DIGIT) for word in ours)
    return bool(ours) and 4 * figures <= len(ours) and any(word.weight for word in ours)


def shared_weights(ours: Text, theirs: Text) -> tuple[list[list[float]], list[float]]:
    """By sentence of either text, and the weight of each sentence of ours."""
    answered = [{word.stem for word in sentence} for sentence in sentences(theirs)]
    mine = [list(distinct(sentence)) for sentence in sentences(ours)]
    rows = [[sum(word.weight for word in some if word.stem in stems) for stems in answered] for some in mine]
    return rows, [sum(word.weight for word in some) for some in mine]


def best_answers(ours: Text, theirs: Text) -> float:
    there = [{word.stem for word in sentence} for sentence in sentences(theirs)]
    windows = [one | other for one, other in itertools.pairwise([*there, set()])]
    return sum(
        max((sum(w.weight for w in distinct(sentence) if w.stem in some) for some in windows), default=0.0)
        for sentence in sentences(ours)
    )


def chains(gains: list[list[float]], place: int = 0, begin: int = 0) -> Iterator[tuple[float, int]]:
    """Weights and lengths of all chains of answers in order, one to one."""
    yield 0.0, 0
    for row in range(place, len(gains)):
        for column in range(begin, len(gains[row])):
            if gains[row][column] > 0:
                for weight, count in chains(gains, row + 1, column + 1):
                    yield weight + gains[row][column], count + 1


def mutual(rows: list[list[float]], totals: list[float]) -> tuple[float, bool]:
    """Weight of answers that are the best either way, of all; and whether it is beyond doubt."""
    total = found = 0.0
    clear = True
    for place, row in enumerate(rows):
        if totals[place] < 4 * NAMED:
            continue
        total += totals[place]
        most = max(row, default=0.0)
        if most <= 0:
            continue
        best = [at for at, weight in enumerate(row) if weight == most]
        back = [other[best[0]] for other in rows]
        clear &= len(best) == 1 and back.count(max(back)) == 1
        found += most * (back.index(max(back)) == place)
    return found / max(total, 1e-9), clear


@settings(max_examples=120)
@given(PAIRS)
def test_measures_as_found_slowly(pairs: list[tuple[Text, Text]]) -> None:
    for (left, right), found in zip(pairs, measure(pairs), strict=True):
        ours, theirs = (left, right) if len(left) <= len(right) else (right, left)
        if not is_measured(ours):
            assert set(found.values()) == {0.0}
            continue
        there, back = share_of(ours, theirs), share_of(theirs, ours)
        assert [found[name] for name in BAG] == pytest.approx(
            [there[0], back[0], there[1], back[1], there[2], there[3], back[3]]
        )
        rows, totals = shared_weights(ours, theirs)
        assert found["covered_weight"] == pytest.approx(best_answers(ours, theirs))
        assert found["covered"] == pytest.approx(best_answers(ours, theirs) / sum(totals))
        share, clear = mutual(rows, totals)
        assert not clear or found["mutual"] == pytest.approx(share)
        assert 0 <= found["mutual"] <= 1.0001
        assert 0 <= found["quoted"] <= 1.0001
        assert 0 <= found["neighbours"] <= 1.0001


FEW = st.lists(
    st.builds(Word, st.integers(2, 7), st.sampled_from([0, 0, BEGINS])), min_size=1, max_size=14
).filter(lambda text: len(sentences(text)) <= 5)  # fmt: skip


@settings(max_examples=100)
@given(FEW, FEW)
def test_the_heaviest_chain_of_answers_of_all(left: Text, right: Text) -> None:
    ours, theirs = (left, right) if len(left) <= len(right) else (right, left)
    rows, totals = shared_weights(ours, theirs)
    gains = [[weight - 0.2 * total for weight in row] for row, total in zip(rows, totals, strict=True)]
    every = list(chains(gains))
    most = max(weight for weight, _ in every)
    (found,) = measure([(left, right)])
    assert found["chain"] * sum(totals) == pytest.approx(most, abs=1e-4)
    assert found["chained"] in {count for weight, count in every if weight > most - 1e-6}


@settings(max_examples=40)
@given(PAIRS)
def test_pairs_do_not_touch_each_other(pairs: list[tuple[Text, Text]]) -> None:
    assert measure(pairs) == [measure([pair])[0] for pair in pairs]


@settings(max_examples=40)
@given(PAIRS)
def test_texts_of_different_lengths_may_change_sides(pairs: list[tuple[Text, Text]]) -> None:
    pairs = [(left, right) for left, right in pairs if len(left) != len(right)]
    if pairs:
        assert measure(pairs) == measure([(right, left) for left, right in pairs])


@pytest.mark.xfail(strict=True, reason="of two texts of as many words the left one counts as the shorter")
def test_texts_of_one_length_may_change_sides() -> None:
    left, right = [Word(7, BEGINS), Word(8)], [Word(7, BEGINS), Word(3)]
    assert measure([(left, right)]) == measure([(right, left)])


def test_texts_that_share_too_little_are_not_measured() -> None:
    left, right = [Word(stem) for stem in (7, 8, 9, 10)], [Word(stem) for stem in (7, 3, 3, 4, 5)]
    (whole,), (cut,) = measure([(left, right)], 0.0), measure([(left, right)], LEAST_SHARED)
    assert 0 < whole["shared"] < LEAST_SHARED
    assert set(cut.values()) == {0.0}


# ------------------------------------------------------------------ answers


@settings(max_examples=100)
@given(TEXT, TEXT)
def test_answers_are_sentences(left: Text, right: Text) -> None:
    texts = statements([left, right])
    rows = find_answers(texts, 0, 1).tolist()
    for at, end, bt, stop, share in rows:
        assert 30 <= share <= 100
        for text, begin, last in ((left, at, end), (right, bt, stop)):
            assert 0 <= begin < last <= len(text)
            assert begin == 0 or text[begin].mark & BEGINS
            assert last == len(text) or text[last].mark & BEGINS
    if len(left) != len(right):
        assert find_answers(texts, 1, 0)[:, [2, 3, 0, 1, 4]].tolist() == rows
    ours = 0 if len(left) <= len(right) else 2
    assert [row[ours] for row in rows] == sorted(row[ours] for row in rows)


def test_an_answer_may_be_split_in_two() -> None:
    whole = [Word(5, BEGINS), Word(6), Word(7), Word(8)]
    split = [Word(9, BEGINS), Word(5, BEGINS), Word(6), Word(7, BEGINS), Word(8), Word(10, BEGINS)]
    assert find_answers(statements([whole, split]), 0, 1).tolist() == [[0, 4, 1, 5, 100]]


@pytest.mark.xfail(
    strict=True,
    reason="where one sentence answers as much as two earlier ones, the second of these is shown alone",
)
def test_an_answer_holds_what_it_answers() -> None:
    asked = [Word(5, BEGINS), Word(6)]
    text = [Word(5, BEGINS), Word(9), Word(6, BEGINS), Word(10), Word(5, BEGINS), Word(6)]
    ((_, _, begin, end, share),) = find_answers(statements([asked, text]), 0, 1).tolist()
    assert share == 100
    assert {5, 6} <= {word.stem for word in text[begin:end]}


# ------------------------------------------------------------------ texts

FERRY = "The ferry left Norvik on Tuesday night. Nine lorries were on board. Captain Brunn saw fog. Nobody was hurt."  # noqa: E501


def features(left: str, right: str) -> dict[str, float]:
    row = measure_answers(state([left, right]), np.array([0]), np.array([1]))[0]
    return dict(zip(FEATURES, row.tolist(), strict=True))


@pytest.mark.parametrize(
    "text",
    [
        FERRY,
        "Die Fähre verließ Norvik am Dienstag. Neun Lastwagen waren an Bord. Niemand wurde verletzt.",
        "غادرت العبارة الميناء ليلة الثلاثاء! كانت تسع شاحنات على متنها! لم يصب أحد!",
        "渡船星期二晚上离开港口。船上有九辆卡车。没有人受伤。",
    ],
)
def test_a_text_answers_itself(text: str) -> None:
    found = features(text, text)
    for name in ("covered", "shared", "shared_back", "words", "mutual"):
        assert found[name] == pytest.approx(1) or (name == "mutual" and found[name] == 0)
    assert found["chained"] >= 3
    assert found["neighbours"] > 0.9


def test_answers_in_another_order_make_no_chain() -> None:
    parts = FERRY.split(". ")
    turned = ". ".join(parts[::-1])
    assert features(FERRY, turned)["shared"] > 0.95
    assert features(FERRY, turned)["chain"] < 0.6 * features(FERRY, FERRY)["chain"]


@pytest.mark.parametrize(
    "text", ["", "…", "ferry " * 50_000, "Ferry. " * 5_000, "“fog " * 5_000, "7 " * 2_000, FERRY * 500]
)  # fmt: skip
def test_hostile_texts_are_measured(text: str) -> None:
    for left, right in ((text, FERRY), (FERRY, text), (text, text)):
        texts = state([left, right])
        found = measure_answers(texts, np.array([0]), np.array([1]), 0.0)
        assert np.isfinite(found).all()
        rows = find_answers(texts, 0, 1)
        assert rows.shape[1] == 5
