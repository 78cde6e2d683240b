"""The lines of many texts at once: where they stand, a key to know them by, and what they say.

A line ends at a line feed, carriage return, form feed or vertical tab; spaces around it are not
part of it, and blank lines are none. Its key is a hash of its bytes: what a site puts around its
articles is the same byte for byte. For each line of a text that is looked at, the words are
counted and known wordings looked for, by the hashes of its folded words.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from dedup.furniture.edges import begins_small, is_closed, is_cue, is_next, is_number, leading_word
from dedup.text.hashing import hash_bytes, load64, mix_hash, trailing_zeros
from dedup.text.words import Words

LONGEST_FORM = 8  # words
_LOOKED_AT = 40  # words of a line in which wordings are looked for
_HAS_WORDS = 25  # a wording may stand anywhere in a line of at most so many words
_BASIS = 0xCBF29CE484222325
_SLACK = 8  # bytes that may be read past an end
_LOW_SEVEN, _HIGH = 0x7F7F7F7F7F7F7F7F, 0x8080808080808080
_FROM_BREAK = 0x7676767676767676  # 0x80 - 0x0A: what is added to carry a byte of at least 0x0A over
_PAST_BREAK = 0x7272727272727272  # 0x80 - 0x0E


class Lines(NamedTuple):
    """The lines of n texts; line l of text i has index ``first[i] <= l < first[i + 1]``.

    first   int64[n + 1]
    starts  int64[l], stops int64[l]: half-open, in bytes of the data of all texts
    keys    uint64[l]
    """

    first: NDArray[np.int64]
    starts: NDArray[np.int64]
    stops: NDArray[np.int64]
    keys: NDArray[np.uint64]


class Described(NamedTuple):
    """What lines say.

    starts  int32[l], ends int32[l]: half-open, in code points of the text
    words   int32[l]
    closed  bool[l]: the line ends as a sentence does
    broken  bool[l]: it is part of a sentence that is broken into several lines
    forms   uint8[l]: which kinds of wordings it has (bits)
    """

    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    words: NDArray[np.int32]
    closed: NDArray[np.bool_]
    broken: NDArray[np.bool_]
    forms: NDArray[np.uint8]


class Wordings(NamedTuple):
    """A table of keys of wordings with a bit for each kind; open addressing, a free slot has no bits.

    keys   uint64[2**k]
    kinds  uint8[2**k]
    """

    keys: NDArray[np.uint64]
    kinds: NDArray[np.uint8]


WHOLE, BEGINS, HAS, HEADING = 1, 2, 4, 8  # bits of kinds


def cut_lines(data: NDArray[np.uint8], offsets: NDArray[np.int64]) -> Lines:
    """The lines of n texts.

    data     uint8: valid UTF-8 of all texts
    offsets  int64[n + 1]: where each text begins in ``data``
    """
    return Lines(*_cut(data, offsets))


def describe(
    lines: Lines, data: NDArray[np.uint8], offsets: NDArray[np.int64], words: Words, wordings: Wordings
) -> Described:
    """What the lines of n texts say; ``words`` are the texts' words, split with SKETCH_KEY."""
    return Described(*_describe(*lines[:3], data, offsets, *words[:5], *wordings))


def wording_key(hashes: NDArray[np.uint64]) -> int:
    """The key of a wording, by the hashes of its words."""
    return int(_wording_key(hashes))


def make_wordings(keys: list[int], kinds: list[int]) -> Wordings:
    """A table of so many keys, each with its kinds."""
    size = 16
    while size < 4 * len(keys):
        size *= 2
    table = Wordings(np.zeros(size, np.uint64), np.zeros(size, np.uint8))
    for key, kind in zip(keys, kinds, strict=True):
        slot = key & (size - 1)
        while table.kinds[slot] and table.keys[slot] != key:
            slot = (slot + 1) & (size - 1)
        table.keys[slot] = key
        table.kinds[slot] |= kind
    return table


@numba.njit(cache=True, nogil=True)
def _wording_key(hashes: Any) -> Any:
    value = np.uint64(_BASIS)
    for word in hashes:
        value = mix_hash(value, word)
    return value


@numba.njit(cache=True, nogil=True, inline="always")
def _is_space(byte: Any) -> Any:
    return byte == 0x20 or np.uint8(byte - np.uint8(0x09)) < np.uint8(5)


@numba.njit(cache=True, nogil=True)
def _find_break(data: Any, place: Any, last: Any) -> Any:
    """Where the next break is, before ``last``; ``last``: there is none. Eight more bytes can be read."""
    while place < last:
        chunk: Any = load64(data, place)  # type: ignore[call-arg]
        # Added to a byte of 0x0A to 0x0D, the first carries into its highest bit and the second does not.
        low = chunk & np.uint64(_LOW_SEVEN)
        found = (low + np.uint64(_FROM_BREAK)) & ~(low + np.uint64(_PAST_BREAK)) & ~chunk & np.uint64(_HIGH)
        if found:
            return min(last, place + (trailing_zeros(found) >> 3))
        place += 8
    return last


