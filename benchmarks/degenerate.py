"""How a scan takes corpora that are hard on it: how many times as long as an ordinary one of that size."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import click

from benchmarks import environments, plot
from benchmarks.measure import Measurement
from benchmarks.record import RUNS, Record, Row
from benchmarks.scaling import make_corpus, scan

NORMAL = "normal"
SMALL = "normal-small"  # about as many bytes as the giant and what stands beside it
_GIANT = 50_000_000


class Case(NamedTuple):
    """A corpus.

    options   for the command "corpus"
    articles  how many it has; None: as many as asked for
    unit      what its time is divided by: articles or bytes
    beside    the ordinary corpus that it is compared with
    """

    options: tuple[str, ...]
    articles: int | None = None
    unit: str = "articles"
    beside: str = NORMAL


CASES = {
    NORMAL: Case(()),
    "identical": Case(("--identical",)),
    "template": Case(("--template", "200")),
    "footers": Case(("--footers", "20")),
    SMALL: Case((), 20_000),
    "giant": Case(("--giant", str(_GIANT)), 1000, "bytes", SMALL),
}


@click.command()
@click.option("--work", required=True, type=click.Path(path_type=Path), help="Folder to work in.")
@click.option("--articles", default=1_000_000, show_default=True, type=click.IntRange(1), help="How many.")
@click.option("--cases", default="all", show_default=True, help="Comma-separated, or: all.")
@click.option("--max-memory", default="1500M", show_default=True, help="For scan.")
@click.option("--jobs", default=2, show_default=True, type=click.IntRange(1), help="For scan.")
@click.option("--rounds", default=1, show_default=True, type=click.IntRange(1), help="Runs of each.")
@click.option("--timeout", default=6 * 3600.0, show_default=True, help="Seconds that a scan may take.")
@click.option("--runs", default=RUNS, type=click.Path(path_type=Path), help="Folder for the figures.")
@click.option("--name", default="degenerate", show_default=True, help="Name of the files there.")
def degenerate(
    work: Path,
    articles: int,
    cases: str,
    max_memory: str,
    jobs: int,
    rounds: int,
    timeout: float,
    runs: Path,
    name: str,
) -> None:
    """Scan corpora of one and the same text, of one template, of few footers, and with a giant article.

    Corpora are made once and kept below --work. The last is scanned once before, unmeasured. Needs
    the extra "bench" for the plot.
    """
    own = environments.install_ours(work)
    place = work / "scaling"  # where an ordinary corpus may be already
    place.mkdir(parents=True, exist_ok=True)
    chosen = {case: CASES[case] for case in names_of(cases)}
    corpora = {
        case: make_corpus(place, given.articles or articles, *given.options) for case, given in chosen.items()
    }
    record = Record(name, runs, own, articles=articles, max_memory=max_memory, jobs=jobs)
    options = ["--jobs", str(jobs), "--max-memory", max_memory]
    rows: list[Row] = []
    scan(own, next(reversed(corpora.values())), place, options, timeout)
    for number in range(1, rounds + 1):
        for case, corpus in corpora.items():
            taken = scan(own, corpus, place, options, timeout)
            rows.append({"round": number, **make_row(case, corpus, taken)})
            record.write(rows)
            click.echo(
                f"round {number}  {case}: {taken.seconds:.1f} s{'' if taken.ok else ', failed'}", err=True
            )
    shutil.rmtree(place / "results", ignore_errors=True)
    ratios = make_ratios(rows)
    for case, ratio in ratios.items():
        click.echo(f"{case}: {ratio:.2f} times as long as {CASES[case].beside}, by {CASES[case].unit}")
    click.echo(f"figures: {record.folder}", err=True)
    if ratios and plot.can_plot():
        bars = [plot.Bar(case, ratio, f"by {CASES[case].unit}", True) for case, ratio in ratios.items()]
        title = f"Scans of degenerate corpora, {articles:,} articles, {jobs} processes"
        plot.draw_bars(record.path("svg"), title, bars, "x", "times as long as an ordinary corpus")
    else:
        click.echo("no plot: it needs the extra bench, and runs that succeeded", err=True)


def names_of(text: str) -> Sequence[str]:
    """The cases of a comma-separated list, each with the ordinary corpus that it is compared with.

    Raises click.BadParameter if one is not known.
    """
    names = list(CASES) if text == "all" else text.split(",")
    for name in names:
        if name not in CASES:
            raise click.BadParameter(f"{name} is no case; there are {', '.join(CASES)}")
    wanted = {*names, *(CASES[name].beside for name in names)}
    return [name for name in CASES if name in wanted]


def make_row(case: str, corpus: Path, taken: Measurement) -> dict[str, Any]:
    """The raw figures of a scan, with the size of its corpus; without seconds a unit if it failed."""
    facts = json.loads((corpus / "corpus.json").read_text("utf-8"))
    sizes = {"bytes": facts["bytes"], "articles": sum(facts["articles"].values())}
    row = {"case": case, **sizes, **taken._asdict()}
    if not taken.ok:
        return row
    return {**row, **{f"seconds_by_{unit}": taken.seconds / size for unit, size in sizes.items()}}


def make_ratios(rows: Sequence[Row]) -> Mapping[str, float]:
    """Median time of each case over that of its ordinary corpus, by its unit; of those that succeeded."""

    def take(case: str, unit: str) -> list[float]:
        return [
            row[f"seconds_by_{unit}"] for row in rows if row["case"] == case and f"seconds_by_{unit}" in row
        ]

    found = {}
    for case, (_, _, unit, beside) in CASES.items():
        times, normal = take(case, unit), take(beside, unit)
        if case not in (NORMAL, SMALL) and times and normal:
            found[case] = median(times) / median(normal)
    return found
