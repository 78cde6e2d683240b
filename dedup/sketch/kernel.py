"""The kernels of sketches, compiled by numba.

*Shingles.* The sum of the hashes of ``size`` words in a row, each times an odd factor of
its position, the factors being powers of three times one constant. So the next sum follows
from the last without its words: take the first product off, multiply by the inverse of
three modulo 2**64, add the new product. The upper half of the avalanched sum is the
shingle's hash.

*Frequent shingles.* Every shingle is taken once a text. Those that very many articles carry
are left out of signatures (see ``frequent``).

*Signatures.* For each shingle the finaliser of MurmurHash3 in 32 bits, then for every
permutation ``a * h + b`` modulo 2**32, and the minimum of these: one loop over the
permutations that the compiler makes vector instructions of, the row of minima in cache.

*Bands.* A band's key mixes its number and its rows of the signature.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from dedup.text.hashing import POSITION_FACTOR

_THIRD = 0xAAAAAAAAAAAAAAAB  # times 3: 1 modulo 2**64


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


@numba.njit(cache=True, nogil=True, inline="always")
def _finalise32(value: Any) -> Any:
    # numba widens 32-bit products; each is cut back to 32 bits
    value = np.uint32((value ^ value >> np.uint32(16)) * np.uint32(0x85EBCA6B))
    value = np.uint32((value ^ value >> np.uint32(13)) * np.uint32(0xC2B2AE35))
    return np.uint32(value ^ value >> np.uint32(16))


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
