"""Reported pairs of the crowd for a person to read: both heads, and the passages that both share."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

_HEAD = 400  # characters of each text
_PASSAGES = 5  # of a pair, the longest
_CROWD = "crowd/"  # what ids of the crowd begin with
_FIELDS = ("kind", "similarity", "left_containment", "right_containment", "jaccard", "longest_run")


def sample_pairs(results: Path, names: Mapping[str, str], count: int, seed: int) -> Iterator[dict[str, Any]]:
    """So many reported pairs of the crowd at random, in random order, without repetition.

    names  our ids to those of the data
    """
    pairs = pq.read_table(results / "pairs")
    inside = pc.and_(pc.starts_with(pairs["left"], _CROWD), pc.starts_with(pairs["right"], _CROWD))
    pairs = pairs.filter(inside)
    rows = random.Random(seed).sample(range(pairs.num_rows), min(count, pairs.num_rows))  # noqa: S311
    chosen = pairs.take(pa.array(rows, pa.int64())).to_pylist()
    texts = _read_texts(results, {row[side] for row in chosen for side in ("left", "right")})
    return (describe_pair(row, texts, names) for row in chosen)


def describe_pair(
    row: Mapping[str, Any], texts: Mapping[str, str], names: Mapping[str, str]
) -> dict[str, Any]:
    """A row of ``pairs`` as one reads it; its probability too, where the table has that column."""
    left = texts[row["left"]]
    shared = [left[one["left_start"] : one["left_end"]] for one in row["spans"] or () if one["op"] == "equal"]
    fields = [*_FIELDS, *(["probability"] if "probability" in row else [])]
    return {
        "left": names[row["left"]],
        "right": names[row["right"]],
        **{name: row[name] for name in fields},
        "left_head": left[:_HEAD],
        "right_head": texts[row["right"]][:_HEAD],
        "shared": sorted(shared, key=len, reverse=True)[:_PASSAGES],
    }


def _read_texts(results: Path, articles: set[str]) -> dict[str, str]:
    wanted = pa.array(sorted(articles), pa.string())
    table = pq.read_table(results / "articles", columns=["article", "text"])
    table = table.filter(pc.is_in(table["article"], value_set=wanted))
    found = zip(table["article"].to_pylist(), table["text"].to_pylist(), strict=True)
    return {article: text or "" for article, text in found}
