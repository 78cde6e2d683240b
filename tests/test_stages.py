"""Stages: what they yield depends on the rows alone, however a table is cut into batches."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup import chains, schema, stages
from dedup.chains import Stage
from dedup.options import Options
from dedup.plan import make_plan
from dedup.tables import columns
from dedup.tables.files import arrow_schema

PLAN = make_plan(Options(min_words=5, shingle=3))
FERRY = "The ferry left the quay on Sunday night with nine lorries and forty passengers on board. "
TEXTS = [
    FERRY,
    FERRY + "Nobody knew why it was late.\n(AFP)",
    FERRY.upper(),
    "Too short.",
    "",
    "渡し船は日曜日の夜に出た。 渡し船は日曜日の夜に着いた。",
    "The Chinese language chief burdened the significance of the arrangement, as indicated by the sources. "
    "College students joined in the metropolis, and most cancers sufferers had to wait a great deal.",
    None,
]


def docs() -> pa.RecordBatch:
    rows: list[dict[str, object]] = []
    for number, text in enumerate(TEXTS):
        empty = dict.fromkeys(schema.DOCS.column_names)
        reason = "encoding" if text is None else None
        rows.append(
            {**empty, "row": number, "path": "a.jsonl", "text": text, "reason": reason, "warnings": []}
        )
    return pa.RecordBatch.from_pylist(rows, schema=arrow_schema(schema.DOCS))


def run(batch: pa.RecordBatch, chain: tuple[Stage, ...]) -> dict[str, list[dict[str, object]]]:
    made = {chain[0].source.name: [batch]}
    for stage in chain:
        function = getattr(stages, stage.name)
        outputs: list[pa.RecordBatch] = []
        for source in made[stage.source.name]:
            outputs += function(source, PLAN)
        assert all(output.schema.equals(arrow_schema(stage.target)) for output in outputs)
        made[stage.target.name] = outputs
    return {name: [row for output in outputs for row in output.to_pylist()] for name, outputs in made.items()}


def cut(batch: pa.RecordBatch, places: list[int]) -> Iterator[pa.RecordBatch]:
    for start, stop in pairwise(sorted({0, *places, batch.num_rows})):
        yield batch.slice(start, stop - start)


def joined(parts: list[dict[str, list[dict[str, object]]]]) -> dict[str, list[dict[str, object]]]:
    return {name: [row for part in parts for row in part[name]] for name in parts[0]}


CUTS = st.lists(st.integers(1, 7), max_size=4)


@settings(max_examples=30)
@given(CUTS)
def test_reading_gives_the_same_rows_in_any_cut(places: list[int]) -> None:
    chain = (
        *chains.READ,
        *chains.SKETCH,
        Stage("sign_shingles", schema.SHINGLES, schema.SIGNED),
        *chains.SIGN[1:],
    )
    whole = run(docs(), chain)
    assert joined([run(part, chain) for part in cut(docs(), places)]) == whole


def test_what_reading_fills() -> None:
    found = run(docs(), (*chains.READ, *chains.SKETCH))
    assert [row["row"] for row in found["texts"]] == list(range(7))
    assert [row["row"] for row in found["skipped_rows"]] == [7]
    words = [row["words"] for row in found["heads"]]
    assert words[:5] == [16, 23, 16, 2, 0]
    assert [row["credit"] for row in found["heads"]] == [None, "AFP", *[None] * 5]
    digests = [row["digest"] for row in found["heads"]]
    assert digests[0] == digests[2] != digests[1]
    assert digests[4] is None
    assert [row["row"] for row in found["shingles"]] == [0, 1, 2, 5, 6]
    assert {row["row"] for row in found["evidence"]} == {6}


def test_every_stage_of_a_chain_reads_what_another_fills() -> None:
    for chain in (
        chains.READ,
        chains.SKETCH + chains.KEEP_STEMS,
        chains.SIGN + chains.KEEP_SIGNATURES + chains.SAMPLE_PASSAGES,
        chains.PAIR_STEMS,
        chains.EXACT,
        chains.ALIGN,
        chains.ALIGN_KEEPERS,
    ):
        filled = {chain[0].source.name}
        for stage in chain:
            assert callable(getattr(stages, stage.name))
            assert stage.source.name in filled
            filled.add(stage.target.name)


def pairs(encoded: bool) -> pa.RecordBatch:
    """Every pair of texts; as an engine gives them, or plain."""
    texts = pa.array([text for text in TEXTS if text], pa.large_string())
    count = len(texts)
    left, right = (np.array([(a, b)[side] for a in range(count) for b in range(a)]) for side in (0, 1))
    sides = [pa.DictionaryArray.from_arrays(pa.array(side.astype(np.int32)), texts) for side in (left, right)]
    columns = [pa.array(left), pa.array(right), pa.array(["copy"] * len(left))]
    columns += 2 * [pa.nulls(len(left), pa.list_(pa.int64()))]
    columns += [pa.array([0] * len(left)), pa.array(np.arange(len(left)) % 20)]
    columns += sides if encoded else [side.dictionary_decode() for side in sides]
    return pa.RecordBatch.from_arrays(columns, names=list(schema.PAIR_TEXTS.column_names))


@settings(max_examples=20)
@given(st.lists(st.integers(1, 14), max_size=4))
@pytest.mark.parametrize("encoded", [True, False])
def test_pairs_give_the_same_rows_in_any_cut(encoded: bool, places: list[int]) -> None:
    whole = run(pairs(True), chains.ALIGN)
    assert {(row["left_row"], row["right_row"]) for row in whole["aligned"]} == {(1, 0), (2, 0), (2, 1)}
    assert joined([run(part, chains.ALIGN) for part in cut(pairs(encoded), places)]) == whole


@pytest.mark.parametrize("values", [[], [[]], [[1, 2], [], [2**32 - 1]]])
def test_lists_of_numbers_come_back_from_a_binary_column(values: list[list[int]]) -> None:
    bounds = np.cumsum([0, *map(len, values)], dtype=np.int64)
    flat = np.array([value for some in values for value in some], np.uint32)
    column = columns.binary_lists(flat, bounds)
    found, starts = columns.uint32_lists(column)
    assert [found[a:b].tolist() for a, b in pairwise(starts)] == values
    sliced, starts = columns.uint32_lists(column[1:])
    assert [sliced[a:b].tolist() for a, b in pairwise(starts)] == values[1:]
