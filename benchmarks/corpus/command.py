"""The command that writes a made-up scrape and its ground truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.corpus.build import (
    PAIRS,
    Corpus,
    make_batches,
    make_giant,
    make_pairs,
    name_articles,
    name_sources,
    pair_identical,
    spread_lengths,
)
from benchmarks.corpus.compose import KINDS
from benchmarks.corpus.plan import make_identical, make_plan
from benchmarks.corpus.vocabulary import make_vocabulary, read_vocabulary
from benchmarks.corpus.write import WRITERS

_SHARE = click.FloatRange(0, 1)
_COUNT = click.IntRange(0)


@click.command()
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@click.option("--articles", default=100_000, show_default=True, type=click.IntRange(1), help="How many.")
@click.option("--words", default=450, show_default=True, type=click.IntRange(20), help="Mean length.")
@click.option(
    "--seed",
    default=1,
    show_default=True,
    type=click.IntRange(0, 2**63 - 1),
    help="Another, and all differs.",
)
@click.option("--format", default="jsonl", show_default=True, type=click.Choice(list(WRITERS)))
@click.option("--duplicates", default=0.25, show_default=True, type=_SHARE, help="Share that is related.")
@click.option("--negatives", default=0.05, show_default=True, type=_SHARE, help="Share that only looks so.")
@click.option("--footers", default=0, type=_COUNT, help="End every article with one of so many footers.")
@click.option("--template", default=0, type=_COUNT, help="Begin every article with the same so many words.")
@click.option("--identical", is_flag=True, help="Make all articles one and the same text.")
@click.option(
    "--giant", default=0, type=click.IntRange(0, 2**31 - 1), help="Add an article of so many bytes, the last."
)
@click.option("--from", "given", type=click.Path(exists=True), help="Take sentences from the articles there.")
def corpus(out: Path, given: str | None, **options: Any) -> None:
    """Write a made-up scrape with its ground truth into the folder OUT.

    The articles: OUT/docs.jsonl, OUT/docs.parquet or OUT/docs/SOURCE/ID.txt. What is related:
    OUT/truth.parquet, every pair of every group, with its exact Jaccard index of word 5-shingles.
    What only looks related: OUT/negatives.parquet. Options and counts: OUT/corpus.json.

    With --identical, truth has the first article with each other one. With --template or
    --identical there are no other groups.
    """
    if out.exists() and any(out.iterdir()):
        raise click.UsageError(f"{out} is not empty")
    try:
        vocabulary = read_vocabulary(given) if given else make_vocabulary()
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    out.mkdir(parents=True, exist_ok=True)
    articles, seed = options["articles"], options["seed"]
    if options["identical"]:
        plan = make_identical(articles)
    elif options["template"]:
        plan = make_plan(articles, seed, 0.0, 0.0)
    else:
        plan = make_plan(articles, seed, options["duplicates"], options["negatives"])
    lengths = spread_lengths(options["words"])
    made = Corpus(plan, vocabulary, lengths, seed, options["footers"], options["template"])
    size = _write_articles(out, made, options["format"], options["giant"])
    pairs = _write_pairs(out, pair_identical(articles) if options["identical"] else make_pairs(made))
    kinds = np.bincount(plan.kinds, minlength=len(KINDS)).tolist()
    facts = {
        "options": options | {"from": given},
        "bytes": size,
        "articles": {kind: count for kind, count in zip(KINDS, kinds, strict=True) if count},
        "pairs": pairs,
    }
    (out / "corpus.json").write_bytes(
        orjson.dumps(facts, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    )
    click.echo(f"{articles} articles, {size / 1e6:.0f} MB of text, {sum(pairs.values())} pairs in {out}")


def _write_articles(out: Path, made: Corpus, format: str, giant: int) -> int:
    """Returns how many bytes of text there are."""
    size = giant
    with WRITERS[format](out) as writer:
        for batch in make_batches(made):
            writer.write(batch)
            size += pc.sum(pc.binary_length(batch["text"])).as_py()
        if giant:
            (name,) = name_articles(np.array([len(made.plan.order)]))
            (source,) = name_sources(np.zeros(1, np.int16))
            record = {"id": name, "source": source, "published": "2023-03-01T00:00:00Z"}
            writer.write_long(record, make_giant(made, giant))
    return size


def _write_pairs(out: Path, batches: Iterable[pa.RecordBatch]) -> dict[str, int]:
    """Returns how many pairs of each kind there are."""
    counts = Counter[str]()
    with (
        pq.ParquetWriter(out / "truth.parquet", PAIRS) as truth,
        pq.ParquetWriter(out / "negatives.parquet", PAIRS) as negatives,
    ):
        for batch in batches:
            truth.write_batch(batch.filter(batch["related"]))
            negatives.write_batch(batch.filter(pc.invert(batch["related"])))
            counts.update(batch["kind"].to_pylist())
    return dict(counts)
