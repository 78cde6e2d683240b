"""Verification of candidate pairs, in steps from cheap to dear: what a pair is, and on what grounds.

1. Texts that may share words enough are aligned word by word: copies and contained pieces.
2. Of the rest, copied passages are looked for, wherever they stand: contained and partial copies.
3. What is left is measured sentence by sentence: rewrites.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.align import Alignment, Numbered, Places, align_many, count_shared, join_stretches
from dedup.evidence import compare_rest, discount_templates, weigh_passages
from dedup.facts import Marked, compare_facts, count_slots
from dedup.forms import Facts, Slots, tell_apart
from dedup.judge import (
    LEAST_ALIKE,
    LEAST_CHAINED,
    LEAST_PASSAGE,
    LEAST_RUN,
    NO_PAIR,
    Evidence,
    Verdict,
    are_scattered,
    judge,
    judge_passages,
    judge_rewording,
    judge_series,
    may_be_copies,
)
from dedup.options import Options
from dedup.passages import find_passages
from dedup.rewrite.answers import find_answers
from dedup.rewrite.measure import FEATURES, measure
from dedup.rewrite.model import probabilities
from dedup.rewrite.statements import Statements, read_statements
from dedup.sketch.rarity import Rarity, no_articles
from dedup.sketch.sampled import Chosen
from dedup.text.words import Words, places_of_kept


class Texts(NamedTuple):
    """n texts that stand in pairs.

    data, offsets  as for ``split_words``
    whole          their words, split with SECRET_KEY
    words          those of their bodies
    read           gives a text by its number
    """

    data: NDArray[np.uint8]
    offsets: NDArray[np.int64]
    whole: Words
    words: Words
    read: Callable[[int], str]


class Known(NamedTuple):
    """What a scrape says of its words: how rare stems are, the sorted keys of templates, of those that
    count in series, and of stock phrases, and which stems are neighbours (see ``sketch.neighbours``; none
    where that is unknown).
    """

    rarity: Rarity
    templates: NDArray[np.int64]
    series: NDArray[np.int64]
    stock: NDArray[np.int64]
    neighbours: NDArray[np.float32]

    @classmethod
    def nothing(cls) -> Known:
        """What is known without a scrape."""
        return cls(no_articles(), *3 * (np.empty(0, np.int64),), np.empty(0, np.float32))


class Found(NamedTuple):
    """The verdict on a pair, and its passages: what, first word and words on either side, share."""

    verdict: Verdict
    passages: Sequence[tuple[Any, ...]]


ONE_SOURCE, SERIES = 1, 2  # kinship of two articles of a known source, of a series
NOTHING = Found(NO_PAIR, ())


class Verified(NamedTuple):
    """What was found of p pairs.

    found       by the pair's place: those that were judged
    alignments  by the pair's place: those that were made
    are_pairs   bool[p]
    are_forms   bool[p]: those that match, but are instances of a template, or share standing text alone
    """

    found: dict[int, Found]
    alignments: dict[int, Alignment]
    are_pairs: NDArray[np.bool_]
    are_forms: NDArray[np.bool_]

    def align(self, words: Numbered, left: Places, right: Places, kept: Places) -> list[Alignment]:
        """The alignments of some pairs, those that aren't there yet made now."""
        missing = np.array([index for index in kept.tolist() if index not in self.alignments], np.int64)
        self.alignments.update(
            zip(missing.tolist(), align_many(words, left[missing], right[missing]), strict=True)
        )
        return [self.alignments[index] for index in kept.tolist()]


