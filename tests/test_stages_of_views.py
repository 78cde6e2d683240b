"""The stages of the views ``passage`` and ``rewrite``: the same rows in any cut."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup import chains, schema, stages
from dedup.chains import Stage
from dedup.options import Options
from dedup.plan import Plan, make_plan
from dedup.sketch.rarity import count_articles, save_rarity
from dedup.tables.files import arrow_schema

OPTIONS = Options(min_words=5, shingle=3)
BOARD = "The harbour board of Norvik voted on Tuesday. Inspectors found rot in forty oak piles. "
TEXTS = [
    BOARD + "Traders will move across the canal before Easter.",
    "On Tuesday the harbour board in Norvik took a vote. " + BOARD[BOARD.index("Inspectors") :],
    "Too short.",
    "",
    BOARD + BOARD,
    "港务局星期二投票。检查人员发现四十根木桩已经腐烂。",
    "ferry " * 300,
]
CHAIN = (*chains.READ, *chains.SKETCH, *chains.KEEP_STEMS)
MET = (*chains.SAMPLE_PASSAGES, *chains.PAIR_STEMS)

Made = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """With a rarity for which the stems of these texts are rare, but not alone."""
    path = tmp_path_factory.mktemp("rarity") / "rarity.npy"
    batches = made_of(docs(), CHAIN, make_plan(OPTIONS))[1]["stems"]
    stems = [
        np.concatenate(
            [np.frombuffer(row["stems"], np.uint32) for batch in batches for row in batch.to_pylist()]
        )
    ] * 3
    save_rarity(path, count_articles(3, ((some, np.array([0, len(some)])) for some in stems)))
    return make_plan(OPTIONS)._replace(rarity=str(path))


def docs() -> pa.RecordBatch:
    empty = dict.fromkeys(schema.DOCS.column_names)
    rows: list[dict[str, Any]] = [
        {**empty, "row": n, "path": "a.jsonl", "text": text, "warnings": []} for n, text in enumerate(TEXTS)
    ]
    return pa.RecordBatch.from_pylist(rows, schema=arrow_schema(schema.DOCS))


def made_of(
    batch: pa.RecordBatch, chain: tuple[Stage, ...], plan: Plan
) -> tuple[Made, dict[str, list[pa.RecordBatch]]]:
    made = {chain[0].source.name: [batch]}
    for stage in chain:
        outputs = [
            output
            for source in made[stage.source.name]
            for output in getattr(stages, stage.name)(source, plan)
        ]
        assert all(output.schema.equals(arrow_schema(stage.target)) for output in outputs)
        made[stage.target.name] = outputs
    rows = {name: [row for output in outputs for row in output.to_pylist()] for name, outputs in made.items()}
    return rows, made


@settings(max_examples=6)
@given(st.lists(st.integers(1, 6), max_size=4))
def test_the_same_rows_in_any_cut(plan: Plan, places: list[int]) -> None:
    whole, _ = made_of(docs(), CHAIN + MET, plan)
    cuts = pairwise(sorted({0, *places, len(TEXTS)}))
    parts = [made_of(docs().slice(begin, end - begin), CHAIN + MET, plan)[0] for begin, end in cuts]
    assert {name: [row for part in parts for row in part[name]] for name in whole} == whole


def test_what_the_views_fill(plan: Plan) -> None:
    found, _ = made_of(docs(), CHAIN + MET, plan)
    assert [row["row"] for row in found["stems"]] == [0, 1, 4, 5, 6]
    assert [row["row"] for row in found["rare_keys"]] == [0, 1, 4, 5, 6]
    assert len(found["stems"][0]["stems"]) // 4 == len(TEXTS[0].split())
    keys: dict[int, set[int]] = {row: set() for row in range(len(TEXTS))}
    for row in found["every_rare"]:
        keys[row["row"]].add(row["key"])
    assert [row["keys"] for row in found["rare_keys"]] == [len(keys[row]) for row in (0, 1, 4, 5, 6)]
    assert len(keys[0] & keys[1]) >= 15
    assert keys[4] < keys[0]
    assert keys[6] == set()
    assert not keys[5] & keys[0]


def test_articles_that_share_a_passage_share_its_keys(plan: Plan) -> None:
    found, _ = made_of(docs(), CHAIN + MET, plan)
    keys: dict[int, list[int]] = {row: [] for row in range(len(TEXTS))}
    for row in found["every_passage"]:
        keys[row["row"]].append(row["key"])
    assert all(len(set(some)) == len(some) for some in keys.values())
    shingles = {row["row"]: len(row["shingles"]) // 4 for row in found["shingles"]}
    assert all(len(keys[row]) <= shingles.get(row, 0) for row in keys)
    assert set(keys[0]) & set(keys[4])


def test_without_the_view_no_stems_are_kept() -> None:
    found, _ = made_of(docs(), CHAIN, make_plan(Options(min_words=5, shingle=3, profile="reuse")))
    assert found["stems"] == []
    assert len(found["shingles"]) == 5


def test_articles_without_keys_are_counted(plan: Plan) -> None:
    empty = pa.RecordBatch.from_pylist([], schema=arrow_schema(schema.STEMS))
    assert made_of(empty, chains.PAIR_STEMS, plan)[0]["every_rare"] == []
