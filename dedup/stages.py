"""The stages: pure functions from record batches to record batches.

Every stage takes one batch of its source table and the plan, and yields batches of its
target table. Engines call them: the local one over a pool of processes, a cluster through
``mapInArrow``. A stage holds no state and knows no engine; what it yields depends on the
rows it gets alone, so any cut of a table into batches gives the same rows.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dedup import schema, spun
from dedup.align import OPS, Places
from dedup.pair import compare_all
from dedup.plan import Plan
from dedup.schema import Table
from dedup.sketch.bands import band_keys
from dedup.sketch.frequent import load_frequent
from dedup.sketch.minhash import distinct_shingles, sign
from dedup.tables import arrow_schema
from dedup.text.words import SECRET_KEY, Words, split_words

Batches = Iterator[pa.RecordBatch]


# ------------------------------------------------------------------ docs -> sketches


def keep_texts(docs: pa.RecordBatch, plan: Plan) -> Batches:
    """The texts alone."""
    yield _select(_articles(docs), schema.TEXTS)


def keep_skipped(docs: pa.RecordBatch, plan: Plan) -> Batches:
    """The rows that hold no text but a reason."""
    yield _select(docs.filter(docs["reason"].is_valid()), schema.SKIPPED_ROWS)


def sketch(docs: pa.RecordBatch, plan: Plan) -> Batches:
    """Everything that the text alone says: words, digest, signature, signs of a spinner."""
    docs = _articles(docs)
    words = split_words(*string_buffers(docs["text"]))
    shingles, bounds = distinct_shingles(words, plan.options.shingle, plan.options.min_words)
    texts = docs["text"]
    evidence = {} if plan.options.no_spun else spun.find_evidence_batch(words, lambda row: texts[row].as_py())
    score, is_spun = np.zeros(docs.num_rows), np.zeros(docs.num_rows, np.bool_)
    for row, found in evidence.items():
        verdict = spun.judge(texts[row].as_py(), found)
        score[row], is_spun[row] = verdict.score, verdict.spun
    columns: dict[str, Any] = {name: docs[name] for name in docs.schema.names}
    columns["words"] = np.diff(words.first)
    columns["length"] = words.lengths
    columns["digest"] = _digests(words)
    columns["shingles"] = _binary(shingles, bounds)
    columns["spun_score"] = score
    columns["spun"] = is_spun
    columns["evidence"] = _evidence_lists(evidence, docs.num_rows)
    yield _batch(columns, schema.SKETCHED)


def keep_heads(sketched: pa.RecordBatch, plan: Plan) -> Batches:
    """All that is known of the articles but texts and signatures."""
    yield _select(sketched, schema.HEADS)


def keep_shingles(sketched: pa.RecordBatch, plan: Plan) -> Batches:
    """The shingles of the articles that are long enough to be signed."""
    yield _select(sketched.filter(pc.greater(pc.binary_length(sketched["shingles"]), 0)), schema.SHINGLES)


def sign_shingles(rows: pa.RecordBatch, plan: Plan) -> Batches:
    """Signatures."""
    signatures = sign(*uint32_lists(rows["shingles"]), plan.scheme, load_frequent(plan.frequent))
    bounds = np.arange(len(signatures) + 1) * signatures.shape[1]
    yield _batch({"row": rows["row"], "signature": _binary(signatures.ravel(), bounds)}, schema.SIGNED)


def cut_bands(signed: pa.RecordBatch, plan: Plan) -> Batches:
    """Band keys, a row each."""
    signatures = uint32_lists(signed["signature"])[0].reshape(-1, plan.options.permutations)
    keys = band_keys(signatures, plan.scheme.banding)
    rows = np.repeat(signed["row"].to_numpy(), plan.scheme.banding.bands)
    yield _batch({"row": rows, "key": keys.ravel()}, schema.EVERY_BAND)


def keep_signatures(signed: pa.RecordBatch, plan: Plan) -> Batches:
    """Signatures, to be kept as a result."""
    yield _select(signed, schema.SIGNATURES)


def unfold_evidence(sketched: pa.RecordBatch, plan: Plan) -> Batches:
    """The evidence of the articles, a row each."""
    found = sketched["evidence"].flatten()
    owners = sketched["row"].take(pc.list_parent_indices(sketched["evidence"]))
    columns = dict(zip((field.name for field in found.type), found.flatten(), strict=True))
    yield _batch({**columns, "row": owners, "partner": pa.nulls(len(found), pa.int64())}, schema.EVIDENCE)


# ------------------------------------------------------------------ pairs


def align(pairs: pa.RecordBatch, plan: Plan) -> Batches:
    """Align every candidate pair on its texts; the rows that are a pair, with their kind."""
    texts, left, right = _encode(pairs["left_text"], pairs["right_text"])
    words = split_words(*string_buffers(texts), key=SECRET_KEY)
    ends = [pairs[name].to_pylist() for name in schema.CANDIDATES.column_names]
    rows = []
    for index, found in compare_all(words, lambda number: str(texts[number]), left, right, plan.options):
        left_row, right_row, views = (column[index] for column in ends)
        rows.append({"left_row": left_row, "right_row": right_row, "views": views, **found._asdict()})
    yield _rows(rows, schema.ALIGNED)


def align_exact(ends: pa.RecordBatch, plan: Plan) -> Batches:
    """Pairs of articles with the same words: known from the digest of all words."""
    rows = [
        {
            "left_row": row["left_row"],
            "right_row": row["right_row"],
            "views": "",
            "kind": "exact",
            "similarity": 1.0,
            "left_containment": 1.0,
            "right_containment": 1.0,
            "jaccard": 1.0,
            "longest_run": row["words"],
            "swapped_words": 0,
            "spun_side": None,
            "places": np.array([[0, 0, row["left_length"], 0, row["right_length"]]]),
            "spun_score": 0.0,
            "left_evidence": (),
            "right_evidence": (),
        }
        for row in ends.to_pylist()
    ]
    yield _rows(rows, schema.EXACT_ALIGNED)


def unfold_pair_evidence(aligned: pa.RecordBatch, plan: Plan) -> Batches:
    """The swaps that speak against one side of a pair, a row each."""
    columns = ("left_row", "right_row", "left_evidence", "right_evidence")
    rows = []
    for left, right, on_left, on_right in zip(*(aligned[c].to_pylist() for c in columns), strict=True):
        rows += [{"row": left, "partner": right, **found} for found in on_left]
        rows += [{"row": right, "partner": left, **found} for found in on_right]
    yield _rows(rows, schema.PAIR_EVIDENCE)


def _encode(left: pa.Array, right: pa.Array) -> tuple[pa.Array, NDArray[np.int64], NDArray[np.int64]]:
    """The texts of both sides of pairs, each once, and their numbers on either side."""
    if not (isinstance(left, pa.DictionaryArray) and left.dictionary.equals(right.dictionary)):
        sides = [side.cast(pa.large_string()) for side in (left, right)]
        both = pa.concat_arrays(sides).dictionary_encode()
        left, right = both[: len(left)], both[len(left) :]
    numbers = (side.indices.to_numpy().astype(np.int64) for side in (left, right))
    return left.dictionary, *numbers


# ------------------------------------------------------------------ result tables


def finish(rows: pa.RecordBatch, first: int, target: Table) -> pa.RecordBatch:
    """Rows of a result table from those of its query; ``first`` numbers the first row, from 1."""
    if target == schema.ARTICLES:
        return _finish_articles(rows)
    if target == schema.PAIRS:
        return _finish_pairs(rows, first)
    return _batch(dict(zip(target.column_names, rows.columns, strict=True)), target)


def _finish_articles(heads: pa.RecordBatch) -> pa.RecordBatch:
    """Articles with their texts, if they have any; the body is the whole text."""
    columns = {"text": pa.nulls(heads.num_rows, pa.string())}  # unless they have theirs
    columns |= {name: heads[name] for name in heads.schema.names}
    bounds = np.zeros((heads.num_rows, 2), np.int64)
    bounds[:, 1] = heads["length"].to_numpy()
    ranges = pa.StructArray.from_arrays([pa.array(bounds[:, 0]), pa.array(bounds[:, 1])], ["start", "end"])
    columns["body"] = pa.ListArray.from_arrays(
        pa.array(np.arange(heads.num_rows + 1, dtype=np.int32)), ranges
    )
    return _batch(columns, schema.ARTICLES)


def _finish_pairs(rows: pa.RecordBatch, first: int) -> pa.RecordBatch:
    columns = {name: rows[name] for name in rows.schema.names}
    columns["pair"] = np.arange(first, first + rows.num_rows)
    columns["left"], columns["right"] = rows["left_article"], rows["right_article"]
    columns["views"] = [views.split(",") if views else [] for views in rows["views"].to_pylist()]
    return _batch(columns, schema.PAIRS)


# ------------------------------------------------------------------ helpers


def string_buffers(texts: pa.Array) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """UTF-8 bytes and offsets (n + 1) of a string array without nulls, without copying the bytes."""
    if texts.type != pa.large_string():
        texts = texts.cast(pa.large_string())
    _, offsets, data = texts.buffers()
    places = (
        np.frombuffer(offsets, np.int64)[texts.offset : texts.offset + len(texts) + 1] if offsets else _NONE
    )
    return np.frombuffer(data or b"", np.uint8), places


def uint32_lists(column: pa.Array) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """A binary column without nulls as uint32 values, and where each row's begin (n + 1)."""
    _, offsets, data = column.buffers()
    bounds = np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1]
    values = np.frombuffer(data or b"", np.uint32)[bounds[0] // 4 : bounds[-1] // 4]
    return values, (bounds - bounds[0]).astype(np.int64) // 4


_NONE = np.zeros(1, np.int64)


def _articles(docs: pa.RecordBatch) -> pa.RecordBatch:
    return docs if docs["reason"].null_count == docs.num_rows else docs.filter(pc.is_null(docs["reason"]))


def _digests(words: Words) -> list[bytes | None]:
    """128 bits of SHA-256 of each text's folded words: equal only if the words are equal."""
    folded = words.folded.data
    cuts = words.places[words.first].tolist()
    return [
        hashlib.sha256(folded[start:stop]).digest()[:16] if stop > start else None
        for start, stop in itertools.pairwise(cuts)
    ]


def _binary(values: NDArray[np.uint32], bounds: NDArray[np.int64]) -> pa.Array:
    """Lists of values, cut at ``bounds`` (n + 1), as a binary column."""
    offsets = pa.py_buffer((4 * bounds).astype(np.int32))
    return pa.Array.from_buffers(pa.binary(), len(bounds) - 1, [None, offsets, pa.py_buffer(values)])


def _evidence_lists(evidence: dict[int, list[spun.Evidence]], rows: int) -> pa.Array:
    """A column of the evidence of each of n articles."""
    counts = np.zeros(rows, np.int32)
    counts[list(evidence)] = [len(found) for found in evidence.values()]
    offsets = np.concatenate([[0], np.cumsum(counts, dtype=np.int32)])
    type_ = arrow_schema(schema.SKETCHED).field("evidence").type.value_type
    flat = [one for row in sorted(evidence) for one in evidence[row]]
    columns = zip(*flat, strict=True) if flat else [[] for _ in type_]
    arrays = [pa.array(column, field.type) for column, field in zip(columns, type_, strict=True)]
    records = pa.StructArray.from_arrays(arrays, fields=list(type_))
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), records)


