"""Two texts side by side: alignment, kind, and what their differences say of a spinner."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from dedup import spun
from dedup.align import (
    Alignment,
    Numbered,
    Places,
    Span,
    align_many,
    align_words,
    join_stretches,
    may_share,
    name_spans,
    span_places,
    span_places_many,
)
from dedup.judge import judge, least_share
from dedup.kernel import grams
from dedup.options import Options
from dedup.sketch.minhash import jaccard, jaccard_many
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
    whole: Words, words: Words, read: Callable[[int], str], left: Places, right: Places, options: Options
) -> Iterator[tuple[int, Comparison]]:
    """Compare many pairs of texts by their bodies; those that are a pair, by their place in ``left``.

    whole        the texts, split with SECRET_KEY
    words        the words of their bodies alone
    read         gives a text by its number
    left, right  int64[p]: the texts of each pair, by number
    """
    numbered = Numbered.of(words.hashes, words.first)
    near = np.flatnonzero(may_share(numbered, left, right, least_share(options.threshold)))
    alignments = align_many(numbered, left[near], right[near])
    kinds = [judge(alignment, options.threshold) for alignment in alignments]
    kept = [place for place, kind in enumerate(kinds) if kind is not None]
    alignments, kinds = [alignments[place] for place in kept], [kinds[place] for place in kept]
    indices = near[kept]
    ends = left[indices], right[indices]
    spans, cuts = span_places_many(alignments, whole, words, *ends)
    shares = jaccard_many(words.hashes, words.first, *ends, options.shingle).tolist()
    swaps: Sequence[spun.Matches | None] = [None] * len(kept)
    if not options.no_spun:
        swaps = spun.match_swaps_many(*join_stretches(alignments), words.hashes, words.first, *ends)
    for place, index in enumerate(indices.tolist()):
        ours, theirs = (_text_of(words, read, int(side[index])) for side in (left, right))
        places = spans[cuts[place] : cuts[place + 1]]
        found = _compose(ours, theirs, alignments[place], kinds[place], places, shares[place], swaps[place])
        yield index, found


def _text_of(words: Words, read: Callable[[int], str], number: int) -> Text:
    return Text(words, number, functools.partial(read, number))


def compare_words(left: Text, right: Text, options: Options) -> Comparison:
    """Compare two texts by their words, whether they are a pair or not."""
    alignment = align_words(left.ids, right.ids)
    kind = judge(alignment, options.threshold)
    shingles = grams(left.ids, options.shingle), grams(right.ids, options.shingle)
    swaps = None if options.no_spun else spun.match_swaps(alignment.equal, left.ids, right.ids)
    places = span_places(alignment, left, right)
    return _compose(left, right, alignment, kind, places, float(jaccard(*shingles)), swaps)


def _compose(
    left: Text,
    right: Text,
    alignment: Alignment,
    kind: str | None,
    places: Places,
    shared_shingles: float,
    swaps: spun.Matches | None,
) -> Comparison:
    left_evidence: Sequence[spun.Evidence] = ()
    right_evidence: Sequence[spun.Evidence] = ()
    if swaps is not None and swaps.are_many:
        left_evidence, right_evidence = spun.find_swaps(left, right, alignment.equal, swaps)
    side = spun.spun_side(left_evidence, right_evidence) if left_evidence or right_evidence else None
    swapped_words = len(left_evidence) + len(right_evidence)
    left_evidence = left_evidence if side == "left" else ()
    right_evidence = right_evidence if side == "right" else ()
    return Comparison(
        kind=kind,
        similarity=alignment.similarity,
        left_containment=alignment.left_containment,
        right_containment=alignment.right_containment,
        jaccard=shared_shingles,
        longest_run=alignment.longest_run,
        swapped_words=swapped_words,
        spun_side=side,
        spun_score=score_swaps([*left_evidence, *right_evidence]) if side else 0.0,
        places=places,
        left_evidence=left_evidence,
        right_evidence=right_evidence,
    )
