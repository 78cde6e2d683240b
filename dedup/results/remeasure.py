"""What RESULTS doesn't keep of two articles, found again to be shown.

That is the measures of rewording of a pair, and all of two articles that are no pair. How rare words are
isn't kept either; they are counted anew, in all of the articles or in some that stand evenly throughout.
So the figures are near those of the scan, and equal in a small one.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from dedup.align.numbered import Numbered
from dedup.options import Options
from dedup.results.opened import Results, Row
from dedup.rewrite.measure import FEATURES, measure
from dedup.rewrite.model import load_model, probabilities
from dedup.rewrite.statements import read_statements
from dedup.schema import PAIRS
from dedup.sketch.rarity import Rarity, count_articles
from dedup.tables.article_columns import days_of
from dedup.tables.columns import string_buffers
from dedup.text.stems import stem_texts
from dedup.text.words import SECRET_KEY, Words, are_spelled, keep_ranges, places_of_kept, split_words
from dedup.verify.facts import Known
from dedup.verify.forms import UNKNOWN
from dedup.verify.pair import Comparison, compare_all
from dedup.verify.verified import ONE_SOURCE, Texts

_MOST = 2000  # articles in which words are counted
_GROUPS = 8  # places in RESULTS from which they are taken, if it has more
_PASSAGE = ("what", "left_start", "left_end", "right_start", "right_end", "share")


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
    data, offsets, whole, words, _ = _read(left, right)
    kept = places_of_kept(whole, words)
    numbered = Numbered.of(words.hashes, words.first)
    texts = read_statements(data, offsets, whole, kept, numbered, rarity)
    measured = measure(texts, np.array([0]), np.array([1]))
    model = load_model()
    adds = model.contributions(measured)[0].tolist()
    values = dict(zip(FEATURES, measured[0].tolist(), strict=True))
    measures = [Measure(name, values[name], added) for name, added in zip(model.features, adds, strict=True)]
    return Measured(float(probabilities(measured)[0]), model.bias, measures, counted)


def compare_again(results: Results, first: str, second: str) -> Row:
    """Two articles that are no pair, as a row of ``pairs``; number, kind, views and probability are None.

    The earlier one is on the left. ``reason`` says why they are no pair.
    """
    rows = results.articles([first, second], ["article", "text", "body", "published", "source"])
    left, right = sorted(rows.values(), key=lambda row: (row["published"] or "~", row["article"]))
    sources = left["source"], right["source"]
    one_source = sources[0] is not None and sources[0] == sources[1]
    options = Options(**{**results.run["options"], "lexicon": None})
    days = days_of(pa.array([left["published"], right["published"]], pa.string())).to_pylist()
    rarity, _ = _count(results)
    texts = _read(left, right)
    ((_, found),) = compare_all(
        texts,
        np.array([0]),
        np.array([1]),
        np.array([ONE_SOURCE if one_source else 0]),
        options,
        Known.nothing()._replace(rarity=rarity),
        np.array([UNKNOWN if None in days else abs(days[0] - days[1])]),
        every=True,
    )
    reason = _why_not(found, options, "recut" in results.run, one_source, texts.words)
    if options.cross_source and one_source:
        reason += _copy_of_another_source(results, left, right)
    told = {name: getattr(found, name) for name in found._fields if name in PAIRS.column_names}
    return {
        **dict.fromkeys(PAIRS.column_names),
        **told,
        "left": left["article"],
        "right": right["article"],
        "kind": None,
        "probability": None,
        "same_source": None if None in sources else one_source,
        "reason": reason,
        "passages": [dict(zip(_PASSAGE, passage, strict=True)) for passage in found.passages],
        "spans": found.spans,
    }


def _why_not(found: Comparison, options: Options, recut: bool, one_source: bool, words: Words) -> str:
    """Why RESULTS by these options hold no such pair; ``words``: of the bodies."""
    least = int(np.diff(words.first).min())
    if options.cross_source and one_source:
        return "both are from one source, and --cross-source leaves such pairs out"
    if least < options.min_words:
        return (
            f"the shorter has {least:,} words, and below --min-words {options.min_words}"
            " only texts of the very same words are a pair"
        )
    if are_spelled(words).any():
        return (
            "most words of one are single letters, and such texts are a pair only if all words are the same"
        )
    if found.kind is None:
        return found.reason
    judged = "; or it was judged to be none" if options.ignore is not None or recut else ""
    return (
        f"by themselves they would be a pair ({found.kind}: {found.reason}), but weren't in this scan: no"
        f" sketch brought them together, or other articles share too much of these words{judged}"
    )


def _copy_of_another_source(results: Results, left: Row, right: Row) -> str:
    """What a copy of one of two articles, of another source than theirs, would be a pair by; or nothing."""
    for first, other in ((left, right), (right, left)):
        for copy in results.copies_of(first["article"]):
            if copy["source"] != left["source"] and copy["article"] != other["article"]:
                return (
                    f"; {copy['article']!r}, an exact copy of {first['article']!r}, is of another source,"
                    " but of articles with the same words only the first is compared with others"
                )
    return ""


def _read(left: Row, right: Row) -> Texts:
    """The texts of two articles; the rows hold ``text`` and ``body``."""
    data, offsets = string_buffers(pa.array([left["text"], right["text"]], pa.large_string()))
    whole = split_words(data, offsets, SECRET_KEY)
    ranges = [[(one["start"], one["end"]) for one in row["body"]] for row in (left, right)]
    first = np.cumsum([0, *map(len, ranges)])
    words = keep_ranges(whole, first, np.array(ranges[0] + ranges[1], np.int64).reshape(-1, 2))
    return Texts(data, offsets, whole, words, lambda number: str((left, right)[number]["text"]))


@functools.lru_cache(maxsize=1)
def _count(results: Results) -> tuple[Rarity, int]:
    """How rare words are, and in how many articles they were counted."""
    every = results.count("articles")
    counted = 0

    def stems() -> Iterator[tuple[NDArray[np.uint32], NDArray[np.int64]]]:
        nonlocal counted
        for batch in _read_some(results, every):
            rows = [row for row in batch.to_pylist() if row["text"] is not None]
            texts = [_body(row) for row in rows]
            counted += len(texts)
            buffers = string_buffers(pa.array(texts, pa.large_string()))
            words = split_words(*buffers)
            yield stem_texts(*buffers, words), words.first

    rarity = count_articles(every, stems())
    return rarity, counted


def _read_some(results: Results, every: int) -> Iterator[pa.RecordBatch]:
    with results.reading("articles"):
        yield from _some(results, every)


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
