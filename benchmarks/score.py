"""How much of what is known of a corpus a tool found: arithmetic on pairs of ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as pq

LEVELS = (0.5, 0.7)  # least Jaccard index of the pairs that recall is taken of

Pair = tuple[str, str]


class Found(NamedTuple):
    """What a tool reported.

    pairs   as it reported them, either way round
    first   articles that it compared through another with the same words only, to that other one
    """

    pairs: frozenset[Pair]
    first: Mapping[str, str]


class Score(NamedTuple):
    """Shares are 0..1, and None where there is nothing to take a share of.

    pairs      number reported
    recall     by level: of the pairs that are at least so similar, the share that was found
    related    of all related pairs, spun and contained ones too, the share that was found
    precision  of the reported pairs, the share that is related
    """

    pairs: int
    recall: dict[float, float | None]
    related: float | None
    precision: float | None


def score(found: Found, truth: Mapping[Pair, float]) -> Score:
    """Judge what was found by the related pairs and their Jaccard indices.

    A tool that reports exact copies of one another by their first alone has found a pair if it
    found that of the two firsts; two with the same first are found as they are.
    """
    first = found.first
    linked = {_ordered(first.get(one, one), first.get(other, other)) for one, other in found.pairs}

    def finds(pair: Pair) -> bool:
        one, other = (first.get(end, end) for end in pair)
        return one == other or _ordered(one, other) in linked

    hits = {pair for pair in truth if finds(pair)}
    return Score(
        len(found.pairs),
        {
            level: _share(
                sum(truth[pair] >= level for pair in hits), sum(index >= level for index in truth.values())
            )
            for level in LEVELS
        },
        _share(len(hits), len(truth)),
        _share(sum(_ordered(*pair) in truth for pair in found.pairs), len(found.pairs)),
    )


def read_truth(path: Path) -> dict[Pair, float]:
    """The related pairs of ``truth.parquet`` with their Jaccard indices."""
    table = pq.read_table(path).to_pydict()
    related = table.get("related") or [True] * len(table["a"])
    rows = zip(table["a"], table["b"], table["jaccard"], related, strict=True)
    return {_ordered(a, b): jaccard for a, b, jaccard, is_related in rows if is_related}


def read_pairs(path: Path) -> Found:
    """What a peer wrote: two ids a line, every pair on its own."""
    lines = path.read_text("utf-8").splitlines()
    return Found(frozenset(_ordered(*line.split()) for line in lines), {})


def read_results(results: Path) -> Found:
    """What dedup wrote into RESULTS."""
    pairs = pq.read_table(results / "pairs", columns=["left", "right"]).to_pydict()
    articles = pq.read_table(results / "articles", columns=["article", "exact_of"]).to_pydict()
    firsts = zip(articles["article"], articles["exact_of"], strict=True)
    return Found(
        _all_ordered(zip(pairs["left"], pairs["right"], strict=True)),
        {article: first for article, first in firsts if first is not None},
    )


def _all_ordered(pairs: Iterable[Pair]) -> frozenset[Pair]:
    return frozenset(_ordered(*pair) for pair in pairs)


def _ordered(one: str, other: str) -> Pair:
    return (one, other) if one < other else (other, one)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
