"""Words of many texts by number, and which of them two texts share."""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from dedup.text.hashing import number_words

Ids = NDArray[np.uint64]
Labels = NDArray[np.uint32]
Places = NDArray[np.int64]


class Numbered(NamedTuple):
    """The words of n texts by number: each is told apart once, however many pairs a text is in.

    numbers  uint32[w]: of each word; the same word, the same number, from 0
    first    int64[n + 1]: where each text's words begin
    size     how many different words there are
    """

    numbers: Labels
    first: Places
    size: int

    @classmethod
    def of(cls, hashes: Ids, first: Places) -> Numbered:
        """From the words' ids, uint64[w]."""
        numbers, size = number_words(hashes)
        return cls(numbers, first, size)

    def first_uses(self) -> Places:
        """Where each different word stands first, int64[size]."""
        places: Places = _first_uses(self.numbers, self.size)
        return places

    def without(self, dropped: NDArray[np.bool_]) -> Numbered:
        """The others of the words, bool[w]."""
        first = np.concatenate([[0], np.cumsum(~dropped)])[self.first]
        return self._replace(numbers=self.numbers[~dropped], first=first)


def count_shared(words: Numbered, left: Places, right: Places) -> Places:
    """How many words pairs of texts share, counted with repeats, int64[p]: no alignment matches more.

    left, right  int64[p]: the texts of each pair, by number
    """
    ones = np.broadcast_to(np.float32(1), len(words.numbers))
    return np.asarray(weigh_shared(*words, ones, left, right).astype(np.int64))


@numba.njit(cache=True, nogil=True)
def label_shared(numbers: Any, first: Any, size: Any, left: Any, right: Any) -> Any:
    """Number the words that the two texts of each pair share from 2, by first use on the right.

    Words of the left text alone are 0, of the right one alone 1: they match nothing. Returns
    the labels of all pairs, uint32, and where those of each text begin, two texts a pair.
    """
    cuts = np.zeros(2 * len(left) + 1, np.int64)
    for pair in range(len(left)):
        at, bt = left[pair], right[pair]
        cuts[2 * pair + 1] = cuts[2 * pair] + first[at + 1] - first[at]
        cuts[2 * pair + 2] = cuts[2 * pair + 1] + first[bt + 1] - first[bt]
    out = np.empty(cuts[-1], np.uint32)
    on_left = np.full(size, -1, np.int32)  # the last pair in which a word stood on the left
    on_both = np.full(size, -1, np.int32)
    labels = np.empty(size, np.uint32)  # in that pair
    for pair in range(len(left)):
        ours = numbers[first[left[pair]] : first[left[pair] + 1]]
        theirs = numbers[first[right[pair]] : first[right[pair] + 1]]
        out_left, out_right = out[cuts[2 * pair] :], out[cuts[2 * pair + 1] :]
        for word in ours:
            on_left[word] = pair
        label = np.uint32(2)
        for index in range(len(theirs)):
            word = theirs[index]
            if on_left[word] == pair:
                if on_both[word] != pair:
                    on_both[word] = pair
                    labels[word] = label
                    label += np.uint32(1)
                out_right[index] = labels[word]
            else:
                out_right[index] = 1
        for index in range(len(ours)):
            word = ours[index]
            out_left[index] = labels[word] if on_both[word] == pair else 0
    return out, cuts


@numba.njit(cache=True, nogil=True)
def weigh_shared(numbers: Any, first: Any, size: Any, weights: Any, left: Any, right: Any) -> Any:
    """Weight of the words that the texts of each pair share, with repeats, float64[p].

    weights  of each word; on the right they count
    """
    owner = np.full(size, -1, np.int32)  # the last pair in which a word stood on the left
    counts = np.empty(size, np.int32)
    shared = np.zeros(len(left))
    for pair in range(len(left)):
        for word in numbers[first[left[pair]] : first[left[pair] + 1]]:
            if owner[word] != pair:
                owner[word], counts[word] = pair, 0
            counts[word] += 1
        for place in range(first[right[pair]], first[right[pair] + 1]):
            word = numbers[place]
            if owner[word] == pair and counts[word] > 0:
                counts[word] -= 1
                shared[pair] += weights[place]
    return shared


@numba.njit(cache=True, nogil=True)
def _first_uses(numbers: Any, size: Any) -> Any:
    places = np.full(size, -1, np.int64)
    for place in range(len(numbers)):
        if places[numbers[place]] < 0:
            places[numbers[place]] = place
    return places
