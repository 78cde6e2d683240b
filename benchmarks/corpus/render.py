"""Tokens become UTF-8, and the word shingles of two texts are compared."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from benchmarks.corpus.compose import BREAK, CAPITAL, COMMA, STOP, TOKEN, compose, mix

SHINGLE = 5  # words


@numba.njit(cache=True, nogil=True)
def render(articles: Any, vocabulary: Any) -> Any:
    """The texts of n articles: their UTF-8, uint8, and where each begins in it, int32[n + 1]."""
    tokens = np.empty(_room(articles), np.int32)
    longest = np.max(np.diff(vocabulary.places)) + 4
    data = np.empty(1 << 20, np.uint8)
    offsets = np.zeros(len(articles.kinds) + 1, np.int32)
    size = 0
    for row in range(len(articles.kinds)):
        count = compose(tokens, articles, row, vocabulary)
        if size + count * longest > len(data):
            data = np.concatenate((data[:size], np.empty(size + count * longest, np.uint8)))
        separator = 0
        for token in tokens[:count]:
            if separator > 0:
                data[size] = separator
                size += 1
                if separator == 0x0A:
                    data[size] = separator
                    size += 1
            begin = size
            word = token & TOKEN
            for place in range(vocabulary.places[word], vocabulary.places[word + 1]):
                data[size] = vocabulary.data[place]
                size += 1
            if vocabulary.made:
                named = vocabulary.names[0] <= word < vocabulary.names[1]
                if (named or token & CAPITAL) and 0x61 <= data[begin] <= 0x7A:
                    data[begin] -= 0x20
                if token & STOP:
                    data[size] = 0x2E
                    size += 1
                elif token & COMMA:
                    data[size] = 0x2C
                    size += 1
            separator = 0x0A if token & BREAK else 0x20
        offsets[row + 1] = size
    return data[:size], offsets


@numba.njit(cache=True, nogil=True)
def measure(articles: Any, first: Any, vocabulary: Any) -> Any:
    """Jaccard indexes of all pairs in groups of articles, which stand one after the other.

    first  int64[g + 1]: the first article of each group; pairs come in order of the earlier,
           then the later member
    """
    tokens = np.empty(_room(articles), np.int32)
    found = []
    for group in range(len(first) - 1):
        shingles = []
        for row in range(first[group], first[group + 1]):
            count = compose(tokens, articles, row, vocabulary)
            shingles.append(_shingle(tokens[:count], vocabulary.words))
        for one in range(len(shingles)):
            for other in range(one + 1, len(shingles)):
                found.append(_jaccard(shingles[one], shingles[other]))
    return np.array(found)


@numba.njit(cache=True, nogil=True)
def _room(articles: Any) -> Any:
    """More tokens than any article has: three texts with all that is put around and between."""
    return 3 * np.max(articles.lengths) + articles.opening + 3_000


@numba.njit(cache=True, nogil=True)
def _shingle(tokens: Any, words: Any) -> Any:
    """64-bit hashes of a text's shingles, sorted, none twice."""
    count = 0
    for token in tokens:
        word = token & TOKEN
        count += words.places[word + 1] - words.places[word]
    numbers = np.empty(count, np.uint64)
    count = 0
    for token in tokens:
        word = token & TOKEN
        for place in range(words.places[word], words.places[word + 1]):
            numbers[count] = words.items[place]
            count += 1
    shingles = np.empty(max(0, count - SHINGLE + 1), np.uint64)
    for start in range(len(shingles)):
        value = np.uint64(0)
        for place in range(start, start + SHINGLE):
            value = mix(value + numbers[place])
        shingles[start] = value
    return np.unique(shingles)


@numba.njit(cache=True, nogil=True)
def _jaccard(left: Any, right: Any) -> Any:
    """The Jaccard index of two sorted sets; 0 if both are empty."""
    shared = one = other = 0
    while one < len(left) and other < len(right):
        if left[one] == right[other]:
            shared += 1
            one += 1
            other += 1
        elif left[one] < right[other]:
            one += 1
        else:
            other += 1
    return shared / max(1, len(left) + len(right) - shared)
