"""Swaps that recur over many aligned pairs: those that the lexicon may lack, for somebody to review.

Of an alignment those replaced stretches count that are a few plain words on either side between
equal words, outside quotations. Each is counted with what it was met in: pairs of stories, articles,
sources, and the words beside it.
"""

from __future__ import annotations

import functools
import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.spun.lexicon import FUNCTION, Lexicon, Phrase, collocations, shipped
from dedup.spun.quotes import quotations
from dedup.spun.variants import are_variants, is_known
from dedup.text.words import split_text

LEAST = 3  # pairs in which a swap must recur
LONGEST = 4  # words of either wording
ONE_WAY = 0.85  # of the pairs in which it is met in either direction
ARTICLES = 3  # different ones on either side, at least
CONTEXTS = 2  # different words beside it, at least: else it is one sentence that recurs
WEIGHT, ODD_WEIGHT = 1.2, 2.2

_RECORDS = 500_000  # held at once; then what was met least is forgotten
_MOST = 2_000  # of one swap
_KNOWN, _PAIR, _NATURAL, _SPUN, _SOURCE, _CONTEXT = range(6)  # numbers of a record

_PLAIN = re.compile(r"[^\W\d_]+(?:[ \u00a0'’‐‑-][^\W\d_]+){0,7}")
_WORD = re.compile(r"\w+")
_EQUAL = 5  # equal words on either side together, or chance has put the two in one place
_BESIDE = 40  # code points in which the words beside a stretch are looked for
_ENDS = ".!?…:\n"
_OPENING = " \u00a0\t\"“”„«»'‘’(["


class Learned(NamedTuple):
    """A swap that recurs, as a row of swaps.tsv has it, and in how much it was met."""

    natural: str
    spun: str
    kind: str
    family: str
    weight: float
    pairs: int  # of stories and sources
    sources: int  # of the articles with the spun wording; 0: none is known
    contexts: int


class Origin(NamedTuple):
    """An article that a side of a pair is."""

    article: str
    source: str | None
    story: str  # what it tells: the same for copies


class Side(NamedTuple):
    """A text with what it is asked for again and again."""

    text: str
    quoted: Sequence[tuple[int, int]]

    @classmethod
    def of(cls, text: str) -> Side:
        return cls(text, quotations(text))


class Replaced(NamedTuple):
    """A stretch that stands for another, folded, and the words on either side of both."""

    left: Phrase
    right: Phrase
    beside: str


class Tally:
    """Counts swaps of many pairs within bounded memory.

    Beyond half a million records the swaps met least are forgotten, and of a swap two thousand
    are kept; so figures of vast scans are lower bounds.
    """

    def __init__(self, lexicon: Lexicon | None = None) -> None:
        self._lexicon = lexicon or shipped()
        self._met: dict[tuple[Phrase, Phrase], array[int]] = {}
        self._records = 0

    def add(self, found: Sequence[Replaced], left: Origin, right: Origin, spun_side: str | None) -> None:
        """Count the stretches of a pair; where it is not known which side is spun, the later one is."""
        sides = (right, left) if spun_side == "left" else (left, right)
        ends = sorted((one.story, one.source or "") for one in sides)
        numbers = [_number(*(part for end in ends for part in end)), *(_number(one.article) for one in sides)]
        source = _number(sides[1].source) if sides[1].source else 0
        for one in dict.fromkeys(found):
            key = (one.right, one.left) if spun_side == "left" else (one.left, one.right)
            if key not in self._met and _is_no_swap(*key, self._lexicon):
                continue
            records = self._met.setdefault(key, array("Q"))
            if len(records) < 6 * _MOST:
                records.extend((int(spun_side is not None), *numbers, source, _number(one.beside)))
                self._records += 1
        if self._records > _RECORDS:
            self._forget()

    def _forget(self) -> None:
        least = 1
        while self._records > _RECORDS // 2:
            self._met = {key: kept for key, kept in self._met.items() if len(kept) > 6 * least}
            self._records = sum(map(len, self._met.values())) // 6
            least *= 2

    def learned(self, least: int = LEAST) -> list[Learned]:
        """What recurs in so many pairs or more, and in one direction: most pairs first, then by text."""
        found = [one for key in self._met if (one := self._judge(*key, least)) is not None]
        return sorted(found, key=lambda one: (-one.pairs, one.natural, one.spun))

    def _judge(self, natural: Phrase, spun: Phrase, least: int) -> Learned | None:
        there, back = self._records_of(natural, spun), self._records_of(spun, natural)
        known = there[there[:, _KNOWN] == 1], back[back[:, _KNOWN] == 1]
        if sum(_distinct(one, _PAIR) for one in known) >= least:
            there, back = known  # what is known outweighs which article is the later
        pairs = _distinct(there, _PAIR)
        if pairs < least or pairs < ONE_WAY * (pairs + _distinct(back, _PAIR)):
            return None
        if min(_distinct(there, _NATURAL), _distinct(there, _SPUN)) < min(ARTICLES, least):
            return None
        contexts = _distinct(there, _CONTEXT)
        if contexts < min(CONTEXTS, least):
            return None
        odd = natural in _collocations() and spun not in _collocations()
        return Learned(
            " ".join(natural),
            " ".join(spun),
            _kind(natural, spun, self._lexicon),
            "verbose" if len(spun) > len(natural) + 1 else "dictionary",
            ODD_WEIGHT if odd else WEIGHT,
            pairs,
            _distinct(there[there[:, _SOURCE] > 0], _SOURCE),
            contexts,
        )

    def _records_of(self, natural: Phrase, spun: Phrase) -> NDArray[np.uint64]:
        return np.array(self._met.get((natural, spun), ()), np.uint64).reshape(-1, 6)


