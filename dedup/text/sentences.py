"""What stands around and in the words of texts: sentences, quotations, capitals, digits.

A sentence ends at a full stop, question mark or exclamation mark, or at a blank line. A full
stop ends it only if white space follows, then a capital or a digit, and if no abbreviation
stands before it: a capitalised word of up to three letters ("Mr.", "U.S."). One of more than
``LONGEST`` words is cut: then it is a table or a list.

A quotation stands between quotation marks of any style; one that isn't closed after
``LONGEST_QUOTED`` words, or before a blank line, is none from there on. A straight mark opens one
where white space stands before it alone, closes it where white space stands after it alone, and
else does what the last one didn't: a speech of several paragraphs opens each of them and closes the
last.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from dedup.text.hashing import load64
from dedup.text.unicode import IDEOGRAPHIC
from dedup.text.utf8 import decode
from dedup.text.words import Words

CAPITAL, DIGIT, QUOTED, BEGINS, HAN, NUMERAL, JOINED = 1, 2, 4, 8, 16, 32, 64
LONGEST = 100  # words
LONGEST_QUOTED = 120  # words

# What opens a quotation, and what closes one that was opened so: each mark with the one below it.
_OPENING = np.array([ord(mark) for mark in "“„„«»”「『"], np.int64)
_CLOSING = np.array([ord(mark) for mark in "”“”»«”」』"], np.int64)
_JOINING = np.array([ord(mark) for mark in ".,/:"], np.int64)  # what stands within a number; and
_GROUP = 3  # so many digits go on with those before after any one character: 25 000, 25'000
_ENDING = np.array([ord(mark) for mark in "!?。！？｡"], np.int64)
# First and last code points of capitals that are not told by one bit, and of ideographs.
_CAPITALS = np.array([(0x41, 0x5A), (0xC0, 0xDE), (0x391, 0x3AB), (0x400, 0x42F), (0x531, 0x556)], np.int64)
_IDEOGRAPHS = np.array([(start, stop - 1) for start, stop in IDEOGRAPHIC], np.int64)

# Eight bytes at once: all bits, the high bit of each, "0" in each, what lifts 10 to the high bit.
_ALL_BITS, _HIGH_BITS, _ZEROS, _TO_TEN = (
    np.uint64(value) for value in (2**64 - 1, 0x8080808080808080, 0x3030303030303030, 0x7676767676767676)
)


def mark_words(data: NDArray[np.uint8], offsets: NDArray[np.int64], words: Words) -> NDArray[np.uint8]:
    """Marks of the words of n texts, uint8[w]: a sum of CAPITAL (the word begins with one), DIGIT
    (it has one), QUOTED, BEGINS (a sentence begins with it), HAN (it is an ideograph),
    JOINED (it goes on with the number before: of 6.25 the second word).

    data, offsets  the texts, as for ``split_words``
    """
    marks: NDArray[np.uint8] = _mark_words(data, offsets, words.first, words.starts, words.ends)
    return marks


@numba.njit(cache=True, nogil=True, inline="always")
def _is_in(code: Any, codes: Any) -> Any:
    found = False
    for index in range(len(codes)):
        found |= codes[index] == code
    return found


@numba.njit(cache=True, nogil=True, inline="always")
def _is_within(code: Any, ranges: Any) -> Any:
    found = False
    for index in range(len(ranges)):
        found |= ranges[index, 0] <= code <= ranges[index, 1]
    return found


@numba.njit(cache=True, nogil=True, inline="always")
def _is_extended_capital(code: Any) -> Any:
    """Whether it is a capital of Latin Extended-A: these and their small letters take turns."""
    odd_first = 0x139 <= code <= 0x148 or 0x179 <= code <= 0x17E
    return 0x100 <= code <= 0x17E and (code & 1 == 1) == odd_first


@numba.njit(cache=True, nogil=True, inline="always")
def _closes(code: Any, opener: Any) -> Any:
    found = False
    for index in range(len(_OPENING)):
        found |= _OPENING[index] == opener and _CLOSING[index] == code
    return found


@numba.njit(cache=True, nogil=True, inline="always")
def _has_digit(chunk: Any) -> Any:
    """Whether one of eight ASCII bytes is a digit: they are what is below 10 after the exclusive or."""
    return ((chunk ^ _ZEROS) + _TO_TEN) & _HIGH_BITS != _HIGH_BITS


@numba.njit(cache=True, nogil=True)
def _mark_words(data: Any, offsets: Any, first: Any, starts: Any, ends: Any) -> Any:
    marks = np.zeros(len(starts), np.uint8)
    for text in range(len(first) - 1):
        position = offsets[text]
        place = 0
        opened, opener = -1, 0  # the first word of the quotation that is open, and what opened it
        begun = first[text]  # the first word of this sentence
        for word in range(first[text], first[text + 1]):
            ended = False  # the sentence, for certain
            stopped = False  # by a full stop
            breaks = 0
            while place < starts[word]:
                byte = data[position]
                if byte < 0x80:
                    position += 1
                    if byte == 0x20:
                        pass
                    elif byte == 0x22:
                        before = position - 1 > offsets[text] and data[position - 2] > 0x20
                        after = position < offsets[text + 1] and data[position] > 0x20
                        opens = opened < 0 if before == after else after
                        opened, opener = (word, 0x22) if opens else (-1, 0)
                    elif byte == 0x0A:
                        breaks += 1
                        opened = -1 if breaks > 1 else opened
                    elif byte == 0x21 or byte == 0x3F:
                        ended = True
                    elif byte == 0x2E:
                        stopped = True
                else:
                    code, position = decode(data, position)
                    if opened >= 0 and _closes(code, opener):
                        opened = -1
                    elif (opened < 0 or code == opener) and _is_in(code, _OPENING):
                        opened, opener = word, code
                    elif _is_in(code, _ENDING):
                        ended = True
                place += 1
            if word - opened > LONGEST_QUOTED:
                opened = -1
            begin = position
            code = np.int64(data[position])
            if code >= 0x80:
                code, _ = decode(data, position)
            mark = 0
            if code < 0x80:
                mark |= CAPITAL if 0x41 <= code <= 0x5A else 0
            elif _is_within(code, _CAPITALS) or _is_extended_capital(code):
                mark |= CAPITAL
            elif _is_within(code, _IDEOGRAPHS):
                mark |= HAN
            while place < ends[word]:
                size = min(8, ends[word] - place)
                if position + 8 <= len(data):
                    chunk = load64(data, position) & _ALL_BITS >> np.uint64(64 - 8 * size)  # type: ignore[call-arg]
                    if chunk & _HIGH_BITS == 0:
                        mark |= DIGIT if _has_digit(chunk) else 0
                        position += size
                        place += size
                        continue
                byte = data[position]
                if 0x30 <= byte <= 0x39:
                    mark |= DIGIT
                _, position = decode(data, position)
                place += 1
            if opened >= 0:
                mark |= QUOTED
            if mark & DIGIT and word > first[text] and marks[word - 1] & DIGIT:
                digits, before = ends[word] - starts[word], ends[word - 1] - starts[word - 1]
                is_one = _is_in(data[begin - 1], _JOINING) or (digits == _GROUP and before <= _GROUP)
                mark |= JOINED if is_one and starts[word] - ends[word - 1] == 1 else 0
            if word == first[text] or ended or breaks > 1 or word - begun >= LONGEST:
                mark |= BEGINS
            elif stopped and mark & (CAPITAL | DIGIT):
                gap = starts[word] - ends[word - 1]
                short = ends[word - 1] - starts[word - 1] <= 3 and marks[word - 1] & CAPITAL
                if gap > 2 or (gap == 2 and not short):
                    mark |= BEGINS
            if mark & BEGINS:
                begun = word
            marks[word] = mark
    return marks
