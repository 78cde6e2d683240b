"""A quick look at many texts at once: which of them may credit somebody at all.

Every credit holds one of a few hundred words or pairs of words. They are looked for by their hashes
among the first and last words of each text, so that few texts have to be read by ``credit``.
"""

from __future__ import annotations

import functools
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from dedup.furniture.credit import HEAD, TAIL
from dedup.furniture.credit_forms import telling_words
from dedup.kernel import mix_hash
from dedup.text.words import Words, split_text

_LONGEST = 80  # code points of a word that begins before what is looked at
_ROOM = 4  # places of the table for each word, at least
_BEGINS = 2**15


def may_credit(words: Words, data: NDArray[np.uint8], offsets: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each of n texts may credit somebody: bool[n]. ``data``, ``offsets``: as in ``split_words``."""
    found: NDArray[np.bool_] = _look(
        words.hashes, words.starts, words.first, words.lengths, data, offsets, *_tables()
    )
    return found


@functools.cache
def _tables() -> tuple[NDArray[np.bool_], NDArray[np.uint64]]:
    """By the last bits of a hash: whether it may be of a telling word; and a hash table of all that are."""
    each = [split_text(words).hashes for words in telling_words()]
    begins = np.zeros(_BEGINS, np.bool_)
    begins[[int(words[0]) % _BEGINS for words in each]] = True
    keys = {int(words[0] if len(words) == 1 else _pair(*words)) for words in each} - {0}
    size = 1 << (_ROOM * len(keys) - 1).bit_length()
    table = np.zeros(size, np.uint64)  # 0: a free place
    for key in sorted(keys):
        slot = key % size
        while table[slot]:
            slot = (slot + 1) % size
        table[slot] = key
    return begins, table


@numba.njit(cache=True, nogil=True)
def _pair(one: Any, other: Any) -> Any:
    return mix_hash(one, other)


@numba.njit(cache=True, nogil=True)
def _look(
    hashes: Any, starts: Any, first: Any, lengths: Any, data: Any, offsets: Any, begins: Any, table: Any
) -> Any:
    found = np.zeros(len(lengths), np.bool_)
    for text in range(len(lengths)):
        word, end = first[text], first[text + 1]
        while word < end and starts[word] < HEAD and not found[text]:
            found[text] = _is_telling(begins, table, hashes, word, end)
            word += 1
        least = lengths[text] - TAIL - _LONGEST
        last = end - 1
        while last >= word and starts[last] >= least and not found[text]:
            found[text] = _is_telling(begins, table, hashes, last, end)
            last -= 1
        if not found[text]:
            found[text] = _has_station(data[offsets[text] : min(offsets[text] + HEAD, offsets[text + 1])])
    return found


@numba.njit(cache=True, nogil=True, inline="always")
def _is_telling(begins: Any, table: Any, hashes: Any, word: Any, end: Any) -> Any:
    """Whether a word, or it and the next one, are among those that are looked for."""
    if not begins[hashes[word] & np.uint64(_BEGINS - 1)]:
        return False
    if _is_in(table, hashes[word]):
        return True
    return word + 1 < end and _is_in(table, mix_hash(hashes[word], hashes[word + 1]))


@numba.njit(cache=True, nogil=True)
def _is_in(table: Any, word: Any) -> Any:
    mask = np.uint64(len(table) - 1)
    slot = word & mask
    while table[slot] != 0 and table[slot] != word:
        slot = (slot + np.uint64(1)) & mask
    return table[slot] != 0


@numba.njit(cache=True, nogil=True)
def _has_station(data: Any) -> Any:
    """Whether there is a bracket before a K or W, as before the call letters of a station."""
    for place in range(len(data) - 1):
        if (data[place] == 0x28 or data[place] == 0x5B) and (
            data[place + 1] == 0x4B or data[place + 1] == 0x57
        ):
            return True
    return False
