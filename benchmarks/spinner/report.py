"""What the trials amount to: recall of spun articles, and false accusations of clean ones."""

from __future__ import annotations

import bisect
import itertools
import statistics
from collections.abc import Sequence
from typing import Any

from benchmarks.labels import wilson
from benchmarks.quality_tables import Table, show_share
from benchmarks.record import Row
from benchmarks.spinner.by_paragraph import count_parts, make_parts
from benchmarks.spinner.trials import AS_IT_IS, HALF, Trial

BOUNDS = (0.0, 0.05, 0.1, 0.3, 0.5, 0.9)  # the least scores of bins


def make_row(trials: Sequence[Trial]) -> dict[str, Any]:
    """The figures of trials of one kind with one lexicon.

    alone   share that is said to be spun by its own text
    likely  share that is so in a source that has many spun articles
    beside  share of the pairs of which a side is said to be spun
    right   share of those where it is the version; of clean pairs no side is
    Medians are of all trials; those of ``phrases_beside`` of the pairs with a spun side.
    """
    one = trials[0]
    sided = [trial for trial in trials if trial.side]
    counts = {
        "alone": (sum(trial.alone for trial in trials), len(trials)),
        "likely": (sum(trial.likely for trial in trials), len(trials)),
        "beside": (len(sided), len(trials)),
        "right": (sum(trial.side == "version" for trial in sided), len(sided)),
    }
    row: dict[str, Any] = {
        "made": one.case.made,
        "family": one.case.family,
        "rate": one.case.rate,
        "lexicon": one.lexicon,
        "articles": len(trials),
        "changed": statistics.median(trial.case.changed for trial in trials),
        "phrases": statistics.median(trial.phrases for trial in trials),
        "phrases_beside": statistics.median(trial.phrases_beside for trial in sided) if sided else None,
    }
    bins = [bisect.bisect_right(BOUNDS, trial.score) - 1 for trial in trials]
    row |= {_bin(number): bins.count(number) for number in range(len(BOUNDS))}
    row |= count_parts(part for trial in trials for part in trial.parts)
    for name, (hits, all_) in counts.items():
        share = wilson(hits, all_)
        row |= {f"{name}_hits": hits, name: share.value, f"{name}_low": share.low, f"{name}_high": share.high}
    return row


def make_tables(rows: Sequence[Row]) -> list[Table]:
    """Of spun articles, of clean ones, and of the scores of both, whole and by paragraph."""
    spun, clean = [row for row in rows if row["family"]], [row for row in rows if not row["family"]]
    least = min((row["rate"] for row in spun), default=0)
    # The least spun ones are what is hardest to tell.
    hardest = [row for row in spun if row["rate"] == least]
    untouched = [row for row in clean if row["made"] == AS_IT_IS]
    title = f"Scores of the paragraphs of texts alone, {least:g} of the words to be swapped"
    return [
        _spun(spun),
        _clean(clean),
        _scores(hardest, untouched, least),
        make_parts([*hardest, *untouched], title),
    ]


def _spun(rows: Sequence[Row]) -> Table:
    heads = [
        "family",
        "lexicon",
        "rate",
        "changed",
        "alone",
        "in a spun source",
        "phrases",
        "beside",
        "right side",
        "phrases beside",
    ]
    lines = [
        [
            row["family"], row["lexicon"], f"{row['rate']:g}", f"{row['changed']:.2f}",
            show_share(row, "alone"), show_share(row, "likely"), f"{row['phrases']:g}",
            show_share(row, "beside"), show_share(row, "right"), _show(row["phrases_beside"]),
        ]
        for row in rows
    ]  # fmt: skip
    title = (
        "Share of the spun articles that is recognised, with its 95 % interval, and median number of phrases"
    )
    return Table(title, heads, lines, 2)


def _clean(rows: Sequence[Row]) -> Table:
    lines = []
    for row in rows:
        # An article beside itself is no pair to judge.
        beside = "" if row["made"] == "as it is" else _show_count(row, "beside")
        counts = [
            f"{row['articles']:,}",
            f"{row['changed']:.2f}",
            _show_count(row, "alone"),
            _show_count(row, "likely"),
            beside,
        ]
        lines.append([row["made"], row["lexicon"], *counts])
    heads = [
        "clean articles",
        "lexicon",
        "articles",
        "changed",
        "accused alone",
        "likely",
        "accused beside the original",
    ]
    return Table("False accusations, and the 95 % interval of their share", heads, lines, 2)


def _scores(spun: Sequence[Row], clean: Sequence[Row], rate: float) -> Table:
    """What share of spun and of clean texts has which score: a probability where so few are spun as told."""
    groups = [[row for row in rows if row["lexicon"] == HALF] for rows in (spun, clean)]
    totals = [max(1, sum(row["articles"] for row in group)) for group in groups]
    lines = []
    for number, (low, high) in enumerate(itertools.pairwise((*BOUNDS, 1.0))):
        ours, theirs = (
            sum(row[_bin(number)] for row in group) / total
            for group, total in zip(groups, totals, strict=True)
        )
        middle = (low + high) / 2
        one_of = f"{1 + ours / theirs * (1 - middle) / middle:,.0f}" if ours and theirs else ""
        lines.append([f"{low:g} to {high:g}", f"{ours:.4f}", f"{theirs:.5f}", one_of])
    title = f"Scores of texts alone, half of the lexicon, {rate:g} of the words to be swapped"
    heads = ["score", "spun articles", "clean articles", "a probability where one is spun of"]
    return Table(title, heads, lines, 1)


def _bin(number: int) -> str:
    return f"scores_from_{BOUNDS[number]:g}"


def _show(number: float | None) -> str:
    return "" if number is None else f"{number:g}"


def _show_count(row: Row, name: str) -> str:
    return f"{row[f'{name}_hits']} ({row[f'{name}_low']:.4f} to {row[f'{name}_high']:.4f})"
