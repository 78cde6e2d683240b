"""Two texts side by side: alignment, kind, and what their differences say of a spinner."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from dedup import spun
from dedup.align import Places, Span, align_words, grams, name_spans, span_places
from dedup.judge import judge, least_share
from dedup.options import Options
from dedup.sketch.minhash import jaccard
from dedup.spun.verdict import score_swaps
from dedup.text.words import Text, text_of


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
    found = compare_words(ours, theirs, options or Options(), always=True)
    assert found is not None
    words = ours.words, theirs.words
    if len(words[0].hashes) and np.array_equal(words[0].folded, words[1].folded):
        return found._replace(kind="exact")
    return found


def compare_words(left: Text, right: Text, options: Options, always: bool = False) -> Comparison | None:
    """Compare two texts by their words; None if they are no pair, unless ``always``."""
    left_ids, right_ids = left.ids, right.ids
    alignment = align_words(left_ids, right_ids, 0.0 if always else least_share(options.threshold))
    if alignment is None:
        return None
    kind = judge(alignment, options.threshold)
    if kind is None and not always:
        return None
    places = span_places(alignment, left, right)
    # 64 bits: under a secret key, collisions of 32 bits would differ from run to run
    shingles = [grams(ids, options.shingle) for ids in (left_ids, right_ids)]
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
