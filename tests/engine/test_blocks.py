from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup import schema
from dedup.engine import blocks, executors, tasks
from dedup.tables.files import arrow_schema, write_part
from dedup.tables.parts import part_path

LINES = arrow_schema(schema.EVERY_LINE)
NUMBERS = st.integers(-(2**63), 2**63 - 1)
ROWS = st.lists(st.tuples(NUMBERS, st.sampled_from([0, -1, 7, 7 + 2**52, 2**62]) | NUMBERS))


def block_of(key: int) -> int:
    return (key % 2**64) >> (64 - blocks.BITS)


def lines(rows: list[tuple[int, int]]) -> pa.RecordBatch:
    owners, keys = ([row[place] for row in rows] for place in (0, 1))
    return pa.record_batch([owners, keys, range(len(rows)), owners], schema=LINES)


@given(ROWS)
def test_rows_in_blocks_are_the_same_rows(rows: list[tuple[int, int]]) -> None:
    given_ = lines(rows)
    packed = blocks.pack(given_, schema.EVERY_LINE)
    assert packed.schema.equals(arrow_schema(blocks.stored(schema.EVERY_LINE)))
    assert packed["block"].to_pylist() == sorted({block_of(key) for _, key in rows})
    back = blocks.unpack(packed, schema.EVERY_LINE)
    assert sorted(back.to_pylist(), key=str) == sorted(given_.to_pylist(), key=str)
    for number in range(packed.num_rows):
        of_one = blocks.unpack(packed.slice(number, 1), schema.EVERY_LINE)
        assert {block_of(key) for key in of_one["key"].to_pylist()} == {packed["block"][number].as_py()}


def test_a_table_of_other_columns_is_kept_as_it_is() -> None:
    heads = pa.record_batch([[1], ["a"]], names=["row", "article"])
    assert blocks.stored(schema.NAMES) is schema.NAMES
    assert blocks.pack(heads, schema.NAMES) is heads


@pytest.mark.parametrize("count", [3, 60, 700, 5_000])
def test_the_rows_that_stay_are_those_of_the_local_engine(
    count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However blocks are given out, if what shares slots stays together."""
    monkeypatch.setenv("SPARK_LOCAL_DIRS", f"{tmp_path},elsewhere")
    keys = np.random.default_rng(count).integers(-(2**63), 2**63, count)
    keys = np.append(keys, keys[:3])
    every = pa.record_batch([np.arange(len(keys)), keys], schema=arrow_schema(schema.EVERY_BAND))
    packed = blocks.pack(every, schema.EVERY_BAND)
    assert sum(packed["rows"].to_pylist()) == len(keys)
    wide = int(blocks.part(len(keys)).split()[-1].rstrip(")"))
    parts = packed["block"].to_numpy() >> wide
    kept: set[int] = set()
    for some in (parts % 3 == 0, parts % 3 > 0):
        task = executors.dropping_lone(schema.EVERY_BAND, schema.BANDS, len(keys))
        kept.update(
            row for batch in task(iter([packed.filter(pa.array(some))])) for row in batch["row"].to_pylist()
        )
    assert not list(tmp_path.iterdir())
    source = tmp_path / schema.EVERY_BAND.name
    write_part(part_path(source, 0), schema.EVERY_BAND, [every])
    local = tasks.read_repeated(source, schema.BANDS, len(keys))
    assert kept == {row for batch in local for row in batch["row"].to_pylist()}
    assert {0, 1, 2, count, count + 1, count + 2} <= kept
