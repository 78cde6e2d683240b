"""Putting an article through a synonym spinner, for training and measuring only.

A spinner has no regard to context. Quotations stay as they are, and so do numbers and most names.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from benchmarks.spinner.families import Family
from dedup.spun.lexicon import Swap
from dedup.spun.quotes import Range, paragraphs, quotations

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_GAP = re.compile(r"[^\S\n]+|[^\S\n]*\n[^\S\n]*")  # between the words of a phrase: at most one line break
_ENDS_SENTENCE = re.compile(r"(?:^|[.?!:*•\"“”]|\n\s*\n)\s*$")
_LEAD = 12  # code points before a word that tell whether it begins a sentence
_LONGEST = 6  # words of a natural phrase
_LIKED = 0.3  # what the random number is multiplied by that says when a habit's turn comes


class _Place(NamedTuple):
    """A phrase that may be swapped: words ``first`` to ``stop`` - 1 of the text."""

    first: int
    stop: int
    swaps: tuple[Swap, ...]
    is_liked: bool


class _Text(NamedTuple):
    """A text and its words, half-open."""

    text: str
    words: list[Range]

    def word(self, number: int) -> str:
        return self.text[slice(*self.words[number])]

    def gap(self, number: int) -> str:
        """What stands between a word and the next."""
        return self.text[self.words[number][1] : self.words[number + 1][0]]

    def is_capital_beside(self, gap: int, number: int) -> bool:
        """Whether a word begins with a capital, and only white space is in the gap after another."""
        there = 0 <= gap < len(self.words) - 1 and _GAP.fullmatch(self.gap(gap))
        return bool(there) and self.word(number)[0].isupper()

    def begins_sentence(self, number: int) -> bool:
        start = self.words[number][0]
        return bool(_ENDS_SENTENCE.search(self.text[max(0, start - _LEAD) : start]))


def spin(text: str, family: Family, rate: float, chance: random.Random) -> str:
    """The text as a spinner of this family leaves it.

    rate  share of all words to swap; only words outside quotations and spared paragraphs are, so fewer are
          where the family knows no others for these
    """
    words = _free_words(text, family.spared, chance)
    whole = _Text(text, words)
    goal = rate * sum(1 for _ in _WORD.finditer(text))
    places = [
        (chance.random() * (_LIKED if one.is_liked else 1), one) for one in _places(whole, family, chance)
    ]
    taken: dict[int, _Place] = {}
    used: set[int] = set()
    for _, place in sorted(places, key=lambda pair: pair[0]):
        covered = range(place.first, place.stop)
        if len(used) >= goal:
            break
        if used.isdisjoint(covered):
            used.update(covered)
            taken[place.first] = place
    return _put_in(whole, [taken[first] for first in sorted(taken)], chance)


def _free_words(text: str, spared: float, chance: random.Random) -> list[Range]:
    """The words that a spinner gets to see."""
    parts = paragraphs(text)
    kept = [part for part in parts if chance.random() >= spared] or parts
    quoted = quotations(text)
    found = []
    for match in itertools.chain.from_iterable(_WORD.finditer(text, *part) for part in kept):
        if not any(start < match.end() and match.start() < end for start, end in quoted):
            found.append(match.span())
    return found


def _places(whole: _Text, family: Family, chance: random.Random) -> Iterator[_Place]:
    for first in range(len(whole.words)):
        phrase: tuple[str, ...] = ()
        for stop in range(first + 1, min(first + _LONGEST, len(whole.words)) + 1):
            if stop > first + 1 and not _GAP.fullmatch(whole.gap(stop - 2)):
                break
            phrase += (whole.word(stop - 1).lower(),)
            swaps = family.swaps.get(phrase, ())
            if not swaps or not _may_change(whole, first, stop, swaps, family.names, chance):
                continue
            yield _Place(first, stop, swaps, phrase in family.habits)


def _may_change(
    whole: _Text, first: int, stop: int, swaps: Sequence[Swap], names: float, chance: random.Random
) -> bool:
    """Whether the phrase is no name, or is part of one that is to be spoilt."""
    capital = [whole.word(number)[0].isupper() for number in range(first, stop)]
    before, after = whole.is_capital_beside(first - 1, first - 1), whole.is_capital_beside(stop - 1, stop)
    if whole.word(first).isupper() or any(capital[1:]):
        return False
    if not capital[0]:
        return True
    if whole.begins_sentence(first):
        return not after
    return (before or after) and swaps[0].kind in "na" and chance.random() < names


def _put_in(whole: _Text, places: Sequence[_Place], chance: random.Random) -> str:
    out = []
    at = 0
    for place in places:
        start, end = whole.words[place.first][0], whole.words[place.stop - 1][1]
        spun = " ".join(chance.choice(place.swaps).spun)
        out += [whole.text[at:start], spun[0].upper() + spun[1:] if whole.text[start].isupper() else spun]
        at = end
    return "".join([*out, whole.text[at:]])
