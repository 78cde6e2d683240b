"""The kernels between the bytes of articles and their sketches, compiled by numba.

*Words.* A text's UTF-8 is read once. Its ASCII part is classified first, byte by byte in a
loop without branches (the compiler makes vector instructions of it): a letter or digit
becomes its lower-case form, every separator 0, and what is not ASCII keeps its high bit. A
word is then taken eight bytes at a time: the lowest bit of ``(v - 0x01..01) & ~v | v``,
masked with ``0x80..80``, stands in the first byte that ends it (the zero-byte test of
Warren, *Hacker's Delight*, 6-1). Any other code point goes the long way: a table says what
it is and how it is folded, combining marks are put in canonical order, an ideograph is a word
with its marks, and runs of syllabic letters are cut. Both ways write the folded words to one buffer.

*Hashes.* A word's hash starts from a key and takes its folded bytes, eight at a time and
then what is left of them (nothing too), by ``v = (v ^ chunk) * C; v ^= v >> 29``; then its
length, and the finaliser of MurmurHash3.

*Shingles.* The sum of the hashes of ``size`` words in a row, each times an odd factor of
its position, the factors being powers of three times one constant. So the next sum follows
from the last without its words: take the first product off, multiply by the inverse of
three modulo 2**64, add the new product. The upper half of the avalanched sum is the
shingle's hash.

*Frequent shingles.* Every shingle is taken once a text. Those that very many articles carry
are left out of signatures (see ``sketch.frequent``).

*Signatures.* For each shingle the finaliser of MurmurHash3 in 32 bits, then for every
permutation ``a * h + b`` modulo 2**32, and the minimum of these: one loop over the
permutations that the compiler makes vector instructions of, the row of minima in cache.

*Bands.* A band's key mixes its number and its rows of the signature.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from dedup.text.unicode import (
    IDEOGRAPH,
    IGNORABLE,
    LOOKALIKES,
    LOOKED_LIKE,
    MARK,
    MOST_GROWTH,
    MOST_WORDS,
    SEPARATOR,
    SYLLABIC,
    TABLE_SIZE,
)

_MIX = 0x9FB21C651E98DF25  # odd, from rrmxmx (Evensen 2019)
POSITION_FACTOR = 0xBF58476D1CE4E5B9  # a multiplier of splitmix64 (Steele, Lea, Flood 2014)
_THIRD = 0xAAAAAAAAAAAAAAAB  # times 3: 1 modulo 2**64

_KATAKANA = 0x30A0  # its first code point; Hiragana stands before it
_TAGS = (0xE0000, 0xE01F0)  # tag characters and variation selectors: ignorable
_MARKS_HELD = 32  # marks put in canonical order at a time; longer runs keep their order
_LOW_BITS = 0x0101010101010101
_HIGH_BITS = 0x8080808080808080
_SLACK = 8  # bytes that may be read or written past an end


@intrinsic
def load64(_context: Any, array: Any, index: Any) -> Any:
    """Eight bytes of a uint8 array as one little-endian integer, at any place."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        load = builder.load(_address64(context, builder, signature, arguments))
        load.align = 1
        return load

    return types.uint64(array, types.int64), emit


@intrinsic
def _store64(_context: Any, array: Any, index: Any, value: Any) -> Any:
    """Write an integer to a uint8 array as eight bytes, little-endian, at any place."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        store = builder.store(arguments[2], _address64(context, builder, signature, arguments))
        store.align = 1
        return context.get_dummy_value()

    return types.void(array, types.int64, types.uint64), emit


@intrinsic
def trailing_zeros(_context: Any, value: Any) -> Any:
    """How many of the lowest bits of a uint64 are zero; it must not be 0."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), emit


