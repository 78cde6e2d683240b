"""Lookup tables that fold code points for comparing: NFKC, case, ignorable characters.

Two texts are compared after Unicode compatibility normalisation and case folding
(Unicode Standard Annex 15; "NFKC_Casefold" of the Unicode Character Database). Equality
under NFKC is the same as equality under NFKD, and NFKD works code point by code point
apart from the order of combining marks. So a table from code point to folded code points
replaces ``unicodedata.normalize`` in the kernel, and the kernel orders the marks.

The tables are built once a process from Python's own ``unicodedata`` (about 0.1 s);
its version decides the words and is recorded in ``run.json``.
"""

from __future__ import annotations

import functools
import itertools
import unicodedata
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.stored import digest_of, stored

UNICODE_VERSION = unicodedata.unidata_version

# What a code point does in a text. LETTER, IDEOGRAPH, MARK and SYLLABIC carry folded code points.
SEPARATOR = 0  # ends a word
LETTER = 1  # a letter or digit: begins or continues a word
IDEOGRAPH = 2  # begins a word of its own
MARK = 3  # a combining mark: continues the word before it
IGNORABLE = 4  # soft hyphen, zero-width and direction controls: as if absent
SYLLABIC = 5  # a letter of another script written without spaces: ``kernel.are_cut`` says where words begin

# Code points past this one are separators: private use, unassigned, or tags.
TABLE_SIZE = 0x32400

# Folding and the space after each word make at most this many bytes of each byte beyond
# ASCII: the most is U+FDFA, 3 bytes that stand for 4 words of 15 letters of 2 bytes.
MOST_GROWTH = 12

# One byte beyond ASCII gives at most this many words: U+3316 is 3 bytes and 6 Kana.
MOST_WORDS = 2

# Scripts written without spaces between words, as half-open ranges of code points
# (Unicode 15 block names). Of ideographs each is a word; five of them make a shingle.
IDEOGRAPHIC = (
    (0x3005, 0x3008),  # ideographic iteration mark, zero
    (0x3400, 0x4DC0),  # CJK extension A
    (0x4E00, 0xA000),  # CJK unified ideographs
    (0xF900, 0xFB00),  # CJK compatibility ideographs
    (0x20000, TABLE_SIZE),  # CJK extensions B and later
)
# Where a letter is a sound, five of them are hardly a word.
_SYLLABIC = (
    (0x0E00, 0x0F00),  # Thai, Lao
    (0x1000, 0x10A0),  # Myanmar
    (0x1780, 0x1800),  # Khmer
    (0x1950, 0x19E0),  # Tai Le, New Tai Lue
    (0x1A20, 0x1AB0),  # Tai Tham
    (0x3040, 0x3100),  # Hiragana, Katakana
    (0x31F0, 0x3200),  # Katakana phonetic extensions
    (0xA9E0, 0xAA00),  # Myanmar extended B
    (0xAA60, 0xAAE0),  # Myanmar extended A, Tai Viet
    (0xFF66, 0xFFA0),  # halfwidth Katakana
    (0x1B000, 0x1B170),  # Kana supplement and extensions
)

# Folded Cyrillic and Greek letters that pass for ASCII ones, in either case (after the confusables
# of Unicode Technical Standard 39).
_CYRILLIC = "авеиікмнорстухѕјһԁԛԝ", "abenikmhopctyxsjhdqw"
_GREEK = "αβεζηικμνορτυχ", "abezhikmnoptyx"
LOOKALIKES = np.array([ord(letter) for letter in _CYRILLIC[0] + _GREEK[0]], np.int64)
LOOKED_LIKE = np.array([ord(letter) for letter in _CYRILLIC[1] + _GREEK[1]], np.uint8)

# Combining grapheme joiner and variation selectors: marks that change no letter.
_IGNORABLE_MARKS = {0x034F, *range(0x180B, 0x1810), *range(0xFE00, 0xFE10)}

# Hangul syllables decompose by arithmetic (Unicode Standard, section 3.12), and ideographs
# fold to themselves; every other code point is looked up.
_HANGUL = (0xAC00, 0xD7A4)
_UNCHANGED = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0x20000, 0x2F800), (0x30000, TABLE_SIZE))
_LOOKED_UP = (
    (0, 0x3400),
    (0x4DC0, 0x4E00),
    (0xA000, 0xAC00),
    (0xD7A4, 0xD800),
    (0xF900, 0x1BD00),
    (0x1CC00, 0x1FC00),
    (0x2F800, 0x2FA20),
)


