"""The stages: pure functions from record batches to record batches.

Every stage takes one batch of its source table and the plan, and yields batches of its
target table. Engines call them: the local one over a pool of processes, a cluster through
``mapInArrow``. A stage holds no state and knows no engine; what it yields depends on the
rows it gets alone, so any cut of a table into batches gives the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dedup import schema, spun
from dedup.furniture.forms import forms
from dedup.furniture.lines import cut_lines, describe
from dedup.furniture.recurring import MOST_BYTES, key_in_source
from dedup.known import load_known
from dedup.plan import Plan
from dedup.sketch.bands import band_keys
from dedup.sketch.frequent import load_frequent
from dedup.sketch.minhash import distinct_shingles, sign
from dedup.sketch.rare_pairs import pair_keys
from dedup.sketch.rarity import load_rarity
from dedup.sketch.sampled import are_chosen, passage_keys
from dedup.tables.article_columns import days_of, digests_of, stems_of, warnings_of
from dedup.tables.bodies import bodies_of_pairs, find_bodies_of, find_credits, removed_lines, source_keys
from dedup.tables.columns import (
    batch_of,
    binary_lists,
    body_lists,
    evidence_lists,
    rows_of,
    select,
    string_buffers,
    uint32_lists,
)
from dedup.text.stems import stem_texts
from dedup.text.words import SECRET_KEY, keep_ranges, places_of_kept, split_words
from dedup.verify.forms import UNKNOWN
from dedup.verify.pair import compare_all
from dedup.verify.verified import Texts

Batches = Iterator[pa.RecordBatch]

# ------------------------------------------------------------------ docs -> sketches


def keep_texts(docs: pa.RecordBatch, plan: Plan) -> Batches:
    """The articles, with what the input says of them."""
    yield select(_articles(docs), schema.TEXTS)


def keep_skipped(docs: pa.RecordBatch, plan: Plan) -> Batches:
    """The rows that hold no text but a reason."""
    yield select(docs.filter(docs["reason"].is_valid()), schema.SKIPPED_ROWS)


def key_lines(texts: pa.RecordBatch, plan: Plan) -> Batches:
    """The lines of articles of several lines, each by a key under its source."""
    lines = cut_lines(*string_buffers(texts["text"]))
    counts = np.diff(lines.first)
    owners = np.repeat(np.arange(len(counts)), counts)
    sizes = lines.stops - lines.starts
    totals = np.bincount(owners, sizes, len(counts)).astype(np.int64)
    keys = key_in_source(lines.keys, source_keys(texts["source"])[owners]).view(np.int64)
    counted = np.flatnonzero((counts[owners] > 1) & (sizes <= MOST_BYTES))
    owners = owners[counted]
    columns = {
        "row": texts["row"].to_numpy()[owners],
        "key": keys[counted],
        "size": sizes[counted],
        "total": totals[owners],
    }
    yield batch_of(columns, schema.EVERY_LINE)


def sketch(docs: pa.RecordBatch, plan: Plan) -> Batches:
    """Everything that the text says: words, body, digest, shingles, credit, signs of a spinner."""
    buffers = string_buffers(docs["text"])
    every_word = split_words(*buffers)
    lines = cut_lines(*buffers)
    said = describe(lines, *buffers, every_word, forms())
    bodies = find_bodies_of(docs, lines, said, every_word.lengths, plan.recurring)
    words = keep_ranges(every_word, bodies.first, bodies.ranges)
    shingles, bounds = distinct_shingles(words, plan.options.shingle, plan.options.min_words)
    texts = docs["text"]
    evidence = {}
    if not plan.options.no_spun:
        lexicon = spun.own_lexicon(plan.own_swaps)
        evidence = spun.find_evidence_batch(words, lambda row: texts[row].as_py(), lexicon)
    score, is_spun = np.zeros(docs.num_rows), np.zeros(docs.num_rows, np.bool_)
    for row, found in evidence.items():
        verdict = spun.judge(texts[row].as_py(), found)
        score[row], is_spun[row] = verdict.score, verdict.spun
    columns: dict[str, Any] = {name: docs[name] for name in docs.schema.names}
    columns["credit"] = find_credits(texts, every_word)
    columns["day"] = days_of(docs["published"])
    columns["words"] = np.diff(every_word.first)
    columns["length"] = words.lengths
    columns["digest"] = digests_of(every_word)
    columns["warnings"] = warnings_of(docs["warnings"], every_word)
    columns["body"] = body_lists(bodies)
    columns["removed"] = removed_lines(texts, lines, said, bodies)
    columns["shingles"] = binary_lists(shingles, bounds)
    columns["stems"] = stems_of(buffers, every_word, words, plan)
    columns["spun_score"] = score
    columns["spun"] = is_spun
    columns["evidence"] = evidence_lists(evidence, docs.num_rows)
    yield batch_of(columns, schema.SKETCHED)


def keep_heads(sketched: pa.RecordBatch, plan: Plan) -> Batches:
    """All that is known of the articles but texts and signatures."""
    yield select(sketched, schema.HEADS)


def keep_shingles(sketched: pa.RecordBatch, plan: Plan) -> Batches:
    """The shingles of the articles that are long enough to be signed."""
    yield select(sketched.filter(pc.greater(pc.binary_length(sketched["shingles"]), 0)), schema.SHINGLES)


def keep_stems(sketched: pa.RecordBatch, plan: Plan) -> Batches:
    """The stems of the articles that are long enough to be signed."""
    yield select(sketched.filter(pc.greater(pc.binary_length(sketched["stems"]), 0)), schema.STEMS)


def sample_passages(rows: pa.RecordBatch, plan: Plan) -> Batches:
    """Keys of the view ``passage``, a row each."""
    shingles, bounds = uint32_lists(rows["shingles"])
    chosen = are_chosen(shingles)
    owners = np.repeat(rows["row"].to_numpy(), np.diff(bounds))[chosen]
    yield batch_of({"row": owners, "key": passage_keys(shingles[chosen])}, schema.EVERY_PASSAGE)


def pair_stems(rows: pa.RecordBatch, plan: Plan) -> Batches:
    """Keys of the view ``rewrite``."""
    keys, bounds = pair_keys(*uint32_lists(rows["stems"]), load_rarity(plan.rarity))
    lists = pa.ListArray.from_arrays(pa.array(bounds, pa.int32()), pa.array(keys))
    yield batch_of({"row": rows["row"], "keys": lists}, schema.STEMS_PAIRED)


def unfold_keys(paired: pa.RecordBatch, plan: Plan) -> Batches:
    """Keys of the view ``rewrite``, a row each."""
    keys = paired["keys"]
    owners = paired["row"].take(pc.list_parent_indices(keys))
    yield batch_of({"row": owners, "key": keys.flatten()}, schema.EVERY_RARE)


def count_keys(paired: pa.RecordBatch, plan: Plan) -> Batches:
    """How many keys of the view ``rewrite`` each article has."""
    yield batch_of({"row": paired["row"], "keys": pc.list_value_length(paired["keys"])}, schema.RARE_KEYS)


def sign_shingles(rows: pa.RecordBatch, plan: Plan) -> Batches:
    """Signatures."""
    signatures = sign(*uint32_lists(rows["shingles"]), plan.scheme, load_frequent(plan.frequent))
    bounds = np.arange(len(signatures) + 1) * signatures.shape[1]
    yield batch_of({"row": rows["row"], "signature": binary_lists(signatures.ravel(), bounds)}, schema.SIGNED)


def cut_bands(signed: pa.RecordBatch, plan: Plan) -> Batches:
    """Band keys, a row each."""
    signatures = uint32_lists(signed["signature"])[0].reshape(-1, plan.options.permutations)
    keys = band_keys(signatures, plan.scheme.banding)
    rows = np.repeat(signed["row"].to_numpy(), plan.scheme.banding.bands)
    yield batch_of({"row": rows, "key": keys.ravel()}, schema.EVERY_BAND)


def keep_signatures(signed: pa.RecordBatch, plan: Plan) -> Batches:
    """Signatures, to be kept as a result."""
    yield select(signed, schema.SIGNATURES)


def unfold_removed(sketched: pa.RecordBatch, plan: Plan) -> Batches:
    """The lines that are furniture, a row each."""
    removed = sketched["removed"]
    owners = sketched["row"].take(pc.list_parent_indices(removed))
    yield batch_of({"row": owners, "text_": removed.flatten()}, schema.REMOVED)


def unfold_evidence(sketched: pa.RecordBatch, plan: Plan) -> Batches:
    """The evidence of the articles, a row each."""
    found = sketched["evidence"].flatten()
    owners = sketched["row"].take(pc.list_parent_indices(sketched["evidence"]))
    columns = dict(zip((field.name for field in found.type), found.flatten(), strict=True))
    yield batch_of({**columns, "row": owners, "partner": pa.nulls(len(found), pa.int64())}, schema.EVIDENCE)


def reconsider(suspects: pa.RecordBatch, plan: Plan) -> Batches:
    """Verdicts on articles, each a pair with itself, by their texts and what the scrape says of words."""
    texts, rows, _ = _encode(suspects["left_text"], suspects["right_text"])
    buffers = string_buffers(texts)
    every_word = split_words(*buffers)
    words = keep_ranges(every_word, *bodies_of_pairs(suspects, rows, rows, every_word.lengths))
    stems = stem_texts(*buffers, every_word)[places_of_kept(every_word, words)]
    known = load_known(plan)
    usage = spun.Usage(spun.Scrape(known.neighbours, known.rarity.counts), stems)
    lexicon = spun.own_lexicon(plan.own_swaps)
    evidence = spun.find_evidence_batch(words, lambda row: str(texts[row]), lexicon, usage)
    verdicts = [spun.judge(str(texts[row]), evidence.get(row, ())) for row in rows.tolist()]
    columns = {
        "row": suspects["left_row"],
        "spun_score": [verdict.score for verdict in verdicts],
        "spun": [verdict.spun for verdict in verdicts],
        "evidence": evidence_lists(
            {place: evidence.get(row, []) for place, row in enumerate(rows.tolist())}, len(rows)
        ),
    }
    yield batch_of(columns, schema.RECONSIDERED)


def keep_second_verdicts(reconsidered: pa.RecordBatch, plan: Plan) -> Batches:
    """The verdicts without the evidence."""
    yield select(reconsidered, schema.SECOND_VERDICTS)


# ------------------------------------------------------------------ pairs


def align(pairs: pa.RecordBatch, plan: Plan) -> Batches:
    """Align every candidate pair on its texts; the rows that are a pair, with their kind."""
    texts, left, right = _encode(pairs["left_text"], pairs["right_text"])
    buffers = string_buffers(texts)
    words = split_words(*buffers, key=SECRET_KEY)
    bodies = keep_ranges(words, *bodies_of_pairs(pairs, left, right, words.lengths))
    read = Texts(*buffers, words, bodies, lambda number: str(texts[number]))
    known = load_known(plan)
    kinship, days = pairs["kinship"].to_numpy(), pairs["days"].fill_null(UNKNOWN).to_numpy()
    ends = [pairs[name].to_pylist() for name in schema.CANDIDATES.column_names[:3]]
    rows = []
    lexicon = spun.own_lexicon(plan.own_swaps)
    for index, found in compare_all(read, left, right, kinship, plan.options, known, days, lexicon=lexicon):
        left_row, right_row, views = (column[index] for column in ends)
        rows.append({"left_row": left_row, "right_row": right_row, "views": views, **found._asdict()})
    yield rows_of(rows, schema.ALIGNED)


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
            "probability": 1.0,
            "reason": "the same words",
            "passages": (),
            "places": np.array([[0, 0, row["left_length"], 0, row["right_length"]]]),
            "spun_score": 0.0,
            "left_evidence": (),
            "right_evidence": (),
        }
        for row in ends.to_pylist()
    ]
    yield rows_of(rows, schema.EXACT_ALIGNED)


def unfold_pair_evidence(aligned: pa.RecordBatch, plan: Plan) -> Batches:
    """The swaps that speak against one side of a pair, a row each."""
    columns = ("left_row", "right_row", "left_evidence", "right_evidence")
    rows = []
    for left, right, on_left, on_right in zip(*(aligned[c].to_pylist() for c in columns), strict=True):
        rows += [{"row": left, "partner": right, **found} for found in on_left]
        rows += [{"row": right, "partner": left, **found} for found in on_right]
    yield rows_of(rows, schema.PAIR_EVIDENCE)


def _encode(left: pa.Array, right: pa.Array) -> tuple[pa.Array, NDArray[np.int64], NDArray[np.int64]]:
    """The texts of both sides of pairs, each once, and their numbers on either side."""
    if not (isinstance(left, pa.DictionaryArray) and left.dictionary.equals(right.dictionary)):
        sides = [side.cast(pa.large_string()) for side in (left, right)]
        both = pa.concat_arrays(sides).dictionary_encode()
        left, right = both[: len(left)], both[len(left) :]
    numbers = (side.indices.to_numpy().astype(np.int64) for side in (left, right))
    return left.dictionary, *numbers


# ------------------------------------------------------------------ helpers


def _articles(docs: pa.RecordBatch) -> pa.RecordBatch:
    return docs if docs["reason"].null_count == docs.num_rows else docs.filter(pc.is_null(docs["reason"]))
