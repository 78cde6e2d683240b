"""From the lexicon to word sequences: every n-gram that is evidence, with what it stands for."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from dedup.spun.lexicon import (
    FUNCTION,
    ODD,
    Artefact,
    Lexicon,
    Phrase,
    Swap,
    classes,
    collocations,
    names,
    plain_phrases,
    shipped,
    words_of,
)
from dedup.spun.model import FUNCTION_WORDS

LONGEST = 7  # words of an n-gram, its context included
_ABSURD = 2.0  # a swap of this weight makes no sense in any context

# Weights of generated sequences, natural logarithms of odds: the least are met in about
# one clean article in 10,000, the others hardly ever.
_WEIGHT = {"one odd": 1.5, "absurd": 2.3, "several odd": 3.0}
_ALONE = {"one odd": 0.7, "absurd": 1.5}  # swaps that need no collocation
_NAME_WEIGHT = {"plain": 1.0, "one odd": 2.5, "absurd": 3.5, "several odd": 3.5}

Swaps = Mapping[Phrase, tuple[Swap, ...]]


class Entry(NamedTuple):
    """What a matched n-gram says. ``begin`` and ``end`` cut the phrase out of its words."""

    begin: int
    end: int
    natural: str
    signal: str
    weight: float
    condition: str


def entries(lexicon: Lexicon | None = None) -> dict[Phrase, Entry]:
    """All n-grams of 1 to ``LONGEST`` words. The hand-written artefacts come first and win.

    ``lexicon``: None is the shipped one.
    """
    lexicon = lexicon or shipped()
    found: dict[Phrase, Entry] = {}
    for artefact in lexicon.artefacts:
        for gram, entry in expand(artefact):
            if gram not in found or found[gram].weight < entry.weight:
                found[gram] = entry
    natural = set(collocations())
    known = lexicon.swaps
    for gram, entry in itertools.chain(spun_names(known), spun_collocations(known), long_swaps(known)):
        weight = min(entry.weight, plain_phrases().get(gram, entry.weight))
        if weight > 0 and gram not in natural:
            found.setdefault(gram, entry._replace(weight=weight))
    return found


def expand(artefact: Artefact) -> Iterator[tuple[Phrase, Entry]]:
    """The n-grams of an artefact. ValueError if its pattern is malformed or too long."""
    tokens = artefact.pattern.split()
    if tokens.count("[") != 1 or tokens.count("]") != 1:
        raise ValueError(f"needs one phrase in brackets: {artefact.pattern}")
    begin = tokens.index("[")
    end = tokens.index("]") - 1
    options = [_options(token) for token in tokens if token not in ("[", "]")]
    if not 0 <= begin < end <= len(options) <= LONGEST:
        raise ValueError(f"bad length: {artefact.pattern}")
    varied = [place for place in range(begin, end) if len(options[place]) > 1]
    for gram in itertools.product(*options):
        filling = {str(number): gram[place] for number, place in enumerate(varied, 1)}
        natural = re.sub(r"\{(\d)\}", lambda match: filling[match[1]], artefact.natural)  # noqa: B023
        if natural.lower() != " ".join(gram[begin:end]):
            yield gram, Entry(begin, end, natural, artefact.signal, artefact.weight, artefact.condition)


def _options(token: str) -> list[str]:
    found: list[str] = []
    for option in token.split("|"):
        name = option.strip("{}")
        found += classes()[name] if option.startswith("{") else [option]
    return [word for word in dict.fromkeys(found) if len(words_of(word)) == 1]


def spun_collocations(known: Swaps) -> Iterator[tuple[Phrase, Entry]]:
    """What the swaps make of common word sequences: "climate change" -> "local weather change"."""
    for phrase in collocations():
        for spun, used in _spun_forms(phrase, known):
            level = _level(phrase, used)
            if level == "plain":
                continue
            signal = FUNCTION_WORDS if all(swap.kind == FUNCTION for swap in used) else "swap"
            yield spun, Entry(0, len(spun), " ".join(phrase), signal, _WEIGHT[level], "")


def spun_names(known: Swaps) -> Iterator[tuple[Phrase, Entry]]:
    """What the swaps make of public names: "Wall Street" -> "Wall Avenue"."""
    for name in names():
        for spun, used in _spun_forms(words_of(name), known):
            level = _level(words_of(name), used)
            yield spun, Entry(0, len(spun), name, "name", _NAME_WEIGHT[level], "capital")


def long_swaps(known: Swaps) -> Iterator[tuple[Phrase, Entry]]:
    """Spun forms of several words that are odd wherever they stand: "for the primary time"."""
    for swap in itertools.chain.from_iterable(known.values()):
        if len(swap.spun) > 1 and swap.weight >= ODD:
            weight = _ALONE["absurd" if swap.weight >= _ABSURD else "one odd"]
            signal = FUNCTION_WORDS if swap.kind == FUNCTION else "swap"
            yield swap.spun, Entry(0, len(swap.spun), " ".join(swap.natural), signal, weight, "")


def count_spun(known: Swaps) -> int:
    """How many ways there are to spin common word sequences and public names."""
    return sum(_count_covers(phrase, known) for phrase in (*collocations(), *map(words_of, names())))


def _count_covers(phrase: Phrase, known: Swaps) -> int:
    """How many pieces ``_cover`` gives."""
    ways = [0] * len(phrase) + [1]
    for place in reversed(range(len(phrase))):
        ends = range(place + 1, len(phrase) + 1)
        ways[place] = ways[place + 1] + sum(len(known.get(phrase[place:end], ())) * ways[end] for end in ends)
    return ways[0]


def _level(phrase: Phrase, used: list[Swap]) -> str:
    odd = [swap.weight for swap in used if swap.weight >= ODD]
    if not odd:
        return "plain"
    # Where no word is left, mildly odd ones may make a phrase of their own: "existing space" for "open air".
    keeps_a_word = sum(len(swap.natural) for swap in used) < len(phrase)
    if len(odd) > 1 and (keeps_a_word or max(odd) >= _ABSURD):
        return "several odd"
    return "absurd" if max(odd) >= _ABSURD else "one odd"


def _spun_forms(phrase: Phrase, known: Swaps) -> Iterator[tuple[Phrase, list[Swap]]]:
    """Every way to spin a phrase with one or more swaps, and the swaps used."""
    for pieces in _cover(phrase, 0, known):
        used = [piece for piece in pieces if isinstance(piece, Swap)]
        spun = tuple(itertools.chain.from_iterable(p.spun if isinstance(p, Swap) else (p,) for p in pieces))
        if used and 1 < len(spun) <= LONGEST and spun != phrase:
            yield spun, used


def _cover(phrase: Phrase, place: int, known: Swaps) -> Iterator[list[Swap | str]]:
    if place == len(phrase):
        yield []
        return
    for rest in _cover(phrase, place + 1, known):
        yield [phrase[place], *rest]
    for end in range(place + 1, len(phrase) + 1):
        options = known.get(phrase[place:end], ())
        if not options:
            continue
        for rest in _cover(phrase, end, known):
            for swap in options:
                yield [swap, *rest]
