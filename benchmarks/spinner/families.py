"""Kinds of spinners: what each swaps for what.

They take swaps from dedup's own lexicon, and from ``data/held_out.tsv`` and ``data/habits.tsv``, of which it
has none. Habits come first: a family's rows of ``habits.tsv``, or the verbose rows of the lexicon.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from dedup.spun.lexicon import Lexicon, Phrase, Row, Swap, shipped

FAMILIES = ("dictionary", "verbose", "technical", "thesaurus", "unknown")

_DATA = Path(__file__).parent / "data"
_CONTENT = frozenset("nva")  # classes of words that mean something


class Family(NamedTuple):
    """A kind of spinner.

    swaps    what may stand for a natural phrase, by that phrase
    habits   natural phrases that it likes best to swap
    names    share of the names' parts it knows other words for that it swaps, 0..1
    spared   share of the paragraphs that it leaves alone, 0..1
    """

    swaps: dict[Phrase, tuple[Swap, ...]]
    habits: frozenset[Phrase]
    names: float
    spared: float


class _Ways(NamedTuple):
    """takes, likes: whether a row of the lexicon is the family's, and a habit; the rest as in Family."""

    takes: Callable[[Row], bool]
    likes: Callable[[Row], bool] = lambda row: False
    names: float = 0.0
    spared: float = 0.0


_WAYS = {
    "dictionary": _Ways(lambda row: row[3] == "dictionary", names=0.3, spared=0.3),
    "verbose": _Ways(
        lambda row: row[3] == "verbose" or row[2] == "f", lambda row: row[3] == "verbose", names=0.1
    ),
    "technical": _Ways(lambda row: row[3] == "technical" or row[2] in _CONTENT),
    "thesaurus": _Ways(lambda row: row[2] in _CONTENT and " " not in row[0] + row[1]),
    "unknown": _Ways(lambda row: False),
}


@functools.cache
def family(name: str) -> Family:
    """One of FAMILIES: "thesaurus" swaps words with a meaning only, "unknown" only those held out."""
    ways = _WAYS[name]
    rows = [row for row in shipped().swap_rows if ways.takes(row)]
    own = _swaps([*habits(name), *filter(ways.likes, rows)])
    return Family(_swaps([*rows, *held_out(), *habits(name)]), frozenset(own), ways.names, ways.spared)


@functools.cache
def held_out() -> tuple[Row, ...]:
    """Swaps that dedup's lexicon lacks, as rows of a lexicon."""
    return tuple((natural, spun, kind, "thesaurus", "1") for natural, spun, kind in _read("held_out.tsv"))


def habits(name: str) -> list[Row]:
    """Swaps that only this family makes, as rows of a lexicon."""
    rows = _read("habits.tsv")
    return [(natural, spun, kind, own, "1") for natural, spun, kind, own in rows if own == name]


def _swaps(rows: list[Row]) -> dict[Phrase, tuple[Swap, ...]]:
    return Lexicon(tuple(rows), ()).swaps


def _read(name: str) -> list[list[str]]:
    lines = (_DATA / name).read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines[1:]]
