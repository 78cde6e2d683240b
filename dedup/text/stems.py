"""Stems: words without their endings, by which a reworded sentence is still known.

A stem is the first ``LETTERS`` letters of a folded word ("criticism", "criticised": critic), after
McNamee and Mayfield (2004), who found cutting as good as stemmers by rule, in any language. A
word with a digit stays whole. The stem of an ideograph is that one with the next.

A stem's *number* is 32 bits long; the lowest says whether a sentence begins with it.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from dedup.text.hashing import hash_bytes, mix_hash
from dedup.text.sentences import BEGINS, DIGIT, HAN, mark_words
from dedup.text.words import SKETCH_KEY, Words

LETTERS = 6
BEGINNING = np.uint32(1)  # the bit of a number that says that a sentence begins


def hash_stems(
    words: Words, marks: NDArray[np.uint8], key: int = SKETCH_KEY, some: NDArray[np.int64] | None = None
) -> NDArray[np.uint64]:
    """Hashes of the stems of words, uint64[w]; of some, or of all.

    marks  as ``sentences.mark_words`` gives them, of all
    """
    some = np.arange(len(words.hashes)) if some is None else some
    hashes: NDArray[np.uint64] = _hash_stems(
        words.folded, words.places, words.starts, words.ends, words.first, marks, some, np.uint64(key)
    )
    return hashes


def number_stems(hashes: NDArray[np.uint64], marks: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Numbers of stems, uint32[w], from their hashes."""
    numbers = (hashes >> np.uint64(32)).astype(np.uint32) & ~BEGINNING
    return np.asarray(numbers | ((marks & BEGINS) != 0))


def stem_texts(data: NDArray[np.uint8], offsets: NDArray[np.int64], words: Words) -> NDArray[np.uint32]:
    """Numbers of the stems of all words of n texts, uint32[w].

    data, offsets  the texts, as for ``split_words``
    """
    marks = mark_words(data, offsets, words)
    return number_stems(hash_stems(words, marks), marks)


def stem_text(text: str, words: Words) -> NDArray[np.uint32]:
    """Numbers of the stems of all words of one text, uint32[w] (see ``words.split_text``)."""
    data = np.frombuffer(text.encode("utf-8", "replace"), np.uint8)
    return stem_texts(data, np.array([0, len(data)], np.int64), words)


@numba.njit(cache=True, nogil=True)
def _hash_stem(folded: Any, begin: Any, end: Any, is_number: Any, key: Any) -> Any:
    if not is_number:
        stop, letters = begin, 0
        while stop < end:
            if folded[stop] & 0xC0 != 0x80:
                letters += 1
                if letters > LETTERS:
                    break
            stop += 1
        end = stop
    return hash_bytes(folded, begin, end, key)


@numba.njit(cache=True, nogil=True)
def _hash_stems(
    folded: Any, places: Any, starts: Any, ends: Any, first: Any, marks: Any, some: Any, key: Any
) -> Any:
    hashes = np.empty(len(some), np.uint64)
    for index in range(len(some)):
        word, after = some[index], some[index] + 1
        value = _hash_stem(folded, places[word], places[after] - 1, marks[word] & DIGIT, key)
        if marks[word] & HAN and after < len(starts) and marks[after] & HAN:
            text = np.searchsorted(first, after, "right") - 1
            if first[text] < after and starts[after] == ends[word]:
                following = _hash_stem(
                    folded, places[after], places[after + 1] - 1, marks[after] & DIGIT, key
                )
                value = mix_hash(mix_hash(key, value), following)
        hashes[index] = value
    return hashes
