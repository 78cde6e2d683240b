"""The body of a text: its lines without those that are furniture.

A line goes if sites use its wording everywhere, or if it recurs on different articles of its
source (see ``recurring``). Short lines go wherever they stand; long ones that recur very often
only at the edges of the text, for in its middle they may be a passage that was copied; so may
a run of many short ones that recur seldom. After a heading such as "Related posts" goes all
that is left, if no paragraph is among it, or else the headlines that follow. A headline that
is repeated goes, too. Where hardly anything would be left, everything is the body.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from dedup.furniture.lines import BEGINS, HAS, HEADING, WHOLE, Described, Lines
from dedup.furniture.recurring import OFTEN

_SHORT = 12  # words of a line that goes even if it recurs seldom
_MIDDLING = 25  # words of a line that goes wherever it stands if it recurs often
_MOST_RUN = 40  # words of lines in a row that recur seldom: more may be a passage that was copied
_LABEL = 8  # words of a sentence that is a label all the same
_PARAGRAPH = 25  # words of a line after which there is article again
_HEADLINE = 14  # words of a line under a heading that goes with it
_LIST = 12  # lines under a heading in the middle of a text
_LEAST_BEFORE = 20  # words before a heading for the rest to be furniture
_LEAST_WORDS = 8  # of a body
_LEAST_SHARE = 10  # a body has at least one word in so many


class Bodies(NamedTuple):
    """What is left of n texts.

    is_whole  bool[n]: nothing goes
    first     int64[n + 1]: where the ranges of each text begin
    ranges    int32[r, 2]: half-open, in code points, in order
    removed   bool[l]: the lines that go
    """

    is_whole: NDArray[np.bool_]
    first: NDArray[np.int64]
    ranges: NDArray[np.int32]
    removed: NDArray[np.bool_]


def find_bodies(
    lines: Lines, said: Described, recurs: NDArray[np.uint8], lengths: NDArray[np.int64]
) -> Bodies:
    """The bodies of n texts.

    said     what the lines say
    recurs   uint8[l]: 0, SELDOM or OFTEN
    lengths  int64[n]: code points of each text
    """
    recurs = np.where(said.broken, 0, recurs).astype(np.uint8)  # a part of a sentence is no line of a site's
    removed = _judge(lines.first, said.words, lines.keys, said.closed, said.forms, recurs)
    is_whole, first, ranges = _ranges(lines.first, said.starts, said.ends, removed, lengths)
    return Bodies(is_whole, first, ranges, removed)


@numba.njit(cache=True, nogil=True)
def _judge(first: Any, words: Any, keys: Any, closed: Any, forms: Any, recurs: Any) -> Any:
    removed = np.zeros(len(words), np.bool_)
    for text in range(len(first) - 1):
        begin, end = first[text], first[text + 1]
        suspected = False
        for line in range(begin, end):
            suspected |= forms[line] != 0 or recurs[line] != 0
            suspected |= begin < line <= begin + 5 and keys[line] == keys[begin]
        if suspected and end - begin > 1:
            _judge_text(words, keys, closed, forms, recurs, removed, begin, end)
    return removed


@numba.njit(cache=True, nogil=True)
def _judge_text(
    words: Any, keys: Any, closed: Any, forms: Any, recurs: Any, removed: Any, begin: Any, end: Any
) -> None:
    total = 0
    for line in range(begin, end):
        total += words[line]
        form = forms[line] & np.uint8(WHOLE | HAS | HEADING)
        if not closed[line] or words[line] <= _LABEL:  # a sentence may begin so, too
            form |= forms[line] & np.uint8(BEGINS)
        repeated = begin < line <= begin + 5 and keys[line] == keys[begin] and words[line] >= 3
        often = recurs[line] == OFTEN and words[line] <= _MIDDLING
        removed[line] = form != 0 or repeated or often
    _remove_seldom(words, recurs, removed, begin, end)
    for line in range(begin, end):
        if forms[line] & np.uint8(HEADING):
            _remove_below(words, closed, removed, begin, line, end)
    for at_end in (False, True):
        for step in range(end - begin):
            line = end - 1 - step if at_end else begin + step
            if not removed[line] and recurs[line] != OFTEN:
                break
            removed[line] = True
    kept = 0
    for line in range(begin, end):
        if not removed[line]:
            kept += words[line]
    if kept < _LEAST_WORDS or kept * _LEAST_SHARE < total:
        removed[begin:end] = False


@numba.njit(cache=True, nogil=True)
def _remove_seldom(words: Any, recurs: Any, removed: Any, begin: Any, end: Any) -> None:
    """Remove short lines that recur seldom, but not a run of them that may be a passage."""
    line = begin
    while line < end:
        stop, run = line, 0
        while stop < end and recurs[stop] != 0 and words[stop] <= _SHORT:
            run += words[stop]
            stop += 1
        if run <= _MOST_RUN:
            removed[line:stop] = True
        line = stop + 1


@numba.njit(cache=True, nogil=True)
def _remove_below(words: Any, closed: Any, removed: Any, begin: Any, heading: Any, end: Any) -> None:
    """Remove what stands below a heading."""
    before = 0
    for line in range(begin, heading):
        if not removed[line]:
            before += words[line]
    tail = before >= _LEAST_BEFORE
    for line in range(heading + 1, end):
        tail &= removed[line] or words[line] < _PARAGRAPH
    if tail:
        removed[heading:end] = True
        return
    for line in range(heading + 1, min(end, heading + 1 + _LIST)):
        if not removed[line] and (words[line] > _HEADLINE or closed[line]):
            break
        removed[line] = True


@numba.njit(cache=True, nogil=True)
def _ranges(first: Any, starts: Any, ends: Any, removed: Any, lengths: Any) -> Any:
    """Runs of kept lines, as ranges; a text of which nothing goes is one range."""
    texts = len(first) - 1
    is_whole = np.ones(texts, np.bool_)
    bounds = np.zeros(texts + 1, np.int64)
    ranges = np.empty((texts + len(starts), 2), np.int32)
    count = 0
    for text in range(texts):
        begin, end = first[text], first[text + 1]
        for line in range(begin, end):
            is_whole[text] &= not removed[line]
        if is_whole[text]:
            ranges[count] = 0, lengths[text]
            count += 1
        else:
            for line in range(begin, end):
                if removed[line]:
                    continue
                if line > begin and not removed[line - 1]:
                    ranges[count - 1, 1] = ends[line]
                else:
                    ranges[count] = starts[line], ends[line]
                    count += 1
        bounds[text + 1] = count
    return is_whole, bounds, ranges[:count].copy()
