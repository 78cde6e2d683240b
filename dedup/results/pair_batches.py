"""Rows of ``pairs`` in batches whose texts fit into memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dedup.results.opened import Row


def batch_pairs(rows: Iterable[Row], most: int, most_letters: int) -> Iterator[list[Row]]:
    """Rows of ``pairs``, so many at most that their texts together have at most so many code points."""
    batch: list[Row] = []
    letters = 0
    for row in rows:
        size = letters_of(row)
        if batch and (len(batch) == most or letters + size > most_letters):
            yield batch
            batch, letters = [], 0
        batch.append(row)
        letters += size
    if batch:
        yield batch


def letters_of(pair: Row) -> int:
    """Code points of both texts of a pair: the alignment covers them."""
    return sum(int(last["left_end"] + last["right_end"]) for last in pair["spans"][-1:])
