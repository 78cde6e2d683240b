"""Two texts side by side: alignment, passages, rewording, kind, and what speaks of a spinner."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup import spun
from dedup.align.numbered import Places
from dedup.align.words import Alignment, Span, align_words, join_stretches, name_spans, span_places_many
from dedup.options import Options
from dedup.sketch.minhash import jaccard_many
from dedup.spun.verdict import score_swaps
from dedup.text.stems import stem_texts
from dedup.text.words import SECRET_KEY, Text, Words, split_words
from dedup.verify.content import Content
from dedup.verify.facts import Known
from dedup.verify.forms import UNKNOWN
from dedup.verify.judge import why_not
from dedup.verify.reread import verify_misread
from dedup.verify.steps import verify
from dedup.verify.verified import Found, Pairs, Texts

# A spinner keeps the sentences and most words; in a text reworded further single swaps are chance.
LEAST_KEPT = 0.5  # similarity

Passage = tuple[str, int, int, int, int, float]


class Comparison(NamedTuple):
    """What two texts have in common. Scores are 0..1.

    ``kind`` is None where the two are no pair. ``places`` are the alignment's spans as
    numbers (see ``words.span_places``); ``spans`` gives them names. ``passages`` are copied
    passages and answering sentences: what, start and end in either text, share that matches.
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
    probability: float
    reason: str
    passages: Sequence[Passage]
    places: Places
    left_evidence: Sequence[spun.Evidence]
    right_evidence: Sequence[spun.Evidence]

    @property
    def spans(self) -> list[Span]:
        """The alignment, in order; covers both texts."""
        return name_spans(self.places)


def compare(
    left: str,
    right: str,
    options: Options | None = None,
    lexicon: spun.Lexicon | None = None,
    known: Known | None = None,
) -> Comparison:
    """Compare two texts, whether they are a pair or not.

    lexicon  what spinners are known by; None is the shipped one
    known    what a scrape says of its words; None: there is none
    """
    options = options or Options()
    encoded = [text.encode("utf-8", "replace") for text in (left, right)]
    offsets = np.cumsum([0, *map(len, encoded)])
    data = np.frombuffer(b"".join(encoded), np.uint8)
    words = split_words(data, offsets, SECRET_KEY)
    texts = Texts(data, offsets, words, words, lambda number: (left, right)[number])
    ends = np.array([0]), np.array([1])
    known = known or Known.nothing()
    compared = compare_all(texts, *ends, np.array([0]), options, known, every=True, lexicon=lexicon)
    ((_, found),) = compared
    ours, theirs = (
        words.folded[words.places[words.first[k]] : words.places[words.first[k + 1]]] for k in (0, 1)
    )
    if len(ours) and np.array_equal(ours, theirs):
        return found._replace(kind="exact", probability=1.0, reason="the same words")
    return found


