from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup import schema
from dedup.engine import blocks, executors
from dedup.tables import arrow_schema

LINES = arrow_schema(schema.EVERY_LINE)
NUMBERS = st.integers(-(2**63), 2**63 - 1)
ROWS = st.lists(st.tuples(NUMBERS, st.sampled_from([0, -1, 7, 7 + blocks.BLOCKS, 2**62]) | NUMBERS))


def lines(rows: list[tuple[int, int]]) -> pa.RecordBatch:
    owners, keys = ([row[place] for row in rows] for place in (0, 1))
    return pa.record_batch([owners, keys, range(len(rows)), owners], schema=LINES)


@given(ROWS)
def test_rows_in_blocks_are_the_same_rows(rows: list[tuple[int, int]]) -> None:
    given_ = lines(rows)
    packed = blocks.pack(given_, schema.EVERY_LINE)
    assert packed.schema.equals(arrow_schema(blocks.stored(schema.EVERY_LINE)))
    assert packed["block"].to_pylist() == sorted({key % blocks.BLOCKS for _, key in rows})
    back = blocks.unpack(packed, schema.EVERY_LINE)
    assert sorted(back.to_pylist(), key=str) == sorted(given_.to_pylist(), key=str)
    for number in range(packed.num_rows):
        of_one = blocks.unpack(packed.slice(number, 1), schema.EVERY_LINE)
        assert {key % blocks.BLOCKS for key in of_one["key"].to_pylist()} == {packed["block"][number].as_py()}


def test_a_table_of_other_columns_is_kept_as_it_is() -> None:
    heads = pa.record_batch([[1], ["a"]], names=["row", "article"])
    assert blocks.stored(schema.NAMES) is schema.NAMES
    assert blocks.pack(heads, schema.NAMES) is heads


def test_keys_that_recur_stay_whatever_their_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And hardly any other."""
    monkeypatch.setenv("SPARK_LOCAL_DIRS", f"{tmp_path},elsewhere")
    keys = np.random.default_rng(7).integers(-(2**63), 2**63, 5_000)
    rows = np.append(np.arange(5_000), [9_000, 9_001, 9_002])
    given_ = pa.record_batch([rows, np.append(keys, keys[:3])], schema=arrow_schema(schema.EVERY_BAND))
    packed = blocks.pack(given_, schema.EVERY_BAND)
    halves = iter([packed[:1_000], packed[1_000:], packed[:0]])
    kept = pa.Table.from_batches(executors.dropping_lone(schema.EVERY_BAND)(halves))
    assert {0, 1, 2, 9_000, 9_001, 9_002} <= set(kept["row"].to_pylist())
    assert kept.num_rows < 1_000
    assert not list(tmp_path.iterdir())
