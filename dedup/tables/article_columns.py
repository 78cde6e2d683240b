"""What a batch of articles says of its words, as columns: stems, digests, warnings."""

from __future__ import annotations

import hashlib
import itertools

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dedup.plan import Plan
from dedup.tables.columns import binary_lists
from dedup.text.stems import stem_texts
from dedup.text.words import Words, are_spelled, places_of_kept

LEAST_HIDDEN, LEAST_MIXED = 10, 3  # characters and words of which a warning is made
SPELLED = "most words are single letters: matched only if exactly the same"


def stems_of(
    buffers: tuple[NDArray[np.uint8], NDArray[np.int64]], every_word: Words, words: Words, plan: Plan
) -> pa.Array:
    """Stems of the words of n bodies; none of those without shingles, or if they aren't asked for."""
    counts = np.diff(words.first)
    if "rewrite" not in plan.options.views:
        return binary_lists(np.empty(0, np.uint32), np.zeros(len(counts) + 1, np.int64))
    numbers = stem_texts(*buffers, every_word)[places_of_kept(every_word, words)]
    long_enough = (counts >= plan.options.min_words) & ~are_spelled(words)
    bounds = np.concatenate([[0], np.cumsum(counts * long_enough)])
    return binary_lists(numbers[np.repeat(long_enough, counts)], bounds)


def days_of(published: pa.Array) -> pa.Array:
    """Days since 1970, int64, of times of publication as in ``schema``; null: unknown."""
    return pc.utf8_slice_codeunits(published, 0, 10).cast(pa.date32()).cast(pa.int32()).cast(pa.int64())


def digests_of(words: Words) -> list[bytes | None]:
    """128 bits of SHA-256 of each text's folded words: equal only if the words are equal."""
    folded = words.folded.data
    cuts = words.places[words.first].tolist()
    return [
        hashlib.sha256(folded[start:stop]).digest()[:16] if stop > start else None
        for start, stop in itertools.pairwise(cuts)
    ]


def warnings_of(given: pa.Array, words: Words) -> pa.Array:
    """The warnings of n articles with those of their letters."""
    hidden, mixed = (words.odd >= [LEAST_HIDDEN, LEAST_MIXED]).T
    spelled = are_spelled(words)
    odd = hidden | mixed | spelled
    if not odd.any():
        return given
    lists = given.to_pylist()
    for row in np.flatnonzero(odd).tolist():
        if hidden[row]:
            lists[row].append(f"{words.odd[row, 0]} invisible characters within words")
        if mixed[row]:
            lists[row].append(f"{words.odd[row, 1]} words mix letters of several scripts that look alike")
        if spelled[row]:
            lists[row].append(SPELLED)
    return pa.array(lists, given.type)
