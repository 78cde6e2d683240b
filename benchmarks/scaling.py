"""How time and memory of a scan grow with the number of articles."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

import click

from benchmarks import environments, plot
from benchmarks.measure import Measurement, measure
from benchmarks.record import RUNS, Record, Row


@click.command()
@click.option("--work", required=True, type=click.Path(path_type=Path), help="Folder to work in.")
@click.option("--sizes", default="10000,100000,1000000", show_default=True, help="Articles, comma-separated.")
@click.option("--max-memory", default="1500M", show_default=True, help="For scan.")
@click.option("--jobs", default=2, show_default=True, type=click.IntRange(1), help="For scan.")
@click.option("--rounds", default=1, show_default=True, type=click.IntRange(1), help="Runs of each size.")
@click.option("--timeout", default=6 * 3600.0, show_default=True, help="Seconds that a scan may take.")
@click.option("--runs", default=RUNS, type=click.Path(path_type=Path), help="Folder for the figures.")
@click.option("--name", default="scaling", show_default=True, help="Name of the files there.")
def scaling(
    work: Path, sizes: str, max_memory: str, jobs: int, rounds: int, timeout: float, runs: Path, name: str
) -> None:
    """Scan made-up corpora of growing size; corpora are made once and kept below --work.

    The smallest is scanned once before, unmeasured. Needs the extra "bench" for the plot.
    """
    try:
        counts = sorted(int(size) for size in sizes.split(","))
    except ValueError as error:
        raise click.BadParameter(f"{sizes!r} is not numbers with commas between them") from error
    own = environments.install_ours(work)
    place = work / "scaling"
    place.mkdir(parents=True, exist_ok=True)
    corpora = {count: make_corpus(place, count) for count in counts}
    record = Record(name, runs, own, max_memory=max_memory, jobs=jobs)
    options = ["--jobs", str(jobs), "--max-memory", max_memory]
    rows: list[Row] = []
    scan(own, corpora[counts[0]], place, options, timeout)
    for number in range(1, rounds + 1):
        for count, corpus in corpora.items():
            taken = scan(own, corpus, place, options, timeout)
            rows.append({"round": number, **make_row(count, taken, place / "results")})
            record.write(rows)
            click.echo(f"round {number}  {_describe(rows[-1])}", err=True)
    shutil.rmtree(place / "results", ignore_errors=True)
    click.echo(f"figures: {record.folder}", err=True)
    points = make_points(rows)
    if points and plot.can_plot():
        plot.draw_scaling(
            record.path("svg"), f"dedup scan, {jobs} processes, --max-memory {max_memory}", points
        )
    else:
        click.echo("no plot: it needs the extra bench, and a run that succeeded", err=True)


def make_row(articles: int, taken: Measurement, results: Path) -> dict[str, Any]:
    """The raw figures of a scan, with what its ``run.json`` says of pairs, stages and memory."""
    row = {"articles": articles, **taken._asdict()}
    if not taken.ok:
        return row
    run = json.loads((results / "run.json").read_text("utf-8"))
    return {
        **row,
        "microseconds_per_article": taken.seconds / articles * 10**6,
        "pairs": run["counts"].get("pairs"),
        "own_peak_bytes": run["peak_memory_bytes"],
        **{f"seconds_{stage}": seconds for stage, seconds in run["seconds"].items()},
    }


def make_points(rows: Sequence[Row]) -> list[plot.Point]:
    """A point a size: the median time of its successful scans, the greatest peak of any."""
    done = [row for row in rows if "pairs" in row]
    points = []
    for count in sorted({row["articles"] for row in done}):
        scans = [row for row in done if row["articles"] == count]
        each = median(row["microseconds_per_article"] for row in scans)
        points.append(plot.Point(count, each, max(row["peak_pss"] for row in scans) / 10**6))
    return points


def scan(
    python: Path, corpus: Path, place: Path, options: Sequence[str], timeout: float | None
) -> Measurement:
    """Scan a corpus into ``place/results``."""
    results = place / "results"
    shutil.rmtree(results, ignore_errors=True)
    os.sync()  # no scan waits for what was written before it
    docs, dedup = str(corpus / "docs.jsonl"), str(python.with_name("dedup"))
    command = [dedup, "scan", docs, "-o", str(results), "-q", *options]
    return measure(command, place / "scan.log", timeout=timeout)


def make_corpus(place: Path, articles: int, *options: str) -> Path:
    """The folder of a corpus of so many articles, made if it isn't there.

    options  for the command "corpus"

    Raises click.ClickException if it can't be made.
    """
    name = "-".join(["corpus", str(articles), *(word.strip("-") for word in options)])
    corpus, unfinished = place / name, place / f"{name}.unfinished"
    if not corpus.exists():
        shutil.rmtree(unfinished, ignore_errors=True)
        log = place / "corpus.log"
        click.echo(f"making {name}", err=True)
        command = [
            sys.executable,
            "-m",
            "benchmarks",
            "corpus",
            str(unfinished),
            "--articles",
            str(articles),
            *options,
        ]
        if not measure(command, log).ok:
            raise click.ClickException(f"no {name}, see {log}")
        unfinished.rename(corpus)
    return corpus


def _describe(row: Row) -> str:
    if "pairs" not in row:
        return f"{row['articles']} articles: failed ({row['stopped'] or row['status']})"
    each, memory = row["microseconds_per_article"], row["peak_pss"] / 10**6
    return f"{row['articles']} articles: {row['seconds']:.1f} s, {each:.0f} µs each, {memory:.0f} MB"
