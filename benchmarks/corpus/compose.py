"""Texts as arrays of tokens: fresh ones, and what scrapes do to them.

Everything is drawn from streams that start at the corpus' seed, a purpose and a number, so
that any article can be made at any time and any number of times, without those before it.
Kernels write into a buffer at a place and return the place after what they wrote.

A token's upper bits say how it is written: CAPITAL, COMMA, STOP (a sentence ends with it)
and BREAK (a paragraph ends with it).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

CAPITAL, COMMA, STOP, BREAK = 1 << 24, 1 << 25, 1 << 26, 1 << 27
TOKEN = (1 << 24) - 1
_END = STOP | BREAK

KINDS = (
    "unrelated",
    "exact",
    "edit",
    "crop",
    "furniture",
    "contains",
    "shared",
    "spun",
    "reworded",
    "template",
    "same-event",
)
UNRELATED, EXACT, EDIT, CROP, FURNITURE, CONTAINS, SHARED, SPUN, REWORDED, TEMPLATE, SAME_EVENT = range(11)
# Purposes of streams; the first two begin a range with a stream for every kind.
_BASE, _MEMBER, _BLOCK, _FOOTER, _OPENING = 0, 100, 200, 201, 202


class Articles(NamedTuple):
    """n articles to be made.

    seed     0 to 2**63 - 1
    kinds, numbers, members  int8[n], int32[n], int8[n]: what each is, which group of its kind it
             is in, and which member of the group it is
    sources  int16[n]: the source, whose furniture it may carry
    lengths  int32: numbers of words that articles may have, all equally likely
    footers  one of so many footers stands at the end of each; 0: none
    opening  all begin with the same so many words
    """

    seed: int
    kinds: NDArray[np.int8]
    numbers: NDArray[np.int32]
    members: NDArray[np.int8]
    sources: NDArray[np.int16]
    lengths: NDArray[np.int32]
    footers: int
    opening: int


TOPICS = 24  # tokens that one article alone speaks of


@numba.njit(cache=True, nogil=True)
def mix(value: Any) -> Any:
    """A bijection of 64-bit integers without pattern (splitmix64); scalar or array of uint64."""
    value = value + np.uint64(0x9E3779B97F4A7C15)
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


@numba.njit(cache=True, nogil=True)
def _stream(seed: Any, purpose: Any, number: Any, member: Any) -> Any:
    """The state of a stream: uint64[1]."""
    state = np.empty(1, np.uint64)
    state[0] = mix(mix(mix(np.uint64(seed)) + np.uint64(purpose)) + np.uint64(number)) + np.uint64(member)
    state[0] = mix(state[0])
    return state


@numba.njit(cache=True, nogil=True)
def _bits(state: Any) -> Any:
    state[0] += np.uint64(0x9E3779B97F4A7C15)
    return mix(state[0])


@numba.njit(cache=True, nogil=True)
def _draw(state: Any, below: Any) -> Any:
    """An integer from 0 to below - 1; below < 2**31."""
    return np.int64((_bits(state) >> np.uint64(33)) * np.uint64(below) >> np.uint64(31))


@numba.njit(cache=True, nogil=True)
def _between(state: Any, bounds: Any) -> Any:
    return bounds[0] + _draw(state, bounds[1] - bounds[0])


@numba.njit(cache=True, nogil=True)
def _put(out: Any, at: Any, lists: Any, number: Any) -> Any:
    for place in range(lists.places[number], lists.places[number + 1]):
        out[at] = lists.items[place]
        at += 1
    return at


@numba.njit(cache=True, nogil=True)
def _choose_topics(state: Any, vocabulary: Any) -> Any:
    """What an article speaks of: rare words, names, numbers; int32[TOPICS]."""
    topics = np.empty(TOPICS, np.int32)
    for number in range(TOPICS):
        if number % 6 < 3:
            topics[number] = _between(state, vocabulary.rare)
        elif number % 6 < 5:
            topics[number] = _between(state, vocabulary.names)
        else:
            topics[number] = _between(state, vocabulary.numbers)
    return topics


@numba.njit(cache=True, nogil=True)
def _fill(out: Any, at: Any, count: Any, state: Any, topics: Any, vocabulary: Any) -> Any:
    """About ``count`` tokens of fresh text, which ends with a paragraph."""
    stop = at + max(4, count)
    drawn = len(vocabulary.sentences.places) - 1
    while at < stop:
        begin = at
        if drawn > 0:
            at = _put(out, at, vocabulary.sentences, _draw(state, drawn))
            # Articles of one event have their rare words in common, though no passage.
            for place in range(begin, at if len(topics) > 0 else begin):
                if _draw(state, 16) == 0:
                    out[place] = topics[_draw(state, len(topics))]
        else:
            end = min(stop, at + 8 + _draw(state, 22))
            while at < end:
                bits = _bits(state)
                what = bits & np.uint64(0xFF)
                if what < np.uint64(28):
                    out[at] = topics[_draw(state, TOPICS)]
                elif what < np.uint64(32):
                    # Squared: the first phrases are the frequent ones.
                    phrases = len(vocabulary.phrases.places) - 1
                    at = _put(out, at, vocabulary.phrases, _draw(state, 1 + _draw(state, phrases))) - 1
                else:
                    out[at] = vocabulary.common[bits >> np.uint64(44)]
                    if at > begin and out[at] == out[at - 1]:
                        continue
                    if what > np.uint64(240) and at > begin:
                        out[at - 1] |= COMMA
                at += 1
        at = min(at, stop)
        out[begin] |= CAPITAL
        out[at - 1] = out[at - 1] & ~COMMA | STOP
        if _draw(state, 4) == 0:
            out[at - 1] |= BREAK
    out[at - 1] |= _END
    return at


@numba.njit(cache=True, nogil=True)
def _fresh(out: Any, at: Any, count: Any, state: Any, vocabulary: Any) -> Any:
    """Fresh text with topics of its own."""
    topics = _choose_topics(state, vocabulary)
    return _fill(out, at, count, state, topics if vocabulary.made else topics[:0], vocabulary)


@numba.njit(cache=True, nogil=True)
def _edit(out: Any, at: Any, source: Any, state: Any, vocabulary: Any) -> Any:
    """1 to 15 % of the words substituted, inserted or deleted, alone or in small runs."""
    rate = 10 + _draw(state, 141)
    run = 0
    what = 0
    for token in source:
        if run == 0 and _draw(state, 1500) < rate:
            run = 1 if _draw(state, 4) else 2 + _draw(state, 3)
            what = _draw(state, 3)
        if run > 0 and (what == 0 or token > TOKEN):
            out[at] = vocabulary.common[_draw(state, len(vocabulary.common))] | token & ~TOKEN
            at += 1
        elif run > 0 and what == 1:
            out[at] = vocabulary.common[_draw(state, len(vocabulary.common))]
            out[at + 1] = token
            at += 2
        elif run == 0:
            out[at] = token
            at += 1
        run = max(0, run - 1)
    return at


@numba.njit(cache=True, nogil=True)
def _spin(out: Any, at: Any, source: Any, rate: Any, base: Any, state: Any, vocabulary: Any) -> Any:
    """Phrases that a spinner knows put between the words; ``rate`` of 100 of them swapped."""
    for token in source:
        out[at] = token
        at += 1
        if token <= TOKEN and _draw(base, 3) == 0:
            swap = _draw(base, len(vocabulary.natural.places) - 1)
            swapped = _draw(state, 100) < rate
            at = _put(out, at, vocabulary.spun if swapped else vocabulary.natural, swap)
    return at


@numba.njit(cache=True, nogil=True)
def _reword(out: Any, at: Any, source: Any, state: Any, vocabulary: Any) -> Any:
    """30 to 60 % of each sentence's words replaced, neighbours swapped, the end put first."""
    rate = 30 + _draw(state, 31)
    begin = 0
    for place in range(len(source)):
        if not source[place] & STOP:
            continue
        size = place + 1 - begin
        turn = _draw(state, size)
        for offset in range(size):
            token = source[begin + (offset + turn) % size] & TOKEN
            if _draw(state, 100) < rate:
                token = vocabulary.common[_draw(state, len(vocabulary.common))]
            out[at + offset] = token
            if offset > 1 and _draw(state, 8) == 0:
                out[at + offset - 1], out[at + offset] = out[at + offset], out[at + offset - 1]
        out[at] |= CAPITAL
        at += size
        out[at - 1] |= source[place] & _END
        begin = place + 1
    return at


