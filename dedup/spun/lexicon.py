"""The lexicon as data: swaps, artefacts, collocations and names, read once a process.

The files are tab-separated with a header line, UTF-8; ``data/SOURCES.md`` says where their
entries come from. Phrases are lower case with single spaces, without punctuation.
"""

from __future__ import annotations

import dataclasses
import functools
import unicodedata
from collections.abc import Iterable
from importlib.resources import files
from typing import NamedTuple

from dedup.spun.inflect import forms

# A swap weighs ODD or more if an editor hardly ever makes it; lighter ones ("big" for
# "large") are what anybody does to a text and accuse nobody.
ODD = 1.0

FUNCTION = "f"  # the class of function words and adverbs

Phrase = tuple[str, ...]  # folded words
Row = tuple[str, ...]  # the cells of a line of a data file


class Swap(NamedTuple):
    """One dictionary swap, in one inflection: ``spun`` stands where a writer puts ``natural``."""

    natural: Phrase
    spun: Phrase
    kind: str  # v verb, n noun, a adjective, f function word or adverb
    weight: float


class Artefact(NamedTuple):
    """A row of artefacts.tsv; SOURCES.md explains the pattern and the condition."""

    pattern: str
    natural: str
    signal: str
    weight: float
    condition: str


@dataclasses.dataclass(frozen=True, eq=False)
class Lexicon:
    """Swaps and artefacts to know a spinner by, as rows of their files.

    Those that search are built once for each object, not for each content: make few and keep them.
    """

    swap_rows: tuple[Row, ...]
    artefact_rows: tuple[Row, ...]

    @functools.cached_property
    def swaps(self) -> dict[Phrase, tuple[Swap, ...]]:
        """All swaps in all inflections, by their natural phrase; of equal ones the heaviest."""
        return _inflect(self.swap_rows)

    @property
    def artefacts(self) -> list[Artefact]:
        """The patterns in the order of their rows."""
        return [Artefact(p, n, s, float(w), c) for p, n, s, w, c in self.artefact_rows]

    def with_rows(self, swap_rows: Iterable[Row], artefact_rows: Iterable[Row] = ()) -> Lexicon:
        """A lexicon of these rows and some more."""
        return Lexicon((*self.swap_rows, *swap_rows), (*self.artefact_rows, *artefact_rows))


@functools.cache
def shipped() -> Lexicon:
    """The lexicon that comes with the package."""
    tables = (read_table(name) for name in ("swaps.tsv", "artefacts.tsv"))
    return Lexicon(*(tuple(map(tuple, rows)) for rows in tables))


def read_table(name: str) -> list[list[str]]:
    """The rows of a data file after its header; every row has as many cells as the header."""
    lines = files("dedup.spun").joinpath("data", name).read_text("utf-8").splitlines()
    width = lines[0].count("\t") + 1
    return [[*line.split("\t"), *[""] * width][:width] for line in lines[1:] if line]


@functools.cache
def classes() -> dict[str, tuple[str, ...]]:
    """Word classes that patterns and conditions name in braces."""
    return {name: tuple(dict.fromkeys(words.split())) for name, words in read_table("classes.tsv")}


def artefacts() -> list[Artefact]:
    """The patterns of the shipped lexicon."""
    return shipped().artefacts


def swaps() -> dict[Phrase, tuple[Swap, ...]]:
    """The swaps of the shipped lexicon."""
    return shipped().swaps


def _inflect(rows: Iterable[Row]) -> dict[Phrase, tuple[Swap, ...]]:
    heaviest: dict[tuple[Phrase, Phrase], Swap] = {}
    for natural, spun, kind, _family, weight in rows:
        for one, other in zip(forms(natural, kind), forms(spun, kind), strict=True):
            swap = Swap(words_of(one), words_of(other), kind, float(weight))
            key = (swap.natural, swap.spun)
            if swap.natural != swap.spun and (key not in heaviest or heaviest[key].weight < swap.weight):
                heaviest[key] = swap
    grouped: dict[Phrase, list[Swap]] = {}
    for swap in heaviest.values():
        grouped.setdefault(swap.natural, []).append(swap)
    return {natural: tuple(group) for natural, group in grouped.items()}


def collocations() -> list[Phrase]:
    """Common word sequences of good English, inflected."""
    found: dict[Phrase, None] = {}
    for natural, inflect in read_table("collocations.tsv"):
        for form in forms(natural, inflect):
            found[words_of(form)] = None
    return list(found)


def names() -> list[str]:
    """Public names as they are written."""
    return [name for (name,) in read_table("names.tsv")]


@functools.cache
def plain_phrases() -> dict[Phrase, float]:
    """The most that phrases made by swaps may weigh which are met in good English; 0: nothing."""
    return {words_of(phrase): float(weight) for phrase, weight in read_table("plain.tsv")}


def words_of(phrase: str) -> Phrase:
    """The folded words of a phrase in ASCII or folded letters, split where the text kernel splits."""
    return tuple("".join(c if c.isalnum() or _is_mark(c) else " " for c in phrase.lower()).split())


def _is_mark(character: str) -> bool:
    return not character.isascii() and unicodedata.category(character)[0] == "M"
