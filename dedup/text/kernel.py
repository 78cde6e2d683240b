"""The kernel that splits texts into words, compiled by numba.

A text's UTF-8 is read once. Its ASCII part is classified first, byte by byte in a
loop without branches (the compiler makes vector instructions of it): a letter or digit
becomes its lower-case form, every separator 0, and what is not ASCII keeps its high bit. A
word is then taken eight bytes at a time: the lowest bit of ``(v - 0x01..01) & ~v | v``,
masked with ``0x80..80``, stands in the first byte that ends it (the zero-byte test of
Warren, *Hacker's Delight*, 6-1). Any other code point goes the long way: a table says what
it is and how it is folded, combining marks are put in canonical order, an ideograph is a word
with its marks, and runs of syllabic letters are cut. Both ways write the folded words to one buffer,
and hash them as they go (see ``hashing``).
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from dedup.text.hashing import (
    MIX,
    POSITION_FACTOR,
    avalanche,
    hash_bytes,
    load64,
    low_bytes,
    mix,
    store64,
    trailing_zeros,
)
from dedup.text.unicode import (
    IDEOGRAPH,
    IGNORABLE,
    MARK,
    MOST_GROWTH,
    MOST_WORDS,
    SEPARATOR,
    SYLLABIC,
    TABLE_SIZE,
)
from dedup.text.utf8 import decode, plain_letters, put

_KATAKANA = 0x30A0  # its first code point; Hiragana stands before it
_TAGS = (0xE0000, 0xE01F0)  # tag characters and variation selectors: ignorable
_MARKS_HELD = 32  # marks put in canonical order at a time; longer runs keep their order
_LOW_BITS = 0x0101010101010101
_HIGH_BITS = 0x8080808080808080
_SLACK = 8  # bytes that may be read or written past an end


@numba.njit(cache=True, nogil=True)
def _classify(data: Any, small: Any) -> None:
    """ASCII letters and digits in lower case, other ASCII as 0, the rest as 0x80; then zeros."""
    for place in range(len(data)):
        byte = data[place]
        low = np.uint8(byte | np.uint8(0x20))
        is_letter = np.uint8(low - np.uint8(0x61)) < np.uint8(26)
        is_digit = np.uint8(byte - np.uint8(0x30)) < np.uint8(10)
        small[place] = low if is_letter else byte if is_digit else np.uint8(byte & np.uint8(0x80))
    small[len(data) : len(data) + _SLACK] = 0


@numba.njit(cache=True, nogil=True, inline="always")
def _is_ascii_letter(byte: Any) -> Any:
    """Whether a byte is an ASCII letter or digit: 1 or 0."""
    is_letter = np.uint8(np.uint8(byte | np.uint8(0x20)) - np.uint8(0x61)) < np.uint8(26)
    is_digit = np.uint8(byte - np.uint8(0x30)) < np.uint8(10)
    return np.uint8(is_letter | is_digit)


@numba.njit(cache=True, nogil=True)
def _count_bytes(data: Any) -> Any:
    """How many bytes are not ASCII, and how many ASCII letters and digits may begin a word."""
    beyond = 0
    begun = 0
    for place in range(len(data)):
        beyond += data[place] >> 7
    for place in range(1, len(data)):
        begun += _is_ascii_letter(data[place]) & (_is_ascii_letter(data[place - 1]) ^ np.uint8(1))
    return beyond, begun + 1


@numba.njit(cache=True, nogil=True)
def _take_ascii_words(
    small: Any, position: Any, stop: Any, place: Any, key: Any, out: Any, size: Any, words: Any,
    hashes: Any, starts: Any, ends: Any, places: Any,
) -> Any:  # fmt: skip
    """Go on up to the end, or to the first word that isn't ASCII alone.

    Between words only. Returns the new position, place, and sizes of ``out`` and of the words.
    """
    shift = place - position
    while position < stop:
        chunk: Any = load64(small, position)  # type: ignore[call-arg]
        lowest = chunk & np.uint64(0xFF)
        if lowest == 0:
            position += 1
            continue
        ended = ((chunk - np.uint64(_LOW_BITS)) & ~chunk | chunk) & np.uint64(_HIGH_BITS)
        run = position
        at = size
        value = key
        while ended == 0:
            store64(out, at, chunk)
            value = mix(value, chunk)
            at += 8
            run += 8
            chunk = load64(small, run)
            ended = ((chunk - np.uint64(_LOW_BITS)) & ~chunk | chunk) & np.uint64(_HIGH_BITS)
        count = trailing_zeros(ended) >> 3
        if (chunk >> np.uint64(8 * count)) & np.uint64(0x80):
            break
        chunk = low_bytes(chunk, count)
        store64(out, at, chunk | np.uint64(0x20) << np.uint64(8 * count))
        run += count
        hashes[words] = avalanche(mix(value, chunk) ^ np.uint64(run - position))
        starts[words] = position + shift
        ends[words] = run + shift
        places[words] = size
        words += 1
        size = at + count + 1
        position = run
    return position, position + shift, size, words


@numba.njit(cache=True, nogil=True, inline="always")
def _end_word(out: Any, begin: Any, size: Any, held_code: Any, held: Any, odd: Any, text: Any) -> Any:
    """Append what is left of a word: the marks that are held, and a space; returns the new size."""
    for mark in range(held):
        size = put(out, size, held_code[mark])
    size = plain_letters(out, begin, size, odd, text)
    out[size] = 0x20
    return size + 1


@numba.njit(cache=True, nogil=True, inline="always")
def _is_blank(code: Any) -> Any:
    """Whether it ends a line or is a space, as compatibility normalisation has it."""
    if code <= 0xA0:
        return code == 0x20 or code == 0x0A or code == 0x0D or code == 0xA0
    return 0x2000 <= code <= 0x200A or code == 0x202F or code == 0x205F or code == 0x3000


@numba.njit(cache=True, nogil=True)
def are_cut(before: Any, after: Any) -> Any:
    """Whether a word ends between two letters, folded, of a syllabic script.

    That is so between Hiragana and Katakana (letters below and from its first code point), and between one in
    three pairs of letters, chosen by a hash: so a word of some three letters is the same wherever they stand,
    without a dictionary of any language. Spaces and the end of a line between them change nothing.
    """
    if (before < _KATAKANA) != (after < _KATAKANA):
        return True
    mixed = (np.uint64(before) * np.uint64(MIX) ^ np.uint64(after)) * np.uint64(POSITION_FACTOR)
    return (mixed >> np.uint64(32)) % np.uint64(3) == 0


@numba.njit(cache=True, nogil=True)
def split(
    data: Any, offsets: Any, key: Any, kind: Any, first: Any, sizes: Any, folded: Any, combining: Any
) -> Any:
    """The arrays of ``text.words.Words``; the last five arguments are ``unicode.fold_tables()``."""
    texts = len(offsets) - 1
    span = offsets[texts] - offsets[0]
    first_word = np.empty(texts + 1, np.int64)
    lengths = np.empty(texts, np.int64)
    odd = np.zeros((texts, 2), np.int32)
    beyond_ascii, begun = _count_bytes(data[offsets[0] : offsets[texts]])
    longest = 0
    for text in range(texts):
        longest = max(longest, offsets[text + 1] - offsets[text])
    most = begun + texts + MOST_WORDS * beyond_ascii
    hashes = np.empty(most, np.uint64)
    starts = np.empty(most, np.int32)
    ends = np.empty(most, np.int32)
    places = np.empty(most + 1, np.int64)
    out = np.empty(2 * _SLACK + span + texts + MOST_GROWTH * beyond_ascii, np.uint8)
    small = np.empty(longest + _SLACK, np.uint8)
    held_code = np.empty(_MARKS_HELD, np.int64)  # combining marks waiting for canonical order
    held_class = np.empty(_MARKS_HELD, np.uint8)
    held = 0
    script = SEPARATOR  # what the letters of the current word are
    last: Any = np.int64(0)  # the last one of them
    breaks = 0  # ends of lines behind it
    size = 0
    words = 0
    for text in range(texts):
        first_word[text] = words
        encoded = data[offsets[text] : offsets[text + 1]]
        _classify(encoded, small)
        stop = len(encoded)
        position = 0
        place = 0  # in code points
        begin = -1  # where the current word begins in ``out``; -1 outside a word
        breaks = 0
        while position < stop:
            if begin < 0:
                position, place, size, words = _take_ascii_words(
                    small, position, stop, place, key, out, size, words, hashes, starts, ends, places
                )
                if position == stop:
                    break
            code, position = decode(encoded, position)
            if code < TABLE_SIZE:
                what = kind[code]
            else:
                what = IGNORABLE if _TAGS[0] <= code < _TAGS[1] else SEPARATOR
            if what == IGNORABLE:
                odd[text, 0] += begin >= 0 and out[size - 1] < 0x80
                place += 1
                continue
            if begin >= 0 and script == SYLLABIC and _is_blank(code):
                breaks += code == 0x0A or (code == 0x0D and (position == stop or encoded[position] != 0x0A))
                if breaks < 2:  # lines are broken anywhere: the word may go on
                    place += 1
                    continue
            breaks = 0
            parts = np.int64(sizes[code]) if what != SEPARATOR else 0
            for index in range(max(1, parts)):
                part = np.int64(folded[first[code] + index]) if parts else 0x20
                what = kind[part]
                if parts and part == 0x20 and begin >= 0 and script == SYLLABIC:
                    continue
                if (
                    begin >= 0
                    and what != MARK
                    and (what != script or what == IDEOGRAPH or (what == SYLLABIC and are_cut(last, part)))
                ):
                    size = _end_word(out, begin, size, held_code, held, odd, text)
                    hashes[words - 1] = hash_bytes(out, begin, size - 1, key)
                    begin, held = -1, 0
                if what == SEPARATOR or (what == MARK and begin < 0):
                    continue
                if begin < 0:
                    begin = size
                    script = what
                    places[words] = size
                    starts[words] = place
                    words += 1
                if what != MARK:
                    last = part
                rank = combining[part]
                if rank == 0 or held == _MARKS_HELD:
                    for mark in range(held):
                        size = put(out, size, held_code[mark])
                    held = 0
                if rank == 0:
                    size = put(out, size, part)
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
            size = _end_word(out, begin, size, held_code, held, odd, text)
            hashes[words - 1] = hash_bytes(out, begin, size - 1, key)
            held = 0
        lengths[text] = place
    first_word[texts] = words
    places[words] = size
    return (
        hashes[:words], starts[:words], ends[:words], first_word, lengths, out[:size],
        places[: words + 1], odd,
    )  # fmt: skip
