"""Code points in UTF-8, read and written by kernels."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from dedup.text.unicode import LOOKALIKES, LOOKED_LIKE


@numba.njit(cache=True, nogil=True, inline="always")
def put(buffer: Any, size: Any, code: Any) -> Any:
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
def plain_letters(out: Any, begin: Any, size: Any, odd: Any, text: Any) -> Any:
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
