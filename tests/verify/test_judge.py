from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from dedup.align.local import Stretch
from dedup.verify.bounds import may_be_copies, may_be_issues, may_be_parts
from dedup.verify.forms import LEAST_DIFFERING, Facts
from dedup.verify.judge import (
    A_YEAR,
    CONTAINED,
    FEW_CHAINED,
    LEAST_ALIKE,
    LEAST_CHAINED,
    LEAST_FIGURES,
    LEAST_IN_PIECES,
    LEAST_NEIGHBOURS,
    LEAST_PASSAGE,
    LEAST_RUN,
    LONGER,
    MANY_WORDS,
    MOST_DIFFERING_IN_REWRITE,
    MOST_FIGURES,
    PIECES_SHARE,
    SAME_ISSUE,
    SAME_TEXT,
    STANDING_PASSAGE,
    Evidence,
    Later,
    Verdict,
    are_scattered,
    judge,
    judge_part,
    judge_passages,
    judge_pieces,
    judge_rewording,
    judge_series,
    likelihood,
)

STRETCHES = st.lists(st.integers(1, 60), max_size=4)


def sizes(found: Evidence) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    return np.array([found.matched]), np.array([found.left]), np.array([found.right])


def evidence(left: int, right: int, *stretches: int) -> Evidence:
    """Texts of so many words that share these stretches."""
    return Evidence(left, right, sum(stretches), max(stretches, default=0))


def judged(kind: str | None, found: Evidence, threshold: float = 0.5) -> None:
    """Whichever side a text stands on."""
    assert judge(found, threshold).kind == kind
    assert judge(found._replace(left=found.right, right=found.left), threshold).kind == kind


def test_the_same_words_are_a_copy() -> None:
    judged("copy", evidence(100, 100, 100), 1.0)


def test_a_copy_reaches_the_threshold() -> None:
    judged("copy", evidence(100, 100, 30, 20))
    judged(None, evidence(100, 100, 30, 19))
    judged(None, evidence(100, 100, 79), 0.8)


def test_a_piece_in_a_much_longer_text_is_contained() -> None:
    judged("contains", evidence(100, 1000, 90))
    judged(None, evidence(100, 1000, 89))


def test_below_the_ratio_a_cropped_text_is_a_copy() -> None:
    judged("copy", evidence(100, 149, 100))
    judged("contains", evidence(100, 150, 100))


def test_words_met_here_and_there_are_no_pair() -> None:
    judged(None, evidence(40, 40, *[LEAST_RUN - 1] * 5))
    judged("copy", evidence(40, 40, LEAST_RUN, *[1] * 30))


@pytest.mark.parametrize(
    ("runs", "scattered"),
    [
        ([LEAST_RUN, LEAST_RUN], False),  # half the words at least stand in runs
        ([LEAST_RUN, *[1] * LEAST_RUN], False),
        ([LEAST_RUN, *[1] * (LEAST_RUN + 1)], True),
        ([LEAST_RUN - 1] * 5, True),
        ([], False),
    ],
)
def test_words_changed_throughout_make_a_rewrite(runs: list[int], scattered: bool) -> None:
    assert are_scattered(np.array(runs, np.int64)) == scattered
    judged("rewrite" if scattered else "copy", evidence(100, 100, 30, 30)._replace(scattered=scattered))
    judged(None, evidence(100, 100, 30, 19)._replace(scattered=scattered))


def test_texts_without_words_are_no_pair() -> None:
    judged(None, evidence(0, 0))
    judged(None, evidence(0, 100))


@settings(max_examples=300)
@given(STRETCHES, st.integers(0, 200), st.integers(0, 2000), st.floats(0.3, 1))
def test_kinds_hold_what_they_say(stretches: list[int], left: int, right: int, threshold: float) -> None:
    found = evidence(sum(stretches) + left, sum(stretches) + right, *stretches)
    verdict = judge(found, threshold)
    shorter, longer = sorted((found.left, found.right))
    similarity = 2 * found.matched / max(1, found.left + found.right)
    if verdict.kind is None:
        assert found.longest_run < LEAST_RUN or similarity < threshold
    else:
        assert found.longest_run >= LEAST_RUN
        lengths = np.array([found.left]), np.array([found.right])
        assert may_be_copies(np.array([found.matched]), *lengths, threshold - 1e-9).all()
        assert 0 < verdict.probability <= 1
        assert verdict.reason
    if verdict.kind == "copy":
        assert similarity >= threshold
    if verdict.kind == "contains":
        assert longer >= LONGER * shorter
        assert found.matched >= CONTAINED * shorter
    judged(verdict.kind, found, threshold)


