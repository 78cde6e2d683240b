"""Spinner swaps that an alignment of two texts shows, and which side they accuse."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from dedup.spun.find import find_evidence
from dedup.spun.lexicon import ODD, Phrase, swaps
from dedup.spun.model import Evidence
from dedup.spun.verdict import patterns

Span = tuple[str, int, int, int, int]  # op, left_start, left_end, right_start, right_end

LEAST_SWAPS = 3  # distinct ones in one direction
LEAST_SHARE = 0.85  # of the distinct swaps of both directions
LEAST_WEIGHT = 5.0  # of the distinct swaps together

CONTEXT = 2  # words of the equal neighbourhood that a swap may reach into: "software" -> "software program"
MOST_WORDS = 60  # of a changed stretch; longer ones are other sentences, not swaps
_MOST_DRIFT = 3  # words by which the two phrases may stand apart within the stretch
_LONGEST = 5  # words of a swap's natural phrase

_WORD = re.compile(r"\w+")


class _Token(NamedTuple):
    word: str
    start: int
    end: int


class _Region(NamedTuple):
    """A changed stretch with its context: tokens of either side, and what changed of each."""

    left: list[_Token]
    right: list[_Token]
    left_changed: tuple[int, int]
    right_changed: tuple[int, int]


def find_swaps(left: str, right: str, spans: Sequence[Span]) -> tuple[list[Evidence], list[Evidence]]:
    """Dictionary swaps at the changed places of an alignment: evidence in left, and in right.

    spans  (op, left_start, left_end, right_start, right_end) in code points and in order; op
           is equal, replace, insert or delete

    Evidence in a text is its phrase that is the spun form of what the other text has there;
    ``natural`` is the other text's own wording. Swaps that any editor makes are left out.
    """
    in_left: list[Evidence] = []
    in_right: list[Evidence] = []
    for region in _regions(left, right, spans):
        in_left += _matches(left, right, region)
        flipped = _Region(region.right, region.left, region.right_changed, region.left_changed)
        in_right += _matches(right, left, flipped)
    changed = [span for span in spans if span[0] != "equal"]
    known_left = _confirmed(left, right, [span[1:] for span in changed])
    known_right = _confirmed(right, left, [(c, d, a, b) for _, a, b, c, d in changed])
    return _merged(in_left, known_left), _merged(in_right, known_right)


def spun_side(left_evidence: Sequence[Evidence], right_evidence: Sequence[Evidence]) -> str | None:
    """'left' or 'right' if several distinct swaps go that way and hardly any the other; else None."""
    left, right = patterns(left_evidence), patterns(right_evidence)
    side, found = ("left", left) if len(left) >= len(right) else ("right", right)
    share = len(found) / max(1, len(left) + len(right))
    weight = sum(max(weights) for weights in found.values())
    if len(found) >= LEAST_SWAPS and share >= LEAST_SHARE and weight >= LEAST_WEIGHT:
        return side
    return None


@functools.cache
def naturals_of() -> dict[Phrase, dict[Phrase, float]]:
    """Spun phrase -> natural phrase -> weight, for odd swaps that don't go both ways."""
    found: dict[Phrase, dict[Phrase, float]] = {}
    for natural, group in swaps().items():
        for swap in group:
            back = any(other.spun == natural for other in swaps().get(swap.spun, ()))
            if swap.weight >= ODD and not back:
                found.setdefault(swap.spun, {})[natural] = swap.weight
    return found


def _regions(left: str, right: str, spans: Sequence[Span]) -> Iterator[_Region]:
    """Runs of changed spans, each with a few equal words around."""
    place = 0
    while place < len(spans):
        stop = place
        while stop < len(spans) and spans[stop][0] != "equal":
            stop += 1
        if stop > place:
            changed = (spans[place][1], spans[stop - 1][2], spans[place][3], spans[stop - 1][4])
            before = spans[place - 1] if place else None
            after = spans[stop] if stop < len(spans) else None
            region = _Region(
                _tokens(left, changed[0], changed[1], before and before[1:3], after and after[1:3]),
                _tokens(right, changed[2], changed[3], before and before[3:5], after and after[3:5]),
                changed[:2],
                changed[2:],
            )
            if max(len(region.left), len(region.right)) <= MOST_WORDS:
                yield region
        place = max(stop, place + 1)


