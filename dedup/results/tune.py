"""What a threshold would leave of a run: pairs, clusters, and estimates of precision and recall.

Precision is estimated twice: as the mean probability of the pairs that are left, and from
those of them that a reader judged. Recall is relative to what the scan found; what it never
met is in no figure.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from dedup.errors import DedupError
from dedup.options import KINDS
from dedup.results.graph import Graph
from dedup.results.opened import Results, Row

THRESHOLDS = tuple(step / 100 for step in range(50, 100, 5))
BINS = 20  # of the histogram, of 0..1; a score of 1 stands in the last
WORDS = 16  # of each side of a pair
_LETTERS = 200  # in which these are looked for
_Z = 1.959964  # 95 % of a normal distribution lie so many deviations about its middle


class Judged(NamedTuple):
    """Of so many judged pairs so many are right: their share, and its Wilson 95 % interval."""

    judged: int
    right: int
    precision: float
    low: float
    high: float


class Level(NamedTuple):
    """What would be left at a threshold; estimates: None where nothing is known."""

    threshold: float
    pairs: int
    clusters: int
    precision: float | None
    judged: Judged | None
    recall: float | None


class Border(NamedTuple):
    """A pair near the threshold; the words are those each side begins with, None: they can't be read."""

    pair: int
    score: float
    kind: str
    reason: str
    left: str
    right: str
    left_words: str | None
    right_words: str | None


def wilson(right: int, judged: int) -> Judged:
    """The share of what is right, and the interval that holds it with a confidence of 95 %."""
    share, z2 = right / judged, _Z * _Z
    middle = (share + z2 / (2 * judged)) / (1 + z2 / judged)
    half = _Z / (1 + z2 / judged) * math.sqrt(share * (1 - share) / judged + z2 / (4 * judged * judged))
    return Judged(judged, right, share, max(0.0, middle - half), min(1.0, middle + half))


def levels(graph: Graph, threshold: float) -> list[Level]:
    """What is left at every threshold that the run can tell, and at this one."""
    wanted = {step for step in THRESHOLDS if step > graph.own} | {graph.own, threshold}
    return [_level(graph, one) for one in sorted(wanted)]


def _level(graph: Graph, threshold: float) -> Level:
    kept = graph.holding(threshold)
    pairs = int(kept.sum())
    clusters = int(graph.clusters(kept).cluster.max(initial=0))
    known = graph.probability[kept & ~np.isnan(graph.probability)]
    answers = graph.answers[kept & (graph.answers >= 0)]
    found = float(np.nansum(graph.probability))
    return Level(
        threshold,
        pairs,
        clusters,
        float(known.mean()) if len(known) else None,
        wilson(int(answers.sum()), len(answers)) if len(answers) else None,
        float(known.sum()) / found if found else None,
    )


def histogram(graph: Graph) -> list[tuple[float, float, dict[str, int]]]:
    """Pairs by score and kind: steps (from, to), from the lowest that has any."""
    steps = np.minimum((graph.scores * BINS + 1e-9).astype(np.int64), BINS - 1)
    kinds = [kind for kind in KINDS if (graph.kinds == kind).any()]
    counts = {kind: np.bincount(steps[graph.kinds == kind], minlength=BINS).tolist() for kind in kinds}
    first = int(steps.min(initial=BINS))
    return [
        (step / BINS, (step + 1) / BINS, {kind: counts[kind][step] for kind in kinds})
        for step in range(first, BINS)
    ]


def border(results: Results, graph: Graph, threshold: float, most: int) -> list[Border]:
    """The pairs to judge next: those whose scores are nearest to the threshold. Exact ones need no judge."""
    open_ = np.flatnonzero((graph.answers < 0) & (graph.kinds != "exact"))
    nearest = open_[np.argsort(np.abs(graph.scores[open_] - threshold), kind="stable")][:most]
    names = graph.names
    ends = [(names[int(graph.left[at])].as_py(), names[int(graph.right[at])].as_py()) for at in nearest]
    words = _first_words(results, [name for pair in ends for name in pair])
    reasons = results.table("pairs", ["reason"])["reason"]
    return [
        Border(
            at + 1,
            float(graph.scores[at]),
            graph.kinds[at],
            reasons[at].as_py() or "",
            left,
            right,
            words[left],
            words[right],
        )
        for at, (left, right) in zip(nearest.tolist(), ends, strict=True)
    ]


def _first_words(results: Results, names: Sequence[str]) -> dict[str, str | None]:
    try:
        articles = results.articles(names, ["article", "text", "body"])
    except DedupError:  # read again from files that have changed, or are gone
        return dict.fromkeys(names)
    return {name: _begin(row) for name, row in articles.items()}


def _begin(row: Row) -> str:
    text, body = row["text"] or "", row["body"] or []
    start = body[0]["start"] if body else 0
    words = text[start : start + _LETTERS].split()
    more = len(words) > WORDS or len(text) > start + _LETTERS
    return " ".join(words[:WORDS]) + (" …" if more else "")
