"""Pairs that a model of rewording is fitted to, as ``dedup.rewrite.measure`` measures them.

Labelled pairs of sets, each measured by what is rare in the set and its crowd together, and *near
misses* of the crowd: what the view ``rewrite`` would look at, though neither article is a copy. Of
articles with the same words the first alone is looked at. Texts are read whole, furniture and all.
"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from benchmarks.crowd import Article, LabelledSet
from dedup.align.numbered import Numbered
from dedup.engine.database import connect
from dedup.options import Options
from dedup.queries import band_join
from dedup.rewrite.measure import FEATURES, measure
from dedup.rewrite.statements import read_statements
from dedup.sketch.rare_pairs import pair_keys
from dedup.sketch.rarity import Rarity, count_articles
from dedup.tables.columns import string_buffers
from dedup.text.stems import stem_texts
from dedup.text.words import SECRET_KEY, split_words

CROWD = "crowd"  # the kind of near misses, and their set
# Pairs of the crowd with more neighbours in common, or more covered, may be copies that nobody labelled.
MOST_NEIGHBOURS, MOST_COVERED = 0.35, 0.8
_CHARACTERS = 2**23  # of the texts that are taken apart at once
_CHUNK = 4096  # candidate pairs that are measured before it is seen whether there are enough

Stems = tuple[NDArray[np.uint32], NDArray[np.int64]]  # of some articles, as for ``count_articles``
Numbers = NDArray[np.int64]


class Pairs(NamedTuple):
    """p measured pairs.

    measured  float64[p, len(FEATURES)]
    labels    float64[p]: 1 derived from one another, 0 not
    kinds     str[p], sets str[p]
    folds     int64[p, 2]: the folds of both ends
    """

    measured: NDArray[np.float64]
    labels: NDArray[np.float64]
    kinds: NDArray[np.str_]
    sets: NDArray[np.str_]
    folds: NDArray[np.int64]

    def take(self, which: NDArray[np.bool_]) -> Pairs:
        """Those that are marked."""
        columns: Any = (column[which] for column in self)
        return Pairs(*columns)

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which share so much that they could be measured; all others are no rewordings."""
        return np.asarray(self.measured[:, FEATURES.index("shared")] > 0)


def join_pairs(parts: Sequence[Pairs]) -> Pairs:
    """All pairs, one part after the other."""
    columns: Any = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Pairs(*columns)


def firsts_of(articles: Iterable[Article]) -> list[Article]:
    """The first of all articles that have the same words."""
    first: dict[bytes, Article] = {}
    for article in articles:
        first.setdefault(article.words, article)
    return list(first.values())


def measure_set(
    one: LabelledSet,
    crowd: Sequence[Article],
    crowd_stems: Sequence[Stems],
    folds: Mapping[bytes, int],
) -> Pairs:
    """The judged pairs of a set, each pair of texts once a kind.

    crowd, crowd_stems  the crowd without copies, and ``stems_of`` its texts
    folds               of articles, by their words
    """
    apart = {article.words for article in crowd}
    own = [article for article in firsts_of(one.articles) if article.words not in apart]
    stems = itertools.chain(stems_of(_texts(own)), crowd_stems)
    rarity = count_articles(len(own) + len(crowd), stems)
    words = {article.id: article.words for article in one.articles}
    there = firsts_of(one.articles)
    place = {article.words: number for number, article in enumerate(there)}
    rows = dict.fromkeys(
        (place[words[label.a]], place[words[label.b]], label.label, label.kind)
        for label in one.labels
        if label.label is not None and words[label.a] != words[label.b]
    )
    left, right = (np.array([row[end] for row in rows], np.int64) for end in (0, 1))
    fold = np.array([folds[article.words] for article in there], np.int64)
    return Pairs(
        measure_pairs(_texts(there), left, right, rarity),
        np.array([row[2] for row in rows], np.float64),
        np.array([row[3] for row in rows], np.str_),
        np.full(len(rows), one.name),
        np.column_stack([fold[left], fold[right]]),
    )


def measure_near_misses(
    crowd: Sequence[Article], crowd_stems: Sequence[Stems], folds: Sequence[int], most: int, seed: int
) -> Pairs:
    """At most so many near misses of the crowd, drawn by a seed; ``folds`` of the crowd's articles."""
    rarity = count_articles(len(crowd), crowd_stems)
    left, right = find_candidates(crowd_stems, rarity)
    drawn = np.random.default_rng(seed).permutation(len(left))
    texts = _texts(crowd)
    parts, ends, count = [np.empty((0, len(FEATURES)))], [np.empty(0, np.int64)], 0
    for begin in range(0, len(drawn), _CHUNK):
        some = drawn[begin : begin + _CHUNK]
        measured = measure_pairs(texts, left[some], right[some], rarity)
        missed = _are_near_misses(measured)
        parts.append(measured[missed])
        ends.append(some[missed])
        count += int(missed.sum())
        if count >= most:
            break
    chosen, measured = np.concatenate(ends)[:most], np.concatenate(parts)[:most]
    fold = np.array(folds, np.int64)
    both = np.column_stack([fold[left[chosen]], fold[right[chosen]]])
    name = np.full(len(chosen), CROWD)
    return Pairs(measured, np.zeros(len(chosen)), name, name, both)