def _address64(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    array = context.make_array(signature.args[0])(context, builder, arguments[0])
    return builder.bitcast(builder.gep(array.data, [arguments[1]]), ir.IntType(64).as_pointer())


# ------------------------------------------------------------------ words


@numba.njit(cache=True, nogil=True, inline="always")
def _mix(value: Any, chunk: Any) -> Any:
    value = (value ^ chunk) * np.uint64(_MIX)
    return value ^ (value >> np.uint64(29))


@numba.njit(cache=True, nogil=True)
def mix_hash(value: Any, other: Any) -> Any:
    """A 64-bit hash of two."""
    return _mix(value, other)


@numba.njit(cache=True, nogil=True, inline="always")
def _avalanche(value: Any) -> Any:
    value ^= value >> np.uint64(33)
    value *= np.uint64(0xFF51AFD7ED558CCD)
    value ^= value >> np.uint64(33)
    value *= np.uint64(0xC4CEB9FE1A85EC53)
    return value ^ (value >> np.uint64(33))


@numba.njit(cache=True, nogil=True, inline="always")
def _low_bytes(chunk: Any, count: Any) -> Any:
    return chunk & ((np.uint64(1) << np.uint64(8 * count)) - np.uint64(1))


@numba.njit(cache=True, nogil=True)
def hash_bytes(data: Any, start: Any, stop: Any, key: Any) -> Any:
    """A 64-bit hash of some bytes of uint8 ``data``, after which eight more can be read."""
    value = key
    position = start
    while stop - position >= 8:
        value = _mix(value, load64(data, position))  # type: ignore[call-arg]
        position += 8
    value = _mix(value, _low_bytes(load64(data, position), stop - position))  # type: ignore[call-arg]
    return _avalanche(value ^ np.uint64(stop - start))


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
def decode(data: Any, position: Any) -> Any:
    """The code point of valid UTF-8 that begins at ``position``, and where the next one does."""
    byte = np.int64(data[position])
    if byte < 0x80:
        return byte, position + 1
    second = np.int64(data[position + 1] & 0x3F)
    if byte < 0xE0:
        return (byte & 0x1F) << 6 | second, position + 2
    third = np.int64(data[position + 2] & 0x3F)
    if byte < 0xF0:
        return (byte & 0x0F) << 12 | second << 6 | third, position + 3
    return (byte & 0x07) << 18 | second << 12 | third << 6 | np.int64(data[position + 3] & 0x3F), position + 4


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
            _store64(out, at, chunk)
            value = _mix(value, chunk)
            at += 8
            run += 8
            chunk = load64(small, run)
            ended = ((chunk - np.uint64(_LOW_BITS)) & ~chunk | chunk) & np.uint64(_HIGH_BITS)
        count = trailing_zeros(ended) >> 3
        if (chunk >> np.uint64(8 * count)) & np.uint64(0x80):
            break
        chunk = _low_bytes(chunk, count)
        _store64(out, at, chunk | np.uint64(0x20) << np.uint64(8 * count))
        run += count
        hashes[words] = _avalanche(_mix(value, chunk) ^ np.uint64(run - position))
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
        size = _put(out, size, held_code[mark])
    size = _plain_letters(out, begin, size, odd, text)
    out[size] = 0x20
    return size + 1


@numba.njit(cache=True, nogil=True)
def _plain_letters(out: Any, begin: Any, size: Any, odd: Any, text: Any) -> Any:
    """Letters of other scripts that look like ASCII ones as these, in a word that has ASCII ones too.

    The word is ``out[begin:size]``, folded; returns its new end. One that holds any other letter
    beyond ASCII is left as it is.
    """
    mixed = 0
    for place in range(begin, size):
        byte = out[place]
        mixed |= 1 if 0x61 <= byte <= 0x7A else 2 if 0xCE <= byte <= 0xD5 else 0
    if mixed != 3:
        return size
    place = begin
    while place < size:
        code, after = decode(out, place)
        if code >= 0x80 and _lookalike(code) == 0:
            return size
        place = after
    place, end = begin, begin
    while place < size:
        code, place = decode(out, place)
        out[end] = code if code < 0x80 else _lookalike(code)
        end += 1
    odd[text, 1] += 1
    return end


@numba.njit(cache=True, nogil=True)
def _lookalike(code: Any) -> Any:
    """The ASCII letter that a code point passes for; 0: none."""
    for index in range(len(LOOKALIKES)):
        if LOOKALIKES[index] == code:
            return LOOKED_LIKE[index]
    return 0


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
    mixed = (np.uint64(before) * np.uint64(_MIX) ^ np.uint64(after)) * np.uint64(POSITION_FACTOR)
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
def hash_words(folded: Any, places: Any, some: Any, key: Any) -> Any:
    """Hashes of some folded words, each followed by a space, after which eight more bytes can be read."""
    hashes = np.empty(len(some), np.uint64)
    for index in range(len(some)):
        word = some[index]
        hashes[index] = hash_bytes(folded, places[word], places[word + 1] - 1, key)
    return hashes


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


# ------------------------------------------------------------------ shingles, signatures, bands


@numba.njit(cache=True, nogil=True)
def shingles(hashes: Any, size: Any, out: Any) -> Any:
    """Write the 32-bit hashes of the shingles of one text to ``out``; returns how many there are."""
    count = max(0, len(hashes) - size + 1)
    factor = np.uint64(POSITION_FACTOR)
    last = factor
    for _ in range(size - 1):
        last *= np.uint64(3)
    total = np.uint64(0)
    for position in range(min(count, 1) * (size - 1)):
        total = total + hashes[position] * factor
        factor *= np.uint64(3)
    first = np.uint64(POSITION_FACTOR)
    for index in range(count):
        total += hashes[index + size - 1] * last
        mixed = total ^ (total >> np.uint64(32))
        mixed *= np.uint64(0xFF51AFD7ED558CCD)
        out[index] = mixed >> np.uint64(32)
        total = (total - hashes[index] * first) * np.uint64(_THIRD)
    return count


@numba.njit(cache=True, nogil=True)
def grams(ids: Any, size: Any) -> Any:
    """A 64-bit hash of every ``size`` words in a row, uint64[max(0, n - size + 1)]."""
    grams = np.empty(max(0, len(ids) - size + 1), np.uint64)
    for index in range(len(grams)):
        value = np.uint64(size)
        for position in range(size):
            value = (value ^ np.uint64(ids[index + position])) * np.uint64(0x9FB21C651E98DF25)
            value ^= value >> np.uint64(29)
        grams[index] = value
    return grams


@numba.njit(cache=True, nogil=True)
def number_words(hashes: Any) -> Any:
    """The words' numbers, uint32[w], from 0 by first use, and how many there are."""
    numbers = np.empty(len(hashes), np.uint32)
    capacity = 2**12
    keys = np.empty(capacity, np.uint64)
    held = np.full(capacity, -1, np.int64)  # the number of the word in a slot
    done, used = 0, 0
    while True:
        done, used = _number_until_full(hashes, done, used, keys, held, numbers)
        if done == len(hashes):
            return numbers, used
        old_keys, old_held = keys, held
        capacity *= 4
        keys, held = np.empty(capacity, np.uint64), np.full(capacity, -1, np.int64)
        mask = np.uint64(capacity - 1)
        for old in range(len(old_keys)):
            if old_held[old] >= 0:
                slot = old_keys[old] & mask
                while held[slot] >= 0:
                    slot = (slot + np.uint64(1)) & mask
                keys[slot] = old_keys[old]
                held[slot] = old_held[old]


@numba.njit(cache=True, nogil=True)
def _number_until_full(hashes: Any, done: Any, used: Any, keys: Any, held: Any, numbers: Any) -> Any:
    """Number words from ``done`` on until half of the slots are taken; how far that is, and the count."""
    mask = np.uint64(len(keys) - 1)
    while done < len(hashes) and 2 * used < len(keys):
        value = hashes[done]
        slot = value & mask
        while held[slot] >= 0 and keys[slot] != value:
            slot = (slot + np.uint64(1)) & mask
        if held[slot] < 0:
            keys[slot] = value
            held[slot] = used
            used += 1
        numbers[done] = held[slot]
        done += 1
    return done, used


@numba.njit(cache=True, nogil=True, inline="always")
def _finalise32(value: Any) -> Any:
    # numba widens 32-bit products; each is cut back to 32 bits
    value = np.uint32((value ^ value >> np.uint32(16)) * np.uint32(0x85EBCA6B))
    value = np.uint32((value ^ value >> np.uint32(13)) * np.uint32(0xC2B2AE35))
    return np.uint32(value ^ value >> np.uint32(16))


@numba.njit(cache=True, nogil=True)
def distinct_shingles(hashes: Any, first: Any, size: Any, least: Any) -> Any:
    """The shingles of n texts, each once a text: uint32[m] and where each text's begin, int64[n + 1].

    Texts of fewer than ``least`` words have none.
    """
    texts = len(first) - 1
    longest = 0
    for text in range(texts):
        longest = max(longest, first[text + 1] - first[text])
    capacity = 16
    while capacity < 2 * longest:
        capacity *= 2
    mask = np.int64(capacity - 1)
    seen = np.empty(capacity, np.uint32)
    owner = np.full(capacity, -1, np.int64)  # the text that a slot was filled for
    found = np.empty(longest, np.uint32)
    out = np.empty(len(hashes), np.uint32)
    bounds = np.zeros(texts + 1, np.int64)
    used = 0
    for text in range(texts):
        if first[text + 1] - first[text] >= least:
            for place in range(shingles(hashes[first[text] : first[text + 1]], size, found)):
                value = found[place]
                slot = np.int64(value) & mask
                while owner[slot] == text and seen[slot] != value:
                    slot = (slot + 1) & mask
                if owner[slot] != text:
                    owner[slot] = text
                    seen[slot] = value
                    out[used] = value
                    used += 1
        bounds[text + 1] = used
    return out[:used], bounds


@numba.njit(cache=True, nogil=True)
def count_slots(slots: Any, counts: Any, most: Any) -> None:
    """Add one for each slot; no count grows beyond ``most``."""
    for slot in slots:
        counts[slot] += counts[slot] < most


@numba.njit(cache=True, nogil=True)
def mark_keys(keys: Any, shift: Any, marks: Any) -> None:
    """Note in the slot of each key, which its upper bits choose, that it occurred, or occurred again.

    marks  uint64: 32 slots of two bits each
    """
    for key in keys:
        slot = key >> shift
        place, bit = slot >> np.uint64(5), (slot & np.uint64(31)) * np.uint64(2)
        word = marks[place]
        once = word >> bit & np.uint64(1)
        marks[place] = word | np.uint64(1) << bit | once << (bit + np.uint64(1))


@numba.njit(cache=True, nogil=True)
def marked_again(keys: Any, shift: Any, marks: Any) -> Any:
    """Places, int64, of the keys in whose slots a key occurred again."""
    places = np.empty(len(keys), np.int64)
    count = 0
    for index in range(len(keys)):
        slot = keys[index] >> shift
        bit = (slot & np.uint64(31)) * np.uint64(2) + np.uint64(1)
        places[count] = index
        count += int(marks[slot >> np.uint64(5)] >> bit & np.uint64(1))
    return places[:count]


@numba.njit(cache=True, nogil=True)
def _log2(value: Any) -> Any:
    logarithm = 0
    while value > 1:
        value >>= 1
        logarithm += 1
    return logarithm


@numba.njit(cache=True, nogil=True, inline="always")
def _has_bit(bits: Any, place: Any) -> Any:
    return bits[np.int64(place >> np.uint32(3))] >> np.uint8(place & np.uint32(7)) & np.uint8(1)


@numba.njit(cache=True, nogil=True)
def sign(values: Any, bounds: Any, frequent: Any, coarse: Any, factors: Any, addends: Any, empty: Any) -> Any:
    """Signatures, uint32[n, permutations], of n texts; of a text without shingles it is all ``empty``.

    values, bounds    the shingles of each text, as ``distinct_shingles`` gives them
    frequent, coarse  a bit for each slot, and for each run of slots that holds a set bit; the
                      upper bits of a shingle choose both; frequent shingles count where they
                      are more than half
    """
    shift = np.uint32(29 - _log2(len(frequent)))
    coarse_shift = np.uint32(29 - _log2(len(coarse)))
    permutations = len(factors)
    signatures = np.full((len(bounds) - 1, permutations), empty, np.uint32)
    longest = 0
    for text in range(len(bounds) - 1):
        longest = max(longest, bounds[text + 1] - bounds[text])
    found = np.empty(longest + 3, np.uint32)
    for text in range(len(bounds) - 1):
        given = values[bounds[text] : bounds[text + 1]]
        count = 0
        for value in given:
            found[count] = value
            is_frequent = _has_bit(coarse, value >> coarse_shift)
            if is_frequent:
                is_frequent = _has_bit(frequent, value >> shift)
            count += 1 - is_frequent
        if 2 * count < len(given):
            count = len(given)
            found[:count] = given
        if count == 0:
            continue
        for place in range(count):
            found[place] = _finalise32(found[place])
        # Four at a time, so that the row is read and written a quarter as often; the last
        # shingle stands in for those that are missing.
        found[count : count + 3] = found[count - 1]
        row = signatures[text]
        for place in range(0, count, 4):
            one, two, three, four = found[place], found[place + 1], found[place + 2], found[place + 3]
            for index in range(permutations):
                factor, addend = factors[index], addends[index]
                low = min(np.uint32(factor * one + addend), np.uint32(factor * two + addend))
                high = min(np.uint32(factor * three + addend), np.uint32(factor * four + addend))
                row[index] = min(row[index], min(low, high))
    return signatures


@numba.njit(cache=True, nogil=True)
def band_keys(signatures: Any, count: Any, rows: Any) -> Any:
    """Keys, uint64[n, count], of the bands of n signatures."""
    keys = np.empty((len(signatures), count), np.uint64)
    for text in range(len(signatures)):
        for band in range(count):
            key = np.uint64(band + 1) * np.uint64(0x9E3779B97F4A7C15)
            for row in range(band * rows, (band + 1) * rows):
                key = (key ^ np.uint64(signatures[text, row])) * np.uint64(0xFF51AFD7ED558CCD)
                key ^= key >> np.uint64(32)
            keys[text, band] = key
    return keys
