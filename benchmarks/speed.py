"""dedup and its peers on the same articles: time, memory, and what each finds."""

from __future__ import annotations

import json
import os
import shlex
import shutil
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import click

from benchmarks import environments, plot
from benchmarks.measure import Measurement, measure
from benchmarks.record import RUNS, Record, Row, show_command
from benchmarks.score import LEVELS, Found, Score, read_pairs, read_results, read_truth, score

_WARM = 300  # articles: enough that every kernel is compiled and every module cached
_TABLE = {
    "tool": "",
    "seconds": ".1f",
    "cpu_seconds": ".1f",
    "peak_pss": ".0f",
    "peak_rss": ".0f",
    "pairs": ",.0f",
    **{f"recall_{level}": ".3f" for level in LEVELS},
    "recall_related": ".3f",
    "precision": ".3f",
}


class Contestant(NamedTuple):
    """A tool, or a way to use one.

    command   from the file of articles and the place to write to
    read      what it wrote there
    """

    name: str
    version: str
    ours: bool
    command: Callable[[Path, Path], list[str]]
    read: Callable[[Path], Found]


@click.command()
@click.argument("corpus", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--work", required=True, type=click.Path(path_type=Path), help="Folder to work in.")
@click.option("--rounds", default=3, show_default=True, type=click.IntRange(1), help="Runs of each.")
@click.option("--peers", default="usual", show_default=True, help="Comma-separated, or: usual, all, none.")
@click.option("--threads", default=2, show_default=True, type=click.IntRange(1), help="For each tool.")
@click.option("--variant", multiple=True, help="One more way to run dedup, as NAME=OPTIONS; repeatable.")
@click.option("--timeout", default=3600.0, show_default=True, help="Seconds that a run may take.")
@click.option("--most-memory", default=0.8, show_default=True, help="Share of memory that a run may take.")
@click.option("--runs", default=RUNS, type=click.Path(path_type=Path), help="Folder for the figures.")
@click.option("--name", default="speed", show_default=True, help="Name of the files there.")
def speed(
    corpus: Path,
    work: Path,
    rounds: int,
    peers: str,
    threads: int,
    variant: Sequence[str],
    timeout: float,
    most_memory: float,
    runs: Path,
    name: str,
) -> None:
    """Measure dedup beside its peers on CORPUS, a folder that the command "corpus" wrote.

    All run by turns, so that whatever else the machine does meets all of them. Each runs once
    before on a few articles, unmeasured. Needs the extra "bench" for the plot.
    """
    docs = corpus / "docs.jsonl"
    names = environments.names_of(peers)
    variants = [split_variant(given) for given in variant]
    own = environments.install_ours(work)
    pythons = environments.install(names, work)
    ours = make_ours(own, threads, variants)
    contestants = [*ours, *(_make_peer(name, pythons[name], threads) for name in names)]
    truth = read_truth(corpus / "truth.parquet")
    place = work / "speed"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    _warm_up(contestants, docs, place, timeout)

    tools = {
        one.name: {"version": one.version, "command": show_command(one.command(docs, place / "output"))}
        for one in contestants
    }
    record = Record(name, runs, own, tools=tools, threads=threads, corpus=describe_corpus(corpus))
    limit = int(most_memory * os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    rows: list[Row] = []
    for number in range(1, rounds + 1):
        for contestant in contestants:
            taken = _run(contestant, docs, place, timeout, limit)
            judged = score(contestant.read(place / "output"), truth) if taken.ok else None
            rows.append({"round": number, **make_row(contestant.name, taken, judged)})
            record.write(rows)
            click.echo(f"round {number}  {_describe(rows[-1])}", err=True)
    medians = make_medians(rows)
    click.echo(format_table(medians))
    click.echo(f"figures: {record.folder}", err=True)
    _draw(record.path("svg"), contestants, medians, f"{_count_lines(docs):,} articles, {threads} threads")


def make_ours(python: Path, threads: int, variants: Sequence[tuple[str, Sequence[str]]]) -> list[Contestant]:
    """Ways to run the dedup of an environment: with so many processes, with one, and each variant."""
    ways: list[tuple[str, Sequence[str]]] = [("dedup", ()), ("dedup, 1 job", ("--jobs", "1"))]
    return [_make_ours(python, name, threads, options) for name, options in (*ways, *variants)]


def split_variant(given: str) -> tuple[str, list[str]]:
    """A name and options of "NAME=OPTIONS".

    Raises click.BadParameter if there is no name.
    """
    name, equals, options = given.partition("=")
    if not name or not equals:
        raise click.BadParameter(f"{given!r} is not NAME=OPTIONS")
    return f"dedup, {name}", shlex.split(options)


def make_row(name: str, taken: Measurement, judged: Score | None) -> dict[str, Any]:
    """The raw figures of a run; without a judgement if it failed."""
    row = {"tool": name, **taken._asdict()}
    if judged is None:
        return row
    recall = {f"recall_{level}": share for level, share in judged.recall.items()}
    return {
        **row,
        "pairs": judged.pairs,
        **recall,
        "recall_related": judged.related,
        "precision": judged.precision,
    }


def make_medians(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Medians of each tool's successful runs, fastest first; None where there are none."""
    medians = []
    for tool in dict.fromkeys(row["tool"] for row in rows):
        runs = [row for row in rows if row["tool"] == tool and "pairs" in row]
        found: dict[str, Any] = {"tool": tool}
        for column in [*_TABLE][1:]:
            values = [run[column] for run in runs if run[column] is not None]
            found[column] = median(values) if values else None
        medians.append(found)
    return sorted(medians, key=lambda found: (found["seconds"] is None, found["seconds"] or 0.0))


def format_table(medians: Sequence[Mapping[str, Any]]) -> str:
    """Medians as a table in Markdown; memory in MB."""
    heads = [column.replace("_", " ").replace("peak", "MB") for column in _TABLE]
    lines = [" | ".join(heads), " | ".join(["---", *["---:"] * (len(heads) - 1)])]
    for row in medians:
        cells = []
        for column, form in _TABLE.items():
            value = row[column]
            if column.startswith("peak") and value is not None:
                value /= 10**6
            cells.append("" if value is None else format(value, form))
        lines.append(" | ".join(cells))
    return "\n".join(f"| {line} |" for line in lines)


def describe_corpus(corpus: Path) -> dict[str, Any]:
    """What ``corpus.json`` says of how a corpus was made; nothing if there is none."""
    try:
        facts: dict[str, Any] = json.loads((corpus / "corpus.json").read_text("utf-8"))
    except FileNotFoundError:
        return {}
    options = facts.get("options", facts)
    given = options.get("from")
    return {**options, "from": Path(given).name} if given else options


def _make_ours(python: Path, name: str, threads: int, options: Sequence[str]) -> Contestant:
    jobs = [] if "--jobs" in options else ["--jobs", str(threads)]

    def command(docs: Path, output: Path) -> list[str]:
        scan = [str(python.with_name("dedup")), "scan", str(docs), "-o", str(output)]
        return [*scan, "--profile", "copy", "--overwrite", "-q", *jobs, *options]

    return Contestant(name, version("dedup"), True, command, read_results)


def _make_peer(name: str, python: Path, threads: int) -> Contestant:
    peer = environments.PEERS[name]

    def command(docs: Path, output: Path) -> list[str]:
        script = [str(python), str(environments.SCRIPTS / peer.script), str(docs), str(output)]
        return [*script, "--threshold", str(LEVELS[0]), "--threads", str(threads), *peer.options]

    return Contestant(name, peer.package, False, command, read_pairs)


def _warm_up(contestants: Sequence[Contestant], docs: Path, place: Path, timeout: float) -> None:
    """Run each once on the first articles.

    Raises click.ClickException if one fails: better now than after an hour.
    """
    few = place / "few.jsonl"
    with docs.open("rb") as source:
        few.write_bytes(b"".join(islice(source, _WARM)))
    for contestant in contestants:
        if not _run(contestant, few, place, timeout, None).ok:
            raise click.ClickException(f"{contestant.name} failed, see {_log_of(contestant, place)}")


def _run(
    contestant: Contestant, docs: Path, place: Path, timeout: float, most_memory: int | None
) -> Measurement:
    output = place / "output"
    if output.is_dir():
        shutil.rmtree(output)
    output.unlink(missing_ok=True)
    os.sync()  # nobody waits for what another one wrote
    command = contestant.command(docs, output)
    return measure(command, _log_of(contestant, place), timeout=timeout, most_memory=most_memory)


def _log_of(contestant: Contestant, place: Path) -> Path:
    return place / f"{contestant.name.replace(', ', '-').replace(' ', '-')}.log"


def _describe(row: Row) -> str:
    if "pairs" not in row:
        return f"{row['tool']}: failed ({row['stopped'] or row['status']}) after {row['seconds']:.1f} s"
    recall = ", ".join(f"{row[f'recall_{level}'] or 0:.3f}" for level in LEVELS)
    return f"{row['tool']}: {row['seconds']:.1f} s, {row['peak_pss'] / 10**6:.0f} MB, recall {recall}"


def _draw(
    path: Path, contestants: Sequence[Contestant], medians: Sequence[Mapping[str, Any]], title: str
) -> None:
    ours = {contestant.name for contestant in contestants if contestant.ours}
    bars = [
        plot.Bar(
            row["tool"], row["seconds"], f"recall {row[f'recall_{LEVELS[0]}'] or 0:.3f}", row["tool"] in ours
        )
        for row in medians
        if row["seconds"] is not None
    ]
    if bars and plot.can_plot():
        plot.draw_bars(path, f"{title}; recall of pairs with a Jaccard index of at least {LEVELS[0]}", bars)
    else:
        click.echo("no plot: it needs the extra bench, and a run that succeeded", err=True)


def _count_lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
