"""The command that judges the kinds which a scan gives to constructed pairs."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from benchmarks.kinds.judge import Judged, count_strays, format_tables, judge, make_rows, read_reported
from benchmarks.kinds.material import Exhausted
from benchmarks.kinds.plan import make_scrape
from benchmarks.measure import Measurement, measure
from benchmarks.record import RUNS, Record

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.option("--data", type=_FOLDER, help="Folder of real articles to cut; none: all are made up.")
@click.option("--articles", default=4000, show_default=True, type=click.IntRange(100), help="How many.")
@click.option(
    "--seed", default=1, show_default=True, type=click.IntRange(0, 2**40), help="Another, and all differs."
)
@click.option(
    "--work",
    default="results/kinds",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Folder to work in.",
)
@click.option("--list", "wanted", is_flag=True, help="List the cases that the scan got wrong.")
@click.option("--runs", default=RUNS, type=click.Path(path_type=Path), help="Folder for the figures.")
@click.option("--name", default="kinds", show_default=True, help="Name of the files there.")
def kinds(
    data: Path | None, articles: int, seed: int, work: Path, wanted: bool, runs: Path, name: str
) -> None:
    """Judge the kinds that a scan gives to pairs whose truth is known, because they were constructed.

    Half of the articles are in cases; the others have nothing to do with them. All are scanned at
    once, with default options. The real articles: DIR/reuters21578/docs.jsonl.zst and
    DIR/senate_press/docs.jsonl.zst, records with "id" and "text". The articles are left in WORK/docs.jsonl,
    the results in WORK/results.
    """
    try:
        scrape = make_scrape(articles, seed, data)
    except Exhausted as error:
        raise click.UsageError(f"too few articles in {data}: {error}") from error
    record = Record(
        name, runs, articles=len(scrape), cases=len(scrape.cases), seed=seed, real=data is not None
    )
    work.mkdir(parents=True, exist_ok=True)
    scrape.write(work / "docs.jsonl")
    taken = scan(work)
    if not taken.ok:
        raise click.ClickException(f"the scan failed, see {work / 'scan.log'}")
    reported = read_reported(work / "results")
    judged = judge(scrape.cases, reported)
    rows = make_rows(judged)
    record.write(rows)
    click.echo(format_tables(rows))
    strays = count_strays(scrape.cases, reported)
    click.echo(
        f"\nPairs beside the cases: {strays.across} between articles that have nothing in common, ", nl=False
    )
    click.echo(f"{strays.within} between others of one case or template.")
    if wanted:
        click.echo(f"\n{list_wrong(judged)}")
    click.echo(f"{len(scrape)} articles, {taken.seconds:.1f} s; figures: {record.folder}", err=True)


def scan(work: Path) -> Measurement:
    """Scan the articles as anybody would."""
    shutil.rmtree(work / "results", ignore_errors=True)
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "dedup",
        "scan",
        work / "docs.jsonl",
        "-o",
        work / "results",
    ]
    return measure(command, work / "scan.log")


def list_wrong(judged: Iterable[Judged]) -> str:
    """The wrong cases, one a line."""
    return "\n".join(
        f"{case.kind}, {case.form} ({case.strength}): {said}  {case.one} {case.other}"
        for case, said in (one for one in judged if not one.right)
    )