@settings(max_examples=300)
@given(
    *2 * (st.integers(0, 30), st.integers(0, 30), st.lists(st.integers(1, 300), max_size=3)),
    st.floats(0.3, 1.0),
)
def test_no_issue_is_turned_away_before_it_is_aligned(
    left: int,
    right: int,
    stretches: list[int],
    own_left: int,
    own_right: int,
    own_stretches: list[int],
    threshold: float,
) -> None:
    whole = evidence(sum(stretches) + left, sum(stretches) + right, *stretches)
    own = evidence(sum(own_stretches) + own_left, sum(own_stretches) + own_right, *own_stretches)
    (may_be,) = may_be_issues(sizes(whole), sizes(own), threshold)
    if judge_series(whole, own, threshold).kind == "copy":
        assert may_be
    if 2 * whole.matched < SAME_TEXT * (whole.left + whole.right) and own.matched < LEAST_PASSAGE:
        assert not may_be


def passages(left: int, right: int, words: int, quoted: int = 0) -> str | None:
    return judge_passages(Evidence(left, right, words, 0, words, quoted), 0.5).kind


def test_a_copied_passage_makes_a_partial_copy() -> None:
    assert passages(300, 300, LEAST_PASSAGE) == "partial"
    assert passages(300, 300, LEAST_PASSAGE - 1) is None


def test_a_quotation_alone_makes_no_pair() -> None:
    assert passages(300, 300, 60, 60) is None
    assert passages(300, 300, 120, 60) == "partial"


def test_passages_that_are_nearly_all_of_a_text_are_contained() -> None:
    assert passages(100, 400, 90) == "contains"
    assert passages(100, 140, 90) == "partial"


def test_a_higher_threshold_asks_for_more_words() -> None:
    found = Evidence(300, 300, 45, 0, 45)
    assert judge_passages(found, 0.5).kind == "partial"
    assert judge_passages(found, 0.9).kind is None


@pytest.mark.parametrize(
    ("words", "quoted", "alike", "kind"),
    [
        (STANDING_PASSAGE - 1, 0, LEAST_ALIKE - 0.01, None),
        (STANDING_PASSAGE - 1, 0, LEAST_ALIKE, "partial"),
        (STANDING_PASSAGE, 0, 0.0, "partial"),
        (LEAST_PASSAGE, 0, 0.0, None),
        (LEAST_PASSAGE, 0, LEAST_ALIKE, "partial"),
        (STANDING_PASSAGE - 1, 30, 0.0, None),
        (STANDING_PASSAGE, 30, 0.0, "partial"),  # quoted words count as words of the passage
        (STANDING_PASSAGE, STANDING_PASSAGE, 1.0, None),
    ],
)
def test_a_short_passage_of_articles_about_something_else_stands_in_many(
    words: int, quoted: int, alike: float, kind: str | None
) -> None:
    for left, right in ((300, 300), (300, 900), (900, 300)):
        found = Evidence(left, right, words, 0, words, quoted)
        assert judge_passages(found, 0.5, alike).kind == kind


WEEKS, PLACE = 8.0, 0.5


def later(
    words: int, alike: float, weeks: float = WEEKS, place: float = PLACE, threshold: float = 0.5
) -> Verdict:
    return judge_passages(Evidence(400, 400, words, 0, words), threshold, alike, Later(weeks, place))


