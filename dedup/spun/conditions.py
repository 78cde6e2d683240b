"""Conditions of artefacts: what must stand around a phrase for it to count.

A condition is a list with semicolons between its parts, all of which must hold:

    after:A,B  not-after:A,B     the word before the phrase; a break between them hides it
    before:A,B  not-before:A,B   the word after it, likewise; ``{class}`` stands for its words
    capital  lower               long words begin with capitals / the first letter is small
    sentence-start               begins a sentence or a line, with a capital
    after-break                  begins a clause, or is followed by a comma
    after-quote                  tells who spoke: at most four words after a quotation's end
    after-comma  no-comma        a comma before it / none after it
    hyphen  hyphen-first  hyphen-last   a hyphen joins the words / the first two / the last two
    braces                       stands in curly brackets
    spaced                       no hyphen joins the words
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import NamedTuple

from dedup.spun.lexicon import classes


class Place(NamedTuple):
    """A phrase where it stands. ``before`` and ``after`` are folded words, '' past a break."""

    phrase: str
    gap_before: str  # what stands between it and the word before; "\n" at the text's start
    gap_after: str
    before: str
    after: str
    lead: str  # up to 60 code points before the phrase


Test = Callable[[Place], bool]

_SENTENCE_END = re.compile(r"[.?!:\n\"“”•*|]")
_CLAUSE_END = re.compile(r"[.?!:;,\n\"“”—–]")
_ATTRIBUTION = re.compile(r"[,.?!][\"”]\s(?:[\w.’'-]+\s){0,4}$")
_HYPHEN = re.compile(r"[-‐‑]")
_SHORT = 4  # shorter words (of, the, and) stay small in names


@functools.cache
def tests(condition: str) -> tuple[Test, ...]:
    """The tests that a condition consists of. ValueError for a part that isn't known."""
    return tuple(_test(part) for part in condition.split(";") if part)


def _test(part: str) -> Test:
    name, _, listed = part.partition(":")
    if name in _WITH_WORDS and listed:
        words = _listed(listed)
        return functools.partial(_WITH_WORDS[name], words)
    if name in _PLAIN and not listed:
        return _PLAIN[name]
    raise ValueError(f"unknown condition: {part}")


def _listed(listed: str) -> frozenset[str]:
    words: set[str] = set()
    for word in listed.split(","):
        words |= set(classes()[word.strip("{}")]) if word.startswith("{") else {word}
    return frozenset(words)


def is_capitalised(phrase: str) -> bool:
    """Every word of four letters or more begins with a capital letter, and there is one."""
    long = [word for word in re.findall(r"[^\W\d_]+", phrase) if len(word) >= _SHORT]
    return bool(long) and all(word[0].isupper() for word in long)


def _starts_sentence(place: Place) -> bool:
    return place.phrase[0].isupper() and bool(_SENTENCE_END.search(place.gap_before))


def _breaks(place: Place) -> bool:
    return bool(_CLAUSE_END.search(place.gap_before)) or place.gap_after.startswith(",")


_WITH_WORDS: dict[str, Callable[[frozenset[str], Place], bool]] = {
    "after": lambda words, place: place.before in words,
    "not-after": lambda words, place: place.before not in words,
    "before": lambda words, place: place.after in words,
    "not-before": lambda words, place: place.after not in words,
}

_PLAIN: dict[str, Test] = {
    "capital": lambda place: is_capitalised(place.phrase),
    "lower": lambda place: place.phrase[0].islower(),
    "sentence-start": _starts_sentence,
    "after-break": _breaks,
    "after-quote": lambda place: bool(_ATTRIBUTION.search(place.lead)),
    "after-comma": lambda place: "," in place.gap_before,
    "no-comma": lambda place: not place.gap_after.startswith(","),
    "braces": lambda place: place.gap_before.endswith("{") and place.gap_after.startswith("}"),
    "spaced": lambda place: not _HYPHEN.search(place.phrase),
    "hyphen": lambda place: bool(_HYPHEN.search(place.phrase)),
    "hyphen-first": lambda place: bool(re.match(r"\w+[-‐‑]", place.phrase)),
    "hyphen-last": lambda place: bool(re.search(r"[-‐‑]\w+$", place.phrase)),
}
