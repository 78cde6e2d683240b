"""Words that were misread: what a scanner of paper, a typist, another spelling makes of the same word.

Of two texts that were read from print, or typed anew, words differ by a letter or two all over, and
nothing else does. An editor changes words for others, and a form is filled in with others. So where most
edits of an alignment put letters in the place of nearly the same letters, the texts are compared once
more with these words taken for the same. Figures are never misread here: other ones are other facts.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from dedup.align import Places
from dedup.text.words import Words

LEAST_MISREAD = 3  # edits
MISREAD_SHARE = 0.5  # of all edits
LONGEST_MISREAD = 8  # words, on either side of an edit
_FEWEST_LETTERS, _MOST_LETTERS = 3, 96  # of such an edit, in all
_WITHIN = 1 << 24  # beyond any code point
_LETTERS_A_FAULT = 3  # one letter in so many may be another one, be missing, or be put in


class Misread(NamedTuple):
    """Edits of p alignments in which words were misread.

    edits   int64[m, 4]: first word and words on the left, the same two on the right
    bounds  int64[p + 1]: where those of each pair begin
    others  int64[p]: how many other edits there are
    """

    edits: Places
    bounds: Places
    others: NDArray[np.int64]

    def are_many(self, words: Words, left: Places) -> NDArray[np.bool_]:
        """Of which pairs so many edits are such that it is what the texts differ by, bool[p].

        What is misread again and again counts once: a form has another name in it.

        words, left  as for ``find_misread``
        """
        owners = np.repeat(np.arange(len(left)), np.diff(self.bounds))
        begins = words.hashes[words.first[left[owners]] + self.edits[:, 0]]
        different = np.unique(np.stack([owners.astype(np.uint64), begins]), axis=1)[0].astype(np.int64)
        counts = np.bincount(different, minlength=len(left))
        share = MISREAD_SHARE * (counts + self.others)
        return np.asarray(counts >= np.maximum(LEAST_MISREAD, share))

    def words(self, pair: int) -> int:
        """How many words of the left text were misread in the right one, or the other way round."""
        return int(self.edits[self.bounds[pair] : self.bounds[pair + 1], 1].sum())

    def of(self, some: NDArray[np.bool_]) -> Misread:
        """Those of some of the pairs, bool[p]."""
        counts = np.diff(self.bounds)
        bounds = np.concatenate([[0], np.cumsum(counts[some])])
        return Misread(self.edits[np.repeat(some, counts)], bounds, self.others[some])


def find_misread(words: Words, equal: Places, bounds: Places, left: Places, right: Places) -> Misread:
    """The edits of alignments that put letters in the place of nearly the same letters.

    words          of the bodies of n texts
    equal, bounds  the equal stretches of all pairs, int64[m, 3], and where those of each begin, int64[p + 1]
    left, right    int64[p]: the texts of each pair, by number
    """
    return Misread(*_find(words.folded, words.places, words.first, equal, bounds, left, right))


class Reread(NamedTuple):
    """The texts of p pairs, each pair's two in turn, the right one with the left one's words where it was
    misread.

    places  int64[w]: the words, by their places among those of the texts before
    first   int64[2p + 1]: where each text's words begin
    origin  int64[w]: which word of its text before each word is or stands for
    """

    places: Places
    first: Places
    origin: Places

    def trace(self, text: int, begin: int, words: int) -> tuple[int, int]:
        """Where words of one of the texts stood before: first word and how many."""
        if not words:
            return begin, 0
        at = int(self.first[text]) + begin
        start = int(self.origin[at])
        return start, int(self.origin[at + words - 1]) + 1 - start


def put_right(misread: Misread, first: Places, left: Places, right: Places) -> Reread:
    """The texts of pairs with what was misread put right.

    first        int64[n + 1]: where each text's words begin
    left, right  as for ``find_misread``
    """
    return Reread(*_put_right(misread.edits, misread.bounds, first, left, right))


@numba.njit(cache=True, nogil=True)
def _put_right(edits: Any, bounds: Any, first: Any, left: Any, right: Any) -> Any:
    firsts = np.zeros(2 * len(left) + 1, np.int64)
    for pair in range(len(left)):
        here = edits[bounds[pair] : bounds[pair + 1]]
        ours = first[left[pair] + 1] - first[left[pair]]
        theirs = first[right[pair] + 1] - first[right[pair]]
        firsts[2 * pair + 1] = firsts[2 * pair] + ours
        firsts[2 * pair + 2] = firsts[2 * pair + 1] + theirs + (here[:, 1] - here[:, 3]).sum()
    places, origin = np.empty((2, firsts[-1]), np.int64)
    count = 0
    for pair in range(len(left)):
        a, b = first[left[pair]], first[right[pair]]
        for place in range(first[left[pair] + 1] - a):
            places[count], origin[count] = a + place, place
            count += 1
        bt, end = 0, first[right[pair] + 1] - b
        for index in range(bounds[pair], bounds[pair + 1] + 1):
            stop = edits[index, 2] if index < bounds[pair + 1] else end
            for place in range(bt, stop):
                places[count], origin[count] = b + place, place
                count += 1
            if index < bounds[pair + 1]:
                at, ours, bt, theirs = edits[index]
                for word in range(ours):
                    last = theirs - 1 if word == ours - 1 else min(word, theirs - 1)
                    places[count], origin[count] = a + at + word, bt + last
                    count += 1
                bt += theirs
    return places, firsts, origin


@numba.njit(cache=True, nogil=True)
def _find(folded: Any, places: Any, first: Any, equal: Any, bounds: Any, left: Any, right: Any) -> Any:
    found = np.empty((len(equal) + len(left), 4), np.int64)
    starts = np.zeros(len(left) + 1, np.int64)
    others = np.zeros(len(left), np.int64)
    ours, theirs = np.empty((2, _MOST_LETTERS), np.uint32)
    row = np.empty(_MOST_LETTERS + 1, np.int64)
    count = 0
    for pair in range(len(left)):
        a, b = first[left[pair]], first[right[pair]]
        at = bt = 0
        for index in range(bounds[pair], bounds[pair + 1] + 1):
            end, stop = first[left[pair] + 1] - a, first[right[pair] + 1] - b
            if index < bounds[pair + 1]:
                end, stop = equal[index, 0], equal[index, 1]
            is_misread = False
            if 0 < end - at <= LONGEST_MISREAD and 0 < stop - bt <= LONGEST_MISREAD:
                n = _spell(folded, places[a + at], places[a + end], ours)
                m = _spell(folded, places[b + bt], places[b + stop], theirs)
                is_misread = _are_misread(ours, n, theirs, m, row)
            if is_misread:
                found[count] = at, end - at, bt, stop - bt
                count += 1
            elif end > at or stop > bt:
                others[pair] += 1
            if index < bounds[pair + 1]:
                at, bt = end + equal[index, 2], stop + equal[index, 2]
        starts[pair + 1] = count
    return found[:count].copy(), starts, others


@numba.njit(cache=True, nogil=True)
def _spell(folded: Any, begin: Any, end: Any, out: Any) -> Any:
    """Code points of folded words without the spaces between them; how many: -1 if too many.

    Digits between the letters of a word ("re9ion") are marked ``_WITHIN``.
    """
    count = 0
    within = False  # whether digits here have a letter of their word before and after them
    for place in range(begin, end):
        byte = folded[place]
        if byte == 0x20:
            continue
        if byte & 0xC0 == 0x80:
            out[count - 1] = out[count - 1] << np.uint32(6) | np.uint32(byte & 0x3F)
            continue
        if count == _MOST_LETTERS:
            return -1
        if not _is_digit(byte):
            out[count] = byte if byte < 0x80 else byte & (0x1F if byte < 0xE0 else 0xF if byte < 0xF0 else 7)
        else:
            before = folded[place - 1] if place > begin else 0x20
            if not _is_digit(before):
                after = place + 1
                while _is_digit(folded[after]):
                    after += 1
                within = before != 0x20 and folded[after] != 0x20
            out[count] = byte | _WITHIN if within else byte
        count += 1
    return count


@numba.njit(cache=True, nogil=True, inline="always")
def _is_digit(code: Any) -> Any:
    return 0x30 <= code <= 0x39


@numba.njit(cache=True, nogil=True)
def _are_misread(ours: Any, n: Any, theirs: Any, m: Any, row: Any) -> Any:
    """Whether letters are nearly the same, and digits are the same, but for those within words."""
    longer = max(n, m)
    most = longer // _LETTERS_A_FAULT
    if min(n, m) < _FEWEST_LETTERS or abs(n - m) > most:
        return False
    k = 0
    for i in range(n):
        if _is_digit(ours[i]):
            while k < m and not _is_digit(theirs[k]):
                k += 1
            if k == m or theirs[k] != ours[i]:
                return False
            k += 1
    while k < m:
        if _is_digit(theirs[k]):
            return False
        k += 1
    for k in range(m + 1):
        row[k] = k
    for i in range(n):
        before = row[0]
        row[0] = least = i + 1
        for k in range(m):
            cost = before + (ours[i] != theirs[k])
            before = row[k + 1]
            row[k + 1] = min(cost, before + 1, row[k] + 1)
            least = min(least, row[k + 1])
        if least > most:
            return False
    return row[m] <= most
