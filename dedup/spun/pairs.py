"""Spinner swaps that an alignment of two texts shows, and which side they accuse."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence

from dedup.spun.find import find_evidence
from dedup.spun.lexicon import ODD, Lexicon
from dedup.spun.matching import LEAST_SWAPS, Matches, Places, match_swaps, weight_of
from dedup.spun.model import Evidence
from dedup.spun.verdict import LEAST_WEIGHT as LEAST_OF_ONE
from dedup.spun.verdict import patterns
from dedup.text.words import Text

LEAST_SHARE = 0.85  # of the distinct swaps of both directions
LEAST_WEIGHT = 5.0  # of the distinct swaps together

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


def spun_side(left_evidence: Sequence[Evidence], right_evidence: Sequence[Evidence]) -> str | None:
    """'left' or 'right' if several distinct swaps go that way and hardly any the other; else None.

    Phrases that good English has too, light ones, count for neither.
    """
    left, right = (
        patterns(one for one in evidence if one.weight >= LEAST_OF_ONE)
        for evidence in (left_evidence, right_evidence)
    )
    side, found = ("left", left) if len(left) >= len(right) else ("right", right)
    share = len(found) / max(1, len(left) + len(right))
    weight = sum(max(weights) for weights in found.values())
    if len(found) >= LEAST_SWAPS and share >= LEAST_SHARE and weight >= LEAST_WEIGHT:
        return side
    return None


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
