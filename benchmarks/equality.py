"""Whether sketches are those of datasketch, on any articles: signatures and candidate pairs.

The same 32-bit shingle hashes are fed to ``datasketch.MinHash``, and our signatures to
``datasketch.MinHashLSH``; both must agree with ours without one difference.
"""

from __future__ import annotations

import sys
from itertools import islice
from pathlib import Path

import click
import numpy as np
import pyarrow as pa
from datasketch import MinHash, MinHashLSH
from numpy.typing import NDArray

from dedup import schema
from dedup.engine.local import LocalEngine
from dedup.options import Options
from dedup.plan import Plan, make_plan
from dedup.queries import band_join
from dedup.read.files import find_files
from dedup.read.items import plan_items
from dedup.read.reader import read_items
from dedup.results.run import Silence
from dedup.sketch.bands import band_keys
from dedup.sketch.minhash import distinct_shingles, hash_shingles, is_signed, sign
from dedup.sketch.scheme import NAME, Banding
from dedup.tables.columns import string_buffers
from dedup.tables.files import arrow_schema
from dedup.text.words import split_words


@click.command()
@click.argument("path", type=click.Path(exists=True))
@click.option("--articles", default=10_000, show_default=True, help="How many to compare.")
@click.option(
    "--work", type=click.Path(), default="results/equality", show_default=True, help="Folder to work in."
)
def equality(path: str, articles: int, work: str) -> None:
    """Compare signatures and candidates with datasketch's own."""
    options = Options()
    plan = make_plan(options)
    texts = _read(path, articles, options)
    words = split_words(*string_buffers(texts))
    signatures = sign(*distinct_shingles(words, options.shingle, options.min_words), plan.scheme)
    signed = np.flatnonzero(is_signed(signatures))
    theirs = {}
    for text in signed.tolist():
        sketch = MinHash(options.permutations, seed=options.seed, scheme=NAME, hashfunc=int)
        sketch.update_batch(hash_shingles(words.hashes[words.of(text)], options.shingle).tolist())
        theirs[text] = sketch
    unlike = sum(bool((theirs[text].hashvalues != signatures[text]).any()) for text in signed.tolist())
    click.echo(f"{len(texts)} articles, {len(signed)} signed, {unlike} signatures differ")
    ours = _join(signatures[signed], signed, plan, Path(work))
    pairs = _query_all(theirs, options.permutations, plan.scheme.banding)
    click.echo(
        f"{len(ours)} candidate pairs by the join, {len(pairs)} by MinHashLSH, {len(ours ^ pairs)} differ"
    )
    sys.exit(1 if unlike or ours ^ pairs else 0)


def _read(path: str, articles: int, options: Options) -> pa.Array:
    files, _ = find_files([path], options)
    batches = (batch for group in plan_items(files) for batch in read_items(group.items, options))
    texts = (text for batch in batches for text in batch["text"].to_pylist() if text is not None)
    return pa.array(islice(texts, articles), pa.large_string())


def _join(
    signatures: NDArray[np.uint32], rows: NDArray[np.int64], plan: Plan, work: Path
) -> set[tuple[int, int]]:
    """Candidates of the engine's own query, no bucket capped."""
    banding = plan.scheme.banding
    keys = pa.table(
        [np.repeat(rows, banding.bands), band_keys(signatures, banding).ravel()],
        schema=arrow_schema(schema.BANDS),
    )
    with LocalEngine(work, work, plan, Silence()) as engine:
        engine.put(schema.BANDS, keys)
        engine.put(schema.EXACT, arrow_schema(schema.EXACT).empty_table())
        ranges = band_join.key_ranges(keys.num_rows)
        engine.sql(schema.BUCKETS, *band_join.buckets("bands", ranges))
        engine.sql(schema.LINKED, *band_join.linked(len(rows), ranges))
        found = engine.fetch("SELECT DISTINCT one, other FROM linked")
    return set(zip(found["one"].to_pylist(), found["other"].to_pylist(), strict=True))


def _query_all(sketches: dict[int, MinHash], permutations: int, banding: Banding) -> set[tuple[int, int]]:
    index = MinHashLSH(num_perm=permutations, params=tuple(banding))
    for row, sketch in sketches.items():
        index.insert(row, sketch)
    return {(row, other) for row, sketch in sketches.items() for other in index.query(sketch) if row < other}