def verify(
    texts: Texts,
    words: Numbered,
    left: Places,
    right: Places,
    kinship: NDArray[np.int64],
    options: Options,
    known: Known,
) -> Verified:
    """Judge pairs of texts, by the views of the options (see ``pair.compare_all``)."""
    verified = Verified({}, {}, *np.zeros((2, len(left)), np.bool_))
    kept = places_of_kept(texts.whole, texts.words)
    first = words.first
    statements = read_statements(texts.data, texts.offsets, texts.whole, kept, first, known.rarity)
    lengths = np.diff(first)
    near = may_be_copies(count_shared(words, left, right), lengths[left], lengths[right], options.threshold)
    ends = left, right
    passages, bounds = find_passages(words.numbers, first, words.size, *ends, least=LEAST_RUN)
    near &= np.diff(bounds) > 0  # a copy has a run of so many equal words
    chosen = Chosen.of(texts.whole, kept, first, options.shingle)
    templates, stock, of_series = (
        Marked(words.numbers, words.size, first, statements.marks, statements.weights, chosen.mark(keys))
        for keys in (known.templates, known.stock, known.series)
    )
    of_one = kinship == SERIES
    marked = templates, stock
    _judge_series(verified, of_series, marked, words, left, right, np.flatnonzero(of_one & near), options)
    some = np.flatnonzero(~of_one & near)
    one_source = kinship == ONE_SOURCE
    _judge_copies(verified, statements, marked, words, left, right, some, one_source, options)
    if "passage" in options.views:
        rest = np.flatnonzero(~of_one & ~verified.are_pairs & ~verified.are_forms)
        long_enough = passages[:, 4] >= LEAST_PASSAGE
        bounds = np.concatenate([[0], np.cumsum(long_enough)])[bounds]
        passages = passages[long_enough]
        weighed = weigh_passages(stock, chosen, known.stock, passages, bounds, *ends)
        rest = rest[bounds[rest] < bounds[rest + 1]]
        alike = np.ones(len(left))
        akin = rest[kinship[rest] > 0]
        alike[akin] = compare_rest(statements, passages, bounds, akin, *ends)
        _judge_passages(
            verified, np.diff(first), left, right, rest, passages, bounds, weighed, alike, options
        )
    if "rewrite" in options.views:
        rest = np.flatnonzero(~of_one & ~verified.are_pairs & ~verified.are_forms)
        every = templates._replace(templates=templates.templates | stock.templates)
        _judge_rewording(verified, statements, (every, stock), left, right, rest, one_source, options)
    return verified


def _judge_series(
    verified: Verified, texts: Marked, marked: tuple[Marked, Marked], words: Numbered, left: Places,
    right: Places, near: Places, options: Options,
) -> None:  # fmt: skip
    alignments = verified.align(words, left, right, near)
    ends = left[near], right[near]
    without = discount_templates(texts, *join_stretches(alignments), *ends).tolist()
    forms = _are_forms(marked, alignments, *ends, np.ones(len(near), np.bool_))
    for index, alignment, row, is_form in zip(near.tolist(), alignments, without, forms, strict=True):
        left_own, right_own, matched, longest_run, template = row
        own = Evidence(left_own, right_own, matched, longest_run, template=template)
        if not is_form:
            _note(verified, index, judge_series(_evidence(alignment), own, options.threshold), ())


def _judge_copies(
    verified: Verified, statements: Statements, marked: tuple[Marked, Marked], words: Numbered, left: Places,
    right: Places, near: Places, one_source: NDArray[np.bool_], options: Options,
) -> None:  # fmt: skip
    alignments = verified.align(words, left, right, near)
    forms = _are_forms(marked, alignments, left[near], right[near], one_source[near])
    for index, alignment, is_form in zip(near.tolist(), alignments, forms, strict=True):
        verdict = judge(_evidence(alignment), options.threshold)
        verified.are_forms[index] = is_form and verdict.kind is not None
        if is_form or verdict.kind is None:
            continue
        ends = int(left[index]), int(right[index])
        _note(verified, index, verdict, _answers(statements, *ends) if verdict.kind == "rewrite" else ())


