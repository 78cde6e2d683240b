"""Some words of many texts: the kernels that keep, find, count and hash them."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from dedup.text.hashing import hash_bytes


@numba.njit(cache=True, nogil=True)
def keep_words(
    hashes: Any, starts: Any, ends: Any, first: Any, lengths: Any, folded: Any, places: Any, odd: Any,
    bounds: Any, ranges: Any,
) -> Any:  # fmt: skip
    """The arrays of ``text.words.Words`` without the words that begin outside the ranges of their texts."""
    begins = np.empty(len(ranges), np.int64)  # the words of each range
    stops = np.empty(len(ranges), np.int64)
    firsts = np.zeros_like(first)
    count = size = 0
    for text in range(len(first) - 1):
        word, last = first[text], first[text + 1]
        for place in range(bounds[text], bounds[text + 1]):
            word += np.searchsorted(starts[word:last], ranges[place, 0])
            begins[place] = word
            word += np.searchsorted(starts[word:last], ranges[place, 1])
            stops[place] = word
            count += word - begins[place]
            size += places[word] - places[begins[place]]
        firsts[text + 1] = count
    kept_hashes = np.empty(count, np.uint64)
    kept_starts = np.empty(count, np.int32)
    kept_ends = np.empty(count, np.int32)
    kept = np.empty(size, np.uint8)
    kept_places = np.zeros(count + 1, np.int64)
    count = size = 0
    for place in range(len(ranges)):
        begin, stop = begins[place], stops[place]
        after = count + stop - begin
        kept_hashes[count:after] = hashes[begin:stop]
        kept_starts[count:after] = starts[begin:stop]
        kept_ends[count:after] = ends[begin:stop]
        length = places[stop] - places[begin]
        kept[size : size + length] = folded[places[begin] : places[stop]]
        kept_places[count : after + 1] = places[begin : stop + 1] + (size - places[begin])
        count = after
        size += length
    return kept_hashes, kept_starts, kept_ends, firsts, lengths, kept, kept_places, odd


@numba.njit(cache=True, nogil=True)
def are_kept(first: Any, starts: Any, kept_first: Any, kept_starts: Any) -> Any:
    """Which words of n texts are among those that were kept."""
    kept = np.zeros(len(starts), np.bool_)
    for text in range(len(first) - 1):
        word = first[text]
        for index in range(kept_first[text], kept_first[text + 1]):
            while starts[word] < kept_starts[index]:
                word += 1
            kept[word] = True
            word += 1  # several words may begin at one code point
    return kept


@numba.njit(cache=True, nogil=True)
def hash_words(folded: Any, places: Any, some: Any, key: Any) -> Any:
    """Hashes of some folded words, each followed by a space, after which eight more bytes can be read."""
    hashes = np.empty(len(some), np.uint64)
    for index in range(len(some)):
        word = some[index]
        hashes[index] = hash_bytes(folded, places[word], places[word + 1] - 1, key)
    return hashes


@numba.njit(cache=True, nogil=True)
def count_letters(folded: Any, places: Any, first: Any) -> Any:
    """How many words of n texts are a single letter, Latin or of two bytes, int64[n]; digits are none."""
    counts = np.zeros(len(first) - 1, np.int64)
    for text in range(len(first) - 1):
        for word in range(first[text], first[text + 1]):
            place = places[word]
            size, byte = places[word + 1] - place - 1, folded[place]
            if byte >= 0x80:
                counts[text] += size == 2
            elif byte >= 0x61:
                counts[text] += size == 1 or (
                    size == 3 and folded[place + 1] & 0xFE == 0xCC
                )  # with an accent
    return counts