@numba.njit(cache=True, nogil=True)
def _statement(out: Any, at: Any, base: Any, state: Any, vocabulary: Any) -> Any:
    """Some 60 words that are always the same but for names and numbers."""
    begin = at
    at = _fresh(out, at, 60, base, vocabulary)
    for place in range(begin + 3 + _draw(base, 4), at, 7):
        bounds = vocabulary.names if _draw(base, 2) else vocabulary.numbers
        out[place] = out[place] & ~TOKEN | _between(state, bounds)
    return at


@numba.njit(cache=True, nogil=True)
def compose(out: Any, articles: Any, row: Any, vocabulary: Any) -> Any:
    """Write the tokens of one of the articles into ``out``; returns how many there are."""
    seed = articles.seed
    kind = articles.kinds[row]
    number = articles.numbers[row]
    member = articles.members[row]
    lengths = articles.lengths
    base = _stream(seed, _BASE + kind, number, 0)
    own = _stream(seed, _MEMBER + kind, number, 1 + member)
    words = lengths[_draw(base, len(lengths))]
    at = 0
    if articles.opening > 0:
        at = _fresh(out, at, articles.opening, _stream(seed, _OPENING, 0, 0), vocabulary)
    if kind in (UNRELATED, EXACT):
        at = _fresh(out, at, words, base, vocabulary)
    elif kind in (CONTAINS, SHARED, TEMPLATE):
        at = _around(out, at, kind, words, member, base, own, lengths, vocabulary)
    elif kind == SAME_EVENT:
        topics = _choose_topics(base, vocabulary)
        at = _fill(out, at, lengths[_draw(own, len(lengths))], own, topics, vocabulary)
    else:
        if kind == SPUN:
            words = words * 7 // 10  # the rest is planted
        text = np.empty(words + 300, np.int32)
        text = text[: _fresh(text, 0, words, base, vocabulary)]
        if kind == SPUN:
            rate = 17 + _draw(own, 67) if member > 0 else 0
            at = _spin(out, at, text, rate, base, own, vocabulary)
        elif kind == EDIT and member > 0:
            at = _edit(out, at, text, own, vocabulary)
        elif kind == REWORDED and member > 0:
            at = _reword(out, at, text, own, vocabulary)
        elif kind == FURNITURE and member > 0:
            at = _furnish(out, at, text, seed, 4 * articles.sources[row] + _draw(own, 4), vocabulary)
        else:
            if kind == CROP:
                head = _draw(base, 4) == 0  # an end is cut more often than a beginning
                cut = len(text) * (10 + _draw(own, 31)) // 100 if member > 0 else 0
                text = text[cut:] if head else text[: len(text) - cut]
            out[at : at + len(text)] = text
            out[at] |= CAPITAL
            at += len(text)
            out[at - 1] |= _END
    if articles.footers > 0:
        footer = _draw(own, articles.footers)
        at = _fresh(out, at, 60, _stream(seed, _FOOTER, footer, 0), vocabulary)
    return at


