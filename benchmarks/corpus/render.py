"""Tokens become UTF-8, and the word shingles of two texts are compared."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from benchmarks.corpus.chance import mix
from benchmarks.corpus.compose import compose
from benchmarks.corpus.fresh import BREAK, CAPITAL, COMMA, STOP, TOKEN

SHINGLE = 5  # words
MOST_MEMBERS = 8  # of a group: the bits of a byte
_SHORT = 16  # bytes that are copied at one go


@numba.njit(cache=True, nogil=True)
def render(articles: Any, speech: Any, spelling: Any) -> Any:
    """The texts of n articles: their UTF-8, uint8, and where each begins in it, int32[n + 1]."""
    tokens, scratch = np.empty(articles.room, np.int32), np.empty(articles.room, np.int32)
    data = np.empty(1 << 20, np.uint8)
    offsets = np.zeros(len(articles.kinds) + 1, np.int32)
    size = np.int64(0)
    for row in range(len(articles.kinds)):
        count = compose(tokens, scratch, articles, row, speech)
        most = _SHORT + count * (spelling.longest + 3)
        if size + most > len(data):
            data = np.concatenate((data[:size], np.empty(size + most, np.uint8)))
        size = _spell(data, size, tokens[:count], spelling)
        offsets[row + 1] = size
    return data[:size], offsets


@intrinsic
def _copy_short(_context: Any, target: Any, at: Any, source: Any, place: Any) -> Any:
    """Copy _SHORT bytes at once from a place in one uint8 array to a place in another."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        block = ir.VectorType(ir.IntType(8), _SHORT).as_pointer()
        target, at, source, place = arguments
        begin, end = (
            builder.bitcast(
                builder.gep(context.make_array(kind)(context, builder, array).data, [index]), block
            )
            for kind, array, index in (
                (signature.args[2], source, place),
                (signature.args[0], target, at),
            )
        )
        load = builder.load(begin)
        store = builder.store(load, end)
        load.align = store.align = 1
        return context.get_dummy_value()

    return types.void(target, types.int64, source, types.int64), emit


@numba.njit(cache=True, nogil=True)
def _spell(data: Any, size: Any, tokens: Any, spelling: Any) -> Any:
    """Write the text of some tokens at a place of ``data``; returns the place after it."""
    letters, places, names, made = spelling.letters, spelling.places, spelling.names, spelling.made
    last = size
    for token in tokens:
        word = token & TOKEN
        place = places[word]
        length = places[word + 1] - place
        _copy_short(data, size, letters, place)  # type: ignore[call-arg]
        for offset in range(_SHORT, length):
            data[size + offset] = letters[place + offset]
        if made and (token > TOKEN or word >= names[0]):
            if (names[0] <= word < names[1] or token & CAPITAL) and data[size] >= 0x61:
                data[size] -= 0x20
            if token & (STOP | COMMA):
                data[size + length] = 0x2E if token & STOP else 0x2C
                length += 1
        size += length
        last = size
        data[size] = data[size + 1] = 0x0A if token & BREAK else 0x20
        size += 2 if token & BREAK else 1
    return last


@numba.njit(cache=True, nogil=True)
def measure(articles: Any, first: Any, speech: Any, words: Any, word_places: Any) -> Any:
    """Jaccard indexes of all pairs in groups of articles, which stand one after the other.

    first  int64[g + 1]: the first article of each group, of MOST_MEMBERS at most; pairs come in
           order of the earlier, then the later member
    words, word_places  the numbers of the words of each token: see ``Vocabulary``
    """
    tokens, scratch = np.empty(articles.room, np.int32), np.empty(articles.room, np.int32)
    found = []
    for group in range(len(first) - 1):
        size = first[group + 1] - first[group]
        keys, masks = np.zeros(1 << 12, np.uint64), np.zeros(1 << 12, np.uint8)
        used = np.int64(0)
        for member in range(size):
            count = compose(tokens, scratch, articles, first[group] + member, speech)
            shingles = _shingle(tokens[:count], words, word_places)
            while 2 * (used + len(shingles)) > len(keys):
                keys, masks = _double(keys, masks)
            for value in shingles:
                slot = _find(keys, masks, value)
                used += masks[slot] == 0
                keys[slot] = value
                masks[slot] |= 1 << member
        counts = np.zeros(1 << MOST_MEMBERS, np.int64)
        for held in masks:
            counts[held] += 1
        for one in range(size):
            for other in range(one + 1, size):
                shared = union = 0
                for mask in range(len(counts)):
                    shared += counts[mask] * (mask >> one & mask >> other & 1)
                    union += counts[mask] * ((mask >> one | mask >> other) & 1)
                found.append(shared / max(1, union))
    return np.array(found)


@numba.njit(cache=True, nogil=True)
def _find(keys: Any, masks: Any, value: Any) -> Any:
    """The slot of a shingle in a table of those seen, or the empty one where it belongs.

    keys, masks  uint64, uint8: the shingle in each slot, and a bit for each member that has it
    """
    last = np.uint64(len(keys) - 1)
    slot = value & last
    while masks[slot] != 0 and keys[slot] != value:
        slot = (slot + np.uint64(1)) & last
    return slot


@numba.njit(cache=True, nogil=True)
def _double(keys: Any, masks: Any) -> Any:
    wider, wider_masks = np.zeros(2 * len(keys), np.uint64), np.zeros(2 * len(keys), np.uint8)
    for slot in range(len(keys)):
        if masks[slot] != 0:
            place = _find(wider, wider_masks, keys[slot])
            wider[place] = keys[slot]
            wider_masks[place] = masks[slot]
    return wider, wider_masks


@numba.njit(cache=True, nogil=True)
def _shingle(tokens: Any, words: Any, word_places: Any) -> Any:
    """64-bit hashes of a text's shingles in their order; uint64."""
    count = np.int64(0)
    for token in tokens:
        word = token & TOKEN
        count += word_places[word + 1] - word_places[word]
    hashes = np.empty(count, np.uint64)
    count = np.int64(0)
    for token in tokens:
        word = token & TOKEN
        for place in range(word_places[word], word_places[word + 1]):
            hashes[count] = mix(np.uint64(words[place]))
            count += 1
    shingles = np.empty(max(0, len(hashes) - SHINGLE + 1), np.uint64)
    for start in range(len(shingles)):
        value = np.uint64(0)
        for place in range(start, start + SHINGLE):
            value = (value + hashes[place]) * np.uint64(0xD1342543DE82EF95)
        shingles[start] = mix(value)
    return shingles
