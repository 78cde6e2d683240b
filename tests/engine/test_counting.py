"""Counts of parts add up to those of the whole."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from dedup import schema
from dedup.engine import counting
from dedup.engine.counting import SOURCES, Counting
from dedup.engine.executors import BLOCK_VALUES, adding_up, counted
from dedup.tables.columns import binary_lists
from dedup.tables.files import arrow_schema

ARTICLES = 700


def batches(what: str) -> list[pa.RecordBatch]:
    """Articles of a few of many values, in three batches of different sizes."""
    chance = np.random.default_rng(5)
    made = []
    for rows in np.split(np.arange(ARTICLES), [3, 400]):
        values = [np.unique(chance.zipf(1.3, 30).astype(np.uint32) * np.uint32(2**20 + 7)) for _ in rows]
        bounds = np.cumsum([0, *map(len, values)])
        columns = [pa.array(rows), binary_lists(np.concatenate(values), bounds)]
        made.append(pa.RecordBatch.from_arrays(columns, schema=arrow_schema(SOURCES[what])))
    return made


def merge(what: Counting, parts: list[list[pa.RecordBatch]]) -> Any:
    """As Spark adds them up: by blocks."""
    whole = counting.count(what, ())
    blocks = [row for part in parts for batch in counted(what)(iter(part)) for row in batch.to_pylist()]
    blocks.sort(key=lambda row: row["block"])
    for block, rows in itertools.groupby(blocks, key=lambda row: row["block"]):
        table = pa.Table.from_pylist(list(rows), arrow_schema_of_blocks())
        (added,) = adding_up(str(whole.dtype))(table)["counts"].to_pylist()
        values = np.frombuffer(added, whole.dtype)
        whole[block * BLOCK_VALUES :][: len(values)] = values
    return whole


def arrow_schema_of_blocks() -> pa.Schema:
    return pa.schema([("block", pa.int64()), ("counts", pa.binary())])


@pytest.mark.parametrize("what", SOURCES)
def test_parts_add_up(what: str) -> None:
    counts = Counting(what, ARTICLES, 20)
    one, two, three = batches(what)
    whole = counting.finish(counts, counting.count(counts, [one, two, three]))
    assert whole.any()
    for parts in ([[one, two, three]], [[three], [one, two]], [[two], [], [one], [three]]):
        assert np.array_equal(counting.finish(counts, merge(counts, parts)), whole)


def test_a_count_is_capped_by_its_type_alone() -> None:
    schema_ = arrow_schema_of_blocks()
    rows = pa.table([[4] * 3, [bytes([200, 1]), bytes([100, 2]), bytes([0, 3])]], schema=schema_)
    added = adding_up("uint8")(rows)
    assert added.to_pylist() == [{"block": 4, "counts": bytes([255, 6])}]


def test_what_is_counted_has_a_source() -> None:
    assert Counting("frequent", 10, 20).source == schema.SHINGLES
    assert Counting("rarity", 10**9, 20).every == 1
    assert Counting("neighbours", 10**9, 20).every > 1
    assert Counting("frequent", 10**9, 200).every == 16
