"""Rows of result tables, made of those of their queries."""

from __future__ import annotations

import pyarrow as pa

from dedup import schema
from dedup.schema import Table
from dedup.tables.columns import batch_of, body_ranges


def finish(rows: pa.RecordBatch, target: Table) -> pa.RecordBatch:
    """Rows of a result table from those of its query."""
    if target == schema.ARTICLES:
        return _finish_articles(rows)
    if target == schema.PAIRS:
        return _finish_pairs(rows)
    return batch_of(dict(zip(target.column_names, rows.columns, strict=True)), target)


def _finish_articles(heads: pa.RecordBatch) -> pa.RecordBatch:
    """Articles with their texts, if they have any, and with their bodies."""
    columns = {"text": pa.nulls(heads.num_rows, pa.string())}  # unless they have theirs
    columns |= {name: heads[name] for name in heads.schema.names}
    first, bounds = body_ranges(heads["body"], heads["length"].to_numpy())
    ranges = pa.StructArray.from_arrays([pa.array(bounds[:, 0]), pa.array(bounds[:, 1])], ["start", "end"])
    columns["body"] = pa.ListArray.from_arrays(pa.array(first, pa.int32()), ranges)
    return batch_of(columns, schema.ARTICLES)


def _finish_pairs(rows: pa.RecordBatch) -> pa.RecordBatch:
    columns = {name: rows[name] for name in rows.schema.names}
    columns["left"], columns["right"] = rows["left_article"], rows["right_article"]
    columns["views"] = [views.split(",") if views else [] for views in rows["views"].to_pylist()]
    return batch_of(columns, schema.PAIRS)