def find_candidates(stems: Iterable[Stems], rarity: Rarity) -> tuple[Numbers, Numbers]:
    """Articles, by number, that a scan would compare for the view ``rewrite``: left before right, sorted."""
    sizes, begin = [np.empty(0, np.int64)], 0
    with tempfile.TemporaryDirectory() as spill, connect(Options(), Path(spill)) as database:
        database.execute("CREATE TABLE rare (row BIGINT, key BIGINT)")
        database.execute("CREATE TABLE exact (row BIGINT, first BIGINT)")
        for numbers, bounds in stems:
            keys, firsts = pair_keys(numbers, bounds, rarity)
            sizes.append(np.diff(firsts))
            rows = begin + np.repeat(np.arange(len(bounds) - 1), np.diff(firsts))
            database.register("met", pa.table({"row": rows, "key": keys}))
            database.execute("INSERT INTO rare SELECT row, key FROM met")
            begin += len(bounds) - 1
        size = np.concatenate(sizes)
        ranges = band_join.key_ranges(int(size.sum()))
        for table, parts in (
            ("rare_buckets", band_join.buckets("rare", ranges)),
            ("rare_shared", band_join.shared("rare", "rare_buckets", ranges)),
        ):
            for number, query in enumerate(parts):
                begun = f"INSERT INTO {table}" if number else f"CREATE TABLE {table} AS"
                database.execute(f"{begun} {query}")
        met = database.execute(
            "SELECT one, other, CAST(sum(shared) AS BIGINT) AS keys FROM rare_shared GROUP BY one, other "
            f"HAVING sum(shared) >= {band_join.LEAST_RARE} ORDER BY one, other"
        ).fetchnumpy()
    one, other = (np.asarray(met[name], np.int64) for name in ("one", "other"))
    least = band_join.RARE_SHARE * np.minimum(size[one], size[other]) ** band_join.RARE_POWER
    kept = np.asarray(met["keys"]) >= least
    return one[kept], other[kept]


def stems_of(texts: Sequence[str]) -> Iterator[Stems]:
    """The stems of texts, some texts at a time."""
    for begin, end in _cut([len(text) for text in texts]):
        data, offsets = string_buffers(pa.array(texts[begin:end], pa.large_string()))
        words = split_words(data, offsets)
        yield stem_texts(data, offsets, words), words.first


def measure_pairs(texts: Sequence[str], left: Numbers, right: Numbers, rarity: Rarity) -> NDArray[np.float64]:
    """``measure.FEATURES`` of pairs of texts, some pairs at a time."""
    parts = [np.empty((0, len(FEATURES)))]
    sizes = [len(texts[one]) + len(texts[other]) for one, other in zip(left, right, strict=True)]
    for begin, end in _cut(sizes):
        ends = np.concatenate([left[begin:end], right[begin:end]])
        chosen, places = np.unique(ends, return_inverse=True)
        data, offsets = string_buffers(pa.array([texts[number] for number in chosen], pa.large_string()))
        whole = split_words(data, offsets, SECRET_KEY)
        kept, words = np.arange(len(whole.hashes)), Numbered.of(whole.hashes, whole.first)
        statements = read_statements(data, offsets, whole, kept, words, rarity)
        ours, theirs = np.split(places.astype(np.int64), 2)
        parts.append(measure(statements, ours, theirs))
    return np.concatenate(parts)


def _are_near_misses(measured: NDArray[np.float64]) -> NDArray[np.bool_]:
    shared, neighbours, covered = (
        measured[:, FEATURES.index(name)] for name in ("shared", "neighbours", "covered")
    )
    return np.asarray((shared > 0) & (neighbours < MOST_NEIGHBOURS) & (covered < MOST_COVERED))


def _cut(sizes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Ranges of things that have so many characters together, or are a single one."""
    begin = total = 0
    for number, size in enumerate(sizes):
        if number > begin and total + size > _CHARACTERS:
            yield begin, number
            begin, total = number, 0
        total += size
    if begin < len(sizes):
        yield begin, len(sizes)


def _texts(articles: Iterable[Article]) -> list[str]:
    return [article.fields["text"] for article in articles]
