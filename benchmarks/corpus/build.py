"""Batches of articles and of pairs, as they come from a plan and a vocabulary."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from benchmarks.corpus.compose import CONTAINS, GIANT, KINDS, SHARED, TEMPLATE, Articles
from benchmarks.corpus.fresh import SPARE
from benchmarks.corpus.plan import Plan, pick_dates, pick_sources
from benchmarks.corpus.render import measure, render
from benchmarks.corpus.vocabulary import Vocabulary
from benchmarks.corpus.write import SCHEMA

PAIRS = pa.schema(
    [
        ("a", pa.string()),
        ("b", pa.string()),
        ("kind", pa.string()),
        ("jaccard", pa.float64()),
        ("related", pa.bool_()),
    ]
)
_BATCH = 2048  # articles, or groups
_BATCH_WORDS = 16_000_000  # at most
_PART = 64  # pieces of a giant made at a time
_LEAST_WORDS = 15
_SPREAD = 0.35  # standard deviation of the logarithm of an article's length


class Corpus(NamedTuple):
    """What articles are made from; see ``Articles`` for the rest."""

    plan: Plan
    vocabulary: Vocabulary
    lengths: NDArray[np.int64]
    seed: int
    footers: int
    opening: int


def spread_lengths(words: int) -> NDArray[np.int64]:
    """Numbers of words, log-normal around their mean, the least first; int64[1024]."""
    normal = NormalDist(-_SPREAD * _SPREAD / 2, _SPREAD)
    quantiles = [normal.inv_cdf((rank + 0.5) / 1024) for rank in range(1024)]
    return np.array(np.maximum(np.rint(words * np.exp(quantiles)), _LEAST_WORDS), np.int64)


def name_articles(slots: NDArray[np.int64]) -> list[str]:
    """The ids of the articles in these places of the scrape; they sort as their places do."""
    return [f"a{slot:09}" for slot in slots.tolist()]


def name_sources(sources: NDArray[np.int16]) -> list[str]:
    """Hosts that nobody has."""
    return [f"paper{source:03}.example" for source in sources.tolist()]


def make_batches(corpus: Corpus) -> Iterator[pa.RecordBatch]:
    """All articles in their order, as batches of SCHEMA."""
    plan, speech, spelling = corpus.plan, corpus.vocabulary.speech, corpus.vocabulary.spelling
    step = max(1, min(_BATCH, _BATCH_WORDS // _room(corpus)))
    for start in range(0, len(plan.order), step):
        rows = plan.order[start : start + step]
        data, offsets = render(_articles(corpus, rows), speech, spelling)
        ids = name_articles(np.arange(start, start + len(rows)))
        sources = name_sources(pick_sources(plan, rows, corpus.seed))
        dates = np.datetime_as_string(pick_dates(plan, rows, corpus.seed), timezone="UTC").tolist()
        texts = pa.StringArray.from_buffers(len(rows), pa.py_buffer(offsets), pa.py_buffer(data))
        yield pa.record_batch([ids, sources, dates, texts], schema=SCHEMA)


def make_giant(corpus: Corpus, size: int) -> Iterator[str]:
    """One text of exactly so many bytes, in parts."""
    nothing = np.zeros(_PART, np.int64)
    for start in itertools.count(0, _PART):
        # Numbers of articles are its parts; the kind has streams of its own.
        articles = _articles(corpus._replace(footers=0, opening=0), nothing)._replace(
            kinds=np.full(_PART, GIANT, np.int8), numbers=np.arange(start, start + _PART, dtype=np.int32)
        )
        data, offsets = render(articles, corpus.vocabulary.speech, corpus.vocabulary.spelling)
        for one, other in itertools.pairwise(offsets.tolist()):
            part = bytes(data[one:other]) + b"\n\n"
            yield _cut(part, size) if len(part) >= size else part.decode()
            size -= len(part)
            if size <= 0:
                return


def _cut(part: bytes, size: int) -> str:
    """The first so many bytes; full stops stand for a character that would be cut in two."""
    text = part[:size].decode(errors="ignore")
    return text + "." * (size - len(text.encode()))


def make_pairs(corpus: Corpus) -> Iterator[pa.RecordBatch]:
    """All pairs within groups, as batches of PAIRS."""
    plan, vocabulary = corpus.plan, corpus.vocabulary
    for start in range(0, len(plan.first) - 1, _BATCH):
        first = plan.first[start : start + _BATCH + 1]
        rows = np.arange(first[0], first[-1])
        one, other = np.concatenate(
            [
                begin + _pairs_of(size)
                for begin, size in zip(first[:-1], np.diff(first).tolist(), strict=True)
            ],
            axis=1,
        )
        # Of the articles that contain one piece, two have no more than that in common.
        kinds = np.where((plan.kinds[one] == CONTAINS) & (plan.members[one] > 0), SHARED, plan.kinds[one])
        jaccards = measure(
            _articles(corpus, rows),
            first - first[0],
            vocabulary.speech,
            vocabulary.words,
            vocabulary.word_places,
        )
        slots = np.sort([plan.slots[one], plan.slots[other]], axis=0)
        names = [KINDS[kind] for kind in kinds.tolist()]
        columns = [*map(name_articles, slots), names, jaccards, kinds < TEMPLATE]
        yield pa.record_batch(columns, schema=PAIRS)


def pair_identical(articles: int) -> Iterator[pa.RecordBatch]:
    """The first article with every other, as batches of PAIRS; all pairs would be too many."""
    for start in range(1, articles, _BATCH):
        others = np.arange(start, min(articles, start + _BATCH))
        firsts, same, ones = np.zeros_like(others), ["exact"] * len(others), np.ones(len(others))
        columns = [name_articles(firsts), name_articles(others), same, ones, ones > 0]
        yield pa.record_batch(columns, schema=PAIRS)


@functools.cache
def _pairs_of(size: int) -> NDArray[np.int64]:
    """The pairs of so many members: int64[2, pairs]."""
    return np.array(np.triu_indices(size, 1))


def _room(corpus: Corpus) -> int:
    """More tokens than any article has: up to three texts, with what may stand around them."""
    return 3 * int(corpus.lengths[-1]) + corpus.opening + SPARE


def _articles(corpus: Corpus, rows: NDArray[np.int64]) -> Articles:
    """What the kernels want to know of these articles."""
    plan = corpus.plan
    return Articles(
        corpus.seed,
        plan.kinds[rows],
        plan.numbers[rows],
        plan.members[rows],
        pick_sources(plan, rows, corpus.seed),
        corpus.lengths,
        corpus.footers,
        corpus.opening,
        _room(corpus),
    )
