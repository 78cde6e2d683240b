"""Each text by itself, made once however many pairs it is in: its sentences, and its stems, each once."""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from dedup.rewrite.statements import Statements
from dedup.text.sentences import BEGINS, CAPITAL, DIGIT

NAMED = 2.0  # weight of a stem that is worth a name or a word
_MOST_SENTENCES = 600  # of a text that are looked at
_MOST_FIGURES = 0.25  # share of words with digits of a text that is no table, but tells something
ALL, WORDS, NAMES, FIGURES = range(4)  # columns of ``weights``


class Outlines(NamedTuple):
    """What n texts are by themselves; w words, d stems, those of each text once. Words go by their places
    among all of them.

    ends       int64[n]: where the words that are looked at end: those of the first sentences
    counts     int64[n]: sentences
    tables     bool[n]: texts that hold mostly figures, and tell nothing
    sentences  int32[w]: the sentence of its text that each word is in, from 0
    again      bool[w]: whether its stem stands before it in the sentence
    nexts      int32[w]: the next word of the text with the same stem; -1: none
    stems      int32[d]: the first word with each stem, in order
    bounds     int64[n + 1]: where those of each text begin
    weights    float64[n, 4]: of all stems, of those that are neither names nor numbers, of names, each
               counted once; and how many words with digits there are
    """

    ends: NDArray[np.int64]
    counts: NDArray[np.int64]
    tables: NDArray[np.bool_]
    sentences: NDArray[np.int32]
    again: NDArray[np.bool_]
    nexts: NDArray[np.int32]
    stems: NDArray[np.int32]
    bounds: NDArray[np.int64]
    weights: NDArray[np.float64]

    @classmethod
    def of(cls, texts: Statements, *sides: NDArray[np.int64]) -> Outlines:
        """Of the texts with these numbers."""
        looked_at = np.zeros(len(texts.first) - 1, np.bool_)
        for side in sides:
            looked_at[side] = True
        return cls(*_outline(texts, looked_at))


@numba.njit(cache=True, nogil=True, inline="always")
def kind_of(mark: Any, weight: Any) -> Any:
    """What a stem counts as besides: FIGURES, NAMES, WORDS, or ALL for nothing."""
    if mark & DIGIT:
        return FIGURES
    if mark & CAPITAL:
        return ALL if mark & BEGINS else NAMES
    return WORDS if weight > NAMED else ALL


@numba.njit(cache=True, nogil=True)
def _outline(texts: Any, looked_at: Any) -> Any:
    count = len(texts.first) - 1
    ends = texts.first[:-1].copy()
    counts = np.zeros(count, np.int64)
    tables = np.zeros(count, np.bool_)
    sentences = np.empty(len(texts.numbers), np.int32)
    again = np.zeros(len(texts.numbers), np.bool_)
    nexts = np.full(len(texts.numbers), -1, np.int32)
    stems = np.empty(len(texts.numbers), np.int32)
    bounds = np.zeros(count + 1, np.int64)
    weights = np.zeros((count, 4))
    latest = np.full(texts.size, -1, np.int32)  # the last word with a stem
    used = 0
    for text in range(count):
        bounds[text + 1] = used
        if not looked_at[text]:
            continue
        begin, begun, sentence = texts.first[text], texts.first[text], -1
        figures = whole = 0
        ends[text] = texts.first[text + 1]
        for place in range(begin, texts.first[text + 1]):
            mark = texts.marks[place]
            if mark & BEGINS:
                whole += 1
                if whole > _MOST_SENTENCES:
                    ends[text] = place
                    break
            if mark & BEGINS or place == begin:
                begun = place
                sentence += 1
            figures += 1 if mark & DIGIT else 0
            sentences[place] = sentence
            stem = texts.numbers[place]
            before = latest[stem]
            latest[stem] = place
            again[place] = before >= begun
            if before >= begin:
                nexts[before] = place
                continue
            stems[used] = place
            used += 1
            weight = texts.weights[place]
            weights[text, ALL] += weight
            kind = kind_of(mark, weight)
            if kind == FIGURES:
                weights[text, FIGURES] += 1
            elif kind != ALL:
                weights[text, kind] += weight
        counts[text] = sentence + 1
        tables[text] = figures > _MOST_FIGURES * (ends[text] - begin)
        bounds[text + 1] = used
    return ends, counts, tables, sentences, again, nexts, stems[:used].copy(), bounds, weights
