"""Kinds: what an alignment's evidence makes of a pair."""

from __future__ import annotations

from dedup.align import Alignment

# The least stretch of equal words that any copy holds. Texts that merely share their
# language match word by word here and there, but seldom eight in a row.
LEAST_RUN = 8
# A piece of at least this share inside a text of at least this many times its words.
CONTAINED = 0.9
LONGER = 1.5


def judge(alignment: Alignment, threshold: float) -> str | None:
    """The pair's kind, ``copy`` or ``contains``; None if the two are no pair.

    threshold  the least similarity of a copy, 0..1
    """
    if alignment.longest_run < LEAST_RUN:
        return None
    shorter, longer = sorted((alignment.left_words, alignment.right_words))
    if longer >= LONGER * shorter and alignment.matched >= CONTAINED * shorter:
        return "contains"
    return "copy" if alignment.similarity >= threshold else None


def least_share(threshold: float) -> float:
    """Words that two texts must share to be any kind of pair, of the shorter text's, 0..1.

    A copy of similarity t shares t * (a + b) / 2 words, which is at least t * min(a, b).
    """
    return min(threshold, CONTAINED)
