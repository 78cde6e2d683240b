"""Fresh text as an array of tokens, made word by word or of given sentences.

Kernels write into a buffer at a place and return the place after what they wrote. A token's
upper bits say how it is written: CAPITAL, COMMA, STOP (a sentence ends with it) and BREAK
(a paragraph ends with it).
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from benchmarks.corpus.chance import draw, draw_bits, draw_from

CAPITAL, COMMA, STOP, BREAK = 1 << 24, 1 << 25, 1 << 26, 1 << 27
TOKEN = (1 << 24) - 1
END = STOP | BREAK
SPARE = 4_096  # tokens; no given sentence is longer
TOPICS = 24  # tokens that one article speaks of again and again


@numba.njit(cache=True, nogil=True)
def choose_topics(state: Any, speech: Any) -> Any:
    """What an article speaks of: rare words, names, numbers; int32[TOPICS]."""
    topics = np.empty(TOPICS, np.int32)
    for number in range(TOPICS):
        if number % 6 < 3:
            topics[number] = draw_from(state, speech.rare)
        elif number % 6 < 5:
            topics[number] = draw_from(state, speech.names)
        else:
            topics[number] = draw_from(state, speech.numbers)
    return topics


@numba.njit(cache=True, nogil=True)
def pick(quantiles: Any, bits: Any) -> Any:
    """A token as frequent as it should be, from the lower 32 and upper 12 of 64 bits."""
    slot = bits >> np.uint64(52)
    first = np.int64(quantiles[slot])
    span = np.uint64(quantiles[slot + np.uint64(1)] - first)
    return first + np.int64(((bits & np.uint64(0xFFFFFFFF)) * span) >> np.uint64(32))


@numba.njit(cache=True, nogil=True)
def draw_word(state: Any, speech: Any) -> Any:
    """A token as frequent as it should be."""
    return pick(speech.quantiles, draw_bits(state))


@numba.njit(cache=True, nogil=True)
def put(out: Any, at: Any, speech: Any, number: Any) -> Any:
    """One of the lists of tokens."""
    for place in range(speech.places[number], speech.places[number + 1]):
        out[at] = speech.items[place]
        at += 1
    return at


@numba.njit(cache=True, nogil=True)
def fill(out: Any, count: Any, state: Any, topics: Any, speech: Any) -> Any:
    """``count`` tokens at the beginning of ``out``, which has room for SPARE more; returns ``count``.

    topics  int32: what the text speaks of; may be none where there are sentences to draw
    """
    at = np.int64(0)  # a constant would have all that it is passed to compiled once more
    given = speech.sentences[1] > speech.sentences[0]
    while at < count:
        begin = at
        if given:
            at = _copy_sentence(out, at, state, topics, speech)
        else:
            at = _make_sentence(out, at, min(count, at + 8 + draw(state, 22)), state, topics, speech)
        at = min(at, count)
        out[begin] |= CAPITAL
        out[at - 1] = out[at - 1] & ~COMMA | STOP
        if draw(state, 4) == 0:
            out[at - 1] |= BREAK
    out[at - 1] |= END
    return at


@numba.njit(cache=True, nogil=True)
def _make_sentence(out: Any, at: Any, stop: Any, state: Any, topics: Any, speech: Any) -> Any:
    quantiles = speech.quantiles
    last = np.int64(-1)
    while at < stop:
        bits = draw_bits(state)
        what = (bits >> np.uint64(32)) & np.uint64(0xFF)
        if what >= np.uint64(32):
            token = pick(quantiles, bits)
            if token == last:
                continue
            out[at] = token | (COMMA if what > np.uint64(240) else 0)
            last = token
            at += 1
        elif what >= np.uint64(4):
            out[at] = topics[draw(state, len(topics))]
            at += 1
        else:
            # Drawn twice: the first phrases are the frequent ones.
            phrases = speech.phrases[1] - speech.phrases[0]
            at = put(out, at, speech, speech.phrases[0] + draw(state, 1 + draw(state, phrases)))
    return at


@numba.njit(cache=True, nogil=True)
def _copy_sentence(out: Any, at: Any, state: Any, topics: Any, speech: Any) -> Any:
    begin = at
    at = put(out, at, speech, draw_from(state, speech.sentences))
    # Articles of one event have their rare words in common, though no passage.
    for place in range(begin, at if len(topics) > 0 else begin):
        if draw(state, 16) == 0:
            out[place] = topics[draw(state, len(topics))]
    return at
