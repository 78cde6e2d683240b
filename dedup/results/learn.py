"""Swaps that recur in the pairs of RESULTS, read a batch of pairs at a time."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from hashlib import blake2b

import numpy as np

from dedup.results.opened import Results, Row
from dedup.results.pair_batches import batch_pairs
from dedup.spun.learn import LEAST, Learned, Origin, Side, Tally, replaced
from dedup.spun.lexicon import Lexicon

KINDS = ("copy", "rewrite")
SIMILARITY = 0.5  # of a pair, at least: less is too little in common to tell a swap by
_PAIRS = 2_000  # of a batch
_LETTERS = 16 << 20  # code points of its texts
_COLUMNS = ("left", "right", "kind", "similarity", "spun_side", "spans")


def learn(results: Results, least: int = LEAST, lexicon: Lexicon | None = None) -> list[Learned]:
    """Swaps that recur in so many pairs or more; None is the shipped lexicon."""
    tally = Tally(lexicon)
    stories = _Stories(results)
    for batch in batch_pairs(_pairs(results), _PAIRS, _LETTERS):
        names = dict.fromkeys(row[side] for row in batch for side in ("left", "right"))
        articles = results.articles(names, ["source", "text"])
        texts = {name: Side.of(article["text"] or "") for name, article in articles.items()}
        origins = {name: Origin(name, article["source"], stories[name]) for name, article in articles.items()}
        for row in batch:
            left, right = row["left"], row["right"]
            found = list(replaced(texts[left], texts[right], row["spans"]))
            tally.add(found, origins[left], origins[right], row["spun_side"])
    return tally.learned(least)


def _pairs(results: Results) -> Iterator[Row]:
    """Aligned pairs that have enough in common."""
    for row in results.rows("pairs", _COLUMNS):
        if row["kind"] in KINDS and row["similarity"] >= SIMILARITY and row["spans"]:
            yield row


class _Stories:
    """What stands for the story of an article: its cluster, or itself; 16 bytes a member."""

    def __init__(self, results: Results) -> None:
        names, clusters = array("Q"), array("q")
        for row in results.rows("clusters", ["cluster", "article"]):
            names.append(_number(row["article"]))
            clusters.append(row["cluster"])
        order = np.argsort(np.array(names, np.uint64), kind="stable")
        self._names = np.array(names, np.uint64)[order]
        self._clusters = np.array(clusters, np.int64)[order]

    def __getitem__(self, name: str) -> str:
        number = np.uint64(_number(name))
        place = int(np.searchsorted(self._names, number))
        if place < len(self._names) and self._names[place] == number:
            return f"cluster {self._clusters[place]}"
        return f"article {name}"


def _number(name: str) -> int:
    return int.from_bytes(blake2b(name.encode("utf-8", "replace"), digest_size=8).digest())