def test_more_is_asked_of_a_passage_that_comes_back_later() -> None:
    """An article about something else may say the same of a programme, or tell what went before."""
    assert judge_passages(Evidence(400, 400, 90, 0, 90), 0.5, 0.3).kind == "partial"
    assert later(90, 0.3).kind is None
    assert later(90, 0.6).kind == "partial"  # about the same matter
    assert later(90, 0.3, weeks=1.2, place=0.0).kind == "partial"  # the news of both, a few days on
    assert later(MANY_WORDS, 0.0, weeks=50, place=1.0).kind == "partial"
    assert later(MANY_WORDS - 1, 0.0, weeks=50, place=1.0).kind is None
    quoted = Evidence(400, 400, MANY_WORDS, 0, MANY_WORDS, 1)
    assert judge_passages(quoted, 0.5, 0.0, Later(50, 1.0)).kind is None  # words of its own count


def test_what_comes_back_after_a_year_is_what_is_said_each_year() -> None:
    assert later(390, 1.0, weeks=A_YEAR, place=0.0).kind == "partial"
    assert later(390, 1.0, weeks=A_YEAR + 1 / 7, place=0.0).kind is None


def test_what_comes_back_later_is_no_likelier_than_what_comes_back_at_once() -> None:
    at_once = judge_passages(Evidence(400, 400, 45, 0, 45), 0.5, 1.0)
    assert later(45, 1.0, weeks=1.0, place=0.0).probability <= at_once.probability
    assert later(45, 1.0, weeks=3.2, place=0.0).reason == f"{at_once.reason}, 3 weeks apart"


@given(
    *2 * (st.integers(40, 400),), *2 * (st.floats(0, 1),), *2 * (st.floats(1, 600),), *2 * (st.floats(0, 1),)
)
def test_later_passages_are_likelier_the_more_speaks_for_them(
    fewer: int, more: int, less: float, like: float, soon: float, late: float, first: float, last: float
) -> None:
    fewer, more = sorted((fewer, more))
    (less, like), (soon, late), (first, last) = (
        sorted((less, like)),
        sorted((soon, late)),
        sorted((first, last)),
    )
    weak, strong = later(fewer, less, late, last, 0.0), later(more, like, soon, first, 0.0)
    assert weak.kind is None or weak.probability <= strong.probability


@pytest.mark.parametrize(
    ("found", "alike", "gap", "said"),
    [
        (Evidence(300, 300, 60, 0, 60, 60), 1.0, None, "60 words, 60 of them quoted"),
        (Evidence(300, 300, 90, 0, 0, 0, 90), 1.0, None, "0 words, 90 more belong to a template"),
        (Evidence(300, 300, 50, 0, 50), 0.1, None, "50 words, and the rest is not alike"),
        (Evidence(300, 300, 50, 0, 50), 0.3, Later(20, 0.9), "50 words, 20 weeks apart, and the rest is not"),
        (Evidence(300, 300, 50, 0, 50), 1.0, Later(53, 0.0), "50 words, but what comes back after a year"),
    ],
)
def test_passages_that_make_no_pair_say_why(
    found: Evidence, alike: float, gap: Later | None, said: str
) -> None:
    verdict = judge_passages(found, 0.5, alike, gap)
    assert verdict.kind is None
    assert f"copied passages of {said}" in verdict.reason


def test_a_long_passage_of_two_sources_tells_enough() -> None:
    for words, weeks in ((STANDING_PASSAGE, A_YEAR), (MANY_WORDS, 10 * A_YEAR)):
        found = Evidence(400, 400, words, 0, words)
        assert judge_passages(found, 0.5, LEAST_ALIKE, Later(weeks, 1.0, akin=False)).kind == "partial"
        assert judge_passages(found, 0.5, LEAST_ALIKE, Later(weeks, 1.0)).kind is None
        fewer = Evidence(400, 400, words - 1, 0, words - 1)
        assert judge_passages(fewer, 0.5, LEAST_ALIKE, Later(weeks, 1.0, akin=False)).kind is None


def test_what_is_contained_need_not_be_alike() -> None:
    """Nothing is left of it beside the passage."""
    assert judge_passages(Evidence(50, 400, 45, 0, 45), 0.5, 0.0).kind == "contains"
    assert judge_passages(Evidence(50, 74, 45, 0, 45), 0.5, 0.0).kind is None
    assert judge_passages(Evidence(51, 400, 45, 0, 45), 0.5, 0.0).kind is None


