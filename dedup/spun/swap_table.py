"""The swaps of a lexicon by the hashes of their phrases, as the matching of two texts looks them up."""

from __future__ import annotations

import functools
from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from dedup.spun.index import _add, _extend
from dedup.spun.lexicon import FUNCTION, Lexicon, Phrase, Swap, shipped
from dedup.text.words import SECRET_KEY, split_words

LONGEST = 5  # words of a spun phrase
_BEGIN_BITS = 14

Ids = NDArray[np.uint64]
Places = NDArray[np.int64]


class SwapTable(NamedTuple):
    """Spun phrases by hash, and the natural phrases that each stands for.

    begins    uint64[256]: bit set of the first words of spun phrases, by the low bits of their hashes
    keys      uint64[2**k]: hash of a spun phrase, where ``counts`` is above 0
    firsts    int64[2**k], counts int64[2**k]: its natural phrases, as places in the next three
    naturals  uint64[n], lengths int64[n]: a natural phrase's hash and words
    weights   float64[n]: the swap's weight
    content   bool[n]: it swaps words with a meaning, no function words
    """

    begins: Ids
    keys: Ids
    firsts: Places
    counts: Places
    naturals: Ids
    lengths: Places
    weights: NDArray[np.float64]
    content: NDArray[np.bool_]


@functools.cache
def swap_table(lexicon: Lexicon | None) -> SwapTable:
    """The swaps of a lexicon; None is the shipped one."""
    phrases = naturals_of(lexicon or shipped())
    size = 1 << max(4, (4 * len(phrases)).bit_length())
    keys = np.zeros(size, np.uint64)
    firsts, counts = np.zeros(size, np.int64), np.zeros(size, np.int64)
    naturals = [natural for group in phrases.values() for natural in group]
    groups = np.array([len(group) for group in phrases.values()], np.int64)
    _insert(_hashes(list(phrases)), groups, keys, firsts, counts)
    begins = np.zeros(1 << _BEGIN_BITS - 6, np.uint64)
    for value in _hashes([phrase[:1] for phrase in phrases]):
        _add(begins, value)
    lengths = np.array([len(natural) for natural in naturals], np.int64)
    swaps = [swap for group in phrases.values() for swap in group.values()]
    weights = np.array([swap.weight for swap in swaps])
    content = np.array([swap.kind != FUNCTION for swap in swaps], np.bool_)
    return SwapTable(begins, keys, firsts, counts, _hashes(naturals), lengths, weights, content)


def naturals_of(lexicon: Lexicon) -> dict[Phrase, dict[Phrase, Swap]]:
    """Spun phrase -> natural phrase -> swap, of swaps that don't go both ways and spun phrases of at most
    ``LONGEST`` words.
    """
    found: dict[Phrase, dict[Phrase, Swap]] = {}
    for natural, group in lexicon.swaps.items():
        for swap in group:
            back = any(other.spun == natural for other in lexicon.swaps.get(swap.spun, ()))
            if not back and len(swap.spun) <= LONGEST:
                found.setdefault(swap.spun, {})[natural] = swap
    return found


def _hashes(phrases: list[Phrase]) -> Ids:
    texts = [" ".join(phrase).encode() for phrase in phrases]
    offsets = np.cumsum([0, *map(len, texts)], dtype=np.int64)
    words = split_words(np.frombuffer(b"".join(texts), np.uint8), offsets, SECRET_KEY)
    hashes: Ids = _join(words.hashes, words.first)
    return hashes


@numba.njit(cache=True, nogil=True)
def _insert(hashes: Any, groups: Any, keys: Any, firsts: Any, counts: Any) -> None:
    mask = np.uint64(len(keys) - 1)
    place = 0
    for number in range(len(hashes)):
        slot = hashes[number] & mask
        while counts[slot] > 0:
            slot = (slot + np.uint64(1)) & mask
        keys[slot], firsts[slot], counts[slot] = hashes[number], place, groups[number]
        place += groups[number]


@numba.njit(cache=True, nogil=True)
def _join(hashes: Any, first: Any) -> Any:
    joined = np.empty(len(first) - 1, np.uint64)
    for phrase in range(len(joined)):
        joined[phrase] = hash_gram(hashes, first[phrase], first[phrase + 1] - first[phrase])
    return joined


@numba.njit(cache=True, nogil=True)
def hash_gram(hashes: Any, start: Any, length: Any) -> Any:
    """The hash of so many words from there on."""
    value = hashes[start]
    for place in range(start + 1, start + length):
        value = _extend(value, hashes[place])
    return value
