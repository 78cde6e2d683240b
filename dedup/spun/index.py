"""Finding tens of thousands of word sequences in one pass over word hashes.

An n-gram's hash is built word by word from the words' own 64-bit hashes. A bit set
of all beginnings of n-grams is small enough for the processor's caches and turns nearly
every place away after two words; what is left is looked up in an open-addressing hash table.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from importlib.resources import files
from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from dedup.sketch.scheme import SHINGLE_RULE
from dedup.spun.lexicon import Lexicon, Phrase
from dedup.spun.patterns import LONGEST, Entry, entries
from dedup.stored import Arrays, digest_of, stored
from dedup.text.words import Words, split_words

_SINGLE_BITS = 12  # logarithm of the bit set's size: 512 bytes; few n-grams are one word
_PREFIX_BITS = 19  # 64 KiB; about 35,000 beginnings


class Grams(NamedTuple):
    """Numbered n-grams in hashed form; the bit sets are indexed by the low bits of the hash.

    keys    uint64[2**k]: n-gram hash, where ``numbers`` is 0 or more
    numbers int32[2**k]: the n-gram's; -1: free
    single  uint64[64]: bit set of n-grams of one word
    prefix  uint64[8192]: bit set of the first 2, 3, ... words of longer n-grams
    """

    keys: NDArray[np.uint64]
    numbers: NDArray[np.int32]
    single: NDArray[np.uint64]
    prefix: NDArray[np.uint64]


class Index(NamedTuple):
    """The n-grams of a lexicon, and what each says."""

    entries: list[Entry]
    grams: Grams


class Hits(NamedTuple):
    """Matches in order of place: word[m] where the n-gram begins, its length, its number."""

    word: NDArray[np.int64]
    length: NDArray[np.int64]
    number: NDArray[np.int64]


@functools.cache
def index(lexicon: Lexicon | None = None) -> Index:
    """The index of a lexicon, None the shipped one, built where no earlier run has kept it."""
    return _unpack(stored("lexicon", made_from(lexicon), lambda: _pack(entries(lexicon))))


def made_from(lexicon: Lexicon | None) -> object:
    """All that decides what is built of a lexicon (see ``stored``)."""
    here = files("dedup.spun")
    every = sorted((*here.iterdir(), *here.joinpath("data").iterdir()), key=lambda file: file.name)
    source = digest_of(*(file.read_bytes() for file in every if file.is_file()))
    return (SHINGLE_RULE, source, *((lexicon and (lexicon.swap_rows, lexicon.artefact_rows)) or ()))


def _pack(every: dict[Phrase, Entry]) -> Arrays:
    """The index as arrays alone: those of the entries' fields, then those of the n-grams."""
    columns = zip(*every.values(), strict=True) if every else [()] * len(Entry._fields)
    return (*(np.array(column) for column in columns), *build(list(every)))


def _unpack(arrays: Arrays) -> Index:
    count = len(Entry._fields)
    every = list(map(Entry._make, zip(*(column.tolist() for column in arrays[:count]), strict=True)))
    return Index(every, Grams(*arrays[count:]))


def build(grams: Sequence[Phrase]) -> Grams:
    """Hash the n-grams of 1 to ``LONGEST`` folded words, and number them in their order."""
    data = "".join(" ".join(gram) for gram in grams).encode()
    lengths = [len(" ".join(gram).encode()) for gram in grams]
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    words = split_words(np.frombuffer(data, np.uint8), offsets)
    size = 1 << max(4, (2 * len(grams)).bit_length())
    keys = np.zeros(size, np.uint64)
    numbers = np.full(size, -1, np.int32)
    single = np.zeros(1 << _SINGLE_BITS - 6, np.uint64)
    prefix = np.zeros(1 << _PREFIX_BITS - 6, np.uint64)
    _insert(words.hashes, words.first, keys, numbers, single, prefix)
    return Grams(keys, numbers, single, prefix)


def search(words: Words, grams: Grams) -> Hits:
    """Every place of every n-gram in every text; an n-gram never spans two texts."""
    return Hits(*_search(words.hashes, words.first, *grams))


@numba.njit(cache=True, nogil=True, inline="always")
def _extend(value: Any, word: Any) -> Any:
    value = (value * np.uint64(0x9FB21C651E98DF25)) ^ word
    return value ^ (value >> np.uint64(32))


@numba.njit(cache=True, nogil=True, inline="always")
def _has(bits: Any, value: Any) -> Any:
    slot = value & np.uint64(64 * len(bits) - 1)
    return (bits[slot >> np.uint64(6)] >> (slot & np.uint64(63))) & np.uint64(1)


@numba.njit(cache=True, nogil=True)
def _add(bits: Any, value: Any) -> None:
    slot = value & np.uint64(64 * len(bits) - 1)
    bits[slot >> np.uint64(6)] |= np.uint64(1) << (slot & np.uint64(63))


@numba.njit(cache=True, nogil=True)
def _insert(hashes: Any, first_word: Any, keys: Any, numbers: Any, single: Any, prefix: Any) -> None:
    mask = np.uint64(len(keys) - 1)
    for gram in range(len(first_word) - 1):
        start, stop = first_word[gram], first_word[gram + 1]
        value = hashes[start]
        if stop - start == 1:
            _add(single, value)
        for place in range(start + 1, stop):
            value = _extend(value, hashes[place])
            _add(prefix, value)
        slot = value & mask
        while numbers[slot] >= 0:
            slot = (slot + np.uint64(1)) & mask
        keys[slot] = value
        numbers[slot] = gram


@numba.njit(cache=True, nogil=True)
def _find(value: Any, keys: Any, numbers: Any) -> Any:
    mask = np.uint64(len(keys) - 1)
    slot = value & mask
    while numbers[slot] >= 0:
        if keys[slot] == value:
            return numbers[slot]
        slot = (slot + np.uint64(1)) & mask
    return np.int32(-1)


@numba.njit(cache=True, nogil=True)
def _search(hashes: Any, first_word: Any, keys: Any, numbers: Any, single: Any, prefix: Any) -> Any:
    found = np.empty((3, 1024), np.int64)
    count = 0
    last = len(hashes) - 1
    for text in range(len(first_word) - 1):
        stop = first_word[text + 1]
        for word in range(first_word[text], stop):
            value = hashes[word]
            following = hashes[min(word + 1, last)]
            if _has(single, value) | _has(prefix, _extend(value, following)) == 0:
                continue
            for length in range(1, min(LONGEST, stop - word) + 1):
                if length > 1:
                    value = _extend(value, hashes[word + length - 1])
                    if not _has(prefix, value):
                        break
                entry = _find(value, keys, numbers) if length > 1 or _has(single, value) else np.int32(-1)
                if entry < 0:
                    continue
                if count == found.shape[1]:
                    larger = np.empty((3, 2 * count), np.int64)
                    larger[:, :count] = found
                    found = larger
                found[0, count] = word
                found[1, count] = length
                found[2, count] = entry
                count += 1
    return found[0, :count].copy(), found[1, :count].copy(), found[2, :count].copy()