class FoldTables(NamedTuple):
    """Folding of every code point below ``TABLE_SIZE``.

    kind      uint8[TABLE_SIZE]: SEPARATOR, LETTER, IDEOGRAPH, MARK, IGNORABLE or SYLLABIC
    first     uint32[TABLE_SIZE]: index of the first folded code point in ``folded``
    sizes     uint8[TABLE_SIZE]: number of folded code points (1 for most letters)
    folded    uint32[n]: folded code points: letters, digits, marks, and spaces between them
    combining uint8[TABLE_SIZE]: canonical combining class, 0 to 254
    """

    kind: NDArray[np.uint8]
    first: NDArray[np.uint32]
    sizes: NDArray[np.uint8]
    folded: NDArray[np.uint32]
    combining: NDArray[np.uint8]


def fold_character(character: str) -> str:
    """Fold one character as NFKC_Casefold does, decomposed; '' for a separator.

    What is no letter, digit or mark within a compatibility form ("\u00bd" is "1\u20442") is a space.
    """
    folded = unicodedata.normalize("NFKD", character)
    for _ in range(2):  # folding a decomposed character settles after two rounds
        folded = unicodedata.normalize("NFKD", folded.casefold())
    parts = "".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in folded)
    return parts if parts.strip() else ""


def _fold_quickly(character: str) -> str:
    """Same as ``fold_character``, for one character of category L, N, M, P, S or Z."""
    if not unicodedata.decomposition(character):
        if unicodedata.category(character)[0] not in "LNM":
            return ""
        if character.casefold() == character:
            return character
    return fold_character(character)


@functools.cache
def digit_zeros() -> NDArray[np.int64]:
    """The zeros of decimal digits that folding leaves as they are, of any script; nine digits follow each."""
    return stored("digits", UNICODE_VERSION, _find_zeros)[0]


def _find_zeros() -> list[NDArray[np.int64]]:
    digits = ((code, chr(code)) for code in range(TABLE_SIZE))
    zeros = [
        code
        for code, character in digits
        if unicodedata.decimal(character, None) == 0 and not unicodedata.decomposition(character)
    ]
    return [np.array(zeros, np.int64)]


@functools.cache
def fold_tables() -> FoldTables:
    """The tables, built where no earlier run has kept them."""
    source = digest_of(Path(__file__).read_bytes())
    return FoldTables(*stored("folding", (UNICODE_VERSION, source), _build_tables))


def _build_tables() -> FoldTables:
    kind = np.zeros(TABLE_SIZE, np.uint8)
    first = np.zeros(TABLE_SIZE, np.uint32)
    sizes = np.zeros(TABLE_SIZE, np.uint8)
    combining = np.zeros(TABLE_SIZE, np.uint8)
    folded: list[int] = []
    category = unicodedata.category
    looked_up = itertools.chain.from_iterable(itertools.starmap(range, _LOOKED_UP))
    for code in looked_up:
        character = chr(code)
        group = category(character)
        if group == "Cf" or code in _IGNORABLE_MARKS:
            kind[code] = IGNORABLE
            continue
        mapped = _fold_quickly(character) if group[0] != "C" else ""
        if not mapped:
            continue
        marks_only = all(category(c)[0] == "M" for c in mapped)
        kind[code] = MARK if marks_only else LETTER
        combining[code] = unicodedata.combining(mapped[0]) if marks_only else 0
        first[code] = len(folded)
        sizes[code] = len(mapped)
        folded.extend(map(ord, mapped))
    for start, stop in _UNCHANGED:
        letters = [code for code in range(start, stop) if category(chr(code))[0] in "LNM"]
        kind[letters] = LETTER
        first[letters] = np.arange(len(folded), len(folded) + len(letters))
        sizes[letters] = 1
        folded.extend(letters)
    hangul = np.arange(_HANGUL[1] - _HANGUL[0])
    jamo = np.stack([0x1100 + hangul // 588, 0x1161 + hangul % 588 // 28, 0x11A7 + hangul % 28], axis=1)
    kind[slice(*_HANGUL)] = LETTER
    first[slice(*_HANGUL)] = len(folded) + 3 * hangul
    sizes[slice(*_HANGUL)] = 2 + (hangul % 28 > 0)
    folded_codes = np.concatenate([np.array(folded, np.uint32), jamo.ravel().astype(np.uint32)])
    for unspaced, ranges in ((IDEOGRAPH, IDEOGRAPHIC), (SYLLABIC, _SYLLABIC)):
        for start, stop in ranges:
            block = kind[start:stop]
            block[block == LETTER] = unspaced
    kind[[code for zero in digit_zeros() for code in range(zero, zero + 10)]] = LETTER  # figures are words
    return FoldTables(kind, first, sizes, folded_codes, combining)
