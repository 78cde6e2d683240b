"""Verification of candidate pairs, in steps from cheap to dear: what a pair is, and on what grounds.

1. Texts that may share words enough are aligned word by word: copies and contained pieces.
2. Of the rest, copied passages are looked for, wherever they stand: contained and partial copies.
3. What is left is measured sentence by sentence: rewrites.
4. Of what is still left, texts much of which stands in the other in shorter passages, or that are like
   a part of it: rewrites, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedup.align.local import find_local
from dedup.align.numbered import Places, count_shared
from dedup.align.passages import find_passages
from dedup.align.words import Alignment, join_stretches
from dedup.options import Options
from dedup.rewrite.answers import find_answers
from dedup.rewrite.measure import FEATURES
from dedup.rewrite.model import find_likely
from dedup.rewrite.statements import Statements
from dedup.sketch.sampled import Chosen
from dedup.verify.bounds import may_be_copies, may_be_issues, may_be_misread, may_be_parts
from dedup.verify.content import Content
from dedup.verify.evidence import compare_rest, discount_templates, tell_passage, weigh_passages
from dedup.verify.facts import Known, Marked, compare_facts, number_facts
from dedup.verify.forms import (
    SHORT_NOTICE,
    WEEK,
    Facts,
    Match,
    Slots,
    tell_apart,
    tell_pieces_apart,
)
from dedup.verify.judge import (
    FEW_CHAINED,
    LEAST_ALIKE,
    LEAST_PASSAGE,
    LEAST_RUN,
    PART_SIMILARITY,
    SOON,
    SURE_LATER,
    Evidence,
    Later,
    Verdict,
    are_pieces_enough,
    are_scattered,
    judge,
    judge_part,
    judge_passages,
    judge_pieces,
    judge_rewording,
    judge_series,
)
from dedup.verify.templated import are_filled_in, are_forms
from dedup.verify.verified import ONE_SOURCE, SERIES, Found, Pairs, Shared, Verified


def verify(content: Content, pairs: Pairs, options: Options, known: Known) -> Verified:
    """Judge pairs of texts by their content, by the views of the options."""
    judging = _Judging(content, pairs, options, known)
    judging.judge_series()
    judging.judge_copies()
    if "passage" in options.views:
        judging.judge_passages()
    if "rewrite" in options.views:
        judging.judge_rewording()
        judging.judge_pieces()
        judging.judge_parts()
    return judging.verified


class _Judging:
    """Pairs that are judged, step by step, and what was found of them so far; p pairs."""

    def __init__(self, content: Content, pairs: Pairs, options: Options, known: Known) -> None:
        self.words, hashes, self.statements = content
        self.pairs = pairs
        self.ends = pairs.left, pairs.right
        self.kinship, self.days = pairs.kinship, pairs.days
        self.options = options
        self.known = known
        self.verified = Verified({}, {}, *np.zeros((3, len(self.kinship)), np.bool_))
        self.chosen = Chosen.of(hashes, self.words.first, options.shingle)
        self.facts = number_facts(self.words.numbers, self.statements.marks)
        self.templates, self.stock, self.standing = (
            self._mark(keys) for keys in (known.templates, known.stock, known.standing)
        )
        self.shared = count_shared(self.words, *self.ends)
        lengths = np.diff(self.words.first)
        self.sizes = lengths[pairs.left], lengths[pairs.right]
        self.near = may_be_copies(self.shared, *self.sizes, options.threshold)
        self.of_series = self.kinship == SERIES

    def _mark(self, keys: NDArray[np.int64]) -> Marked:
        """The words, those of templates with these keys marked."""
        texts = self.statements
        marks = self.chosen.mark(keys)
        numbered = self.words.numbers, self.words.size, self.facts
        return Marked(*numbered, texts.first, texts.marks, texts.weights, marks)

    def _ends(self, some: Places) -> tuple[Places, Places]:
        return self.ends[0][some], self.ends[1][some]

    def _rest(self) -> Places:
        """The pairs that are neither of a series, nor found to be a pair or a form."""
        return np.flatnonzero(~self.of_series & ~self.verified.are_pairs & ~self.verified.are_forms)

    def _align(self, some: Places) -> list[Alignment]:
        return self.verified.align(self.words, self.pairs, some)

    def judge_series(self) -> None:
        """Copies of two articles of a series, aligned only where they may share enough."""
        some = np.flatnonzero(self.of_series & self.near)
        if not len(some):
            return
        texts = self._mark(self.known.series)
        own = self.words.without(texts.templates)
        lengths = np.diff(own.first)
        ends = self._ends(some)
        whole = self.shared[some], self.sizes[0][some], self.sizes[1][some]
        rest = count_shared(own, *ends), lengths[ends[0]], lengths[ends[1]]
        self.verified.are_close[some] = 2 * rest[0] > np.minimum(rest[1], rest[2])
        some = some[may_be_issues(whole, rest, self.options.threshold)]
        ends = self._ends(some)
        _, bounds = find_passages(self.words.numbers, self.words.first, self.words.size, *ends, LEAST_RUN)
        some = some[np.diff(bounds) > 0]
        ends = self._ends(some)
        alignments = self._align(some)
        without = discount_templates(texts, *join_stretches(alignments), *ends).tolist()
        forms = self._are_forms(alignments, some)
        for index, alignment, row, is_form in zip(some.tolist(), alignments, without, forms, strict=True):
            left_own, right_own, matched, longest_run, template = row
            evidence = Evidence(left_own, right_own, matched, longest_run, template=template)
            if not is_form:
                verdict = judge_series(_evidence(alignment), evidence, self.options.threshold)
                self._note(index, verdict, ())

    def judge_copies(self) -> None:
        """Copies and contained pieces of the others, and forms; their passages are found on the way."""
        others = np.flatnonzero(~self.of_series)
        numbers = self.words.numbers, self.words.first, self.words.size
        self.passages, bounds = find_passages(*numbers, *self._ends(others), LEAST_RUN)
        counts = np.zeros(len(self.kinship), np.int64)
        counts[others] = np.diff(bounds)
        self.bounds = np.concatenate([[0], np.cumsum(counts)])
        self.owners = np.repeat(np.arange(len(counts)), counts)
        self.verified.are_close[others] = counts[others] > 0
        self.verified.are_close[:] &= may_be_misread(self.shared, *self.sizes)
        some = np.flatnonzero(self.near & (counts > 0))  # a copy has a run of so many equal words
        alignments = self._align(some)
        forms = self._are_forms(alignments, some)
        for index, alignment, is_form in zip(some.tolist(), alignments, forms, strict=True):
            verdict = judge(_evidence(alignment), self.options.threshold)
            self.verified.are_forms[index] = is_form and verdict.kind is not None
            if not is_form:
                answers = self._answers(self.statements, index) if verdict.kind == "rewrite" else ()
                self._note(index, verdict, answers)

    def _are_forms(
        self,
        alignments: Sequence[Alignment],
        some: Places,
        tell: Callable[[Facts, Slots, Match], bool] = tell_apart,
    ) -> list[bool]:
        marked = self.templates, self.stock, self.standing
        akin = self.kinship[some] > 0
        return are_forms(marked, alignments, *self._ends(some), akin, self.days[some], tell)

    def judge_passages(self) -> None:
        """Contained and partial copies among the rest."""
        weighed, filled = self._weigh(self._rest(), LEAST_PASSAGE)
        for index, evidence, alike, rows in weighed:
            later = self._later(index, rows) if self.days[index] > WEEK else None
            verdict = judge_passages(evidence, self.options.threshold, alike, later)
            self.verified.are_forms[index] = verdict.kind is None and alike < LEAST_ALIKE
            self._note(index, verdict, rows)
        self.verified.are_forms[filled[~self.verified.are_pairs[filled]]] = True

    def judge_pieces(self) -> None:
        """Rewrites among the rest that have much of a text in shorter passages together; and forms."""
        words, count = self.passages[:, 4], len(self.kinship)
        in_all = np.bincount(self.owners, words, count).astype(np.int64)
        in_long = np.bincount(self.owners[words >= LEAST_PASSAGE], minlength=count)
        enough = are_pieces_enough(in_all, np.minimum(*self.sizes))
        some = self._rest()
        some = some[(enough & (in_long == 0) & (self.days <= SOON))[some]]
        forms = np.array(self._are_forms(self._align(some), some, tell_pieces_apart), np.bool_)
        self.verified.are_forms[some[forms]] = True
        some = some[~forms]
        if not len(some):
            return
        weighed, _ = self._weigh(some, LEAST_RUN)
        facts = compare_facts(self.standing, *self._ends(some)).tolist()
        for (index, evidence, alike, rows), told in zip(weighed, facts, strict=True):
            verdict = judge_pieces(evidence, Facts(*told), self.options.threshold, alike)
            self._note(index, verdict, rows)

    def judge_parts(self) -> None:
        """Rewrites among the rest whose shorter text is like a part of the longer one."""
        shorter = np.minimum(*self.sizes)
        may_be = (np.diff(self.bounds) > 0) & may_be_parts(self.shared, shorter) & (self.days <= WEEK)
        some = self._rest()
        some = some[may_be[some]]
        alignments = self._align(some)
        forms = self._are_forms(alignments, some)
        for index, alignment, is_form in zip(some.tolist(), alignments, forms, strict=True):
            words = int(shorter[index])
            local = find_local(alignment.equal, max(PART_SIMILARITY, self.options.threshold))
            verdict = judge_part(local, words, self.options.threshold)
            self.verified.are_forms[index] = is_form and verdict.kind is not None
            if verdict.kind is not None and not is_form:
                self._note(index, verdict, self._answers(self.statements, index))

    def _weigh(self, some: Places, least: int) -> tuple[list[Shared], Places]:
        """What some pairs share in passages of so many words or more; and those with one that is a form's."""
        chosen = np.isin(self.owners, some) & (self.passages[:, 4] >= least)
        bounds = np.concatenate([[0], np.cumsum(chosen)])[self.bounds]
        passages, owners = self.passages[chosen], self.owners[chosen]
        some = some[bounds[some] < bounds[some + 1]]
        keys = self.known.stock, self.known.standing
        weighed = weigh_passages(self.stock, self.chosen, *keys, passages, bounds, *self.ends)
        filled = are_filled_in(self.templates, passages, *self._ends(owners))
        weighed[filled, 1] = passages[filled, 4]
        alike = np.ones(len(self.kinship))
        akin = some[(self.kinship[some] > 0) | (self.days[some] > WEEK)]
        alike[akin] = compare_rest(self.statements, passages, bounds, akin, *self.ends)
        shared = []
        for index in some.tolist():
            cut = slice(bounds[index], bounds[index + 1])
            pairs = zip(passages[cut].tolist(), weighed[cut].tolist(), strict=True)
            rows = [tell_passage(*pair) for pair in pairs]
            own = np.array([row[0] != "template" for row in rows])
            matched, template = (int(passages[cut, 4][which].sum()) for which in (own, ~own))
            quoted = int(weighed[cut, 0][own].sum())
            left, right = (int(side[index]) for side in self.sizes)
            evidence = Evidence(left, right, matched, 0, matched, quoted, template)
            shared.append(Shared(index, evidence, float(alike[index]), rows))
        return shared, owners[filled]

    def _later(self, index: int, rows: Sequence[tuple[Any, ...]]) -> Later:
        begins = (min((row[at] for row in rows if row[0] != "template"), default=0) for at in (1, 3))
        places = (begin / size[index] for begin, size in zip(begins, self.sizes, strict=True))
        return Later(float(self.days[index]) / WEEK, float(max(places)), bool(self.kinship[index] > 0))

    def judge_rewording(self) -> None:
        """Rewrites among the rest; words that are known by heart say nothing of them."""
        rest = self._rest()
        rest = rest[(np.minimum(*self.sizes)[rest] >= SHORT_NOTICE) | (self.days[rest] <= 0)]
        one_source = self.kinship[rest] == ONE_SOURCE
        every = self.templates._replace(templates=self.templates.templates | self.standing.templates)
        threshold = self.options.threshold
        for some, known in ((rest[one_source], every), (rest[~one_source], self.standing)):
            weights = np.where(known.templates, np.float32(0), self.statements.weights)
            weighed = self.statements._replace(weights=weights)
            places, likely, measured = find_likely(weighed, *self._ends(some), threshold, FEW_CHAINED)
            chained = measured[:, FEATURES.index("chained")].astype(np.int64)
            neighbours = measured[:, FEATURES.index("neighbours")]
            some = some[places]
            facts = compare_facts(known, *self._ends(some)).tolist()
            unsure = (self.days[some] > WEEK) & (self.kinship[some] != ONE_SOURCE)
            asked = np.where(unsure, max(threshold, SURE_LATER), threshold)
            found = (column.tolist() for column in (likely, chained, neighbours, asked))
            for index, told, *row in zip(some.tolist(), facts, *found, strict=True):
                verdict = judge_rewording(Facts(*told), *row)
                self._note(index, verdict, self._answers(weighed, index) if verdict.reason else ())

    def _answers(self, texts: Statements, index: int) -> list[tuple[Any, ...]]:
        return tell_answers(texts, *(int(side[index]) for side in self.ends))

    def _note(self, index: int, verdict: Verdict, passages: Sequence[tuple[Any, ...]]) -> None:
        if verdict.reason:
            self.verified.found[index] = Found(verdict, passages)
            self.verified.are_pairs[index] = verdict.kind is not None


def tell_answers(texts: Statements, left: int, right: int) -> list[tuple[Any, ...]]:
    """Sentences of two texts that answer one another, as ``Found`` has passages."""
    answers = find_answers(texts, left, right).tolist()
    return [("answer", at, end - at, bt, stop - bt, share / 100) for at, end, bt, stop, share in answers]


def _evidence(alignment: Alignment) -> Evidence:
    sizes = alignment.left_words, alignment.right_words
    scattered = are_scattered(alignment.equal[:, 2])
    return Evidence(*sizes, alignment.matched, alignment.longest_run, scattered=scattered)
