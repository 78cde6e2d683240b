"""Articles as arrays of tokens: fresh text, and what becomes of it from copy to copy.

The article of a group's first member is as it was written; what was done to those of other
members is drawn from streams of their own.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from benchmarks.corpus.chance import draw, draw_from, stream
from benchmarks.corpus.fresh import (
    BREAK,
    CAPITAL,
    END,
    STOP,
    TOKEN,
    choose_topics,
    draw_word,
    fill,
    put,
)

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
    "giant",
)
UNRELATED, EXACT, EDIT, CROP, FURNITURE, CONTAINS, SHARED, SPUN, REWORDED, TEMPLATE, SAME_EVENT, GIANT = (
    range(12)
)
# Purposes of streams; of the upper ones there is one for every kind.
_BLOCK, _FOOTER, _OPENING = range(3)
_GROUP, _MEMBER, _OWN, _BASE, _PASSAGE, _CHANGE, _PLANT = range(100, 800, 100)
_FOOTER_WORDS = 60
_STATEMENT_WORDS = 60
_LEAST = 10  # words of a part; what would have less is left out


class Articles(NamedTuple):
    """n articles to be made.

    seed     0 to 2**63 - 1
    kinds, numbers, members  int8[n], int32[n], int8[n]: what each is, which group of its kind
             it is in, and which member of the group it is
    sources  int16[n]: the source, whose furniture it may carry
    lengths  int64: numbers of words that articles may have, all equally likely
    footers  one of so many footers stands at the end of each; 0: none
    opening  all begin with the same so many words
    room     no article has as many tokens
    """

    seed: int
    kinds: NDArray[np.int8]
    numbers: NDArray[np.int32]
    members: NDArray[np.int8]
    sources: NDArray[np.int16]
    lengths: NDArray[np.int64]
    footers: int
    opening: int
    room: int


@numba.njit(cache=True, nogil=True)
def compose(out: Any, scratch: Any, articles: Any, row: Any, speech: Any) -> Any:
    """Write the tokens of one of the articles into ``out``; returns how many there are.

    out, scratch  int32[articles.room]
    """
    seed = articles.seed
    kind = np.int64(articles.kinds[row])
    number = np.int64(articles.numbers[row])
    member = np.int64(articles.members[row])
    parts = np.empty((8, 4), np.int64)
    count = _divide(parts, articles, row, kind, number, member)
    group = stream(seed, _PLANT + kind, number, 0)
    own = stream(seed, _CHANGE + kind, number, member)
    at = np.int64(0)
    for part in range(count):
        purpose = parts[part, 0]
        state = stream(seed, purpose, parts[part, 1], parts[part, 2])
        event = kind == SAME_EVENT and purpose >= _OWN
        topics = choose_topics(group if event else state, speech)
        if not event and speech.sentences[1] > speech.sentences[0]:
            topics = topics[:0]
        text = scratch[: fill(scratch, parts[part, 3], state, topics, speech)]
        begin = at
        at = _change(out, at, text, kind if purpose >= _BASE else UNRELATED, member, group, own, speech)
        out[begin] |= CAPITAL
        out[at - 1] |= END
    return at


@numba.njit(cache=True, nogil=True)
def _divide(parts: Any, articles: Any, row: Any, kind: Any, number: Any, member: Any) -> Any:
    """The parts of an article: purpose, number and member of their streams, and their words; int64[:, 4].

    Returns how many there are.
    """
    group = stream(articles.seed, _GROUP + kind, number, 0)
    own = stream(articles.seed, _MEMBER + kind, number, member)
    words = articles.lengths[draw(group, len(articles.lengths))]
    own_words = articles.lengths[draw(own, len(articles.lengths))]
    alone, base = _OWN + kind, _BASE + kind
    count = 0
    if articles.opening > 0:
        count = _add(parts, count, _OPENING, 0, 0, articles.opening)
    if kind == SHARED:
        # One or two passages of 60 to 150 words.
        left = max(150, own_words - 100)
        for passage in range(1 + draw(group, 2)):
            before = draw(own, left)
            count = _add(parts, count, alone, number, 8 * member + passage, before)
            count = _add(parts, count, _PASSAGE + kind, number, passage, 60 + draw(group, 91))
            left -= before
        count = _add(parts, count, alone, number, 8 * member + 7, left)
    elif kind == SAME_EVENT:
        count = _add(parts, count, alone, number, 8 * member, own_words)
    else:
        purpose, rank, detail, around = alone, number, 8 * member, 0
        if kind == CONTAINS:
            words = max(2 * _LEAST, words // 3)
            around = words + draw(own, 2 * words)  # so that the host is 2 to 4 times as long
        elif kind == TEMPLATE:
            words, around = _STATEMENT_WORDS, max(150, own_words - _STATEMENT_WORDS)
        elif kind == FURNITURE:
            purpose, rank, detail = _BLOCK, 4 * np.int64(articles.sources[row]) + draw(own, 4), 0
            own = stream(articles.seed, _BLOCK, rank, 2)
            around = 30 + draw(own, 51)  # 20 to 80, less what is left out
        elif kind == SPUN:
            words = words * 7 // 10  # the phrases that are planted make up for it
        if member == 0 and kind != TEMPLATE:
            around = 0
        before = draw(own, around + 1)
        count = _add(parts, count, purpose, rank, detail, before)
        count = _add(parts, count, base, number, 0, words)
        count = _add(parts, count, purpose, rank, detail + 1, around - before)
    if articles.footers > 0:
        count = _add(parts, count, _FOOTER, draw(own, articles.footers), 0, _FOOTER_WORDS)
    return count


@numba.njit(cache=True, nogil=True)
def _add(parts: Any, count: Any, purpose: Any, number: Any, member: Any, words: Any) -> Any:
    parts[count, 0] = purpose
    parts[count, 1] = number
    parts[count, 2] = member
    parts[count, 3] = words
    return count + (words >= _LEAST or purpose == _OPENING)


@numba.njit(cache=True, nogil=True)
def _change(out: Any, at: Any, text: Any, kind: Any, member: Any, group: Any, own: Any, speech: Any) -> Any:
    """What a member has of the text of its group."""
    if kind == SPUN:
        return _spin(out, at, text, 17 + draw(own, 67) if member > 0 else 0, group, own, speech)
    if kind == TEMPLATE:
        return _issue(out, at, text, group, own, speech)
    if kind == EDIT and member > 0:
        return _edit(out, at, text, own, speech)
    if kind == REWORDED and member > 0:
        return _reword(out, at, text, own, speech)
    if kind == CROP and member > 0:
        cut = len(text) * (100 + draw(own, 301)) // 1000
        # An end is cut off more often than a beginning, and in a group always the same.
        text = text[cut:] if draw(group, 4) == 0 else text[: len(text) - cut]
    return _copy(out, at, text)


@numba.njit(cache=True, nogil=True)
def _copy(out: Any, at: Any, text: Any) -> Any:
    for token in text:
        out[at] = token
        at += 1
    return at


@numba.njit(cache=True, nogil=True)
def _issue(out: Any, at: Any, text: Any, group: Any, own: Any, speech: Any) -> Any:
    """A statement with names and numbers that only this time stand in it."""
    stop = _copy(out, at, text)
    for place in range(at + 3 + draw(group, 4), stop, 7):
        filled = draw_from(own, speech.names if draw(group, 2) == 0 else speech.numbers)
        out[place] = out[place] & ~TOKEN | filled
    return stop


@numba.njit(cache=True, nogil=True)
def _edit(out: Any, at: Any, text: Any, state: Any, speech: Any) -> Any:
    """1 to 15 % of the words substituted, inserted or deleted, alone or in small runs."""
    rate = 10 + draw(state, 141)
    sure = draw(state, len(text))  # so that no edit is none
    run = what = 0
    for place in range(len(text)):
        token = text[place]
        if run == 0 and (place == sure or draw(state, 1500) < rate):
            run = 1 if draw(state, 4) > 0 else 2 + draw(state, 3)
            what = draw(state, 3)
        if run == 0:
            out[at] = token
            at += 1
        elif what == 1:
            out[at] = draw_word(state, speech)
            out[at + 1] = token
            at += 2
        elif what == 0 or token > TOKEN:  # no sentence loses its beginning or its end
            out[at] = draw_word(state, speech) | token & ~TOKEN
            at += 1
        run = max(0, run - 1)
    return at


@numba.njit(cache=True, nogil=True)
def _spin(out: Any, at: Any, text: Any, rate: Any, group: Any, own: Any, speech: Any) -> Any:
    """Phrases that a spinner knows put between the words; ``rate`` of 100 of them swapped."""
    swaps = speech.natural[1] - speech.natural[0]
    turn = draw(own, 100)
    for token in text:
        out[at] = token
        at += 1
        if token <= TOKEN and draw(group, 3) == 0:
            turn += rate
            first = speech.spun[0] if turn >= 100 else speech.natural[0]
            turn %= 100
            at = put(out, at, speech, first + draw(group, swaps))
    return at


@numba.njit(cache=True, nogil=True)
def _reword(out: Any, at: Any, text: Any, state: Any, speech: Any) -> Any:
    """30 to 60 % of each sentence's words replaced, neighbours swapped, the end put first."""
    rate = 30 + draw(state, 31)
    begin = 0
    for place in range(len(text)):
        if text[place] & STOP == 0:
            continue
        size = place + 1 - begin
        turn = draw(state, size)
        for offset in range(size):
            token = np.int64(text[begin + (offset + turn) % size] & TOKEN)
            if draw(state, 100) < rate:
                token = draw_word(state, speech)
            if offset > 1 and draw(state, 8) == 0:
                out[at] = out[at - 1]
                out[at - 1] = token
            else:
                out[at] = token
            at += 1
        out[at - size] |= CAPITAL
        out[at - 1] |= STOP | text[place] & BREAK
        begin = place + 1
    return at
