"""Spinner swaps that an alignment of two texts shows, and which side they accuse."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.spun.find import find_evidence
from dedup.spun.lexicon import ODD, Lexicon
from dedup.spun.matching import LEAST_SWAPS, Matches, Places, match_swaps
from dedup.spun.model import COLLOCATION, FUNCTION_WORDS, Evidence
from dedup.spun.model import LEAST_WEIGHT as LEAST_OF_ONE
from dedup.spun.shape import are_swaps, find_changes, shape_of
from dedup.spun.sides import stranger_side, sum_strangeness, swapping_side
from dedup.spun.swap_table import swap_table
from dedup.text.words import Text

_NEAR = 80  # code points around a changed place where a natural phrase is looked for
_STRANGE = 1.4  # strangeness of a change that is shown: four times as many articles had the neighbours
# A change to a word that so many times more articles have beside its neighbours (a natural logarithm) is no
# spinner's, whatever the lexicon says. A phrase of several words brings neighbours of its own along.
_USUAL = 1.0

Place = tuple[int, int]  # code points of a text, half-open
Strangeness = Callable[[Places], NDArray[np.float64]]  # of changes (see ``strangers``)
Find = Callable[[Text], Sequence[Evidence]]


class Accusation(NamedTuple):
    """The side that a spinner made, 'left', 'right' or None, and what speaks for it on either side."""

    side: str | None
    left: Sequence[Evidence]
    right: Sequence[Evidence]


NONE = Accusation(None, (), ())


def accuse(
    left: Text,
    right: Text,
    equal: Places,
    matches: Matches | None = None,
    lexicon: Lexicon | None = None,
    measure: Strangeness | None = None,
    find: Find | None = None,
) -> Accusation:
    """Which side of an alignment a spinner made, and what speaks for it in either text.

    Evidence are dictionary swaps, what either text gives alone where the other has the natural words, and, in
    a side that is accused, changes that make strangers neighbours. ``natural`` is the other text's wording.

    equal    int64[n, 3]: the equal stretches (see ``align.Alignment``)
    matches  if at hand, saves finding them; they must be of the same lexicon
    lexicon  None is the shipped one
    measure  gives the strangeness of changes, from left to right; None: nothing is known of it
    find     gives what a text shows alone, if at hand by the same lexicon; else it is looked for
    """
    find = find or (lambda text: find_evidence(text.read(), lexicon))
    if matches is None:
        matches = match_swaps(equal, left.ids, right.ids, lexicon)
    if not max(map(len, matches)):
        return NONE
    changes = find_changes(equal, len(left.ids), len(right.ids))
    shape = shape_of(changes, left.ids, right.ids)
    if not any(shape.throughout):
        weights = swap_table(lexicon).weights
        matches = Matches(*(side[weights[side[:, 4]] >= ODD] for side in matches))
        if max(map(len, matches)) < LEAST_SWAPS - 1:
            return NONE
    strangeness = measure(changes) if measure and any(shape.throughout) else np.zeros(len(changes))
    evidence = find_swaps(left, right, changes, matches, find, lexicon)
    sums = sum_strangeness(strangeness, changes)
    side = swapping_side(*evidence, shape, sums)
    if side is None and max(sums) > 0:
        evidence = (
            _without_usual(evidence[0], left, changes[:, :2], -strangeness),
            _without_usual(evidence[1], right, changes[:, 2:], strangeness),
        )
        side = stranger_side(*evidence, shape, sums)
    swaps = are_swaps(changes)
    changes, strangeness = changes[swaps], strangeness[swaps]
    if side == "left":
        return Accusation(side, _with_strangers(evidence[0], left, right, changes, -strangeness), evidence[1])
    if side == "right":
        mirrored = changes[:, [2, 3, 0, 1]]
        return Accusation(side, evidence[0], _with_strangers(evidence[1], right, left, mirrored, strangeness))
    return Accusation(None, *evidence)


def find_swaps(
    left: Text, right: Text, changes: Places, matches: Matches, find: Find, lexicon: Lexicon | None = None
) -> tuple[list[Evidence], list[Evidence]]:
    """What speaks for a spinner at changed places (see ``shape.find_changes``): in left, and in right."""
    texts = left.read(), right.read()
    places = left.places(changes[:, :2]), right.places(changes[:, 2:])
    known_left = list(_confirmed(find(left), texts[1], *places))
    known_right = list(_confirmed(find(right), texts[0], *places[::-1]))
    swapped_left = _named(matches.left, left, texts[0], right, texts[1], lexicon)
    swapped_right = _named(matches.right, right, texts[1], left, texts[0], lexicon)
    return _merged(swapped_left, known_left), _merged(swapped_right, known_right)


def _without_usual(
    evidence: Sequence[Evidence], ours: Text, changes: Places, strangeness: NDArray[np.float64]
) -> list[Evidence]:
    """The evidence of one side without words that the scrape has there rather than the other side's.

    changes      int64[c, 2]: of this side
    strangeness  of the changes, towards this side
    """
    places = ours.places(changes)

    def is_usual(one: Evidence) -> bool:
        begin = bisect.bisect_left(places, one.start, key=lambda place: place[1])
        end = bisect.bisect_right(places, one.end, begin, key=lambda place: place[0])
        return bool(max(strangeness[begin:end], default=0.0) <= -_USUAL)

    return [one for one in evidence if " " in one.phrase or not is_usual(one)]


def _named(
    matches: Places, ours: Text, text: str, theirs: Text, other: str, lexicon: Lexicon | None
) -> Iterator[Evidence]:
    table = swap_table(lexicon)
    spun = ours.places(matches[:, :1] + [0, 1] * matches[:, 1:2])
    natural = theirs.places(matches[:, 2:3] + [0, 1] * matches[:, 3:4])
    for (start, end), (a, b), number in zip(spun, natural, matches[:, 4].tolist(), strict=True):
        signal = "swap" if table.content[number] else FUNCTION_WORDS
        yield Evidence(start, end, text[start:end], other[a:b], signal, float(table.weights[number]))


def _with_strangers(
    evidence: Sequence[Evidence], ours: Text, theirs: Text, swaps: Places, strangeness: NDArray[np.float64]
) -> list[Evidence]:
    """The evidence of one side, and the changes that plainly make strangers neighbours there."""
    text, other = ours.read(), theirs.read()
    strange = strangeness >= _STRANGE
    spun, natural = ours.places(swaps[strange, :2]), theirs.places(swaps[strange, 2:])
    found = (
        Evidence(start, end, text[start:end], other[a:b], COLLOCATION, weight)
        for (start, end), (a, b), weight in zip(spun, natural, strangeness[strange].tolist(), strict=True)
    )
    return _merged(found, evidence)


def _confirmed(
    alone: Sequence[Evidence], other: str, changed: Sequence[Place], others: Sequence[Place]
) -> Iterator[Evidence]:
    """Evidence that a text gives alone at changed places, where ``other`` has the natural words."""
    for one in alone:
        number = bisect.bisect_left(changed, one.start, key=lambda place: place[1])
        for (a, _), (c, d) in zip(changed[number:], others[number:], strict=True):
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


def _merged(swapped: Iterable[Evidence], known: Sequence[Evidence]) -> list[Evidence]:
    """Both, in order; of those that overlap, what the text gives alone, which knows the context.

    known  in order
    """
    ends = list(itertools.accumulate((one.end for one in known), max))

    def is_free(one: Evidence) -> bool:
        after = bisect.bisect_right(ends, one.start)
        return after == len(known) or one.end <= known[after].start

    return sorted([*known, *filter(is_free, swapped)])