@numba.njit(cache=True, nogil=True)
def _around(
    out: Any, at: Any, kind: Any, words: Any, member: Any, base: Any, own: Any, lengths: Any, vocabulary: Any
) -> Any:
    """Text of the member's own around what the whole group has."""
    if kind == CONTAINS:
        piece = max(20, words // 3)
        if member > 0:
            rest = piece + _draw(own, 2 * piece)  # so that the host is 2 to 4 times as long
            before = _draw(own, rest)
            at = _fresh(out, at, before, own, vocabulary) if before > 9 else at
            at = _fresh(out, at, piece, base, vocabulary)
            return _fresh(out, at, rest - before, own, vocabulary)
        return _fresh(out, at, piece, base, vocabulary)
    left = max(150, lengths[_draw(own, len(lengths))] - 60)
    passages = 1 + _draw(base, 2) if kind == SHARED else 1
    for passage in range(passages):
        part = _draw(own, left) if passage == 0 else 20 + _draw(own, max(1, left - 40))
        at = _fresh(out, at, part, own, vocabulary) if part > 9 else at
        left -= part
        if kind == SHARED:
            at = _fresh(out, at, 60 + _draw(base, 91), base, vocabulary)
        else:
            at = _statement(out, at, base, own, vocabulary)
    return _fresh(out, at, left, own, vocabulary) if left > 9 else at


@numba.njit(cache=True, nogil=True)
def _furnish(out: Any, at: Any, text: Any, seed: Any, block: Any, vocabulary: Any) -> Any:
    """20 to 80 words before and after the text, the same for every article with that block."""
    state = _stream(seed, _BLOCK, block, 0)
    words = 20 + _draw(state, 61)
    before = _draw(state, words)
    if before > 9:
        at = _fresh(out, at, before, state, vocabulary)
    out[at : at + len(text)] = text
    at += len(text)
    return _fresh(out, at, words - before, state, vocabulary) if words - before > 9 else at
