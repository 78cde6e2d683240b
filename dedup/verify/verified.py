"""What verification is given of texts, and what it finds of pairs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.align.numbered import Numbered, Places
from dedup.align.words import Alignment, align_many
from dedup.text.words import Words
from dedup.verify.judge import Evidence, Verdict

ONE_SOURCE, SERIES = 1, 2  # kinship of two articles of a known source, of a series


class Texts(NamedTuple):
    """n texts that stand in pairs.

    data, offsets  as for ``split_words``
    whole          their words, split with SECRET_KEY
    words          those of their bodies
    read           gives a text by its number
    """

    data: NDArray[np.uint8]
    offsets: NDArray[np.int64]
    whole: Words
    words: Words
    read: Callable[[int], str]


class Pairs(NamedTuple):
    """p pairs of texts.

    left, right  int64[p]: the texts of each, by number
    kinship      int64[p]: ``ONE_SOURCE``, ``SERIES``, or 0
    days         int64[p]: from the publication of one to that of the other; ``forms.UNKNOWN``
    """

    left: Places
    right: Places
    kinship: NDArray[np.int64]
    days: NDArray[np.int64]

    def take(self, some: Places) -> Pairs:
        """Some of the pairs, by their places."""
        return Pairs(*(column[some] for column in self))


class Found(NamedTuple):
    """The verdict on a pair, and its passages: what, first word and words on either side, share."""

    verdict: Verdict
    passages: Sequence[tuple[Any, ...]]


class Shared(NamedTuple):
    """What a pair, by its place, shares in passages; how alike the rest is; the rows that tell them."""

    place: int
    evidence: Evidence
    alike: float
    rows: list[tuple[Any, ...]]


class Verified(NamedTuple):
    """What was found of p pairs.

    found       by the pair's place: the pairs, and those that are none for a reason of their own
    alignments  by the pair's place: those that were made
    are_pairs   bool[p]
    are_forms   bool[p]: those that match, but are instances of a template, or share standing text alone
    are_close   bool[p]: those that may be of one text that was misread: they share words enough, and
                ``judge.LEAST_RUN`` in a row; of a series, most words outside templates
    """

    found: dict[int, Found]
    alignments: dict[int, Alignment]
    are_pairs: NDArray[np.bool_]
    are_forms: NDArray[np.bool_]
    are_close: NDArray[np.bool_]

    def align(self, words: Numbered, pairs: Pairs, some: Places) -> list[Alignment]:
        """The alignments of some of the pairs, those that aren't there yet made now."""
        missing = np.array([index for index in some.tolist() if index not in self.alignments], np.int64)
        made = align_many(words, pairs.left[missing], pairs.right[missing])
        self.alignments.update(zip(missing.tolist(), made, strict=True))
        return [self.alignments[index] for index in some.tolist()]