@given(*2 * (st.integers(0, 500),), *2 * (st.integers(0, 150),), st.floats(0, 1), st.floats(0, 1))
def test_being_little_alike_only_takes_pairs_away(
    left: int, right: int, words: int, quoted: int, alike: float, threshold: float
) -> None:
    quoted = min(words, quoted)
    found = Evidence(left + words, right + words, words, 0, words, quoted)
    verdict = judge_passages(found, threshold, alike)
    assert verdict.kind is None or verdict == judge_passages(found, threshold)
    if alike >= LEAST_ALIKE or words >= STANDING_PASSAGE:
        assert verdict == judge_passages(found, threshold)


def test_articles_of_a_series_are_copies_only_if_they_are_the_same_issue() -> None:
    whole = Evidence(200, 200, 190, 100)
    assert judge_series(whole, Evidence(100, 100, 80, 40), 0.5).kind is None
    assert judge_series(whole, Evidence(100, 100, round(100 * SAME_ISSUE), 40), 0.5).kind == "copy"
    assert judge_series(whole, Evidence(30, 30, 30, 30), 0.5).kind is None
    same = Evidence(1000, 1000, round(1000 * SAME_TEXT), 100)
    assert judge_series(same, Evidence(0, 0, 0, 0), 0.5).kind == "copy"


@pytest.mark.parametrize(
    ("whole", "own", "kind"),
    [
        (Evidence(100, 400, 100, 100), Evidence(80, 300, 80, 80), "contains"),
        (Evidence(100, 400, 97, 97), Evidence(100, 300, 95, 95), "contains"),
        (Evidence(100, 400, 95, 95), Evidence(100, 300, 94, 94), None),
        (Evidence(100, 400, 100, 100), Evidence(LEAST_PASSAGE - 1, 300, LEAST_PASSAGE - 1, 30), None),
        (Evidence(200, 400, 200, 90), Evidence(150, 180, 148, 90), "copy"),  # what is between is a template
        (Evidence(200, 290, 195, 90), Evidence(60, 150, 60, 60), None),  # as issues of a form are
    ],
)
def test_an_issue_that_stands_in_a_much_longer_one_is_a_pair(
    whole: Evidence, own: Evidence, kind: str | None
) -> None:
    assert judge_series(whole, own, 0.5).kind == kind
    if kind:
        assert may_be_issues(sizes(whole), sizes(own), 0.5).all()


@pytest.mark.parametrize(
    ("probability", "chained", "neighbours", "kind"),
    [
        (0.5, LEAST_CHAINED, 0.0, "rewrite"),
        (0.49, 20, 1.0, None),
        (1.0, LEAST_CHAINED - 1, LEAST_NEIGHBOURS - 0.01, None),
        (0.5, FEW_CHAINED, LEAST_NEIGHBOURS, "rewrite"),
        (1.0, FEW_CHAINED - 1, 1.0, None),
    ],
)
def test_a_rewrite_is_likely_and_tells_several_things(
    probability: float, chained: int, neighbours: float, kind: str | None
) -> None:
    assert judge_rewording(Facts(5, 100, 100, 1), probability, chained, neighbours, 0.5).kind == kind


@pytest.mark.parametrize(
    ("differing", "shared", "kind"),
    [
        (LEAST_DIFFERING, 0, None),
        (LEAST_DIFFERING - 0.1, 0, "rewrite"),
        (100 * MOST_DIFFERING_IN_REWRITE, 100 - 100 * MOST_DIFFERING_IN_REWRITE, None),
        (100 * MOST_DIFFERING_IN_REWRITE, 101 - 100 * MOST_DIFFERING_IN_REWRITE, "rewrite"),
    ],
)
def test_a_text_about_something_else_is_no_rewrite(differing: float, shared: float, kind: str | None) -> None:
    assert judge_rewording(Facts(differing, shared, shared, 9), 0.99, 9, 1.0, 0.5).kind == kind


