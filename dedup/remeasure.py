"""The measures of rewording of a pair of RESULTS, taken again to be shown.

RESULTS doesn't keep how rare its words are; they are counted anew, in all of its articles or in some that
stand evenly throughout. So the figures are near those of the scan, and equal in a small one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from dedup.align import Numbered
from dedup.columns import string_buffers
from dedup.results import Results, Row
from dedup.rewrite.measure import FEATURES, measure
from dedup.rewrite.model import load_model, probabilities
from dedup.rewrite.statements import read_statements
from dedup.sketch.rarity import Rarity, count_articles
from dedup.text.stems import stem_texts
from dedup.text.words import SECRET_KEY, keep_ranges, places_of_kept, split_words

_MOST = 2000  # articles in which words are counted
_GROUPS = 8  # places in RESULTS from which they are taken, if it has more


class Measure(NamedTuple):
    """A measure of ``rewrite.measure.FEATURES``: its value, and what it adds to the log-odds."""

    name: str
    value: float
    log_odds: float


class Measured(NamedTuple):
    """What the model of rewording says of a pair.

    probability  0..1
    average      log-odds of a pair that is average in everything
    measures     those of the model; their ``log_odds`` and ``average`` add up to those of the probability
    counted      articles in which words were counted
    """

    probability: float
    average: float
    measures: list[Measure]
    counted: int


def measure_again(results: Results, left: Row, right: Row) -> Measured:
    """Measure a pair of articles; the rows hold ``text`` and ``body``."""
    rarity, counted = _count(results)
    data, offsets = string_buffers(pa.array([left["text"], right["text"]], pa.large_string()))
    whole = split_words(data, offsets, SECRET_KEY)
    ranges = [[(one["start"], one["end"]) for one in row["body"]] for row in (left, right)]
    first = np.cumsum([0, *map(len, ranges)])
    words = keep_ranges(whole, first, np.array(ranges[0] + ranges[1], np.int64).reshape(-1, 2))
    kept = places_of_kept(whole, words)
    numbered = Numbered.of(words.hashes, words.first)
    texts = read_statements(data, offsets, whole, kept, numbered, rarity)
    measured = measure(texts, np.array([0]), np.array([1]))
    model = load_model()
    adds = model.contributions(measured)[0].tolist()
    values = dict(zip(FEATURES, measured[0].tolist(), strict=True))
    measures = [Measure(name, values[name], added) for name, added in zip(model.features, adds, strict=True)]
    return Measured(float(probabilities(measured)[0]), model.bias, measures, counted)


def _count(results: Results) -> tuple[Rarity, int]:
    """How rare words are, and in how many articles they were counted."""
    every = results.count("articles")
    counted = 0

    def stems() -> Iterator[tuple[NDArray[np.uint32], NDArray[np.int64]]]:
        nonlocal counted
        for batch in _some(results, every):
            rows = [row for row in batch.to_pylist() if row["text"] is not None]
            texts = [_body(row) for row in rows]
            counted += len(texts)
            buffers = string_buffers(pa.array(texts, pa.large_string()))
            words = split_words(*buffers)
            yield stem_texts(*buffers, words), words.first

    rarity = count_articles(every, stems())
    return rarity, counted


def _some(results: Results, every: int) -> Iterator[pa.RecordBatch]:
    """All articles of RESULTS, or the first of some row groups."""
    columns = ["text", "body"]
    if every <= _MOST:
        for part in results.parts("articles"):
            with pq.ParquetFile(part) as file:
                yield from file.iter_batches(_MOST // _GROUPS, columns=columns)
        return
    parts = results.parts("articles")
    groups = [(part, group) for part in parts for group in range(pq.read_metadata(part).num_row_groups)]
    chosen = np.unique(np.linspace(0, len(groups) - 1, _GROUPS).round().astype(int)).tolist()
    for part, group in (groups[place] for place in chosen):
        with pq.ParquetFile(part) as file:
            size = _MOST // len(chosen)
            yield next(file.iter_batches(size, row_groups=[group], columns=columns))


def _body(row: Row) -> str:
    """The body of an article, its pieces each on a line."""
    text: Any = row["text"]
    return "\n".join(text[one["start"] : one["end"]] for one in row["body"])
