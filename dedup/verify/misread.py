"""Words that were misread: what a scanner of paper, a typist, another spelling makes of the same word.

Of two texts that were read from print, or typed anew, words differ by a letter or two all over, and
nothing else does. An editor changes words for others, and a form is filled in with other facts. So where
most edits of an alignment put letters in the place of nearly the same letters, the texts are compared
once more with these words taken for the same.

Names and figures say nothing of whether texts were misread: those of two forms may look alike. And other
numbers, in digits or in letters, are never taken for the same.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from dedup.align.numbered import Places
from dedup.text.sentences import DIGIT, NUMERAL
from dedup.text.unicode import digit_zeros
from dedup.text.utf8 import decode
from dedup.text.words import Words
from dedup.verify.facts import is_fact

# So many different edits, so great a share of all: of two readings of one text six or seven in ten are such,
# with 5 to 30 % of the words misread; one of 68,000 pairs of clean articles that were aligned had so many.
LEAST_MISREAD, MISREAD_SHARE = 3, 0.5
LONGEST_MISREAD = 8  # words, on either side of an edit
_FEWEST_LETTERS, _MOST_LETTERS = 3, 96  # of such an edit, in all
_LETTERS_A_FAULT = 3  # one letter in so many may be another one, be missing, or be put in
# What digits are marked with, beyond any code point: those of a figure, its first; those between letters.
_FIGURE, _FIRST, _WITHIN = 1 << 24, 1 << 25, 1 << 26
_SPREAD = 0x9FB21C651E98DF25  # odd


class Misread(NamedTuple):
    """Edits of p alignments in which words were misread.

    edits      int64[m, 4]: first word and words on the left, the same two on the right
    bounds     int64[p + 1]: where those of each pair begin
    are_names  bool[m]: edits with a name or a figure on either side
    others     int64[p]: how many other edits there are, without a name or a figure
    """

    edits: Places
    bounds: Places
    are_names: NDArray[np.bool_]
    others: NDArray[np.int64]

    def are_many(self, words: Words, left: Places, right: Places) -> NDArray[np.bool_]:
        """Of which pairs so many edits are such that it is what the texts differ by, bool[p].

        What is misread again and again counts once.

        words, left, right  as for ``find_misread``
        """
        sides = ((left, 0), (right, 2))
        counts = np.minimum(*(self._count_different(words, texts, column) for texts, column in sides))
        share = MISREAD_SHARE * (counts + self.others)
        return np.asarray(counts >= np.maximum(LEAST_MISREAD, share))

    def _count_different(self, words: Words, texts: Places, column: int) -> NDArray[np.int64]:
        """How many edits of each pair that aren't of names begin with different words on one side."""
        owners = np.repeat(np.arange(len(texts)), np.diff(self.bounds))[~self.are_names]
        begins = words.hashes[words.first[texts[owners]] + self.edits[~self.are_names, column]]
        keys = begins ^ owners.astype(np.uint64) * np.uint64(_SPREAD)
        _, places = np.unique(keys, return_index=True)
        return np.bincount(owners[places], minlength=len(texts))

    def count_words(self, pair: int) -> int:
        """How many words of the left text were misread in the right one, or the other way round."""
        return int(self.edits[self.bounds[pair] : self.bounds[pair + 1], 1].sum())

    def of(self, some: NDArray[np.bool_]) -> Misread:
        """Those of some of the pairs, bool[p]."""
        counts = np.diff(self.bounds)
        bounds = np.concatenate([[0], np.cumsum(counts[some])])
        kept = np.repeat(some, counts)
        return Misread(self.edits[kept], bounds, self.are_names[kept], self.others[some])


def find_misread(
    words: Words, marks: NDArray[np.uint8], equal: Places, bounds: Places, left: Places, right: Places
) -> Misread:
    """The edits of alignments that put letters in the place of nearly the same letters.

    words, marks   of the bodies of n texts; marks as in ``facts.Marked``
    equal, bounds  the equal stretches of all pairs, int64[m, 3], and where those of each begin, int64[p + 1]
    left, right    int64[p]: the texts of each pair, by number
    """
    spelled = words.folded, words.places, digit_zeros()
    return Misread(*_find(spelled, words.first, marks, equal, bounds, left, right))


