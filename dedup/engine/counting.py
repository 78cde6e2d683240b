"""What is counted in all articles of a scan, part by part: counts of parts add up to those of the whole.

This module is light, as ``tasks`` is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dedup import schema
from dedup.schema import Table

Counts = NDArray[Any]
SOURCES = {"frequent": schema.SHINGLES, "rarity": schema.STEMS, "neighbours": schema.STEMS}


class Counting(NamedTuple):
    """What is counted.

    what      ``frequent``: shingles (see ``sketch.frequent``); ``rarity``: stems (see ``sketch.rarity``);
              ``neighbours``: stems that are (see ``sketch.neighbours``)
    articles  how many there are in the whole scan
    cap       of articles that may have a shingle
    """

    what: str
    articles: int
    cap: int

    @property
    def source(self) -> Table:
        return SOURCES[self.what]

    @property
    def every(self) -> int:
        """Of how many articles one is looked at."""
        from dedup.sketch import frequent, neighbours

        if self.what == "frequent":
            return frequent.sampling(self.articles, self.cap)
        return neighbours.sampling(self.articles) if self.what == "neighbours" else 1


def count(counting: Counting, batches: Iterable[pa.RecordBatch]) -> Counts:
    """The counts of a part of the articles, given by batches of the source; unsigned integers."""
    from dedup.sketch import frequent, neighbours, rarity

    rows = _rows(counting, batches)
    if counting.what == "frequent":
        return frequent.count_some((values for values, _ in rows), counting.cap / counting.every)
    if counting.what == "rarity":
        return rarity.count_some(counting.articles, rows)
    return neighbours.count_some(counting.articles // counting.every, rows)


def finish(counting: Counting, counts: Counts) -> Counts:
    """What is kept for the stages, from the counts of all articles."""
    from dedup.sketch import frequent, neighbours, rarity

    if counting.what == "frequent":
        return frequent.find_full(counts, counting.cap / counting.every)
    if counting.what == "rarity":
        return rarity.to_array(rarity.weigh(counts))
    return neighbours.add_one(counts)


def _rows(
    counting: Counting, batches: Iterable[pa.RecordBatch]
) -> Iterator[tuple[NDArray[np.uint32], NDArray[np.int64]]]:
    """Of the articles that are looked at: values, and where those of each begin."""
    from dedup.sketch.frequent import is_sampled
    from dedup.tables.columns import uint32_lists

    (column,) = (name for name in counting.source.column_names if name != "row")
    for batch in batches:
        chosen = batch
        if counting.every > 1:
            chosen = batch.filter(pa.array(is_sampled(batch["row"].to_numpy(), counting.every)))
        yield uint32_lists(chosen[column])