@pytest.mark.parametrize(
    ("figures", "shared", "kind"),
    [
        (LEAST_FIGURES, 0, None),
        (LEAST_FIGURES - 1, 0, "rewrite"),
        (10 * MOST_FIGURES, 10, None),
        (10 * MOST_FIGURES, 11, "rewrite"),
    ],
)
def test_a_text_with_other_figures_is_no_rewrite(figures: float, shared: float, kind: str | None) -> None:
    assert judge_rewording(Facts(5, 100, 100, 1, figures, shared), 0.99, 9, 1.0, 0.5).kind == kind


@given(st.integers(0, 10_000), st.integers(0, 10_000), st.floats(0, 1))
def test_more_copied_words_are_less_likely_chance(one: int, other: int, share: float) -> None:
    low, high = sorted((one, other))
    assert 0 <= likelihood(low, share) <= likelihood(high, share) <= 1
    assert likelihood(low, 0) <= likelihood(low, share)


NO_FACTS = Facts(0.0, 0.0, 0.0, 0.0)


def pieces(
    words: int,
    shorter: int,
    quoted: int = 0,
    alike: float = 1.0,
    threshold: float = 0.5,
    facts: Facts = NO_FACTS,
) -> str | None:
    """The kind of a pair of which so many words of the shorter text stand in the other, in pieces."""
    found = Evidence(shorter, 10 * shorter, words, 0, words, quoted)
    turned = found._replace(left=found.right, right=found.left)
    assert judge_pieces(turned, facts, threshold, alike) == judge_pieces(found, facts, threshold, alike)
    return judge_pieces(found, facts, threshold, alike).kind


def test_a_text_of_which_much_stands_in_the_other_in_pieces_is_a_rewrite() -> None:
    least = int(PIECES_SHARE * 200)
    assert pieces(least, 200) == "rewrite"
    assert pieces(least - 1, 200) is None
    assert pieces(LEAST_IN_PIECES, 30) == "rewrite"
    assert pieces(LEAST_IN_PIECES - 1, 30) is None


def test_pieces_that_are_quoted_or_all_that_is_alike_are_no_pair() -> None:
    assert pieces(80, 200, quoted=1) is None
    assert pieces(100, 200, quoted=20) == "rewrite"
    assert pieces(80, 200, alike=LEAST_ALIKE - 0.01) is None
    assert pieces(80, 200, alike=LEAST_ALIKE) == "rewrite"


def test_pieces_around_other_facts_are_no_pair() -> None:
    assert pieces(80, 200, facts=Facts(LEAST_DIFFERING, 0.0, 0.0, 0.0)) is None
    assert pieces(80, 200, facts=Facts(LEAST_DIFFERING, LEAST_DIFFERING, 0.0, 0.0)) == "rewrite"
    assert pieces(80, 200, facts=NO_FACTS._replace(figures=LEAST_FIGURES)) is None


@pytest.mark.parametrize(
    ("local", "shorter", "threshold", "kind"),
    [
        (Stretch(100, 100, 60), 120, 0.5, "rewrite"),
        (Stretch(100, 100, 60), 121, 0.5, None),  # less than half of it
        (Stretch(40, 40, LEAST_IN_PIECES), 40, 0.5, "rewrite"),
        (Stretch(40, 40, LEAST_IN_PIECES - 1), 40, 0.5, None),
        (Stretch(40, 40, LEAST_IN_PIECES), 40, 0.9, None),
        (Stretch(0, 0, 0), 0, 0.3, None),
    ],
)
def test_a_text_that_is_like_a_part_of_the_other_is_a_rewrite(
    local: Stretch, shorter: int, threshold: float, kind: str | None
) -> None:
    verdict = judge_part(local, shorter, threshold)
    assert verdict.kind == kind
    if kind:
        assert verdict.reason == (
            f"{local.matched / shorter:.0%} of the shorter article matches a part of the other,"
            f" {local.similarity:.0%} of both there"
        )
        assert may_be_parts(np.array([local.matched]), np.array([shorter])).all()


def test_pieces_are_likelier_copied_the_more_they_are() -> None:
    few, many = (judge_pieces(Evidence(100, 400, words, 0, words), NO_FACTS, 0.5) for words in (40, 60))
    assert few.probability < many.probability < 1
    assert "40% of the shorter article" in few.reason
    assert pieces(24, 50, threshold=0.9) is None