def replaced(left: Side, right: Side, spans: Sequence[Mapping[str, Any]]) -> Iterator[Replaced]:
    """Stretches of an alignment that are a few plain words in the place of a few others."""
    for before, span, after in zip(spans, spans[1:], spans[2:], strict=False):
        if (before["op"], span["op"], after["op"]) != ("equal", "replace", "equal"):
            continue
        one = _wording(left, span["left_start"], span["left_end"])
        other = _wording(right, span["right_start"], span["right_end"]) if one else None
        if not one or not other or one == other:
            continue
        start, end = span["left_start"], span["left_end"]
        heads = _WORD.findall(left.text[max(before["left_start"], start - _BESIDE) : start])
        tails = _WORD.findall(left.text[end : min(after["left_end"], end + _BESIDE)])
        if heads and tails and len(heads) + len(tails) >= _EQUAL:
            yield Replaced(one, other, f"{heads[-1]} {tails[0]}".casefold())


def _wording(side: Side, start: int, end: int) -> Phrase | None:
    """The folded words of a stretch; None where it isn't a few plain ones."""
    phrase = side.text[start:end]
    if end - start > 80 or not _PLAIN.fullmatch(phrase) or any(map(str.isupper, phrase[1:])):
        return None
    if phrase[0].isupper() and not _begins(side.text, start):
        return None
    place = bisect_right(side.quoted, (start, len(side.text))) - 1
    if place >= 0 and side.quoted[place][1] > start:
        return None
    return _folded(phrase)


def _begins(text: str, start: int) -> bool:
    lead = text[max(0, start - 8) : start].rstrip(_OPENING)
    return lead[-1:] in _ENDS if lead else start < 8


@functools.lru_cache(65536)
def _folded(phrase: str) -> Phrase | None:
    """Words of ASCII letters alone, as the lexicon has them."""
    words = bytes(split_text(phrase).folded).decode().split()
    plain = 0 < len(words) <= LONGEST and all(word.isascii() and word.isalpha() for word in words)
    return tuple(words) if plain else None


@functools.lru_cache(65536)
def _is_no_swap(natural: Phrase, spun: Phrase, lexicon: Lexicon) -> bool:
    return is_known(natural, spun, lexicon) or are_variants(natural, spun)


def _kind(natural: Phrase, spun: Phrase, lexicon: Lexicon) -> str:
    """Class of a swap as it was met: ``a`` or ``f``, of which nothing is inflected."""
    known = _function_phrases(lexicon)
    return FUNCTION if natural in known or spun in known else "a"


@functools.lru_cache(4)
def _function_phrases(lexicon: Lexicon) -> frozenset[Phrase]:
    """What the lexicon swaps as function words, and as nothing else."""
    swaps = [swap for group in lexicon.swaps.values() for swap in group]
    of = {True: set[Phrase](), False: set[Phrase]()}
    for swap in swaps:
        of[swap.kind == FUNCTION].update(swap[:2])
    return frozenset(of[True] - of[False])


@functools.cache
def _collocations() -> frozenset[Phrase]:
    return frozenset(collocations())


def _distinct(records: NDArray[np.uint64], column: int) -> int:
    return len(np.unique(records[:, column]))


def _number(*parts: str) -> int:
    """A number that stands for some strings, the same in every run; never 0."""
    data = b"".join(b"%d:%s" % (len(part), part.encode("utf-8", "replace")) for part in parts)
    return int.from_bytes(blake2b(data, digest_size=8).digest()) | 1
