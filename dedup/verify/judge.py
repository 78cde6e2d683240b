"""Kinds: what the evidence makes of a pair, how likely it is, and why.

What counts is what two articles have of their own. Words of *templates*, passages that many
articles of the source have, are discounted where the facts differ, and *quoted* words alone make no
pair: whoever hears a statement quotes it alike.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.align.local import Stretch
from dedup.verify.forms import LEAST_DIFFERING, Facts

_Counts = NDArray[np.int64] | int

# The least stretch of equal words that any copy holds. Texts that merely share their
# language match word by word here and there, but seldom eight in a row.
LEAST_RUN = 8
# A piece of at least this share inside a text of at least this many times its words.
CONTAINED = 0.9
LONGER = 1.5
# An edit leaves runs of equal words; where a smaller share of the equal words stands in such, the words
# were changed throughout.
LEAST_IN_RUNS = 1 / 2
LEAST_PASSAGE = 40  # matched words of a copied passage
# So few copied words of two articles of one source that are so little alike otherwise are no pair: what the
# source says of itself, of a programme, of a person.
STANDING_PASSAGE, LEAST_ALIKE = 70, 0.3
# Copied words that double the odds of a copy: what is copied by chance, by habit, from a third text.
DOUBLING = 12.0
_EVEN = 25.0  # words at which the odds are even
# The logarithm of the odds that passages which come back more than a week later tell the same, and aren't
# what is said of a matter whenever it comes up: for the logarithm of their words, for how alike the articles
# are otherwise, for where the passages begin in the article that has them later (0..1), for the logarithm of
# the weeks. A logistic model of 126 pairs of press releases and newswire that were read one by one, rounded;
# a wrong pair counts as much as two that are missed. So many words are more than what is said by the way;
# but after so many weeks what comes back is what is said each year.
_LATER, _OF_WORDS, _OF_LIKENESS, _OF_PLACE, _OF_WEEKS = -6.0, 1.5, 4.8, -2.3, -0.5
MANY_WORDS, A_YEAR = 160, 52
# Edited pieces: so many words, so great a share of the shorter text, stand in the other in runs. What comes
# back after more days may be the next week's report in the words of this one.
LEAST_IN_PIECES, PIECES_SHARE, SOON = 24, 0.4, 4
# A piece that was edited throughout: so great a share of its words match in one stretch, in which both are so
# similar. A copy of a whole article need not be so similar, but of a long text the best stretch is chosen.
PART_SHARE, PART_SIMILARITY = 0.5, 0.55
LEAST_CHAINED = 3  # sentences of a rewrite that answer one another in order
# Or so many, as short articles have no more, if such a share of the neighbouring stems of one text are near
# one another in the other; of unrelated texts with one vocabulary few are.
FEW_CHAINED, LEAST_NEIGHBOURS = 2, 0.2
# The least probability of a rewrite that another source has more than a week later: most of what is less
# sure is the next report, notice or bill of its kind.
SURE_LATER = 0.8
# Facts that differ in a rewrite, so great a share of all: a reworded article leaves out and adds more.
MOST_DIFFERING_IN_REWRITE = 0.65
# So many figures that each of two texts has alone, for one that both have: who rewords, keeps figures or
# leaves them out.
LEAST_FIGURES, MOST_FIGURES = 3, 0.7
# Where words were misread: so many words of the shorter text, at least such a share of which stand in the
# other one. With three words in ten misread in both, it is a half and what chance adds.
LEAST_MISREAD_WORDS, LEAST_READ = 20, 0.6
# Least similarity of two articles of a series that are one: without templates, and with them. Or so great a
# share of what the shorter one has beside templates stands in a much longer one, whatever that has besides.
SAME_ISSUE, SAME_TEXT, WITHIN_ISSUE = 0.9, 0.985, 0.95


class Evidence(NamedTuple):
    """What an alignment and the passages say of a pair; numbers of words.

    left, right    of the bodies, without templates where these are discounted
    matched        of these, aligned and equal
    longest_run    in the longest equal stretch
    passages       in copied passages, each of ``LEAST_PASSAGE`` or more; in ``judge_pieces``: ``LEAST_RUN``
    quoted         of those in copied passages, the quoted ones
    template       of all matched, those of templates
    scattered      whether so few of the matched words stand in runs that the words were changed throughout
    """

    left: int
    right: int
    matched: int
    longest_run: int
    passages: int = 0
    quoted: int = 0
    template: int = 0
    scattered: bool = False


class Later(NamedTuple):
    """Of articles more than a week apart: the weeks, where in the one that has them later the passages begin
    (0..1), and whether both are of one source; of two, a long passage tells enough.
    """

    weeks: float
    place: float
    akin: bool = True


class Verdict(NamedTuple):
    """A kind (None: no pair), the probability (0..1) that it is reuse, and the reason in a line, if any."""

    kind: str | None
    probability: float
    reason: str


NO_PAIR = Verdict(None, 0.0, "")


def why_not(is_form: bool, longest_run: int) -> Verdict:
    """The verdict on two texts that are no pair for no reason of their own.

    is_form      whether they match, but are instances of a template, or share standing text alone
    longest_run  words in the longest equal stretch
    """
    reason = "too few words, passages or sentences are the same"
    if is_form:
        reason = "what they share is a form that other facts fill, or text that recurs"
    elif longest_run < LEAST_RUN:
        reason = f"never {LEAST_RUN} words in a row are the same, and too few sentences tell the same"
    return _refuse(reason)


def _refuse(reason: str) -> Verdict:
    return NO_PAIR._replace(reason=reason)


def judge(evidence: Evidence, threshold: float) -> Verdict:
    """``copy``, ``contains`` or ``rewrite``, from the alignment, or no pair.

    threshold  the least similarity of a copy, 0..1
    """
    found = evidence
    if found.longest_run < LEAST_RUN:
        return NO_PAIR
    without = _without_template(found.template)
    shorter, longer = sorted((found.left, found.right))
    if longer >= LONGER * shorter and found.matched >= CONTAINED * shorter:
        side = "left" if found.left == shorter else "right"
        share = found.matched / max(1, shorter)
        told = f"{share:.0%} of the {side} article stands in the other{without}"
        return Verdict("contains", likelihood(found.matched, share), told)
    similarity = 2 * found.matched / max(1, found.left + found.right)
    if similarity < threshold:
        return NO_PAIR
    likely = likelihood(found.matched, similarity)
    reason = f"{found.matched:,} words match, {similarity:.0%} of both{without}"
    if found.scattered:
        return Verdict("rewrite", likely, f"{reason}, seldom {LEAST_RUN} in a row")
    return Verdict("copy", likely, reason)


def judge_series(whole: Evidence, own: Evidence, threshold: float) -> Verdict:
    """``copy``, ``contains`` or no pair, of two articles of a series: each issue repeats what others told.

    whole  the evidence with templates
    own    without them
    """
    found = judge(whole, max(SAME_TEXT, threshold))
    if found.kind != "copy" and own.matched >= LEAST_PASSAGE:
        shorter, longer = sorted((whole.left, whole.right))
        is_within = longer >= LONGER * shorter and own.matched >= WITHIN_ISSUE * min(own.left, own.right)
        found = judge(own, max(0.0 if is_within else SAME_ISSUE, threshold))
        if is_within and found.kind == "contains":
            return found
    return found if found.kind == "copy" else NO_PAIR


def judge_passages(
    evidence: Evidence, threshold: float, alike: float = 1.0, later: Later | None = None
) -> Verdict:
    """``contains`` or ``partial``, from copied passages, or no pair; threshold as for ``judge``.

    alike  how alike two articles are outside the passages, 0..1; 1 unless they are of one source or ``later``
    later  None: they don't lie more than a week apart, as far as is known
    """
    found = evidence
    own = found.passages - found.quoted
    shorter, longer = sorted((found.left, found.right))
    quoted = f", {found.quoted:,} of them quoted" if found.quoted else ""
    words, without = f"copied passages of {found.passages:,} words{quoted}", _without_template(found.template)
    likely = likelihood(own)
    if own < LEAST_PASSAGE / 2 or found.passages < LEAST_PASSAGE or likely < threshold:
        return _refuse(f"only {words}{without}")
    if longer >= LONGER * shorter and found.passages >= CONTAINED * shorter:
        share = found.passages / max(1, shorter)
        return Verdict("contains", likely, f"passages that are {share:.0%} of the shorter article{quoted}")
    if found.passages < STANDING_PASSAGE and alike < LEAST_ALIKE:
        return _refuse(f"{words}, and the rest is not alike: such may stand in many articles")
    apart = ""
    if later and (later.akin or own < (STANDING_PASSAGE if later.weeks <= A_YEAR else MANY_WORDS)):
        if later.weeks > A_YEAR:
            return _refuse(f"{words}, but what comes back after a year may be said each year")
        if own < MANY_WORDS:
            apart = f", {later.weeks:,.0f} weeks apart"
            likely = min(likely, _likelihood_later(own, alike, later))
        if likely < threshold:
            return _refuse(f"{words}{apart}, and the rest is not alike enough")
    return Verdict("partial", likely, f"{words}{apart}{without}")


def judge_pieces(evidence: Evidence, facts: Facts, threshold: float, alike: float = 1.0) -> Verdict:
    """``rewrite``, or no pair: a text of which much stands in the other in shorter passages.

    evidence  with all passages of ``LEAST_RUN`` words or more
    facts     what the two say of facts
    alike     as for ``judge_passages``; 1 unless they are of one source
    """
    own = evidence.passages - evidence.quoted
    shorter = min(evidence.left, evidence.right)
    if not are_pieces_enough(own, shorter):
        return NO_PAIR
    reason = f"{own / shorter:.0%} of the shorter article stands in the other, in pieces of {LEAST_RUN}"
    reason += " words or more"
    if alike < LEAST_ALIKE:
        return _refuse(f"{reason}, but the rest is not alike")
    if differ_in_facts(facts):
        return _refuse(f"{reason}, but other facts stand around them")
    likely = likelihood(own, own / shorter)
    return Verdict("rewrite", likely, reason) if likely >= threshold else NO_PAIR


def are_pieces_enough(words: _Counts, shorter: _Counts) -> NDArray[np.bool_]:
    """Whether so many words in runs, of a text of so many, are enough for ``judge_pieces``."""
    return np.asarray(words >= np.maximum(LEAST_IN_PIECES, PIECES_SHARE * np.asarray(shorter)))


def judge_part(local: Stretch, shorter: int, threshold: float) -> Verdict:
    """``rewrite``, or no pair: a text that is like a part of the other.

    local    the stretch in which the two are alike, by ``PART_SIMILARITY`` and the threshold at least
    shorter  words of the shorter text
    """
    similarity = local.similarity
    likely = likelihood(local.matched, similarity)
    if local.matched < max(LEAST_IN_PIECES, PART_SHARE * shorter) or likely < threshold:
        return NO_PAIR
    share = f"{local.matched / shorter:.0%} of the shorter article matches a part of the other"
    return Verdict("rewrite", likely, f"{share}, {similarity:.0%} of both there")


def judge_rewording(
    facts: Facts, probability: float, chained: int, neighbours: float, threshold: float
) -> Verdict:
    """``rewrite``, or no pair.

    facts        what the two say of facts
    probability  of rewording (see ``rewrite.model``), 0..1
    chained      sentences that answer one another in order
    neighbours   share of neighbouring stems that are near one another in the other text, 0..1
    """
    least_chained = LEAST_CHAINED if neighbours < LEAST_NEIGHBOURS else FEW_CHAINED
    if probability < threshold or chained < least_chained:
        return NO_PAIR
    reason = f"{chained:,} sentences tell the same in the same order"
    if differ_in_facts(facts):
        return _refuse(f"{reason}, but of other facts")
    return Verdict("rewrite", probability, f"{reason}, in changed words")


def differ_in_facts(facts: Facts) -> bool:
    """Whether two texts say too much else for a rewrite, which keeps its facts or leaves them out."""
    most = MOST_DIFFERING_IN_REWRITE * (facts.differing + facts.shared)
    if facts.differing >= max(LEAST_DIFFERING, most):
        return True
    return facts.figures >= max(LEAST_FIGURES, MOST_FIGURES * facts.shared_figures)


def likelihood(words: int, share: float = 0.0) -> float:
    """The probability that so many copied words, so great a share of the texts, are no chance, 0..1."""
    return 1 - (1 - share) / (1 + 2 ** min(40.0, (words - _EVEN) / DOUBLING))


def _likelihood_later(words: int, alike: float, later: Later) -> float:
    odds = _LATER + _OF_WORDS * math.log(max(1, words)) + _OF_LIKENESS * alike
    odds = odds + _OF_PLACE * later.place + _OF_WEEKS * math.log(max(1.0, later.weeks))
    return 1 / (1 + math.exp(-odds))


def are_scattered(runs: NDArray[np.int64]) -> bool:
    """Whether few of the words of equal stretches stand in runs; runs  int64[n]: words of each."""
    return bool(runs[runs >= LEAST_RUN].sum() < LEAST_IN_RUNS * runs.sum())


def _without_template(words: int) -> str:
    return f", {words:,} more belong to a template" if words else ""
