"""Words of many texts at once: folded, hashed, with their places in the original.

A word is a run of letters, digits and combining marks of any script; in scripts written
without spaces (Han, Kana, Thai, Lao, Khmer, Myanmar) every letter with its marks is a word,
so that five words make a character 5-gram. Words are compared folded (see ``unicode``).

The kernel reads UTF-8 bytes once. Per code point it looks up what the code point does,
appends the folded form to an output buffer, and at the end of a word hashes the folded
bytes, eight at a time, with multiplications by odd 64-bit constants and a final avalanche
(the finaliser of MurmurHash3). The hash starts from a *key*: a fixed key gives the word
hashes that sketches are made of; a secret key, drawn anew in every process, gives word
ids that no text can be prepared to collide under.
"""

from __future__ import annotations

import secrets
from typing import Any, NamedTuple

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from dedup.text.unicode import (
    IDEOGRAPH,
    IGNORABLE,
    LETTER,
    MARK,
    MOST_GROWTH,
    MOST_WORDS,
    SEPARATOR,
    TABLE_SIZE,
    fold_tables,
)

SKETCH_KEY = 0x9E3779B97F4A7C15  # 2**64 divided by the golden ratio
SECRET_KEY = secrets.randbits(64)

_TAGS = (0xE0000, 0xE01F0)  # tag characters and variation selectors: ignorable
_MARKS_HELD = 32  # marks put in canonical order at a time; longer runs keep their order


class Words(NamedTuple):
    """The words of n texts; word w of text i has index ``first[i] <= w < first[i + 1]``.

    hashes  uint64[w]: hash of the folded word
    starts  int32[w], ends int32[w]: half-open offsets into the text, in code points
    first   int64[n + 1]: index of each text's first word
    lengths int64[n]: length of each text in code points
    folded  uint8[b]: the folded words of all texts as UTF-8, each followed by a space
    places  int64[w + 1]: where each word begins in ``folded``
    """

    hashes: NDArray[np.uint64]
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    first: NDArray[np.int64]
    lengths: NDArray[np.int64]
    folded: NDArray[np.uint8]
    places: NDArray[np.int64]

    def of(self, text: int) -> slice:
        """The slice of ``hashes``, ``starts`` and ``ends`` that belongs to one text."""
        return slice(int(self.first[text]), int(self.first[text + 1]))


def split_words(data: NDArray[np.uint8], offsets: NDArray[np.int64], key: int = SKETCH_KEY) -> Words:
    """Split n texts into words.

    data     uint8: valid UTF-8 of all texts
    offsets  int64[n + 1]: where each text begins in ``data``, as in an Arrow string array
    key      the start value of the word hash, 0 to 2**64 - 1
    """
    return Words(*_split(data, offsets, np.uint64(key), *fold_tables()))


def split_text(text: str, key: int = SKETCH_KEY) -> Words:
    """Split one text; a lone surrogate counts as a separator."""
    data = np.frombuffer(text.encode("utf-8", "replace"), np.uint8)
    return split_words(data, np.array([0, len(data)], np.int64), key)


@numba.njit(cache=True, nogil=True, inline="always")
def _avalanche(value: Any) -> Any:
    value ^= value >> np.uint64(33)
    value *= np.uint64(0xFF51AFD7ED558CCD)
    value ^= value >> np.uint64(33)
    value *= np.uint64(0xC4CEB9FE1A85EC53)
    return value ^ (value >> np.uint64(33))


