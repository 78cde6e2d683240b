"""Pairs in which words were misread, judged once more with these words taken for the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numba
import numpy as np

from dedup.align.numbered import Places
from dedup.align.words import join_stretches
from dedup.options import KINDS, WHOLE_KINDS, Options
from dedup.text.words import Words
from dedup.verify.content import Content
from dedup.verify.facts import Known
from dedup.verify.misread import Misread, find_misread
from dedup.verify.steps import tell_answers, verify
from dedup.verify.verified import Found, Pairs, Verified


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
        """Where words of one of the texts stood before: first word and how many; one at least of one."""
        at = int(self.first[text]) + begin
        start = int(self.origin[at - 1]) + 1 if begin else 0
        if not words:
            return start, 0
        start = min(start, int(self.origin[at]))
        return start, int(self.origin[at + words - 1]) + 1 - start


def put_right(misread: Misread, first: Places, left: Places, right: Places) -> Reread:
    """The texts of pairs with what was misread put right.

    first        int64[n + 1]: where each text's words begin
    left, right  as for ``find_misread``
    """
    return Reread(*_put_right(misread.edits, misread.bounds, first, left, right))


def verify_misread(
    words: Words, content: Content, pairs: Pairs, verified: Verified, options: Options, known: Known
) -> None:
    """Judge close pairs again that differ by misread words most, and note in ``verified`` what is found.

    A pair that was found stays, unless it is of a stronger kind now. What is reported of one, its
    similarity and alignment, stays that of the words as they stand; a copy that is less similar than
    the threshold by these is a ``rewrite``, where the options look for such, or no pair.

    words  of the bodies, whose numbers ``content`` has
    """
    whole = [index for index, found in verified.found.items() if found.verdict.kind in WHOLE_KINDS]
    some = np.setdiff1d(np.flatnonzero(verified.are_close), whole)
    alignments = verified.align(content.words, pairs, some)
    ends = pairs.left[some], pairs.right[some]
    misread = find_misread(words, content.statements.marks, *join_stretches(alignments), *ends)
    many = misread.are_many(words, *ends)
    if not many.any():
        return
    some, misread = some[many], misread.of(many)
    texts = put_right(misread, content.words.first, *(side[many] for side in ends))
    numbers = np.arange(0, 2 * len(some), 2)
    again = pairs.take(some)._replace(left=numbers, right=numbers + 1)
    content = content.take(texts.places, texts.first)
    for place, (verdict, rows) in verify(content, again, options, known).found.items():
        index = int(some[place])
        if verdict.kind is None:
            continue
        if verdict.kind == "copy" and verified.alignments[index].similarity < options.threshold:
            if "rewrite" not in options.views:
                continue
            verdict = verdict._replace(kind="rewrite")
            rows = tell_answers(content.statements, 2 * place, 2 * place + 1)
        verdict = verdict._replace(reason=f"{verdict.reason}; {misread.count_words(place):,} are misread")
        now = Found(verdict, _trace(texts, place, rows))
        before = verified.found.get(index)
        if before is None or _rank(now) < _rank(before):
            verified.found[index] = now
            verified.are_pairs[index] = True
            verified.are_forms[index] = False


def _rank(found: Found) -> int:
    kind = found.verdict.kind
    return len(KINDS) if kind is None else KINDS.index(kind)


def _trace(texts: Reread, place: int, rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Passages of texts that were put right, said of the texts as they are."""
    return [
        (what, *texts.trace(2 * place, at, ours), *texts.trace(2 * place + 1, bt, theirs), share)
        for what, at, ours, bt, theirs, share in rows
    ]


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
