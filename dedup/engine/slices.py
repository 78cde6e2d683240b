"""Rows in batches of another size: what a task gets, what a part of a result holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa


def slices(
    batches: Iterable[pa.RecordBatch], size: int, most_bytes: int | None = None
) -> Iterator[pa.RecordBatch]:
    """The same rows in batches of ``size``, but for the last and those that reach ``most_bytes``."""
    held: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        start = 0
        while rows + batch.num_rows - start >= size:
            stop = start + size - rows
            held.append(batch.slice(start, stop - start))
            yield _join(held)
            held, rows, start = [], 0, stop
        if start < batch.num_rows:
            held.append(batch.slice(start))
            rows += batch.num_rows - start
        if most_bytes is not None and sum(some.nbytes for some in held) >= most_bytes:
            yield _join(held)
            held, rows = [], 0
    if held:
        yield _join(held)


def _join(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    return batches[0] if len(batches) == 1 else pa.concat_batches(batches)