@intrinsic
def _load64(_context: Any, array: Any, index: Any) -> Any:
    """Eight bytes of a uint8 array as one little-endian integer, at any place."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        bytes_struct = context.make_array(signature.args[0])(context, builder, arguments[0])
        address = builder.gep(bytes_struct.data, [arguments[1]])
        wide = builder.bitcast(address, ir.IntType(64).as_pointer())
        load = builder.load(wide)
        load.align = 1
        return load

    return types.uint64(array, types.int64), emit


@numba.njit(cache=True, nogil=True)
def _hash_bytes(data: Any, start: Any, stop: Any, key: Any) -> Any:
    value = key ^ np.uint64(stop - start)
    for position in range(start, stop, 8):
        chunk: Any = _load64(data, position)  # type: ignore[call-arg]
        if stop - position < 8:
            chunk &= (np.uint64(1) << np.uint64(8 * (stop - position))) - np.uint64(1)
        value = (value ^ chunk) * np.uint64(0x9FB21C651E98DF25)
        value ^= value >> np.uint64(29)
    return _avalanche(value)


@numba.njit(cache=True, nogil=True, inline="always")
def _put(buffer: Any, size: Any, code: Any) -> Any:
    """Append one code point as UTF-8; returns the new size."""
    if code < 0x80:
        buffer[size] = code
        return size + 1
    if code < 0x800:
        buffer[size] = 0xC0 | code >> 6
        buffer[size + 1] = 0x80 | code & 0x3F
        return size + 2
    if code < 0x10000:
        buffer[size] = 0xE0 | code >> 12
        buffer[size + 1] = 0x80 | code >> 6 & 0x3F
        buffer[size + 2] = 0x80 | code & 0x3F
        return size + 3
    buffer[size] = 0xF0 | code >> 18
    buffer[size + 1] = 0x80 | code >> 12 & 0x3F
    buffer[size + 2] = 0x80 | code >> 6 & 0x3F
    buffer[size + 3] = 0x80 | code & 0x3F
    return size + 4


@numba.njit(cache=True, nogil=True)
def _split(
    data: Any, offsets: Any, key: Any, kind: Any, first: Any, sizes: Any, folded: Any, combining: Any
) -> Any:
    texts = len(offsets) - 1
    span = offsets[texts] - offsets[0]
    first_word = np.empty(texts + 1, np.int64)
    lengths = np.empty(texts, np.int64)
    beyond_ascii = 0
    for position in range(offsets[0], offsets[texts]):
        beyond_ascii += data[position] >> 7
    most = span // 2 + texts + MOST_WORDS * beyond_ascii  # a word and a space: two bytes or more
    starts = np.empty(most, np.int32)
    ends = np.empty(most, np.int32)
    places = np.empty(most + 1, np.int64)
    ascii_fold = np.zeros(256, np.uint8)  # 0 for separators and for bytes beyond ASCII
    for byte in range(128):
        if kind[byte] == LETTER:
            ascii_fold[byte] = folded[first[byte]]
    out = np.empty(8 + span + texts + MOST_GROWTH * beyond_ascii, np.uint8)  # touched only where used
    held_code = np.empty(_MARKS_HELD, np.int64)  # combining marks waiting for canonical order
    held_class = np.empty(_MARKS_HELD, np.uint8)
    held = 0
    alone = False  # the current word is one letter of an unspaced script
    size = 0
    words = 0
    for text in range(texts):
        first_word[text] = words
        position = offsets[text]
        stop = offsets[text + 1]
        place = 0  # in code points
        begin = -1  # where the current word begins in ``out``; -1 outside a word
        while position < stop:
            byte = data[position]
            if byte < 0x80 and held == 0 and not alone:
                # The same as below, for the one kind of code point that most texts consist of.
                small = ascii_fold[byte]
                if small == 0:
                    if begin >= 0:
                        out[size] = 0x20
                        size += 1
                        begin = -1
                    position += 1
                    place += 1
                    continue
                if begin < 0:
                    begin = size
                    places[words] = size
                    starts[words] = place
                    words += 1
                run = position
                while small != 0:
                    out[size] = small
                    size += 1
                    position += 1
                    if position == stop:
                        break
                    small = ascii_fold[data[position]]
                place += position - run
                ends[words - 1] = place
                continue
            if byte < 0x80:
                code = np.int64(byte)
                position += 1
            elif byte < 0xE0:
                code = np.int64(byte & 0x1F) << 6 | np.int64(data[position + 1] & 0x3F)
                position += 2
            elif byte < 0xF0:
                code = (
                    np.int64(byte & 0x0F) << 12
                    | np.int64(data[position + 1] & 0x3F) << 6
                    | np.int64(data[position + 2] & 0x3F)
                )
                position += 3
            else:
                code = (
                    np.int64(byte & 0x07) << 18
                    | np.int64(data[position + 1] & 0x3F) << 12
                    | np.int64(data[position + 2] & 0x3F) << 6
                    | np.int64(data[position + 3] & 0x3F)
                )
                position += 4
            if code < TABLE_SIZE:
                what = kind[code]
            else:
                what = IGNORABLE if _TAGS[0] <= code < _TAGS[1] else SEPARATOR
            if what == IGNORABLE:
                place += 1
                continue
            parts = np.int64(sizes[code]) if what != SEPARATOR else 0
            for index in range(max(1, parts)):
                part = np.int64(folded[first[code] + index]) if parts else 0x20
                what = kind[part]
                if begin >= 0 and what != MARK and (alone or what != LETTER):
                    for mark in range(held):
                        size = _put(out, size, held_code[mark])
                    held = 0
                    out[size] = 0x20
                    size += 1
                    begin = -1
                    alone = False
                if what == SEPARATOR or (what == MARK and begin < 0):
                    continue
                if begin < 0:
                    begin = size
                    alone = what == IDEOGRAPH
                    places[words] = size
                    starts[words] = place
                    words += 1
                rank = combining[part]
                if rank == 0 or held == _MARKS_HELD:
                    for mark in range(held):
                        size = _put(out, size, held_code[mark])
                    held = 0
                if rank == 0:
                    size = _put(out, size, part)
                else:
                    slot = held
                    while slot > 0 and held_class[slot - 1] > rank:
                        held_code[slot] = held_code[slot - 1]
                        held_class[slot] = held_class[slot - 1]
                        slot -= 1
                    held_code[slot] = part
                    held_class[slot] = rank
                    held += 1
                ends[words - 1] = place + 1
            place += 1
        if begin >= 0:
            for mark in range(held):
                size = _put(out, size, held_code[mark])
            held = 0
            out[size] = 0x20
            size += 1
            alone = False
        lengths[text] = place
    first_word[texts] = words
    places[words] = size
    hashes = np.empty(words, np.uint64)
    for word in range(words):
        hashes[word] = _hash_bytes(out, places[word], places[word + 1] - 1, key)
    return (
        hashes,
        starts[:words].copy(),
        ends[:words].copy(),
        first_word,
        lengths,
        out[:size].copy(),
        places[: words + 1].copy(),
    )
