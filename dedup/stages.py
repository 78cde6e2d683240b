"""The stages: pure functions from record batches to record batches.

Every stage takes one batch of its source table and the plan, and yields batches of its
target table. Engines call them: the local one over a pool of processes, a cluster through
``mapInArrow``. A stage holds no state and knows no engine; what it yields depends on the
rows it gets alone, so any cut of a table into batches gives the same rows.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dedup import schema, spun
from dedup.align import OPS, Places
from dedup.furniture.body import Bodies, find_bodies
from dedup.furniture.forms import forms
from dedup.furniture.lines import Described, Lines, cut_lines, describe
from dedup.furniture.recurring import (
    LEAST_OFTEN,
    MOST_BYTES,
    UNIT,
    Recurring,
    how_they_recur,
    key_in_source,
    source_key,
)
from dedup.furniture.recurring import NONE as NONE_RECURS
from dedup.pair import compare_all
from dedup.plan import Plan
from dedup.schema import Table
from dedup.sketch.bands import band_keys
from dedup.sketch.frequent import load_frequent
from dedup.sketch.minhash import distinct_shingles, sign
from dedup.tables import arrow_schema, read_table
from dedup.text.words import SECRET_KEY, Words, keep_ranges, split_words

Batches = Iterator[pa.RecordBatch]

LEAST_HIDDEN, LEAST_MIXED = 10, 3  # characters and words of which a warning is made
_LONGEST_SHOWN = 300  # code points of a line of furniture


# ------------------------------------------------------------------ docs -> sketches


def keep_texts(docs: pa.RecordBatch, plan: Plan) -> Batches:
    """The articles, with what the input says of them."""
    yield _select(_articles(docs), schema.TEXTS)


def keep_skipped(docs: pa.RecordBatch, plan: Plan) -> Batches:
    """The rows that hold no text but a reason."""
    yield _select(docs.filter(docs["reason"].is_valid()), schema.SKIPPED_ROWS)


def key_lines(texts: pa.RecordBatch, plan: Plan) -> Batches:
    """The lines of articles of several lines, each by a key under its source."""
    lines = cut_lines(*string_buffers(texts["text"]))
    counts = np.diff(lines.first)
    owners = np.repeat(np.arange(len(counts)), counts)
    sizes = lines.stops - lines.starts
    totals = np.bincount(owners, sizes, len(counts)).astype(np.int64)
    keys = key_in_source(lines.keys, _source_keys(texts["source"])[owners]).view(np.int64)
    counted = np.flatnonzero((counts[owners] > 1) & (sizes <= MOST_BYTES))
    owners = owners[counted]
    columns = {
        "row": texts["row"].to_numpy()[owners],
        "key": keys[counted],
        "size": sizes[counted],
        "total": totals[owners],
    }
    yield _batch(columns, schema.EVERY_LINE)


def sketch(docs: pa.RecordBatch, plan: Plan) -> Batches:
    """Everything that the text says: words, body, digest, shingles, signs of a spinner."""
    buffers = string_buffers(docs["text"])
    every_word = split_words(*buffers)
    lines = cut_lines(*buffers)
    said = describe(lines, *buffers, every_word, forms())
    bodies = _find_bodies(docs, lines, said, every_word.lengths, plan)
    words = keep_ranges(every_word, bodies.first, bodies.ranges)
    shingles, bounds = distinct_shingles(words, plan.options.shingle, plan.options.min_words)
    texts = docs["text"]
    evidence = {} if plan.options.no_spun else spun.find_evidence_batch(words, lambda row: texts[row].as_py())
    score, is_spun = np.zeros(docs.num_rows), np.zeros(docs.num_rows, np.bool_)
    for row, found in evidence.items():
        verdict = spun.judge(texts[row].as_py(), found)
        score[row], is_spun[row] = verdict.score, verdict.spun
    columns: dict[str, Any] = {name: docs[name] for name in docs.schema.names}
    columns["words"] = np.diff(every_word.first)
    columns["length"] = words.lengths
    columns["digest"] = _digests(every_word)
    columns["warnings"] = _warnings(docs["warnings"], every_word)
    columns["body"] = _body_lists(bodies)
    columns["removed"] = _removed_lines(texts, lines, said, bodies)
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


def unfold_removed(sketched: pa.RecordBatch, plan: Plan) -> Batches:
    """The lines that are furniture, a row each."""
    removed = sketched["removed"]
    owners = sketched["row"].take(pc.list_parent_indices(removed))
    yield _batch({"row": owners, "text_": removed.flatten()}, schema.REMOVED)


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
    bodies = keep_ranges(words, *_ranges_of(pairs, left, right, words.lengths))
    ends = [pairs[name].to_pylist() for name in schema.CANDIDATES.column_names[:3]]
    rows = []
    for index, found in compare_all(
        words, bodies, lambda number: str(texts[number]), left, right, plan.options
    ):
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
    """Articles with their texts, if they have any, and with their bodies."""
    columns = {"text": pa.nulls(heads.num_rows, pa.string())}  # unless they have theirs
    columns |= {name: heads[name] for name in heads.schema.names}
    first, bounds = _ranges_from(heads["body"], heads["length"].to_numpy())
    ranges = pa.StructArray.from_arrays([pa.array(bounds[:, 0]), pa.array(bounds[:, 1])], ["start", "end"])
    columns["body"] = pa.ListArray.from_arrays(pa.array(first, pa.int32()), ranges)
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


def _source_keys(sources: pa.Array) -> NDArray[np.uint64]:
    """Keys of the sources of n articles."""
    encoded = sources.dictionary_encode(null_encoding="encode")
    keys = np.array([source_key(source) for source in encoded.dictionary.to_pylist()] or [0], np.uint64)
    found: NDArray[np.uint64] = keys[encoded.indices.to_numpy(zero_copy_only=False)]
    return found


def _find_bodies(
    docs: pa.RecordBatch, lines: Lines, said: Described, lengths: NDArray[np.int64], plan: Plan
) -> Bodies:
    owners = np.repeat(np.arange(docs.num_rows), np.diff(lines.first))
    keys = key_in_source(lines.keys, _source_keys(docs["source"])[owners])
    return find_bodies(lines, said, how_they_recur(keys, load_recurring(plan.recurring)), lengths)


def _warnings(given: pa.Array, words: Words) -> pa.Array:
    """The warnings of n articles with those of their letters."""
    hidden, mixed = (words.odd >= [LEAST_HIDDEN, LEAST_MIXED]).T
    if not (hidden | mixed).any():
        return given
    lists = given.to_pylist()
    for row in np.flatnonzero(hidden | mixed).tolist():
        if hidden[row]:
            lists[row].append(f"{words.odd[row, 0]} invisible characters within words")
        if mixed[row]:
            lists[row].append(f"{words.odd[row, 1]} words mix letters of several scripts that look alike")
    return pa.array(lists, given.type)


def _body_lists(bodies: Bodies) -> pa.Array:
    """Bodies as lists of starts and ends; null: the whole text."""
    ranges = pa.array(bodies.ranges.ravel(), pa.int64())
    offsets = pa.array(2 * bodies.first, pa.int32())
    return pa.ListArray.from_arrays(offsets, ranges, mask=pa.array(bodies.is_whole))


def _ranges_from(lists: pa.Array, lengths: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where the ranges of each of n bodies begin, int64[n + 1], and the ranges, int64[r, 2]."""
    given = pc.list_value_length(lists).fill_null(0).to_numpy(zero_copy_only=False) // 2
    is_whole = lists.is_null().to_numpy(zero_copy_only=False)
    counts = np.where(is_whole, 1, given)
    first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    ranges = np.empty((first[-1], 2), np.int64)
    whole = first[:-1][is_whole]
    ranges[whole, 0], ranges[whole, 1] = 0, lengths[is_whole]
    others = np.ones(len(ranges), np.bool_)
    others[whole] = False
    ranges[others] = lists.flatten().to_numpy(zero_copy_only=False).reshape(-1, 2)
    return first, ranges


