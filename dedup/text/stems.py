"""Stems: words without their endings, by which a reworded sentence is still known.

A stem is the first ``LETTERS`` letters of a folded word ("criticism", "criticised": critic), after
McNamee and Mayfield (2004), who found cutting as good as stemmers by rule, in any language. A
word with a digit stays whole. In scripts written without spaces, where a word is one letter, it is
that letter with the next one.

A stem's *number* is 32 bits long; the lowest says whether a sentence begins with it.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from dedup.kernel import hash_bytes, mix_hash
from dedup.text.sentences import BEGINS, DIGIT, UNSPACED
from dedup.text.words import SKETCH_KEY, Words

LETTERS = 6
BEGINNING = np.uint32(1)  # the bit of a number that says that a sentence begins


def hash_stems(words: Words, marks: NDArray[np.uint8], key: int = SKETCH_KEY) -> NDArray[np.uint64]:
    """Hashes of the stems of words, uint64[w]; ``marks`` as ``sentences.mark_words`` gives them."""
    return hash_stems_twice(words, marks, key, key)[0]


def hash_stems_twice(
    words: Words, marks: NDArray[np.uint8], key: int, other_key: int
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """``hash_stems`` under two keys."""
    one, other = np.uint64(key), np.uint64(other_key)
    found: tuple[NDArray[np.uint64], NDArray[np.uint64]] = _hash_stems(
        words.folded, words.places, words.starts, words.ends, words.first, marks, one, other
    )
    return found


def number_stems(hashes: NDArray[np.uint64], marks: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Numbers of stems, uint32[w], from their hashes."""
    numbers = (hashes >> np.uint64(32)).astype(np.uint32) & ~BEGINNING
    return np.asarray(numbers | ((marks & BEGINS) != 0))


@numba.njit(cache=True, nogil=True)
def _hash_stems(
    folded: Any, places: Any, starts: Any, ends: Any, first: Any, marks: Any, key: Any, other_key: Any
) -> Any:
    hashes = np.empty(len(starts), np.uint64)
    others = hashes if key == other_key else np.empty(len(starts), np.uint64)
    for word in range(len(starts)):
        begin, end = places[word], places[word + 1] - 1
        if not marks[word] & DIGIT:
            stop, letters = begin, 0
            while stop < end:
                if folded[stop] & 0xC0 != 0x80:
                    letters += 1
                    if letters > LETTERS:
                        break
                stop += 1
            end = stop
        hashes[word] = hash_bytes(folded, begin, end, key)
        if key != other_key:
            others[word] = hash_bytes(folded, begin, end, other_key)
    for text in range(len(first) - 1):
        for word in range(first[text], first[text + 1] - 1):
            together = marks[word] & marks[word + 1] & UNSPACED
            if together and starts[word + 1] == ends[word]:
                hashes[word] = mix_hash(mix_hash(key, hashes[word]), hashes[word + 1])
                if key != other_key:
                    others[word] = mix_hash(mix_hash(other_key, others[word]), others[word + 1])
    return hashes, others
