"""Hashes of words, by kernels that numba compiles: of their bytes, of two hashes, of words in a row.

A word's hash starts from a key and takes its folded bytes, eight at a time and then what is left of
them (nothing too), by ``v = (v ^ chunk) * C; v ^= v >> 29``; then its length, and the finaliser of
MurmurHash3.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

MIX = 0x9FB21C651E98DF25  # odd, from rrmxmx (Evensen 2019)
POSITION_FACTOR = 0xBF58476D1CE4E5B9  # a multiplier of splitmix64 (Steele, Lea, Flood 2014)


@intrinsic
def load64(_context: Any, array: Any, index: Any) -> Any:
    """Eight bytes of a uint8 array as one little-endian integer, at any place."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        load = builder.load(_address64(context, builder, signature, arguments))
        load.align = 1
        return load

    return types.uint64(array, types.int64), emit


@intrinsic
def store64(_context: Any, array: Any, index: Any, value: Any) -> Any:
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


@numba.njit(cache=True, nogil=True, inline="always")
def mix(value: Any, chunk: Any) -> Any:
    value = (value ^ chunk) * np.uint64(MIX)
    return value ^ (value >> np.uint64(29))


@numba.njit(cache=True, nogil=True)
def mix_hash(value: Any, other: Any) -> Any:
    """A 64-bit hash of two."""
    return mix(value, other)


@numba.njit(cache=True, nogil=True, inline="always")
def avalanche(value: Any) -> Any:
    value ^= value >> np.uint64(33)
    value *= np.uint64(0xFF51AFD7ED558CCD)
    value ^= value >> np.uint64(33)
    value *= np.uint64(0xC4CEB9FE1A85EC53)
    return value ^ (value >> np.uint64(33))


@numba.njit(cache=True, nogil=True, inline="always")
def low_bytes(chunk: Any, count: Any) -> Any:
    return chunk & ((np.uint64(1) << np.uint64(8 * count)) - np.uint64(1))


@numba.njit(cache=True, nogil=True)
def hash_bytes(data: Any, start: Any, stop: Any, key: Any) -> Any:
    """A 64-bit hash of some bytes of uint8 ``data``, after which eight more can be read."""
    value = key
    position = start
    while stop - position >= 8:
        value = mix(value, load64(data, position))  # type: ignore[call-arg]
        position += 8
    value = mix(value, low_bytes(load64(data, position), stop - position))  # type: ignore[call-arg]
    return avalanche(value ^ np.uint64(stop - start))


@numba.njit(cache=True, nogil=True)
def grams(ids: Any, size: Any) -> Any:
    """A 64-bit hash of every ``size`` words in a row, uint64[max(0, n - size + 1)]."""
    grams = np.empty(max(0, len(ids) - size + 1), np.uint64)
    for index in range(len(grams)):
        value = np.uint64(size)
        for position in range(size):
            value = mix(value, np.uint64(ids[index + position]))
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