@numba.njit(cache=True, nogil=True)
def _cut(data: Any, offsets: Any) -> Any:
    texts = len(offsets) - 1
    begin, end = offsets[0], offsets[texts]
    padded = np.empty(end - begin + _SLACK, np.uint8)
    padded[: end - begin] = data[begin:end]
    padded[end - begin :] = 0
    most = texts + 16
    starts = np.empty(most, np.int64)
    stops = np.empty(most, np.int64)
    keys = np.empty(most, np.uint64)
    first = np.zeros(texts + 1, np.int64)
    count = 0
    for text in range(texts):
        place, last = offsets[text] - begin, offsets[text + 1] - begin
        while place < last:
            stop = _find_break(padded, place, last)
            start, trimmed = place, stop
            while start < trimmed and _is_space(padded[start]):
                start += 1
            while trimmed > start and _is_space(padded[trimmed - 1]):
                trimmed -= 1
            if trimmed > start:
                if count == most:
                    most *= 2
                    starts, stops, keys = _longer(starts), _longer(stops), _longer(keys)
                starts[count], stops[count] = start + begin, trimmed + begin
                keys[count] = hash_bytes(padded, start, trimmed, np.uint64(_BASIS))
                count += 1
            place = stop + 1
        first[text + 1] = count
    return first, starts[:count].copy(), stops[:count].copy(), keys[:count].copy()


@numba.njit(cache=True, nogil=True)
def _longer(values: Any) -> Any:
    longer = np.empty(2 * len(values), values.dtype)
    longer[: len(values)] = values
    return longer


@numba.njit(cache=True, nogil=True)
def _describe(
    first: Any, starts: Any, stops: Any, data: Any, offsets: Any, hashes: Any, word_starts: Any,
    word_ends: Any, first_word: Any, lengths: Any, keys: Any, kinds: Any,
) -> Any:  # fmt: skip
    begins = np.empty(len(starts), np.int32)
    ends = np.empty(len(starts), np.int32)
    words = np.empty(len(starts), np.int32)
    closed = np.empty(len(starts), np.bool_)
    broken = np.zeros(len(starts), np.bool_)
    forms = np.zeros(len(starts), np.uint8)
    for text in range(len(first) - 1):
        is_ascii = lengths[text] == offsets[text + 1] - offsets[text]
        at, code = offsets[text], 0
        width = 0
        for line in range(first[text], first[text + 1]):
            width = max(width, stops[line] - starts[line])
        word, last = first_word[text], first_word[text + 1]
        for line in range(first[text], first[text + 1]):
            code += starts[line] - at if is_ascii else _count_codes(data[at : starts[line]])
            begins[line] = code
            at = starts[line]
            code += stops[line] - at if is_ascii else _count_codes(data[at : stops[line]])
            ends[line] = code
            at = stops[line]
            begun = word + np.searchsorted(word_starts[word:last], begins[line])
            word = begun + np.searchsorted(word_starts[begun:last], code)
            words[line] = word - begun
            closed[line] = is_closed(data, starts[line], stops[line])
            if line > first[text] and not closed[line - 1] and is_next(data, stops[line - 1], starts[line]):
                goes_on = data[stops[line - 1] - 1] == 0x2C or begins_small(data, starts[line])
                filled = (
                    stops[line - 1] - starts[line - 1] + 1 + leading_word(data, starts[line], stops[line])
                )
                broken[line] = goes_on or filled > width
                broken[line - 1] |= goes_on
            if words[line] <= _LOOKED_AT:
                forms[line] = _find_forms(hashes[begun:word], keys, kinds)
            if is_cue(data, starts[line], stops[line]):
                forms[line] |= np.uint8(WHOLE)
                if line > first[text] and is_next(data, stops[line - 1], starts[line]):
                    is_numbered = is_number(data, starts[line - 1], stops[line - 1])
                    forms[line - 1] |= np.uint8(WHOLE if is_numbered else 0)
    return begins, ends, words, closed, broken, forms


@numba.njit(cache=True, nogil=True)
def _count_codes(data: Any) -> Any:
    codes = 0
    for byte in data:
        codes += (byte & 0xC0) != 0x80
    return codes


@numba.njit(cache=True, nogil=True)
def _find_forms(hashes: Any, keys: Any, kinds: Any) -> Any:
    """Which kinds of wordings a line of these words has."""
    words = len(hashes)
    found = np.uint8(0)
    mask = np.uint64(len(keys) - 1)
    for start in range(words if words <= _HAS_WORDS else 1):
        value = np.uint64(_BASIS)
        for size in range(1, min(LONGEST_FORM, words - start) + 1):
            value = mix_hash(value, hashes[start + size - 1])
            slot = np.int64(value & mask)
            while kinds[slot] != 0 and keys[slot] != value:
                slot = np.int64((np.uint64(slot) + np.uint64(1)) & mask)
            kind = kinds[slot]
            if kind != 0:
                if words <= _HAS_WORDS:
                    found |= kind & np.uint8(HAS)
                if start == 0:
                    found |= kind & np.uint8(BEGINS)
                    if size == words:
                        found |= kind & np.uint8(WHOLE | HEADING)
    return found
