"""The edges of lines: whether a sentence ends there, or goes on in the next line, or a caption begins.

Bytes of valid UTF-8 are looked at, uint8 ``data``; places are offsets into them.
"""

from __future__ import annotations

from typing import Any

import numba


@numba.njit(cache=True, nogil=True)
def is_next(data: Any, stop: Any, start: Any) -> Any:
    """Whether no blank line parts a line that ends from one that begins."""
    feeds = 0
    for place in range(stop, start):
        feeds += data[place] == 0x0A
    return feeds == 1


@numba.njit(cache=True, nogil=True)
def leading_word(data: Any, start: Any, stop: Any) -> Any:
    """Bytes of a line up to its first space. One that would still have fitted is there on purpose."""
    place = start
    while place < stop and data[place] != 0x20:
        place += 1
    return place - start


@numba.njit(cache=True, nogil=True)
def begins_small(data: Any, start: Any) -> Any:
    """Whether a line begins with a small letter: Latin or Cyrillic."""
    byte = data[start]
    if byte < 0x80:
        return 0x61 <= byte <= 0x7A
    after = data[start + 1]
    return (
        (byte == 0xC3 and after >= 0x9F)
        or (byte == 0xD0 and after >= 0xB0)
        or (byte == 0xD1 and after <= 0x9F)
    )


@numba.njit(cache=True, nogil=True)
def _quote_size(data: Any, place: Any) -> Any:
    """Bytes of the closing quotation mark or bracket that ends at ``place``, not the first; 0: none."""
    byte, before = data[place], data[place - 1]
    if byte == 0x22 or byte == 0x27 or byte == 0x29 or byte == 0x5D:
        return 1
    if byte == 0xBB and before == 0xC2:
        return 2
    if before == 0x80 and place >= 2:
        lead = data[place - 2]
        if (lead == 0xE2 and (byte == 0x99 or byte == 0x9D)) or (lead == 0xE3 and byte == 0x8D):
            return 3
    return 0


@numba.njit(cache=True, nogil=True)
def is_closed(data: Any, start: Any, stop: Any) -> Any:
    """Whether a line ends with a full stop, question or exclamation mark of any script, quotes aside."""
    place = stop - 1
    while place > start:
        size = _quote_size(data, place)
        if size == 0:
            break
        place -= size
    byte = data[place]
    if byte < 0x80:
        return byte == 0x2E or byte == 0x21 or byte == 0x3F
    before = data[place - 1]  # it has two bytes or more
    if byte == 0x9F and before == 0xD8:  # Arabic
        return True
    if place - 2 < start:
        return False
    lead = data[place - 2]
    if lead == 0xE2 and before == 0x80:
        return byte == 0xA6  # three dots
    if lead == 0xE3 and before == 0x80:
        return byte == 0x82
    if lead == 0xEF and before == 0xBC:
        return byte == 0x81 or byte == 0x9F
    return lead == 0xE0 and before == 0xA5 and byte == 0xA4  # danda


@numba.njit(cache=True, nogil=True)
def is_cue(data: Any, start: Any, stop: Any) -> Any:
    """Whether a line says when a caption is shown, as in SubRip and WebVTT: ``00:01:05,0 --> 00:01:08,5``."""
    place = start
    while place < stop and (_is_digit(data[place]) or data[place] in (0x2C, 0x2E, 0x3A)):
        place += 1
    if place == start or not _is_digit(data[start]):
        return False
    while place < stop and data[place] == 0x20:
        place += 1
    if stop - place < 4 or data[place] != 0x2D or data[place + 1] != 0x2D or data[place + 2] != 0x3E:
        return False
    place += 3
    while place < stop and data[place] == 0x20:
        place += 1
    return place < stop and _is_digit(data[place])


@numba.njit(cache=True, nogil=True)
def is_number(data: Any, start: Any, stop: Any) -> Any:
    """Whether a line is a whole number in ASCII digits."""
    digits = 0
    for place in range(start, stop):
        digits += _is_digit(data[place])
    return digits == stop - start


@numba.njit(cache=True, nogil=True, inline="always")
def _is_digit(byte: Any) -> Any:
    return 0x30 <= byte <= 0x39