def _ranges_of(
    pairs: pa.RecordBatch, left: NDArray[np.int64], right: NDArray[np.int64], lengths: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The bodies of texts that stand in pairs, by the texts' numbers (see ``_ranges_from``)."""
    sides = np.concatenate([left, right])
    numbers, places = np.unique(sides, return_index=True)
    every = pa.concat_arrays([pairs["left_body"], pairs["right_body"]])
    assert len(numbers) == len(lengths)
    return _ranges_from(every.take(pa.array(places)), lengths)


def _removed_lines(texts: pa.Array, lines: Lines, said: Described, bodies: Bodies) -> pa.Array:
    """The lines that go, as lists of n articles."""
    places = np.flatnonzero(bodies.removed)
    counts = np.concatenate([[0], np.cumsum(bodies.removed)])[lines.first]
    owners = np.searchsorted(lines.first, places, side="right") - 1
    found: list[str] = []
    last, text = -1, ""
    for owner, start, end in zip(
        owners.tolist(), said.starts[places].tolist(), said.ends[places].tolist(), strict=True
    ):
        if owner != last:
            last, text = owner, texts[owner].as_py()
        found.append(text[start:end].strip()[:_LONGEST_SHOWN])
    return pa.ListArray.from_arrays(pa.array(counts, pa.int32()), pa.array(found, pa.string()))


@functools.lru_cache(maxsize=1)
def load_recurring(path: str) -> Recurring:
    """The recurring lines of a scan, from the folder of their table; '' for none."""
    if not path:
        return NONE_RECURS
    table = read_table(Path(path), schema.RECURRING)
    keys = table["key"].to_numpy().view(np.uint64)
    order = np.argsort(keys)
    keys, units = keys[order], table["units"].to_numpy()[order]
    often = units >= LEAST_OFTEN * UNIT
    return Recurring(keys, keys[often])


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
