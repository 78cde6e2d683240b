"""Two wordings that are one: spellings, inflections, abbreviations and numbers, which no spinner made."""

from __future__ import annotations

import re

from rapidfuzz.distance import Levenshtein

from dedup.spun.inflect import bases
from dedup.spun.lexicon import Lexicon, Phrase
from dedup.text.numerals import are_numerals
from dedup.text.words import split_text

# British and American spellings too far apart, or too short, to be told by their letters.
_SPELLED = {
    frozenset(pair)
    for pair in (
        ("aeroplane", "airplane"), ("cheque", "check"), ("gaol", "jail"), ("grey", "gray"), ("kerb", "curb"),
        ("manoeuvre", "maneuver"), ("mum", "mom"), ("plough", "plow"), ("tyre", "tire"),
    )
}  # fmt: skip
_BEGINNINGS = {"assn", "capt", "corp", "prof", "sept"}
_TWO_CONSONANTS = re.compile(r"[^aeiou]{2}$")
_SHORT = 4  # letters of an abbreviation; no more
_LONG, _LONGER = 5, 6  # letters of which one, and of which two, may differ in a spelling


def are_variants(one: Phrase, other: Phrase) -> bool:
    """Whether two folded wordings differ in spelling, inflection or order alone, or in a number."""
    if sorted(one) == sorted(other) or "".join(one) == "".join(other):
        return True
    if len(one) == len(other) and all(map(_same, one, other)):
        return True
    return _abbreviates(one, other) or _abbreviates(other, one) or _has_number((*one, *other))


def is_known(natural: Phrase, spun: Phrase, lexicon: Lexicon) -> bool:
    """Whether a lexicon has a swap, in either direction, or all swaps that it consists of."""
    if _swaps(natural, spun, lexicon):
        return True
    if len(natural) != len(spun):
        return False
    words = [((one,), (other,)) for one, other in zip(natural, spun, strict=True)]
    return all(one == other or _swaps(one, other, lexicon) for one, other in words)


def _swaps(one: Phrase, other: Phrase, lexicon: Lexicon) -> bool:
    pairs = ((one, other), (other, one))
    return any(swap.spun == spun for natural, spun in pairs for swap in lexicon.swaps.get(natural, ()))


def _same(one: str, other: str) -> bool:
    if one == other or frozenset((one, other)) in _SPELLED or bases(one) & bases(other):
        return True
    size = min(len(one), len(other))
    most = 0 if size < _LONG else 1 if size < _LONGER else 2
    return most > 0 and Levenshtein.distance(one, other, score_cutoff=most) <= most


def _abbreviates(one: Phrase, other: Phrase) -> bool:
    """Whether one is short for the other: sen for senator, govt for government, pm for prime minister."""
    if len(one) > 1 and all(len(letter) == 1 for letter in one):
        one = ("".join(one),)  # "u s"
    if len(one) != 1:
        return False
    short = one[0]
    if len(other) > 1:
        return short == "".join(word[0] for word in other)
    full = other[0]
    if not short or len(short) > _SHORT or len(full) < len(short) + 2 or short[0] != full[0]:
        return False
    if full.startswith(short):
        return len(short) < _SHORT or short in _BEGINNINGS
    letters = iter(full)
    inside = all(letter in letters for letter in short)
    return inside and short[-1] == full[-1] and bool(_TWO_CONSONANTS.search(short))


def _has_number(words: Phrase) -> bool:
    return "one" in words or bool(are_numerals(split_text(" ".join(words)).hashes).any())
