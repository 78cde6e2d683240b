from __future__ import annotations

import pyarrow as pa

from dedup.engine.slices import slices


def test_slices_are_cut_by_rows_and_bytes() -> None:
    table = pa.table({"n": list(range(100))})
    small = slices(table.to_batches(7), 20)
    assert [batch.num_rows for batch in small] == [20] * 5
    cut = list(slices(table.to_batches(7), 20, most_bytes=14 * 8))
    assert [batch.num_rows for batch in cut] == [14] * 7 + [2]
    assert pa.Table.from_batches(cut) == table
