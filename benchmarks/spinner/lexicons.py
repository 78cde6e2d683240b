"""Lexicons to judge a detector by that doesn't know all of a spinner's words."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Iterator, Sequence

from benchmarks.crowd import hash_of
from dedup.spun.lexicon import Artefact, Lexicon, Phrase, Row, shipped, words_of
from dedup.spun.patterns import expand

HALVES = (0, 1)

_Pair = tuple[Phrase, Phrase]  # natural and spun


@functools.cache
def half_of(which: int) -> Lexicon:
    """The shipped lexicon without half of its entries, swaps and artefacts.

    which  of HALVES, the half that stays

    Entries of which one gives the other away, as "the primary" for "the first" does with "primary" for
    "first", stay together, or are held back together; so do those that are tied by others.
    """
    swaps, artefacts = shipped().swap_rows, shipped().artefact_rows
    stays = [half == which for half in _halves()]
    return Lexicon(
        tuple(itertools.compress(swaps, stays)), tuple(itertools.compress(artefacts, stays[len(swaps) :]))
    )


@functools.cache
def _halves() -> list[int]:
    """The half of each swap of the shipped lexicon, then of each artefact."""
    swaps, artefacts = shipped().swap_rows, shipped().artefact_rows
    groups = _tie([set(_pairs(row)) for row in swaps] + [set(_pairs_of(row)) for row in artefacts])
    names = [row[0] for row in swaps] + [row[1] for row in artefacts]
    return [_half(names[group]) for group in groups]


def _half(natural: str) -> int:
    return hash_of(natural.lower())[0] & 1


def _tie(entries: Sequence[set[_Pair]]) -> list[int]:
    """The group of each entry, by its first one; a tie is a pair of one that holds a pair of the other."""
    owners: dict[_Pair, int] = {}
    parents = list(range(len(entries)))

    def first_of(entry: int) -> int:
        while parents[entry] != entry:
            parents[entry] = entry = parents[parents[entry]]
        return entry

    def join(one: int, other: int) -> None:
        first, second = sorted((first_of(one), first_of(other)))
        parents[second] = first

    for entry, pairs in enumerate(entries):
        for pair in pairs:
            join(entry, owners.setdefault(pair, entry))
    for entry, pairs in enumerate(entries):
        for part in {part for pair in pairs for part in _parts(pair)} & owners.keys():
            join(entry, owners[part])
    return [first_of(entry) for entry in range(len(entries))]


def _pairs(row: Row) -> Iterator[_Pair]:
    """The swap of a row in all inflections."""
    swaps = Lexicon((row,), ()).swaps
    return ((natural, swap.spun) for natural, group in swaps.items() for swap in group)


def _pairs_of(row: Row) -> Iterator[_Pair]:
    """What an artefact puts into a natural phrase's place."""
    pattern, natural, signal, weight, condition = row
    for gram, entry in expand(Artefact(pattern, natural, signal, float(weight), condition)):
        yield words_of(entry.natural), gram[entry.begin : entry.end]


def _parts(pair: _Pair) -> Iterable[_Pair]:
    """All runs of words of either side, each with each."""
    return itertools.product(_runs(pair[0]), _runs(pair[1]))


def _runs(phrase: Phrase) -> list[Phrase]:
    size = len(phrase)
    return [phrase[start:end] for start in range(size) for end in range(start + 1, size + 1)]
