"""Bodies of batches of articles: what stages need of ``furniture``, from columns to columns."""

from __future__ import annotations

import functools
import os
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dedup import schema
from dedup.furniture.body import Bodies, find_bodies
from dedup.furniture.credit import HEAD, TAIL, credit_of
from dedup.furniture.credit_look import may_credit
from dedup.furniture.lines import Described, Lines
from dedup.furniture.recurring import (
    LEAST_OFTEN,
    NONE,
    UNIT,
    Recurring,
    how_they_recur,
    key_in_source,
    source_key,
)
from dedup.tables.columns import body_ranges, string_buffers
from dedup.tables.files import read_table
from dedup.text.words import Words

_WIDEST = 4  # bytes of a code point
_LONGEST_SHOWN = 300  # code points of a line of furniture


def source_keys(sources: pa.Array) -> NDArray[np.uint64]:
    """Keys of the sources of n articles."""
    encoded = sources.dictionary_encode(null_encoding="encode")
    keys = np.array([source_key(source) for source in encoded.dictionary.to_pylist()] or [0], np.uint64)
    found: NDArray[np.uint64] = keys[encoded.indices.to_numpy(zero_copy_only=False)]
    return found


def find_bodies_of(
    docs: pa.RecordBatch, lines: Lines, said: Described, lengths: NDArray[np.int64], recurring: str
) -> Bodies:
    """The bodies of n articles; ``recurring``: the folder of the lines that recur."""
    owners = np.repeat(np.arange(docs.num_rows), np.diff(lines.first))
    keys = key_in_source(lines.keys, source_keys(docs["source"])[owners])
    return find_bodies(lines, said, how_they_recur(keys, load_recurring(recurring)), lengths)


def bodies_of_pairs(
    pairs: pa.RecordBatch, left: NDArray[np.int64], right: NDArray[np.int64], lengths: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The bodies of texts that stand in pairs, by the texts' numbers (see ``columns.body_ranges``)."""
    sides = np.concatenate([left, right])
    numbers, places = np.unique(sides, return_index=True)
    every = pa.concat_arrays([pairs["left_body"], pairs["right_body"]])
    at = np.full(len(lengths), -1)
    at[numbers] = places
    return body_ranges(every.take(pa.array(at, mask=at < 0)), lengths)


def removed_lines(texts: pa.Array, lines: Lines, said: Described, bodies: Bodies) -> pa.Array:
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


def find_credits(texts: pa.Array, words: Words) -> pa.Array:
    """Whom each of n texts credits as its origin; ``words``: those of the texts."""
    data, offsets = string_buffers(texts)
    found: list[str | None] = [None] * len(texts)
    for place in np.flatnonzero(may_credit(words, data, offsets)).tolist():
        text = data[offsets[place] : offsets[place + 1]]
        head = text[: _WIDEST * HEAD].tobytes().decode(errors="ignore")  # a letter may be cut
        tail = text[-_WIDEST * TAIL :].tobytes().decode(errors="ignore")
        found[place] = credit_of(head[:HEAD], tail[-TAIL:])
    return pa.array(found, pa.string())


def load_recurring(path: str) -> Recurring:
    """The recurring lines of a scan, from the folder of their table; '' for none."""
    if not path:
        return NONE
    status = os.stat(path)
    return _load_recurring(path, status.st_ino, status.st_mtime_ns)


@functools.lru_cache(maxsize=1)
def _load_recurring(path: str, inode: int, modified_ns: int) -> Recurring:
    """The folder is made anew by every scan that fills it."""
    table = read_table(Path(path), schema.RECURRING)
    keys = table["key"].to_numpy().view(np.uint64)
    order = np.argsort(keys)
    keys, units = keys[order], table["units"].to_numpy()[order]
    often = units >= LEAST_OFTEN * UNIT
    return Recurring(keys, keys[often])
