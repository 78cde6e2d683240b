"""The pairs of RESULTS as arrays: what holds at a threshold, and the clusters of what is left.

Articles are numbered by their place in ``articles``. The rules are those of a scan (see
``queries.graph`` and ``cluster``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dedup.errors import UsageError
from dedup.results.damage import damaged
from dedup.results.judged import Ends
from dedup.results.opened import Results

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]

_LEAST = 0.5  # threshold of a run that doesn't tell its own
PAIR_COLUMNS = ("left", "right", "kind", "similarity", "left_containment", "right_containment", "probability")
ARTICLE_COLUMNS = ("article", "published", "words", "spun")


class Members(NamedTuple):
    """Rows of ``clusters``, in order; articles by number, ``matched`` -1: none."""

    cluster: Numbers
    member: Numbers
    size: Numbers
    keeper: Numbers
    similarity: NDArray[np.float64]
    matched: Numbers


class Graph:
    """The articles and pairs of a run. Make it with ``load_graph``.

    own          threshold of the run
    names        articles
    left, right  articles of each pair, by number
    kinds        kind of each pair
    probability  of each pair, 0..1; NaN: an earlier version wrote none
    scores       the greatest threshold at which each pair holds: of a copy its similarity, unless its
                 probability is less; of another its probability
    answers      what was judged of each pair: 1 yes, 0 no, -1 nothing
    """

    def __init__(self, own: float, articles: pa.Table, pairs: pa.Table) -> None:
        self.own = own
        self.names = articles["article"].combine_chunks()
        self.left, self.right = (self._numbers(pairs[side]) for side in ("left", "right"))
        self.kinds = np.array(pairs["kind"].to_pylist(), dtype=object)
        self.probability, self._similarity = (_floats(pairs, name) for name in ("probability", "similarity"))
        certain = np.where(np.isnan(self.probability), 1.0, self.probability)
        copies = self.kinds == "copy"
        self.scores = np.where(copies, np.minimum(self._similarity, certain), certain)
        self.answers = np.full(len(self.left), -1, np.int8)
        inside = _floats(pairs, "left_containment") < _floats(pairs, "right_containment")
        self._holder = np.where(self.kinds == "contains", np.where(inside, 0, 1), -1)
        self._by_name = _ranks(pa.table({"article": self.names}), ["article"])
        keyed = pa.table(
            {
                "spun": pc.fill_null(articles["spun"], False).cast(pa.int8()),
                "published": pc.fill_null(articles["published"], "~"),
                "words": pc.negate(articles["words"]),
                "article": self.names,
            }
        )
        self._seniority = _ranks(keyed, keyed.column_names)

    def _numbers(self, names: pa.ChunkedArray) -> Numbers:
        found = pc.index_in(names, value_set=self.names)
        if found.null_count:
            raise damaged("RESULTS", "a pair names an article that is missing")
        numbers: Numbers = found.to_numpy().astype(np.int64)
        return numbers

    def judge(self, judged: Mapping[Ends, bool]) -> None:
        """Take judgements; those of other pairs count for nothing here."""
        self.answers[:] = -1
        if not judged or not len(self.left):
            return
        ends = [pa.array([pair[side] for pair in judged], pa.string()) for side in (0, 1)]
        one, other = (pc.index_in(column, value_set=self.names).fill_null(-1).to_numpy() for column in ends)
        answers = np.fromiter(judged.values(), np.int8, len(judged))
        known = (one >= 0) & (other >= 0)
        wanted, answers = self._keys(one[known], other[known]), answers[known]
        keys = self._keys(self.left, self.right)
        order = np.argsort(keys)
        places = np.minimum(np.searchsorted(keys, wanted, sorter=order), len(keys) - 1)
        hits = keys[order[places]] == wanted
        self.answers[order[places[hits]]] = answers[hits]

    def _keys(self, one: Numbers, other: Numbers) -> Numbers:
        low, high = np.minimum(one, other), np.maximum(one, other)
        return low.astype(np.int64) * len(self.names) + high

    def check(self, threshold: float) -> None:
        """``UsageError`` if the run can't tell what holds at a threshold."""
        if not threshold >= self.own:
            raise UsageError(
                f"--threshold {threshold:g} is less than that of the scan, {self.own:g}, "
                "which kept nothing below; scan again for less"
            )
        if threshold > 1:
            raise UsageError(f"--threshold {threshold:g} is more than 1")

    def holding(self, threshold: float) -> Mask:
        """The pairs that hold at a threshold; at the run's own, all of them."""
        if threshold <= self.own:
            return np.ones(len(self.scores), np.bool_)
        return np.asarray(self.scores >= threshold)

    def clusters(self, kept: Mask) -> Members:
        """The clusters of some of the pairs."""
        keeper, similarity, matched = self._assign(kept)
        exact = np.flatnonzero(kept & (self.kinds == "exact"))
        first, copy = self.left[exact], self.right[exact]
        order = np.argsort(self._by_name[copy])[::-1]
        matched[first[order]] = copy[order]  # the first by name is the last to be put there
        keeper[first] = np.where(keeper[first] < 0, first, keeper[first])
        keeper[copy], similarity[copy], matched[copy] = keeper[first], similarity[first], first
        member = np.flatnonzero(keeper >= 0)
        keeper, similarity, matched = keeper[member], similarity[member], matched[member]
        sizes = np.bincount(keeper, minlength=len(self.names))[keeper]
        order = np.lexsort((self._by_name[member], member != keeper, self._by_name[keeper], -sizes))
        member, keeper, sizes = member[order], keeper[order], sizes[order]
        number = np.cumsum(np.concatenate([[True], keeper[1:] != keeper[:-1]])[: len(keeper)])
        return Members(number, member, sizes, keeper, similarity[order], matched[order])

    def _assign(self, kept: Mask) -> tuple[Numbers, NDArray[np.float64], Numbers]:
        """Of every article its keeper (-1: none), the similarity of the two, and its most similar one."""
        from dedup.cluster import assign, rank  # here, for it loads a compiler

        count = len(self.names)
        keeper, matched = np.full(count, -1, np.int64), np.full(count, -1, np.int64)
        similarity = np.ones(count)
        edges = kept & (self.kinds != "exact")
        ends = self.left[edges], self.right[edges]
        nodes = np.unique(np.concatenate(ends))
        if not len(nodes):
            return keeper, similarity, matched
        nodes = nodes[np.argsort(self._seniority[nodes])]
        ranks = np.empty(count, np.int64)
        ranks[nodes] = np.arange(len(nodes))
        order = rank(len(nodes), ranks[ends[0]], ranks[ends[1]], self._holder[edges])
        nodes = nodes[order]
        ranks[nodes] = np.arange(len(nodes))
        found = assign(len(nodes), ranks[ends[0]], ranks[ends[1]], self._similarity[edges])
        member = nodes[found.member]
        keeper[member], matched[member] = nodes[found.keeper], nodes[found.matched]
        similarity[member] = found.similarity
        return keeper, similarity, matched


def load_graph(results: Results) -> Graph:
    """The articles and pairs of RESULTS, without texts and alignments."""
    options: Any = results.run.get("options")
    own = options.get("threshold") if isinstance(options, dict) else None
    articles, pairs = results.table("articles", ARTICLE_COLUMNS), results.table("pairs", PAIR_COLUMNS)
    return Graph(float(own) if isinstance(own, int | float) else _LEAST, articles, pairs)


def _floats(table: pa.Table, name: str) -> NDArray[np.float64]:
    column: NDArray[np.float64] = table[name].cast(pa.float64()).fill_null(float("nan")).to_numpy()
    return column


def _ranks(table: pa.Table, columns: list[str]) -> Numbers:
    """The place of each row in the order of some columns."""
    order = pc.sort_indices(table, sort_keys=[(name, "ascending") for name in columns]).to_numpy()
    ranks = np.empty(len(order), np.int64)
    ranks[order.astype(np.int64)] = np.arange(len(order))
    return ranks
