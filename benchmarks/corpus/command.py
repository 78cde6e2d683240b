"""The command that writes a made-up scrape and its ground truth."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import NormalDist
from typing import NamedTuple

import click
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from benchmarks.corpus.compose import KINDS, TEMPLATE, Articles
from benchmarks.corpus.plan import Plan, make_identical, make_plan, pick_dates, pick_sources
from benchmarks.corpus.render import measure, render
from benchmarks.corpus.vocabulary import Vocabulary, make_vocabulary, read_vocabulary
from benchmarks.corpus.write import SCHEMA, open_output

_BATCH_WORDS = 4_000_000
_SPREAD = 0.35  # standard deviation of the logarithm of an article's length
_PAIRS = pa.schema(
    [
        ("a", pa.string()),
        ("b", pa.string()),
        ("kind", pa.string()),
        ("jaccard", pa.float64()),
        ("related", pa.bool_()),
    ]
)


class Corpus(NamedTuple):
    """What all articles are made from."""

    plan: Plan
    vocabulary: Vocabulary
    lengths: NDArray[np.int32]
    seed: int
    footers: int
    opening: int

    def articles(self, rows: NDArray[np.int64]) -> Articles:
        """What the kernels want to know of these articles."""
        plan = self.plan
        return Articles(
            self.seed,
            plan.kinds[rows],
            plan.numbers[rows],
            plan.members[rows],
            pick_sources(plan, rows, self.seed),
            self.lengths,
            self.footers,
            self.opening,
        )


@click.command()
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@click.option("--articles", default=100_000, show_default=True, type=click.IntRange(1), help="How many.")
@click.option("--words", default=450, show_default=True, type=click.IntRange(20), help="Mean length.")
@click.option(
    "--seed", default=1, show_default=True, type=click.IntRange(0), help="Another seed, other articles."
)
@click.option("--format", type=click.Choice(["jsonl", "parquet", "txt"]), default="jsonl", show_default=True)
@click.option(
    "--duplicates", default=0.25, show_default=True, type=click.FloatRange(0, 1), help="Share in groups."
)
@click.option(
    "--negatives",
    default=0.05,
    show_default=True,
    type=click.FloatRange(0, 1),
    help="Share that only looks related.",
)
@click.option(
    "--footers", default=0, type=click.IntRange(0), help="End every article with one of so many footers."
)
@click.option("--identical", is_flag=True, help="All articles are one text.")
@click.option(
    "--template", default=0, type=click.IntRange(0), help="Begin every article with the same so many words."
)
@click.option("--from", "path", type=click.Path(exists=True), help="Take sentences from the articles there.")
def corpus(
    out: Path,
    articles: int,
    words: int,
    seed: int,
    format: str,
    duplicates: float,
    negatives: float,
    footers: int,
    identical: bool,
    template: int,
    path: str | None,
) -> None:
    """Write a made-up scrape with its ground truth into the folder OUT."""
    if identical:
        plan = make_identical(articles)
    elif template:
        plan = make_plan(articles, seed, 0.0, 0.0)
    else:
        plan = make_plan(articles, seed, duplicates, negatives)
    vocabulary = read_vocabulary(path) if path else make_vocabulary()
    made = Corpus(plan, vocabulary, _lengths(words), seed, footers, template)
    out.mkdir(parents=True, exist_ok=True)
    size = 0
    with open_output(out, format) as write:
        for batch in _batches(made, words):
            write(batch)
            size += batch["text"].nbytes
    counts = Counter[str]()
    with (
        pq.ParquetWriter(out / "truth.parquet", _PAIRS) as truth,
        pq.ParquetWriter(out / "negatives.parquet", _PAIRS) as others,
    ):
        for pairs in _pairs(made):
            related = pairs["related"]
            truth.write_batch(pairs.filter(related))
            others.write_batch(pairs.filter(pc.invert(related)))
            counts.update(pairs["kind"].to_pylist())
    options = {name: value for name, value in click.get_current_context().params.items() if name != "out"}
    facts = options | {"bytes": size, "pairs": dict(counts)}
    (out / "corpus.json").write_text(json.dumps(facts, indent=2) + "\n")
    click.echo(json.dumps(facts))


def _lengths(words: int) -> NDArray[np.int32]:
    """Numbers of words, log-normal around their mean, shortest first; int32[1024]."""
    normal = NormalDist(-_SPREAD * _SPREAD / 2, _SPREAD)
    quantiles = [normal.inv_cdf((rank + 0.5) / 1024) for rank in range(1024)]
    return np.array(np.rint(words * np.exp(quantiles)), np.int32)


def _name(slots: NDArray[np.int64]) -> list[str]:
    return [f"a{slot:09}" for slot in slots.tolist()]


def _batches(made: Corpus, words: int) -> Iterator[pa.RecordBatch]:
    total = len(made.plan.order)
    step = max(1, min(8192, _BATCH_WORDS // (words + made.opening)))
    for start in range(0, total, step):
        slots = np.arange(start, min(total, start + step))
        rows = made.plan.order[slots]
        data, offsets = render(made.articles(rows), made.vocabulary)
        sources = [
            f"paper{source:03}.example" for source in pick_sources(made.plan, rows, made.seed).tolist()
        ]
        dates = [
            f"{date}Z" for date in np.datetime_as_string(pick_dates(made.plan, rows, made.seed)).tolist()
        ]
        texts = pa.StringArray.from_buffers(len(rows), pa.py_buffer(offsets), pa.py_buffer(data))
        yield pa.record_batch([_name(slots), sources, dates, texts], schema=SCHEMA)


def _pairs(made: Corpus) -> Iterator[pa.RecordBatch]:
    """Batches of all pairs within groups."""
    first = made.plan.first
    for start in range(0, len(first) - 1, 4096):
        part = first[start : start + 4097]
        rows = np.arange(part[0], part[-1])
        jaccards = measure(made.articles(rows), part - part[0], made.vocabulary)
        members = [np.triu_indices(size, 1) for size in np.diff(part).tolist()]
        one, other = (
            made.plan.slots[
                np.concatenate([at + pair[side] for at, pair in zip(part[:-1], members, strict=True)])
            ]
            for side in range(2)
        )
        kinds = np.repeat(made.plan.kinds[part[:-1]], [len(pair[0]) for pair in members])
        columns = [
            _name(np.minimum(one, other)),
            _name(np.maximum(one, other)),
            [KINDS[kind] for kind in kinds.tolist()],
            jaccards,
            kinds < TEMPLATE,
        ]
        yield pa.record_batch(columns, schema=_PAIRS)
