"""Scores of paragraphs, of those that the spinner changed and of those that it left as they were."""

from __future__ import annotations

import bisect
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from benchmarks.quality_tables import Table
from benchmarks.record import Row
from dedup.spun import Verdict
from dedup.spun.quotes import paragraphs

PART_BOUNDS = (
    0.0,
    0.5,
    0.7,
    0.9,
    0.95,
)  # the least scores of bins; those that the verdict doesn't list have 0

_SEVERAL = 4  # of fewer paragraphs one is about all of the article
_ACCUSED = {True: "accused", False: "not accused"}
_CHANGED = {True: "changed", False: "as it was"}


class Part(NamedTuple):
    """A paragraph of an article that has several.

    accused   the article is said to be spun
    changed   a word was swapped in the paragraph
    score     of the paragraph, 0..1
    """

    accused: bool
    changed: bool
    score: float


def parts_of(original: str, text: str, verdict: Verdict) -> Iterator[Part]:
    """The paragraphs of a version of the original, if there are several."""
    ranges = paragraphs(text)
    if len(ranges) < _SEVERAL:
        return
    scores = {(one.start, one.end): one.score for one in verdict.paragraphs}
    for start, end in ranges:
        # Swaps may move the places where lines end a paragraph, so that they can't be told by their numbers.
        yield Part(verdict.spun, text[start:end] not in original, scores.get((start, end), 0.0))


def count_parts(parts: Iterable[Part]) -> dict[str, int]:
    """How many paragraphs there are of each sort and bin of scores; a figure each for a record's row."""
    bins = Counter(
        (one.accused, one.changed, bisect.bisect_right(PART_BOUNDS, one.score) - 1) for one in parts
    )
    return {
        _name(accused, changed, number): bins[accused, changed, number]
        for accused, changed, number in itertools.product(_ACCUSED, _CHANGED, range(len(PART_BOUNDS)))
    }


def make_parts(rows: Sequence[Row], title: str) -> Table:
    """What the scores of paragraphs are worth, by the lexicon, and whether the article was accused.

    rows  those of spun articles, and of clean ones
    """
    lines = []
    bins = range(len(PART_BOUNDS))
    for lexicon, accused in itertools.product(dict.fromkeys(row["lexicon"] for row in rows), _ACCUSED):
        group = [row for row in rows if row["lexicon"] == lexicon]
        counts = [
            [sum(row[_name(accused, changed, n)] for row in group) for n in bins] for changed in _CHANGED
        ]
        for number, (low, high) in enumerate(itertools.pairwise((*PART_BOUNDS, 1.0))):
            here = [count[number] for count in counts]
            shares = [count[number] / max(1, sum(count)) for count in counts]
            # Among the articles that aren't accused there are as many clean ones as one asks for.
            right = f"{here[0] / sum(here):.3f}" if accused and any(here) else ""
            prior = _where_true((low + high) / 2, *shares) if low else ""
            cells = [f"{sum(here):,}", f"{shares[0]:.4f}", f"{shares[1]:.5f}", right, prior]
            lines.append(
                [lexicon, _ACCUSED[accused], f"{low:g} to {high:g}" if low else "not listed", *cells]
            )
    heads = ["lexicon", "article", "score", "paragraphs", "share of the changed", "of the others"]
    heads += ["changed of these", "a probability where this share is changed"]
    return Table(title, heads, lines, 3)


def _where_true(score: float, changed: float, others: float) -> str:
    """Which share of all paragraphs must be changed for a score to be a probability.

    changed, others  shares of those that have about this score
    """
    if not changed or not others:
        return ""
    odds = score / (1 - score) * others / changed
    return f"{odds / (1 + odds):.4f}"


def _name(accused: bool, changed: bool, number: int) -> str:
    name = f"paragraphs {_ACCUSED[accused]} {_CHANGED[changed]} from {PART_BOUNDS[number]:g}"
    return name.replace(" ", "_")