@numba.njit(cache=True, nogil=True)
def _find(spelled: Any, first: Any, marks: Any, equal: Any, bounds: Any, left: Any, right: Any) -> Any:
    folded, places, zeros = spelled
    found = np.empty((len(equal) + len(left), 4), np.int64)
    are_names = np.empty(len(equal) + len(left), np.bool_)
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
            is_misread = named = False
            if 0 < end - at <= LONGEST_MISREAD and 0 < stop - bt <= LONGEST_MISREAD:
                n = _spell(folded, places[a + at], places[a + end], zeros, ours)
                m = _spell(folded, places[b + bt], places[b + stop], zeros, theirs)
                our_names, our_numerals = _have_facts(marks[a + at : a + end])
                their_names, their_numerals = _have_facts(marks[b + bt : b + stop])
                named = (
                    our_names
                    or their_names
                    or _has_figure(ours[: max(0, n)])
                    or _has_figure(theirs[: max(0, m)])
                )
                if not (our_numerals and their_numerals):
                    is_misread = _are_misread(ours, n, theirs, m, row)
            if is_misread:
                found[count] = at, end - at, bt, stop - bt
                are_names[count] = named
                count += 1
            elif (end > at or stop > bt) and not named:
                others[pair] += 1
            if index < bounds[pair + 1]:
                at, bt = end + equal[index, 2], stop + equal[index, 2]
        starts[pair + 1] = count
    return found[:count].copy(), starts, are_names[:count].copy(), others


@numba.njit(cache=True, nogil=True)
def _have_facts(marks: Any) -> Any:
    """Whether a name or a number in letters is among words, and whether such a number is."""
    names = numerals = False
    for mark in marks:
        names |= is_fact(mark & ~DIGIT) != 0
        numerals |= mark & NUMERAL != 0
    return names or numerals, numerals


@numba.njit(cache=True, nogil=True)
def _has_figure(letters: Any) -> Any:
    found = False
    for letter in letters:
        found |= letter & _FIGURE != 0
    return found


@numba.njit(cache=True, nogil=True)
def _spell(folded: Any, begin: Any, end: Any, zeros: Any, out: Any) -> Any:
    """Code points of folded words without the spaces between them; how many: -1 if too many.

    Digits between the letters of a word ("re9ion") are marked ``_WITHIN``, others ``_FIGURE``, and the
    first of a figure ``_FIRST``.
    """
    count = 0
    follows = False  # whether a letter or digit of the same word stands before
    mark = 0  # of the digit before
    place = begin
    while place < end:
        code, after = decode(folded, place)
        if code != 0x20:
            if count == _MOST_LETTERS:
                return -1
            if not _is_digit(code, zeros):
                mark = 0
            elif mark == 0 and follows and _letter_follows(folded, place, zeros):
                mark = _WITHIN
            elif mark == 0:
                mark = _FIGURE | _FIRST
            else:
                mark &= ~_FIRST
            out[count] = code | mark
            count += 1
        else:
            mark = 0
        follows, place = code != 0x20, after
    return count


@numba.njit(cache=True, nogil=True)
def _letter_follows(folded: Any, place: Any, zeros: Any) -> Any:
    """Whether letters of the same word stand behind the digits there; a space ends each word."""
    code, place = decode(folded, place)
    while _is_digit(code, zeros):
        code, place = decode(folded, place)
    return code != 0x20


@numba.njit(cache=True, nogil=True)
def _is_digit(code: Any, zeros: Any) -> Any:
    """Whether a code point is a decimal digit of any script."""
    if code < 0x80:
        return 0x30 <= code <= 0x39
    found = False
    for zero in zeros:
        found |= zero <= code < zero + 10
    return found


@numba.njit(cache=True, nogil=True)
def _are_misread(ours: Any, n: Any, theirs: Any, m: Any, row: Any) -> Any:
    """Whether few letters are others, and all figures the same."""
    most = max(n, m) // _LETTERS_A_FAULT
    if min(n, m) < _FEWEST_LETTERS or abs(n - m) > most:
        return False
    if not (_have_same(ours, n, theirs, m, _FIGURE) and _have_same(ours, n, theirs, m, _WITHIN)):
        return False
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


@numba.njit(cache=True, nogil=True)
def _have_same(ours: Any, n: Any, theirs: Any, m: Any, mark: Any) -> Any:
    """Whether the digits so marked are the same; of those ``_WITHIN`` words, if both texts have any."""
    i = k = 0
    while True:
        while i < n and not ours[i] & mark:
            i += 1
        while k < m and not theirs[k] & mark:
            k += 1
        if i == n or k == m:
            break
        if ours[i] != theirs[k]:
            return False
        i, k = i + 1, k + 1
    return (i == n and k == m) or mark == _WITHIN
