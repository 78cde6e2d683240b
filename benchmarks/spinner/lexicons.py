"""Lexicons to judge a detector by that doesn't know all of a spinner's words."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Iterator

from benchmarks.crowd import hash_of
from dedup.spun.lexicon import Artefact, Lexicon, Phrase, Row, shipped, words_of
from dedup.spun.patterns import expand

HALVES = (0, 1)

_Pair = tuple[Phrase, Phrase]  # natural and spun


@functools.cache
def half_of(which: int) -> Lexicon:
    """The shipped lexicon without the entries of half of its natural phrases.

    which  of HALVES, the half that stays

    An entry of a phrase that stays is held back, too, where it would give a held-back swap away,
    as "the primary" for "the first" does with "primary" for "first", and the other way round.
    """
    whole = shipped()
    kept = tuple(row for row in whole.swap_rows if _half(row[0]) == which)
    before: tuple[Row, ...] = ()
    while kept != before:  # a row that was held back for another may be given away by a third
        before = kept
        held = set(_pairs(row for row in whole.swap_rows if row not in kept))
        parts = {part for pair in held for part in _parts(pair)}
        kept = tuple(row for row in kept if not _gives_away(_pairs([row]), held, parts))
    artefacts = (row for row in whole.artefact_rows if _half(row[1]) == which)
    return Lexicon(kept, tuple(row for row in artefacts if not _gives_away(_pairs_of(row), held, set())))


def _half(natural: str) -> int:
    return hash_of(natural.lower())[0] & 1


def _gives_away(pairs: Iterable[_Pair], held: set[_Pair], parts: set[_Pair]) -> bool:
    """Whether one of the pairs holds one that is held back, or is a part of one."""
    return any(pair in parts or not held.isdisjoint(_parts(pair)) for pair in pairs)


def _pairs(rows: Iterable[Row]) -> Iterator[_Pair]:
    """The swaps of some rows in all inflections."""
    swaps = Lexicon(tuple(rows), ()).swaps
    return ((natural, swap.spun) for natural, group in swaps.items() for swap in group)


def _pairs_of(row: Row) -> Iterator[_Pair]:
    """What an artefact puts into a natural phrase's place."""
    pattern, natural, signal, weight, condition = row
    for gram, entry in expand(Artefact(pattern, natural, signal, float(weight), condition)):
        yield words_of(entry.natural), gram[entry.begin : entry.end]


def _parts(pair: _Pair) -> Iterator[_Pair]:
    """All runs of words of either side, each with each."""
    return itertools.product(_runs(pair[0]), _runs(pair[1]))


def _runs(phrase: Phrase) -> list[Phrase]:
    size = len(phrase)
    return [phrase[start:end] for start in range(size) for end in range(start + 1, size + 1)]
