"""How well the article of a page is found, beside the libraries that find it.

The text that each gives is compared with a body that was cut out by hand: both as multisets of four
words in a row. Precision is the share of what was found that is in the body, recall the share of the
body that was found.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

import click
import trafilatura
from resiliparse.extract.html2text import extract_plain_text

from benchmarks.record import RUNS, Record, Row
from benchmarks.samples import read_records
from dedup.read.extract import EXTRACTORS
from dedup.read.page import read_page
from dedup.read.rows import Trouble

SHINGLE = 4  # words
_WORD = re.compile(r"\w+")
_WARM = 3  # pages that are read once before: the first takes what loading takes
_TABLE = {
    "tool": "",
    "f1": ".4f",
    "f1_of_means": ".4f",
    "precision": ".4f",
    "recall": ".4f",
    "empty": "d",
    "pages_a_second": ".1f",
}


class Match(NamedTuple):
    """How a text that was found lies to the body; shares are 0..1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of the two."""
        return harmonic_mean(self.precision, self.recall)


class Sample(NamedTuple):
    """A page, and the body that was cut out of it by hand."""

    html: str
    body: str


Extractor = Callable[[str], str]


@click.command()
@click.option(
    "--data",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help='JSON lines with "html" and the body as "text"; plain or compressed.',
)
@click.option("--rounds", default=1, show_default=True, type=click.IntRange(1), help="Runs of each tool.")
@click.option("--runs", default=RUNS, type=click.Path(path_type=Path), help="Folder for the figures.")
@click.option("--name", default="extraction", show_default=True, help="Name of the files there.")
def extraction(data: Path, rounds: int, runs: Path, name: str) -> None:
    """Judge what dedup takes from pages beside trafilatura and resiliparse, on pages with known bodies.

    All in this process, on one processor and by turns. Of several rounds the fastest counts; what is
    found is the same in each.
    """
    samples = read_samples(data)
    tools = make_tools()
    libraries = {name: version(name) for name in ("lxml", "resiliparse", "trafilatura")}
    record = Record(name, runs, pages=len(samples), rounds=rounds, libraries=libraries)
    fastest: dict[str, Row] = {}
    for number in range(1, rounds + 1):
        for tool, extract in tools.items():
            row = {"tool": tool, **run_tool(extract, samples)}
            if tool not in fastest or row["seconds"] < fastest[tool]["seconds"]:
                fastest[tool] = row
            click.echo(f"round {number}  {tool}: {row['f1']:.4f}", err=True)
        record.write(list(fastest.values()))
    click.echo(format_table(list(fastest.values())))
    click.echo(f"figures: {record.folder}", err=True)


def make_tools() -> dict[str, Extractor]:
    """The libraries as their documentation shows them, and what dedup stores."""

    def by_trafilatura(**options: bool) -> Extractor:
        fixed: dict[str, Any] = {"include_comments": False, "deduplicate": False, **options}
        return lambda page: trafilatura.extract(page, **fixed) or ""

    def by_dedup(extractor: str) -> Extractor:
        def extract(page: str) -> str:
            found = read_page(page.encode("utf-8", "replace"), "utf-8", extractor)
            return "" if isinstance(found, Trouble) else found.text

        return extract

    return {
        "trafilatura": by_trafilatura(),
        "trafilatura, favor_precision": by_trafilatura(favor_precision=True),
        "trafilatura, fast": by_trafilatura(fast=True),
        "resiliparse, main_content": lambda page: str(
            extract_plain_text(page, main_content=True, alt_texts=False, links=False, comments=False)
        ),
        **{f"dedup, {extractor}": by_dedup(extractor) for extractor in EXTRACTORS},
    }


def run_tool(extract: Extractor, samples: Sequence[Sample]) -> dict[str, Any]:
    """The figures of one tool: macro means, and seconds of processor time."""
    for sample in samples[:_WARM]:
        extract(sample.html)
    began = time.process_time()
    texts = [extract(sample.html) for sample in samples]
    seconds = time.process_time() - began
    matches = [match(text, sample.body) for text, sample in zip(texts, samples, strict=True)]
    precision, recall = (fmean(one[axis] for one in matches) for axis in (0, 1))
    return {
        "pages": len(samples),
        "empty": sum(not text.strip() for text in texts),
        "f1": fmean(one.f1 for one in matches),
        "f1_of_means": harmonic_mean(precision, recall),
        "precision": precision,
        "recall": recall,
        "seconds": seconds,
        "pages_a_second": len(samples) / seconds,
    }


def match(found: str, body: str) -> Match:
    """Compare a text with a body. Nothing found where there is nothing is all right."""
    ours, theirs = shingles(found), shingles(body)
    common = (ours & theirs).total()
    return Match(_share(common, ours.total(), theirs.total()), _share(common, theirs.total(), ours.total()))


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """Every four words in a row, as often as they stand there; all words of a shorter text."""
    words = _WORD.findall(text)
    if not words:
        return Counter()
    last = max(1, len(words) - SHINGLE + 1)
    return Counter(tuple(words[start : start + SHINGLE]) for start in range(last))


def harmonic_mean(one: float, other: float) -> float:
    """The harmonic mean; 0 if either is."""
    return 2 * one * other / (one + other) if one and other else 0.0


def read_samples(path: Path) -> list[Sample]:
    """The pages of a file of JSON lines."""
    return [Sample(record["html"], record["text"]) for record in read_records(path)]


def format_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """The figures as a Markdown table."""
    titles = [title.replace("_", " ") for title in _TABLE]
    lines = [" | ".join(titles), " | ".join(["---", *["---:"] * (len(titles) - 1)])]
    lines += [" | ".join(format(row[name], shape) for name, shape in _TABLE.items()) for row in rows]
    return "\n".join(f"| {line} |" for line in lines)


def _share(part: int, whole: int, other: int) -> float:
    return part / whole if whole else float(not other)