def compare_all(
    texts: Texts,
    left: Places,
    right: Places,
    kinship: NDArray[np.int64],
    options: Options,
    known: Known,
    days: NDArray[np.int64] | None = None,
    every: bool = False,
    lexicon: spun.Lexicon | None = None,
) -> Iterator[tuple[int, Comparison]]:
    """Compare many pairs of texts by their bodies; those that are a pair, by their place in ``left``.

    left, right  int64[p]: the texts of each pair, by number
    kinship      int64[p]: 1: both are of one source; 2: and of a series; else 0
    days         int64[p]: from the publication of one to that of the other; ``UNKNOWN``
    every        give those that are no pair, too
    lexicon      what spinners are known by; None is the shipped one
    """
    words = texts.words
    content = Content.of(texts, known.rarity)
    pairs = Pairs(left, right, kinship, np.full(len(left), UNKNOWN) if days is None else days)
    verified = verify(content, pairs, options, known)
    verify_misread(words, content, pairs, verified, options, known)
    kept = np.arange(len(left)) if every else np.flatnonzero(verified.are_pairs)
    alignments = verified.align(content.words, pairs, kept)
    ends = left[kept], right[kept]
    spans, cuts = span_places_many(alignments, texts.whole, words, *ends)
    shares = jaccard_many(words.hashes, words.first, *ends, options.shingle).tolist()
    matches: Sequence[spun.Matches | None] = [None] * len(kept)
    if not options.no_spun:
        matches = spun.match_swaps_many(
            *join_stretches(alignments), words.hashes, words.first, *ends, lexicon
        )
    find = functools.cache(lambda number: spun.find_evidence(texts.read(number), lexicon))
    stems_of = functools.cache(functools.partial(_stems_of, texts))
    for place, index in enumerate(kept.tolist()):
        ours, theirs = (_text_of(texts, int(side[index])) for side in (left, right))
        places = spans[cuts[place] : cuts[place + 1]]
        is_form, alignment = bool(verified.are_forms[index]), alignments[place]
        found = verified.found.get(index) or Found(why_not(is_form, alignment.longest_run), ())
        longest_run = _longest_run(alignment.longest_run, words, ours.number, theirs.number, found.passages)
        accusation = spun.NONE
        if (swaps := matches[place]) and alignment.similarity >= LEAST_KEPT:
            measure = _measure(ours.number, theirs.number, stems_of, known)
            accusation = spun.accuse(
                ours, theirs, alignment.equal, swaps, lexicon, measure, lambda text: find(text.number)
            )
        alignment = alignment._replace(longest_run=longest_run)
        yield index, _compose(ours, theirs, alignment, found, places, shares[place], accusation)


def _measure(
    left: int, right: int, stems_of: Callable[[int], NDArray[np.uint32]], known: Known
) -> spun.Strangeness | None:
    """What measures the strangeness of changes between two texts, if anything is known of neighbours."""
    if not len(known.neighbours):
        return None
    return lambda changes: spun.measure_strangeness(
        changes, stems_of(left), stems_of(right), known.neighbours
    )


def _stems_of(texts: Texts, number: int) -> NDArray[np.uint32]:
    """Numbers of the stems of a body's words, as they were counted."""
    data = texts.data[texts.offsets[number] : texts.offsets[number + 1]]
    offsets = np.array([0, len(data)])
    whole = split_words(data, offsets)
    body = np.isin(whole.starts, texts.words.starts[texts.words.of(number)])
    return stem_texts(data, offsets, whole)[body]


def _longest_run(known: int, words: Words, left: int, right: int, passages: Sequence[tuple[Any, ...]]) -> int:
    """Words of the longest equal stretch: ``known`` of the alignment, or one of a passage that has moved."""
    sides = words.of(left), words.of(right)
    for what, at, ours, bt, theirs, _ in passages:
        if what != "answer" and min(ours, theirs) > known:
            pieces = (
                words.hashes[side][start : start + size]
                for side, start, size in zip(sides, (at, bt), (ours, theirs), strict=True)
            )
            known = max(known, align_words(*pieces).longest_run)
    return known


def _text_of(texts: Texts, number: int) -> Text:
    return Text(texts.words, number, functools.partial(texts.read, number))


def _compose(
    left: Text,
    right: Text,
    alignment: Alignment,
    found: Found,
    places: Places,
    shared_shingles: float,
    accusation: spun.Accusation,
) -> Comparison:
    side, every_left, every_right = accusation
    left_evidence = every_left if side == "left" else ()
    right_evidence = every_right if side == "right" else ()
    return Comparison(
        kind=found.verdict.kind,
        similarity=alignment.similarity,
        left_containment=alignment.left_containment,
        right_containment=alignment.right_containment,
        jaccard=shared_shingles,
        longest_run=alignment.longest_run,
        swapped_words=len(every_left) + len(every_right),
        spun_side=side,
        spun_score=score_swaps([*left_evidence, *right_evidence]) if side else 0.0,
        probability=found.verdict.probability,
        reason=found.verdict.reason,
        passages=[_place(passage, left, right) for passage in found.passages],
        places=places,
        left_evidence=left_evidence,
        right_evidence=right_evidence,
    )


def _place(passage: Sequence[Any], left: Text, right: Text) -> Passage:
    """A passage in code points, from one in words."""
    what, at, ours, bt, theirs, share = passage
    return what, *left.place(at, ours), *right.place(bt, theirs), share
