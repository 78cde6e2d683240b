"""The model of rewording, fitted to labelled sets of real text and judged on pairs it wasn't fitted to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from benchmarks.crossed import (
    FOLDS,
    can_fit,
    deal_folds,
    fit_biased,
    kind_of,
    score_crossed,
    score_left_out,
    weigh,
)
from benchmarks.crowd import LabelledSet, data_option, find_sets, read_crowd, read_set
from benchmarks.labels import wilson
from benchmarks.logistic import CLASS_WEIGHT, NAMES, PENALTY, format_model
from benchmarks.quality import show
from benchmarks.quality_tables import Table, show_share
from benchmarks.record import RUNS, Record, Row
from benchmarks.reworded import (
    Pairs,
    firsts_of,
    join_pairs,
    measure_near_misses,
    measure_set,
    stems_of,
)

NEAR_MISSES = 15_000
BINS = 10
SETTINGS: dict[str, Any] = {
    "features": ", ".join(NAMES),
    "products": "of any two features, and squares",
    "penalty": PENALTY,
    "class_weight": CLASS_WEIGHT,
    "folds": FOLDS,
}
_LABELS = {1: "derived", 0: "not a copy"}


@click.command()
@data_option()
@click.option("--sets", help="Comma-separated; all that are labelled if not given.")
@click.option("--crowd", type=click.IntRange(0), help="Articles of the crowd, at most; all if not given.")
@click.option(
    "--false-alarms",
    default=0.01,
    show_default=True,
    type=click.FloatRange(0, 1),
    help="Share of the pairs that tell of one event, not copied, that may be over probability 0.5.",
)
@click.option("--seed", default=1, show_default=True, help="For the pairs of the crowd.")
@click.option("--write", type=click.Path(dir_okay=False, path_type=Path), help="File for the model.")
@click.option("--markdown", is_flag=True, help="Print the tables as Markdown.")
@click.option("--runs", default=RUNS, type=click.Path(path_type=Path), help="Folder for the figures.")
@click.option("--name", default="fit", show_default=True, help="Name of the files there.")
def fit(
    data: Path,
    sets: str | None,
    crowd: int | None,
    false_alarms: float,
    seed: int,
    write: Path | None,
    markdown: bool,
    runs: Path,
    name: str,
) -> None:
    """Fit the model of rewording, and judge it by texts and by sets that it wasn't fitted to.

    Shares are of the pairs over probability 0.5, by models and biases from the other folds of the
    articles, and from the other sets. The model that --write keeps is fitted to everything.
    """
    labelled = [one for one in (read_set(data, found) for found in find_sets(data, sets)) if is_usable(one)]
    pairs = read_pairs(data, labelled, crowd, seed)
    if not can_fit(pairs):
        raise click.ClickException(
            f"each {FOLDS - 1} of {FOLDS} folds must have derived pairs and pairs of the same event"
        )
    weights = {kind: kind_of(kind).weight for kind in dict.fromkeys(pairs.kinds.tolist())}
    record = Record(name, runs, **SETTINGS, false_alarms=false_alarms, seed=seed, weights=weights)
    crossed = score_crossed(pairs, false_alarms)
    click.echo("cross-validated", err=True)
    rows = judge_kinds("folds", pairs, crossed)
    rows += judge_kinds("sets", pairs, score_left_out(pairs, false_alarms))
    rows += judge_bins(pairs, crossed)
    record.write(rows)
    tables = [make_settings(), make_used(pairs), make_kinds(rows), make_bins(rows)]
    show(tables, record, markdown)
    if write:
        write.write_text(format_model(fit_biased(pairs, false_alarms)), "utf-8")
        click.echo(f"model: {write.name}", err=True)


def is_usable(one: LabelledSet) -> bool:
    """Whether a set has pairs that a model is fitted to."""
    return any(label.label is not None and kind_of(label.kind).weight > 0 for label in one.labels)


def read_pairs(data: Path, labelled: Sequence[LabelledSet], most: int | None, seed: int) -> Pairs:
    """All pairs of the sets, and near misses of the crowd, measured."""
    crowd = firsts_of(read_crowd(data, most))
    folds = deal_folds(labelled, crowd)
    stems = list(stems_of([article.fields["text"] for article in crowd]))
    parts = []
    for one in labelled:
        parts.append(measure_set(one, crowd, stems, folds))
        click.echo(f"{one.name}: {len(parts[-1].labels):,} pairs", err=True)
    own = [folds[article.words] for article in crowd]
    parts.append(measure_near_misses(crowd, stems, own, NEAR_MISSES, seed))
    click.echo(f"crowd: {len(parts[-1].labels):,} pairs", err=True)
    return join_pairs(parts)


def judge_kinds(part: str, pairs: Pairs, scores: NDArray[np.float64]) -> list[Row]:
    """A row for each set, label and kind: what share of its pairs is over probability 0.5."""
    ranks = (-pairs.labels).astype(int)  # derived ones first
    keys = list(zip(pairs.sets.tolist(), ranks.tolist(), pairs.kinds.tolist(), strict=True))
    rows: list[Row] = []
    for name, rank, kind in sorted(set(keys)):
        mine = np.array([key == (name, rank, kind) for key in keys]) & ~np.isnan(scores)
        count, over = int(mine.sum()), int((scores[mine] > 0).sum())
        row = {"part": part, "set": name, "label": -rank, "kind": kind, "pairs": count, "over": over}
        rows.append(row | _columns(over, count))
    return rows


def judge_bins(pairs: Pairs, scores: NDArray[np.float64]) -> list[Row]:
    """A row for each tenth of probability: of the pairs there, what share is derived.

    Weighed, both classes count the same, and within them the kinds as in the fit.
    """
    weights = weigh(pairs.kinds.tolist())
    kept = (weights > 0) & pairs.known & ~np.isnan(scores)
    labels, weights = pairs.labels[kept], weights[kept]
    likely = 1 / (1 + np.exp(-scores[kept]))
    for label in (0, 1):
        weights[labels == label] /= max(weights[labels == label].sum(), 1e-9)
    bins = np.minimum((likely * BINS).astype(int), BINS - 1)
    rows: list[Row] = []
    for number in range(BINS):
        mine = bins == number
        count, derived, weight = int(mine.sum()), int(labels[mine].sum()), float(weights[mine].sum())
        row = {
            "part": "bin",
            "bin": number,
            "pairs": count,
            "over": derived,
            "predicted": float(likely[mine].mean()) if count else None,
            "weighed": float(weights[mine] @ labels[mine]) / weight if count else None,
        }
        rows.append(row | _columns(derived, count))
    return rows


def make_settings() -> Table:
    """What is the same in every fit."""
    lines = [[name.replace("_", " "), str(value)] for name, value in SETTINGS.items()]
    return Table("What is fitted", ["setting", "value"], lines, 2)


def make_used(pairs: Pairs) -> Table:
    """A row for each kind of rewording that counts as one: its weight and pairs."""
    found = [kind_of(kind) for kind in pairs.kinds.tolist()]
    lines = []
    for kind in dict.fromkeys(found):
        mine = np.array([one == kind for one in found])
        known = int((mine & pairs.known).sum())
        lines.append([kind.name, f"{kind.weight:g}", f"{int(mine.sum()):,}", f"{known:,}"])
    heads = ["counts as", "weight", "pairs", "share enough"]
    return Table("Kinds of pairs, and what all pairs of one count", heads, lines, 1)


def make_kinds(rows: Sequence[Row]) -> Table:
    """A row for each set, label and kind, by folds and by sets left out."""
    left_out = {_key(row): row for row in rows if row["part"] == "sets"}
    lines = []
    for row in (row for row in rows if row["part"] == "folds"):
        other = left_out.get(_key(row), {})
        shown = [f"{row['pairs']:,}", show_share(row, "share"), show_share(other, "share")]
        lines.append([row["set"], _LABELS[row["label"]], row["kind"], *shown])
    heads = ["set", "label", "kind", "pairs", "other folds", "other sets"]
    title = "Share of pairs over probability 0.5, with its 95 % interval, by models fitted to others"
    return Table(title, heads, lines, 3)


def make_bins(rows: Sequence[Row]) -> Table:
    """A row for each tenth of probability."""
    lines = []
    for row in (row for row in rows if row["part"] == "bin"):
        low = row["bin"] / BINS
        shown = [_show_number(row["predicted"]), show_share(row, "share"), _show_number(row["weighed"])]
        lines.append([f"{low:.1f} to {low + 1 / BINS:.1f}", f"{row['pairs']:,}", *shown])
    heads = ["probability", "pairs", "mean", "derived", "derived, kinds and classes weighed"]
    return Table("What comes of a probability, in folds that the model wasn't fitted to", heads, lines, 1)


def _key(row: Row) -> tuple[str, int, str]:
    return row["set"], row["label"], row["kind"]


def _columns(hits: int, all_: int) -> dict[str, float | None]:
    share = wilson(hits, all_)
    return {"share": share.value, "share_low": share.low, "share_high": share.high}


def _show_number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
