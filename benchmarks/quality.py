"""How well pairs are detected: precision and recall on labelled sets of real text, beside peers.

Each set is hidden in a crowd of unrelated articles, scanned by the command, and what was reported is
held against the labels. The crowd is all of reuters21578 and the 20,000 articles of senate_press
whose ids hash to the least, as far as the folder of data has them.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import click
import pyarrow.parquet as pq

from benchmarks import environments, rivals
from benchmarks.crowd import Corpus, LabelledSet, data_option, find_sets, read_crowd, read_set, write_corpus
from benchmarks.labels import (
    KindScore,
    Reported,
    Share,
    count_sides,
    map_reported,
    pooled_f1,
    score_kinds,
    tally,
)
from benchmarks.measure import measure
from benchmarks.passages import sample_pairs
from benchmarks.quality_tables import Table, format_markdown, make_tables, print_tables
from benchmarks.record import RUNS, Record, Row

OURS = "dedup"
RESULTS = "results"  # of the last scan, beside its corpus
_WARM = 300  # articles that are scanned once before: the first scan takes what compiling takes


class Judged(NamedTuple):
    """What a tool reported of a set in its crowd, and columns of figures of the run."""

    reported: Reported
    columns: dict[str, Any]


Judge = Callable[[Corpus], Judged]


@click.command()
@data_option()
@click.option("--work", required=True, type=click.Path(path_type=Path), help="Folder to work in.")
@click.option("--sets", help="Comma-separated; all that are labelled if not given.")
@click.option("--crowd", type=click.IntRange(0), help="Articles of the crowd, at most; all if not given.")
@click.option("--peers", default="all", show_default=True, help="Comma-separated, or: all, none.")
@click.option("--option", multiple=True, help="For scan, e.g. --option=--no-spun; repeatable.")
@click.option(
    "--judged",
    default=rivals.JUDGED,
    show_default=True,
    type=click.IntRange(1),
    help="Judged pairs of each set, at most, that settings of peers are chosen on.",
)
@click.option("--threads", default=os.cpu_count(), type=click.IntRange(1), help="For each peer.")
@click.option("--timeout", default=3600.0, show_default=True, help="Seconds that a run may take.")
@click.option("--sample", default=0, help="Print so many pairs of the crowd, as JSON lines, for reading.")
@click.option("--seed", default=1, show_default=True, help="For --sample.")
@click.option("--markdown", is_flag=True, help="Print the tables as Markdown.")
@click.option("--runs", default=RUNS, type=click.Path(path_type=Path), help="Folder for the figures.")
@click.option("--name", default="quality", show_default=True, help="Name of the files there.")
def quality(
    data: Path,
    work: Path,
    sets: str | None,
    crowd: int | None,
    peers: str,
    option: Sequence[str],
    judged: int,
    threads: int,
    timeout: float,
    sample: int,
    seed: int,
    markdown: bool,
    runs: Path,
    name: str,
) -> None:
    """Measure what dedup and its peers report of labelled pairs, each set in a crowd of other articles.

    Peers run at the threshold and shingle length that serve them best on the same labels. With
    --sample the pairs to read go to stdout, after the scan of the first set, and the tables to stderr.
    """
    labelled = [read_set(data, one) for one in find_sets(data, sets)]
    others = read_crowd(data, crowd)
    peer_names = rivals.names_of(peers)
    own = environments.install_ours(work)
    pythons = environments.install(peer_names, work)
    place = work / "quality"
    shutil.rmtree(place, ignore_errors=True)
    grid = rivals.write_grid(place / "grid", labelled, others, judged) if peer_names else None
    surveys = {one: rivals.survey(one, pythons[one], *grid, threads, timeout) for one in peer_names if grid}
    choices = [describe_survey(tool, found) for tool, found in surveys.items()]
    options = [word for given in option for word in shlex.split(given)]
    record = Record(
        name, runs, own, crowd=len(others), options=options, judged=judged, threads=threads, choices=choices
    )
    rows: list[Row] = []
    judges = {OURS: make_ours(own, options, timeout)}
    everything = [*(article for one in labelled for article in one.articles), *others]
    judges[OURS](write_corpus(place / "few", everything[:_WARM]))
    if surveys:
        settings = {tool: rivals.choose(found) for tool, found in surveys.items()}
        together = write_corpus(place / "all", everything)
        judges |= run_peers(together, settings, pythons, threads, timeout, rows)
    for number, one in enumerate(labelled):
        corpus = write_corpus(place / "corpus", [*one.articles, *others])
        for tool, judge in judges.items():
            rows += judge_set(tool, judge, one, corpus)
            record.write(rows)
        if sample and not number:
            print_sample(corpus, sample, seed)
    show(make_tables(rows, choices), record, markdown, to_stderr=bool(sample))


def print_sample(corpus: Corpus, count: int, seed: int) -> None:
    """Print so many of the crowd's pairs of the scan before, as JSON lines."""
    for pair in sample_pairs(corpus.docs.parent / RESULTS, corpus.names, count, seed):
        click.echo(json.dumps(pair, ensure_ascii=False))


def show(tables: Sequence[Table], record: Record, markdown: bool, to_stderr: bool = False) -> None:
    """Print tables, and write them beside the figures."""
    text = format_markdown(tables)
    record.path("md").write_text(text, "utf-8")
    if markdown:
        click.echo(text, err=to_stderr, nl=False)
    else:
        print_tables(tables, to_stderr)
    click.echo(f"figures: {record.folder}", err=True)


