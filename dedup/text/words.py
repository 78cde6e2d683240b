"""Words of many texts at once: folded, hashed, with their places in the original.

A word is a run of letters, digits and combining marks of any script. Of scripts written without
spaces every ideograph is a word; runs of Kana, Thai, Lao, Khmer and Myanmar letters are cut into
words of some three letters each (``kernel.are_cut``), also across spaces and the end of a line. Words
are compared folded (see ``unicode``); in a word with ASCII letters Cyrillic and Greek ones that look
like ASCII letters count as these.

A word's hash starts from a *key*: a fixed key gives the word hashes that sketches are made
of; a secret key, drawn anew in every process, gives word ids that no text can be prepared
to collide under. How words are found and hashed is told in ``kernel`` and ``hashing``.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.text import kernel
from dedup.text.kept import are_kept, count_letters, hash_words, keep_words
from dedup.text.unicode import fold_tables

SKETCH_KEY = 0x9E3779B97F4A7C15  # 2**64 divided by the golden ratio
SECRET_KEY = secrets.randbits(64)


class Words(NamedTuple):
    """The words of n texts; word w of text i has index ``first[i] <= w < first[i + 1]``.

    hashes  uint64[w]: hash of the folded word
    starts  int32[w], ends int32[w]: half-open offsets into the text, in code points
    first   int64[n + 1]: index of each text's first word
    lengths int64[n]: length of each text in code points
    folded  uint8[b]: the folded words of all texts as UTF-8, each followed by a space
    places  int64[w + 1]: where each word begins in ``folded``
    odd     int32[n, 2]: invisible characters after ASCII letters within words, and words of ASCII
            letters mixed with others that look like them
    """

    hashes: NDArray[np.uint64]
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    first: NDArray[np.int64]
    lengths: NDArray[np.int64]
    folded: NDArray[np.uint8]
    places: NDArray[np.int64]
    odd: NDArray[np.int32]

    def of(self, text: int) -> slice:
        """The slice of ``hashes``, ``starts`` and ``ends`` that belongs to one text."""
        return slice(int(self.first[text]), int(self.first[text + 1]))


class Text(NamedTuple):
    """One of many texts that were split into words together.

    ``read`` gives the text itself; it is asked for only where it is needed.
    """

    words: Words
    number: int
    read: Callable[[], str]

    @property
    def ids(self) -> NDArray[np.uint64]:
        """Hashes of its words."""
        return self.words.hashes[self.words.of(self.number)]

    @property
    def length(self) -> int:
        """Code points."""
        return int(self.words.lengths[self.number])

    def place(self, first: int, count: int) -> tuple[int, int]:
        """Code points of ``count`` words from word ``first`` on, half-open.

        Of none: where they would stand.
        """
        start, stop = int(self.words.first[self.number]), int(self.words.first[self.number + 1])
        if count:
            return int(self.words.starts[start + first]), int(self.words.ends[start + first + count - 1])
        if start + first < stop:
            at = int(self.words.starts[start + first])
        else:
            at = int(self.words.ends[stop - 1]) if stop > start else 0
        return at, at

    def places(self, ranges: NDArray[np.int64]) -> list[tuple[int, int]]:
        """``place`` of many ranges of words, int64[r, 2]: first and stop."""
        here = self.words.of(self.number)
        starts, ends = self.words.starts[here], self.words.ends[here]
        last = int(ends[-1]) if len(ends) else 0
        firsts = np.append(starts, last)[ranges[:, 0]]
        stops = np.append(ends, last)[ranges[:, 1] - 1]
        stops = np.where(ranges[:, 1] > ranges[:, 0], stops, firsts)
        return list(zip(firsts.tolist(), stops.tolist(), strict=True))


def split_words(data: NDArray[np.uint8], offsets: NDArray[np.int64], key: int = SKETCH_KEY) -> Words:
    """Split n texts into words.

    data     uint8: valid UTF-8 of all texts
    offsets  int64[n + 1]: where each text begins in ``data``, as in an Arrow string array
    key      the start value of the word hash, 0 to 2**64 - 1
    """
    return Words(*kernel.split(data, offsets, np.uint64(key), *fold_tables()))


def keep_ranges(words: Words, first: NDArray[np.int64], ranges: NDArray[np.integer[Any]]) -> Words:
    """The words of n texts that begin within some ranges of them.

    first   int64[n + 1]: where the ranges of each text begin
    ranges  int[r, 2]: half-open, in code points, in order
    """
    one_each = np.array_equal(first, np.arange(len(words.first)))
    if one_each and not ranges[:, 0].any() and np.array_equal(ranges[:, 1], words.lengths):
        return words
    return Words(*keep_words(*words, first, ranges))


def split_text(text: str, key: int = SKETCH_KEY) -> Words:
    """Split one text; a lone surrogate counts as a separator."""
    data = np.frombuffer(text.encode("utf-8", "replace"), np.uint8)
    return split_words(data, np.array([0, len(data)], np.int64), key)


def text_of(text: str, key: int = SECRET_KEY) -> Text:
    """One text, split into words."""
    return Text(split_text(text, key), 0, lambda: text)


def places_of_kept(whole: Words, kept: Words) -> NDArray[np.int64]:
    """Where the words that ``keep_ranges`` kept of n texts stand among all their words, int64[w]."""
    if kept is whole:
        return np.arange(len(whole.hashes))
    return np.flatnonzero(are_kept(whole.first, whole.starts, kept.first, kept.starts))


def hash_folded(words: Words, key: int, some: NDArray[np.int64] | None = None) -> NDArray[np.uint64]:
    """Hashes of words, as ``split_words`` gave them, under another key, uint64[w]; of some, or of all."""
    some = np.arange(len(words.hashes)) if some is None else some
    hashes: NDArray[np.uint64] = hash_words(words.folded, words.places, some, np.uint64(key))
    return hashes


def are_spelled(words: Words) -> NDArray[np.bool_]:
    """bool[n]: which texts are spelled letter by letter, more than half of their words, as some PDFs are.

    Such texts agree on runs of common words, and that says nothing of them.
    """
    letters = count_letters(words.folded, words.places, words.first)
    return np.asarray(2 * letters > np.diff(words.first))
