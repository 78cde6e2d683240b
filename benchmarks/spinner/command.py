"""The command that measures how well spun text is recognised."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import click
import orjson

from benchmarks.crowd import data_option
from benchmarks.quality import show
from benchmarks.record import RUNS, Record, Row
from benchmarks.spinner.families import FAMILIES
from benchmarks.spinner.report import make_row, make_tables
from benchmarks.spinner.trials import (
    LEXICONS,
    Case,
    count_crowd,
    make_clean,
    make_spun,
    put_to_test,
    read_articles,
)

RATES = (0.1, 0.2, 0.3)


@click.command()
@data_option("Folder with a folder a set: docs.jsonl, plain or compressed.")
@click.option("--articles", default=600, show_default=True, type=click.IntRange(1), help="How many to spin.")
@click.option(
    "--family", "families", multiple=True, type=click.Choice(FAMILIES), help="All if not given; repeatable."
)
@click.option(
    "--rate",
    "rates",
    multiple=True,
    default=RATES,
    show_default=True,
    type=click.FloatRange(0, 1),
    help="Share of the words to swap; repeatable.",
)
@click.option(
    "--lexicon",
    "lexicons",
    multiple=True,
    default=LEXICONS,
    show_default=True,
    type=click.Choice(LEXICONS),
    help="What the detector knows of its own: all, or one half for every other article; repeatable.",
)
@click.option(
    "--crowd",
    default=20_000,
    show_default=True,
    type=click.IntRange(0),
    help="Articles of each set that stand for the scrape: what words are neighbours is counted in them.",
)
@click.option(
    "--clean",
    default=5_000,
    show_default=True,
    type=click.IntRange(1),
    help="Clean articles that are judged as they are.",
)
@click.option("--seed", default=1, show_default=True, help="Another, and all differs.")
@click.option(
    "--work",
    default="results/spinner",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Folder for the articles that were made.",
)
@click.option("--markdown", is_flag=True, help="Print the tables as Markdown.")
@click.option("--runs", default=RUNS, type=click.Path(path_type=Path), help="Folder for the figures.")
@click.option("--name", default="spinner", show_default=True, help="Name of the files there.")
def spinner(
    data: Path,
    articles: int,
    families: tuple[str, ...],
    rates: tuple[float, ...],
    lexicons: tuple[str, ...],
    crowd: int,
    clean: int,
    seed: int,
    work: Path,
    markdown: bool,
    runs: Path,
    name: str,
) -> None:
    """Spin clean articles, and measure how many are recognised, alone and beside the original.

    The spinner swaps words that dedup's lexicon has, and words that it lacks; the family "unknown"
    only the latter. Articles of 150 to 2,000 words, from DIR/senate_press, DIR/reuters21578 and
    DIR/onestop, as far as they are there. The versions are left in WORK/versions.jsonl.
    """
    texts = read_articles(data, articles, seed)
    known = count_crowd(data, crowd)
    record = Record(name, runs, articles=len(texts), crowd=crowd, clean=clean, seed=seed)
    work.mkdir(parents=True, exist_ok=True)
    cases = itertools.chain.from_iterable(
        make_spun(texts, family, rate, seed) for family in families or FAMILIES for rate in rates
    )
    rows: list[Row] = []
    with (work / "versions.jsonl").open("wb") as file:
        for group in _groups(
            itertools.chain(cases, make_clean(texts, read_articles(data, clean, seed), seed))
        ):
            file.writelines(_line(case) for case in group)
            for lexicon in lexicons:
                rows.append(make_row([put_to_test(case, lexicon, known) for case in group]))
            record.write(rows)
            click.echo(f"{group[0].made} {group[0].family} {group[0].rate:g}", err=True)
    show(make_tables(rows), record, markdown)


def _groups(cases: Iterator[Case]) -> Iterator[list[Case]]:
    """The cases that were made in one way, which follow one another."""
    for _, group in itertools.groupby(cases, key=lambda case: case[:3]):
        yield list(group)


def _line(case: Case) -> bytes:
    fields = {"made": case.made, "family": case.family, "rate": case.rate, "text": case.text}
    return orjson.dumps({"id": f"{case.made} {case.family} {case.rate:g} {case.article}", **fields}) + b"\n"