def describe_survey(tool: str, found: rivals.Survey) -> dict[str, Any]:
    """The setting that was chosen for a peer, its F1 on the grid's pairs, and what would suit each set."""
    chosen = rivals.choose(found)
    edge = ", the least tried" if chosen.threshold == min(one.threshold for one in found) else ""
    best = {name: rivals.choose_for(found, name) for name in found[chosen]}
    return {
        "tool": tool,
        "package": environments.PEERS[tool].package,
        "gives": rivals.RIVALS[tool].gives,
        "setting": chosen._asdict(),
        "shown": rivals.show_setting(chosen) + edge,
        "f1": pooled_f1(found[chosen].values()),
        "best_per_set": {
            name: {**one._asdict(), "f1": pooled_f1([found[one][name]]), **found[one][name]._asdict()}
            for name, one in best.items()
        },
        "grid": [{**one._asdict(), "f1": pooled_f1(tallies.values())} for one, tallies in found.items()],
    }


def run_peers(
    together: Corpus,
    settings: Mapping[str, rivals.Setting],
    pythons: Mapping[str, Path],
    threads: int,
    timeout: float,
    rows: list[Row],
) -> dict[str, Judge]:
    """Run each peer on everything, with a row for what it took; judges of those that came to an end."""
    judges = {}
    for tool, setting in settings.items():
        taken, output = rivals.run_rival(tool, pythons[tool], together, setting, threads, timeout)
        rows.append({"part": "run", "tool": tool, "articles": len(together.names), **taken._asdict()})
        how = "" if taken.ok else f", failed ({taken.stopped or taken.status})"
        click.echo(
            f"{tool}, {rivals.show_setting(setting)}, everything: {taken.seconds:.1f} s{how}", err=True
        )
        if taken.ok:
            judges[tool] = make_rival(tool, output, setting)
    return judges


def make_ours(python: Path, options: Sequence[str], timeout: float) -> Judge:
    """The command of an environment, with its default options but for those given."""

    def judge(corpus: Corpus) -> Judged:
        place = corpus.docs.parent
        results, log = place / RESULTS, place / "scan.log"
        shutil.rmtree(results, ignore_errors=True)
        command = [str(python.with_name("dedup")), "scan", str(corpus.docs), "-o", str(results), "-q"]
        taken = measure([*command, *options], log, timeout=timeout)
        if not taken.ok:
            raise click.ClickException(f"the scan failed, see {log}")
        counts = json.loads((results / "run.json").read_text("utf-8"))["counts"]
        each = counts["candidates"] / max(1, counts["articles"])
        columns = {"articles": counts["articles"], "candidates_per_article": each, **taken._asdict()}
        return Judged(read_ours(results), columns)

    return judge


def make_rival(tool: str, output: Path, setting: rivals.Setting) -> Judge:
    """What a peer gave at a setting, of the articles of one corpus after the other."""

    def judge(corpus: Corpus) -> Judged:
        return Judged(rivals.read_rival(tool, output, corpus.first, setting.threshold, corpus.names), {})

    return judge


def read_ours(results: Path) -> Reported:
    """What a scan reported."""
    pairs = pq.read_table(results / "pairs", columns=["left", "right", "kind"]).to_pydict()
    articles = pq.read_table(results / "articles", columns=["article", "exact_of"]).to_pydict()
    firsts = zip(articles["article"], articles["exact_of"], strict=True)
    first = {article: other for article, other in firsts if other is not None}
    return map_reported(zip(pairs["left"], pairs["right"], pairs["kind"], strict=True), first)


def judge_set(tool: str, judge: Judge, one: LabelledSet, corpus: Corpus) -> list[Row]:
    """A row of what a tool reported of a set in its crowd, and one for each label and kind."""
    reported, columns = judge(corpus)
    sides = count_sides(one.labels, reported, {article.id for article in one.articles})
    count = tally(one.labels, reported, sides.strangers)
    took = f", {columns['seconds']:.1f} s" if "seconds" in columns else ""
    click.echo(f"{one.name}  {tool}: {count.true} of {count.true + count.missed} pairs{took}", err=True)
    row = {
        "part": "set",
        "tool": tool,
        "set": one.name,
        **columns,
        **count._asdict(),
        "unjudged": sides.unjudged,
    }
    row |= {"crowd_pairs": sum(sides.crowd.values()), "crowd_kinds": json.dumps(sides.crowd)}
    shares = {"recall": count.recall, "false_alarms": count.false_alarms, "precision": count.precision}
    for name, share in shares.items():
        row |= _columns(name, share)
    return [row, *(_kind_row(tool, one.name, found) for found in score_kinds(one.labels, reported))]


def _kind_row(tool: str, name: str, found: KindScore) -> Row:
    return {
        "part": "kind",
        "tool": tool,
        "set": name,
        "label": found.label,
        "kind": found.kind,
        "labelled": found.labelled,
        "reported": found.reported,
        **_columns("share", found.share),
        "as_kinds": json.dumps(found.as_kinds),
    }


def _columns(name: str, share: Share) -> dict[str, float | None]:
    return {name: share.value, f"{name}_low": share.low, f"{name}_high": share.high}
