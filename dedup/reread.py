"""Pairs in which words were misread, judged once more with these words taken for the same."""

from __future__ import annotations

import numpy as np

from dedup.align import Places, count_shared, join_stretches
from dedup.content import Content
from dedup.facts import Known
from dedup.misread import Misread, Reread, find_misread, put_right
from dedup.options import KINDS, Options
from dedup.text.words import Words
from dedup.verified import Found, Pairs, Verified
from dedup.verify import verify

# Of so many words, so great a share of the shorter text's stand in the other one: with three words in ten
# misread in both, it is a half and what chance adds.
LEAST_WORDS, LEAST_SHARED = 20, 0.6


def verify_misread(
    words: Words, content: Content, pairs: Pairs, verified: Verified, options: Options, known: Known
) -> None:
    """Judge those pairs again that differ by misread words most, and note in ``verified`` what is found.

    A pair that was found stays, unless it is of a stronger kind now. What is reported of one, its
    similarity and alignment, stays that of the words as they stand; a copy that is less similar than
    the threshold by these is a ``rewrite``.

    words  of the bodies, whose numbers ``content`` has
    """
    some = _may_be_misread(content, pairs, verified)
    alignments = verified.align(content.words, pairs, some)
    left, right = pairs.left[some], pairs.right[some]
    misread = find_misread(words, *join_stretches(alignments), left, right)
    many = misread.are_many(words, left)
    if not many.any():
        return
    some, misread = some[many], misread.of(many)
    texts = put_right(misread, content.words.first, left[many], right[many])
    numbers = np.arange(0, 2 * len(some), 2)
    again = pairs.take(some)._replace(left=numbers, right=numbers + 1)
    found = verify(content.take(texts.places, texts.first), again, options, known).found
    for place, now in found.items():
        index = int(some[place])
        now = _as_it_stands(now, misread, texts, place)
        if now.verdict.kind == "copy" and verified.alignments[index].similarity < options.threshold:
            now = now._replace(verdict=now.verdict._replace(kind="rewrite"))
        before = verified.found.get(index)
        if before is None or _rank(now) < _rank(before):
            verified.found[index] = now
            verified.are_pairs[index] = True
            verified.are_forms[index] = False


def _may_be_misread(content: Content, pairs: Pairs, verified: Verified) -> Places:
    """Pairs that aren't found whole, where most words of the shorter text stand in the other."""
    lengths = np.diff(content.words.first)
    shorter = np.minimum(lengths[pairs.left], lengths[pairs.right])
    are_whole = np.zeros(len(shorter), np.bool_)
    are_whole[[index for index, found in verified.found.items() if _rank(found) < _PARTIAL]] = True
    some = np.flatnonzero(verified.are_close & ~are_whole & (shorter >= LEAST_WORDS))
    shared = count_shared(content.words, pairs.left[some], pairs.right[some])
    return some[shared >= LEAST_SHARED * shorter[some]]


_PARTIAL = KINDS.index("partial")


def _rank(found: Found) -> int:
    return KINDS.index(found.verdict.kind or "")


def _as_it_stands(found: Found, misread: Misread, texts: Reread, place: int) -> Found:
    """What was found of the texts that were put right, said of the texts as they are."""
    rows = [
        (what, *texts.trace(2 * place, at, ours), *texts.trace(2 * place + 1, bt, theirs), share)
        for what, at, ours, bt, theirs, share in found.passages
    ]
    count = misread.words(place)
    reason = f"{found.verdict.reason}, {count:,} of the words misread"
    return Found(found.verdict._replace(reason=reason), rows)
