"""The keys of the ``passage`` view: one of ``EVERY`` shingles, chosen by its hash.

Texts that share a passage choose the same of its shingles, wherever it stands (Manber 1994). Of
one of 40 words they choose 4.5 on average, and fewer than two of one in 20. It is the MinHash
of every passage of a few words, under one permutation, as far as it is below a fixed value.

*Templates* are told by the same keys: passages that many different articles of one source
have, so that two of them that share them needn't have it from one another.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from dedup.sketch import kernel

EVERY = 8
_APART = 48  # words between two chosen shingles of a template, at most; what is between belongs to it
_FACTOR = np.uint64(0x9FB21C651E98DF25)  # odd, from rrmxmx (Evensen 2019)

Keys = NDArray[np.int64]


def are_chosen(shingles: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Which shingles are among one of ``EVERY``."""
    return np.asarray(shingles % np.uint32(EVERY) == 0)


def passage_keys(shingles: NDArray[np.uint32]) -> Keys:
    """Keys of chosen shingles, int64[k]."""
    mixed = shingles.astype(np.uint64) * _FACTOR
    return np.asarray(((mixed ^ (mixed >> np.uint64(29))) * _FACTOR).view(np.int64))


class Chosen(NamedTuple):
    """The chosen shingles of the bodies of n texts; w words, k shingles.

    different  int64[d]: their keys, each once, sorted
    numbers    int64[k]: of each shingle its key's number among these
    places     int64[k]: the word that each begins with
    first      int64[n + 1]: where the words of each body begin
    size       words of a shingle
    """

    different: Keys
    numbers: Keys
    places: Keys
    first: Keys
    size: int

    @classmethod
    def of(cls, hashes: NDArray[np.uint64], first: Keys, size: int) -> Chosen:
        """From the hashes of the words under SKETCH_KEY, uint64[w]."""
        shingles, places = _choose(hashes, first, size)
        different, numbers = np.unique(passage_keys(shingles), return_inverse=True)
        return cls(different, numbers, places, first, size)

    @property
    def keys(self) -> Keys:
        """Of each shingle, int64[k]."""
        return self.different[self.numbers]

    def are_among(self, known: Keys) -> NDArray[np.bool_]:
        """Which of the shingles have one of these sorted keys, bool[k]."""
        if not len(known):
            return np.zeros(len(self.numbers), np.bool_)
        # sorted ones are found in a fifth of the time
        at = np.minimum(np.searchsorted(known, self.different), len(known) - 1)
        return np.asarray((known[at] == self.different)[self.numbers])

    def mark(self, known: Keys) -> NDArray[np.bool_]:
        """Which words belong to templates with these sorted keys, bool[w]."""
        marks: NDArray[np.bool_] = _fill(
            int(self.first[-1]), self.first, self.places, self.are_among(known), self.size
        )
        return marks


@numba.njit(cache=True, nogil=True)
def _choose(hashes: Any, first: Any, size: Any) -> Any:
    """The chosen shingles of each text, uint32, and the word that each begins with."""
    chosen = np.empty(len(hashes), np.uint32)
    places = np.empty(len(hashes), np.int64)
    longest = 0
    for text in range(len(first) - 1):
        longest = max(longest, first[text + 1] - first[text])
    found = np.empty(longest, np.uint32)
    count = 0
    for text in range(len(first) - 1):
        for place in range(kernel.shingles(hashes[first[text] : first[text + 1]], size, found)):
            chosen[count] = found[place]
            places[count] = first[text] + place
            count += found[place] % np.uint32(EVERY) == 0
    return chosen[:count].copy(), places[:count].copy()


@numba.njit(cache=True, nogil=True)
def _fill(words: Any, first: Any, places: Any, known: Any, size: Any) -> Any:
    marks = np.zeros(words, np.bool_)
    text = 0
    last = -1  # the chosen shingle before this one, if it is a template's
    for index in range(len(places)):
        place = places[index]
        while first[text + 1] <= place:
            text += 1
            last = -1
        if known[index]:
            begin = last if last >= first[text] and place - last <= _APART else place
            marks[begin : place + size] = True
            last = place
        else:
            last = -1
    return marks