def _are_forms(
    marked: tuple[Marked, Marked], alignments: Sequence[Alignment], left: Places, right: Places,
    one_source: NDArray[np.bool_],
) -> list[bool]:  # fmt: skip
    """Whether the texts of aligned pairs are about different things; marked: with templates, with stock."""
    stretches = join_stretches(alignments)
    template, stock = (discount_templates(some, *stretches, left, right)[:, 4].tolist() for some in marked)
    facts = compare_facts(marked[0], left, right).tolist()
    slots = count_slots(marked[0], *stretches, left, right).tolist()
    return [
        tell_apart(Facts(*told), Slots(*found), alignment.matched, *known)
        for alignment, told, found, *known in zip(
            alignments, facts, slots, template, stock, one_source.tolist(), strict=True
        )
    ]


def _evidence(alignment: Alignment) -> Evidence:
    sizes = alignment.left_words, alignment.right_words
    scattered = are_scattered(alignment.equal[:, 2])
    return Evidence(*sizes, alignment.matched, alignment.longest_run, scattered=scattered)


def _judge_passages(
    verified: Verified, lengths: Places, left: Places, right: Places, rest: Places, passages: Places,
    bounds: Places, weighed: Places, alike: NDArray[np.float64], options: Options,
) -> None:  # fmt: skip
    for index in rest.tolist():
        mine = slice(bounds[index], bounds[index + 1])
        rows = [_passage(*pair) for pair in zip(passages[mine].tolist(), weighed[mine].tolist(), strict=True)]
        own = np.array([row[0] != "template" for row in rows])
        matched, template = (int(passages[mine, 4][some].sum()) for some in (own, ~own))
        quoted = int(weighed[mine, 0][own].sum())
        sizes = int(lengths[left[index]]), int(lengths[right[index]])
        evidence = Evidence(*sizes, matched, 0, matched, quoted, template)
        verdict = judge_passages(evidence, options.threshold, alike[index])
        verified.are_forms[index] = verdict.kind is None and alike[index] < LEAST_ALIKE
        _note(verified, index, verdict, rows)


def _passage(row: list[int], own: list[int]) -> tuple[Any, ...]:
    at, ours, bt, theirs, matched = row
    quoted, template = own
    what = "copied"
    if 2 * template > matched:
        what = "template"
    elif 2 * quoted > matched:
        what = "quoted"
    return what, at, ours, bt, theirs, matched / max(ours, theirs)


def _judge_rewording(
    verified: Verified, texts: Statements, marked: tuple[Marked, Marked], left: Places, right: Places,
    rest: Places, one_source: NDArray[np.bool_], options: Options,
) -> None:  # fmt: skip
    for some, known in zip((rest[one_source[rest]], rest[~one_source[rest]]), marked, strict=True):
        weighed = texts._replace(weights=np.where(known.templates, np.float32(0), texts.weights))
        measured = measure(weighed, left[some], right[some], LEAST_CHAINED)
        likely = probabilities(measured)
        chained = measured[:, FEATURES.index("chained")]
        places = np.flatnonzero(likely >= options.threshold)
        facts = compare_facts(known, left[some[places]], right[some[places]]).tolist()
        for place, told in zip(places.tolist(), facts, strict=True):
            index = int(some[place])
            verdict = judge_rewording(
                Facts(*told), float(likely[place]), int(chained[place]), options.threshold
            )
            if verdict.kind is None:
                continue
            _note(verified, index, verdict, _answers(weighed, int(left[index]), int(right[index])))


def _answers(texts: Statements, left: int, right: int) -> list[tuple[Any, ...]]:
    answers = find_answers(texts, left, right).tolist()
    return [("answer", at, end - at, bt, stop - bt, share / 100) for at, end, bt, stop, share in answers]


def _note(verified: Verified, index: int, verdict: Verdict, passages: Sequence[tuple[Any, ...]]) -> None:
    if verdict.kind is not None:
        verified.found[index] = Found(verdict, passages)
        verified.are_pairs[index] = True