def _tokens(
    text: str, start: int, end: int, before: tuple[int, int] | None, after: tuple[int, int] | None
) -> list[_Token]:
    """The words of a stretch, and up to ``CONTEXT`` of those before and after it."""
    found = _words(text, start, end)
    if before:
        found = _words(text, max(before[0], before[1] - 80), before[1])[-CONTEXT:] + found
    if after:
        found += _words(text, after[0], min(after[1], after[0] + 80))[:CONTEXT]
    return found


def _words(text: str, start: int, end: int) -> list[_Token]:
    return [_Token(m[0].lower(), m.start(), m.end()) for m in _WORD.finditer(text, start, end)]


def _matches(text: str, other: str, region: _Region) -> Iterator[Evidence]:
    """Phrases of ``text`` (the region's left) that are spun forms of what ``other`` has."""
    ours = [token.word for token in region.left]
    theirs = [token.word for token in region.right]
    place = used = 0
    while place < len(ours):
        match = _match_at(ours, theirs, place, used, _touching(region))
        if match is None:
            place += 1
            continue
        length, where, natural_length, weight = match
        start, end = region.left[place].start, region.left[place + length - 1].end
        natural = other[region.right[where].start : region.right[where + natural_length - 1].end]
        yield Evidence(start, end, text[start:end], natural, "swap", weight)
        place += length
        used = where + natural_length


def _touching(region: _Region) -> Callable[[int, int, int, int], bool]:
    """Whether one of two phrases, given as place and length, reaches into what changed."""

    def test(place: int, length: int, where: int, natural_length: int) -> bool:
        ours = region.left[place : place + length]
        theirs = region.right[where : where + natural_length]
        (a, b), (c, d) = region.left_changed, region.right_changed
        return any(a <= t.start < b for t in ours) or any(c <= t.start < d for t in theirs)

    return test


def _match_at(
    ours: list[str], theirs: list[str], place: int, used: int, touches: Callable[[int, int, int, int], bool]
) -> tuple[int, int, int, float] | None:
    """The longest spun phrase at ``place``: its length, the natural one's place and length, weight."""
    for length in range(min(_LONGEST, len(ours) - place), 0, -1):
        naturals = naturals_of().get(tuple(ours[place : place + length]))
        for natural, weight in (naturals or {}).items():
            for where in range(used, len(theirs) - len(natural) + 1):
                if (
                    tuple(theirs[where : where + len(natural)]) == natural
                    and _drift(place, where, len(ours), len(theirs)) <= _MOST_DRIFT
                    and touches(place, length, where, len(natural))
                    and not _same(ours, theirs, place, length, where, len(natural))
                ):
                    return length, where, len(natural), weight
    return None


def _drift(place: int, where: int, ours: int, theirs: int) -> int:
    """How far two phrases stand apart, counted from the nearer end of the stretch."""
    return min(abs(place - where), abs((ours - place) - (theirs - where)))


def _same(ours: list[str], theirs: list[str], place: int, length: int, where: int, natural: int) -> bool:
    """The other side has the spun phrase there too: an insertion beside it is no swap."""
    phrase = ours[place : place + length]
    near = range(max(0, where - length), min(len(theirs) - length, where + natural) + 1)
    return any(theirs[start : start + length] == phrase for start in near)


def _confirmed(text: str, other: str, changed: Sequence[tuple[int, int, int, int]]) -> Iterator[Evidence]:
    """Evidence that the text gives alone at changed places, where ``other`` has the natural words."""
    if not changed:
        return
    for one in find_evidence(text):
        for a, b, c, d in changed:
            if one.start <= b and a <= one.end:
                beside = other[max(0, c - 80) : d + 80]
                match = re.search(rf"\b{re.escape(one.natural)}\b", beside, re.IGNORECASE)
                if match and one.phrase.lower() not in beside.lower():
                    yield one._replace(natural=match[0], weight=max(one.weight, ODD))
                    break


def _merged(swapped: list[Evidence], known: Iterator[Evidence]) -> list[Evidence]:
    """Both, in order; of those that overlap, what the text gives alone, which knows the context."""
    kept = list(known)
    kept += [s for s in swapped if all(s.end <= k.start or k.end <= s.start for k in kept)]
    return sorted(kept)