def _select(batch: pa.RecordBatch, table: Table) -> pa.RecordBatch:
    return _batch({name: batch[name] for name in table.column_names}, table)


def _batch(columns: dict[str, Any], table: Table) -> pa.RecordBatch:
    target = arrow_schema(table)
    arrays = []
    for field in target:
        values = columns[field.name]
        if isinstance(values, pa.Array | pa.ChunkedArray):
            arrays.append(values if values.type == field.type else values.cast(field.type))
        else:
            arrays.append(pa.array(values, field.type))
    return pa.RecordBatch.from_arrays(arrays, schema=target)


def _rows(rows: list[dict[str, Any]], table: Table) -> pa.RecordBatch:
    columns: dict[str, Any] = {
        name: _span_lists([row["places"] for row in rows]) if name == "spans" else [row[name] for row in rows]
        for name in table.column_names
    }
    return _batch(columns, table)


def _span_lists(spans: Sequence[Places]) -> pa.Array:
    """A column of span lists from int64[m, 5] arrays."""
    offsets = np.cumsum([0, *map(len, spans)], dtype=np.int32)
    flat = np.concatenate([np.empty((0, 5), np.int64), *spans])
    ops = pa.DictionaryArray.from_arrays(pa.array(flat[:, 0].astype(np.int8)), pa.array(OPS))
    fields = [field.name for field in arrow_schema(schema.PAIRS).field("spans").type.value_type]
    numbers = [pa.array(np.ascontiguousarray(flat[:, place])) for place in range(1, 5)]
    records = pa.StructArray.from_arrays([ops.cast(pa.string()), *numbers], fields)
    return pa.ListArray.from_arrays(pa.array(offsets), records)
