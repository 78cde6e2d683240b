"""Two texts side by side: alignment, kind, and what their differences say of a spinner."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from dedup import spun
from dedup.align import Alignment, Places, Span, align_words, grams, may_share, name_spans, span_places
from dedup.judge import judge, least_share
from dedup.options import Options
from dedup.sketch.minhash import jaccard
from dedup.spun.verdict import score_swaps
from dedup.text.words import Text, Words, text_of


class Comparison(NamedTuple):
    """What two texts have in common. Scores are 0..1.

    ``kind`` is None where the two are no pair. ``places`` are the alignment's spans as
    numbers (see ``align.span_places``); ``spans`` gives them names.
    """

    kind: str | None
    similarity: float
    left_containment: float
    right_containment: float
    jaccard: float
    longest_run: int
    swapped_words: int
    spun_side: str | None
    spun_score: float
    places: Places
    left_evidence: Sequence[spun.Evidence]
    right_evidence: Sequence[spun.Evidence]

    @property
    def spans(self) -> list[Span]:
        """The alignment, in order; covers both texts."""
        return name_spans(self.places)


def compare(left: str, right: str, options: Options | None = None) -> Comparison:
    """Compare two texts, whether they are a pair or not."""
    ours, theirs = text_of(left), text_of(right)
    found = compare_words(ours, theirs, options or Options())
    words = ours.words, theirs.words
    if len(words[0].hashes) and np.array_equal(words[0].folded, words[1].folded):
        return found._replace(kind="exact")
    return found


def compare_all(
    words: Words, read: Callable[[int], str], left: Places, right: Places, options: Options
) -> Iterator[tuple[int, Comparison]]:
    """Compare many pairs of texts; those that are a pair, by their place in ``left`` and ``right``.

    words        the texts, split with SECRET_KEY
    read         gives a text by its number
    left, right  int64[p]: the texts of each pair, by number
    """
    share = least_share(options.threshold)
    for index in np.flatnonzero(may_share(words.hashes, words.first, left, right, share)).tolist():
        ours, theirs = (
            Text(words, number, functools.partial(read, number))
            for number in (int(left[index]), int(right[index]))
        )
        alignment = align_words(ours.ids, theirs.ids)
        kind = judge(alignment, options.threshold)
        if kind is not None:
            yield index, _look_closer(ours, theirs, alignment, kind, options)


def compare_words(left: Text, right: Text, options: Options) -> Comparison:
    """Compare two texts by their words, whether they are a pair or not."""
    alignment = align_words(left.ids, right.ids)
    return _look_closer(left, right, alignment, judge(alignment, options.threshold), options)


def _look_closer(
    left: Text, right: Text, alignment: Alignment, kind: str | None, options: Options
) -> Comparison:
    left_ids, right_ids = left.ids, right.ids
    places = span_places(alignment, left, right)
    # 64 bits: under a secret key, collisions of 32 bits would differ from run to run
    shingles = grams(left_ids, options.shingle), grams(right_ids, options.shingle)
    left_evidence: Sequence[spun.Evidence] = ()
    right_evidence: Sequence[spun.Evidence] = ()
    if not options.no_spun:
        swaps = spun.match_swaps(alignment.equal, left_ids, right_ids)
        if swaps.are_many:
            left_evidence, right_evidence = spun.find_swaps(left, right, alignment.equal, swaps)
    side = spun.spun_side(left_evidence, right_evidence)
    swapped_words = len(left_evidence) + len(right_evidence)
    left_evidence = left_evidence if side == "left" else ()
    right_evidence = right_evidence if side == "right" else ()
    return Comparison(
        kind=kind,
        similarity=alignment.similarity,
        left_containment=alignment.left_containment,
        right_containment=alignment.right_containment,
        jaccard=float(jaccard(*shingles)),
        longest_run=alignment.longest_run,
        swapped_words=swapped_words,
        spun_side=side,
        spun_score=score_swaps([*left_evidence, *right_evidence]) if side else 0.0,
        places=places,
        left_evidence=left_evidence,
        right_evidence=right_evidence,
    )
