"""Spinner swaps that an alignment of two texts shows, and which side they accuse."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence

import numpy as np

from dedup.spun.find import find_evidence
from dedup.spun.lexicon import ODD, Lexicon
from dedup.spun.matching import LEAST_SWAPS, Matches, Places, match_swaps, weight_of
from dedup.spun.model import Evidence
from dedup.spun.verdict import LEAST_WEIGHT as LEAST_OF_ONE
from dedup.spun.verdict import patterns
from dedup.text.words import Text

LEAST_SHARE = 0.75  # of the distinct swaps of both directions
LEAST_WEIGHT = 5.0  # of the distinct swaps together
# Where a spinner's work shows in all changes, not in those alone that the dictionary knows, so much will do:
# so many changes at least, nearly all of them a few words in the place of a few, and a swap among them that
# no editor makes.
LEAST_WEIGHT_IN_SPUN, PLAINLY_ODD = 3.0, 2.0
LEAST_REPLACED, REPLACED_SHARE, LONGEST_REPLACED = 8, 0.9, 4

_BEGINNING = 3  # letters by which inflections of one swap are known
_NEAR = 80  # code points around a changed place where a natural phrase is looked for


def find_swaps(
    left: Text,
    right: Text,
    equal: Places,
    matches: Matches | None = None,
    lexicon: Lexicon | None = None,
) -> tuple[list[Evidence], list[Evidence]]:
    """What speaks for a spinner at the changed places of an alignment: in left, and in right.

    Dictionary swaps, and what either text gives alone where the other has the natural words.
    ``natural`` is the other text's own wording. ``matches``, if at hand, saves finding them; they
    must be of the same lexicon, None the shipped one.
    """
    if matches is None:
        matches = match_swaps(equal, left.ids, right.ids, lexicon)
    texts = left.read(), right.read()
    changed = list(_changed(equal, left, right))
    mirrored = [(c, d, a, b) for a, b, c, d in changed]
    known_left = list(_confirmed(texts[0], texts[1], changed, lexicon))
    known_right = list(_confirmed(texts[1], texts[0], mirrored, lexicon))
    swapped_left = _named(matches.left, left, texts[0], right, texts[1], lexicon)
    swapped_right = _named(matches.right, right, texts[1], left, texts[0], lexicon)
    return _merged(swapped_left, known_left), _merged(swapped_right, known_right)


def replaces_throughout(equal: Places, left_words: int, right_words: int) -> bool:
    """Whether what an alignment changes are a few words in the place of a few, as spinners do.

    Editors leave out, add and move, too.

    equal                    int64[n, 3]: the equal stretches (see ``align.Alignment``)
    left_words, right_words  of the texts
    """
    starts = np.concatenate([equal[:, :2], [[left_words, right_words]]])
    ends = np.concatenate([[[0, 0]], equal[:, :2] + equal[:, 2:]])
    gaps = starts - ends
    changes = int((gaps > 0).any(axis=1).sum())
    replaced = int(((gaps > 0) & (gaps <= LONGEST_REPLACED)).all(axis=1).sum())
    return replaced >= max(LEAST_REPLACED, REPLACED_SHARE * changes)


def spun_side(
    left_evidence: Sequence[Evidence], right_evidence: Sequence[Evidence], throughout: bool = False
) -> str | None:
    """'left' or 'right' if several distinct swaps go that way and few the other; else None.

    Phrases that good English has too, light ones, count for neither.

    throughout  whether all changes look like a spinner's (see ``replaces_throughout``)
    """
    left, right = _weights(left_evidence), _weights(right_evidence)
    side, found = ("left", left) if len(left) >= len(right) else ("right", right)
    share = len(found) / max(1, len(left) + len(right))
    weight = sum(found.values())
    is_odd = max(found.values(), default=0.0) >= PLAINLY_ODD
    least = LEAST_WEIGHT_IN_SPUN if throughout and is_odd else LEAST_WEIGHT
    if len(found) >= LEAST_SWAPS and share >= LEAST_SHARE and weight >= least:
        return side
    return None


def _weights(evidence: Sequence[Evidence]) -> dict[tuple[str, str], float]:
    """The weight of each distinct swap; "ask" and "asking" for "call" and "calling" are one."""
    found: dict[tuple[str, str], float] = {}
    for (phrase, natural), weights in patterns(one for one in evidence if one.weight >= LEAST_OF_ONE).items():
        swap = phrase[:_BEGINNING], natural[:_BEGINNING]
        found[swap] = max(found.get(swap, 0.0), *weights)
    return found


def _named(
    matches: Places, ours: Text, text: str, theirs: Text, other: str, lexicon: Lexicon | None
) -> Iterator[Evidence]:
    for place, length, where, natural_length, number in matches.tolist():
        start, end = ours.place(place, length)
        a, b = theirs.place(where, natural_length)
        yield Evidence(start, end, text[start:end], other[a:b], "swap", weight_of(number, lexicon))


def _changed(equal: Places, left: Text, right: Text) -> Iterator[tuple[int, int, int, int]]:
    """Code points of what stands between equal stretches: start and end, left and right."""
    i = k = 0
    ends = [[len(left.ids), len(right.ids), 0]]
    for j, m, size in [*equal.tolist(), *ends]:
        if j > i or m > k:
            yield *left.place(i, j - i), *right.place(k, m - k)
        i, k = j + size, m + size


def _confirmed(
    text: str, other: str, changed: Sequence[tuple[int, int, int, int]], lexicon: Lexicon | None
) -> Iterator[Evidence]:
    """Evidence that the text gives alone at changed places, where ``other`` has the natural words."""
    ends = [b for _, b, _, _ in changed]
    for one in find_evidence(text, lexicon) if changed else ():
        number = bisect.bisect_left(ends, one.start)
        for a, _, c, d in changed[number:]:
            if a > one.end:
                break
            beside = other[max(0, c - _NEAR) : d + _NEAR]
            natural = _find_words(one.natural, beside)
            if natural and one.phrase.lower() not in beside.lower():
                weight = max(one.weight, ODD) if one.weight >= LEAST_OF_ONE else one.weight
                yield one._replace(natural=natural, weight=weight)
                break


def _find_words(phrase: str, text: str) -> str | None:
    """The phrase as it stands in the text in any case, between word boundaries."""
    lower, wanted = text.lower(), phrase.lower()
    if len(lower) != len(text):
        return None  # a letter that is longer in lower case: offsets would be wrong
    at = lower.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        if not (lower[at - 1 : at].isalnum() or lower[end : end + 1].isalnum()):
            return text[at:end]
        at = lower.find(wanted, at + 1)
    return None


def _merged(swapped: Iterator[Evidence], known: list[Evidence]) -> list[Evidence]:
    """Both, in order; of those that overlap, what the text gives alone, which knows the context."""
    kept = [s for s in swapped if all(s.end <= k.start or k.end <= s.start for k in known)]
    return sorted([*known, *kept])
