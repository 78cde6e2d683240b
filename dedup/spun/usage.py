"""Swaps that a scrape speaks against: beside the same neighbours it has the natural words, not the spun ones.

"Burdened the significance" stands in no other article, "stressed the significance" in many. So a text alone
gives swaps away, if other articles tell which words go together (``sketch.neighbours``).
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from dedup.sketch.neighbours import Counts, pair_number
from dedup.spun.index import Grams, Hits, build, made_from
from dedup.spun.lexicon import ODD, Lexicon, Phrase, shipped
from dedup.spun.model import LEAST_WEIGHT, Evidence
from dedup.spun.swap_table import naturals_of
from dedup.spun.wording import differing
from dedup.stored import Arrays, stored
from dedup.text.stems import stem_texts
from dedup.text.words import SKETCH_KEY, split_words

Stems = NDArray[np.uint32]

# Natural logarithm of how many times fewer articles have a swap's words beside a neighbour than the natural
# ones: from here on it is evidence, of so much weight for each more, and of at most so much. What is rare in
# a scrape is rare beside any word, and what is natural may be rare as well: both must be likely there.
STRANGE, PER_STRANGE, MOST = 2.5, 0.7, 1.0
LEAST_MISUSED = 4  # distinct swaps that count in a text: clean ones, too, have a few
_OWN = 1.5  # of what a count says: the article itself, and half of the one that is added to it
_LEAST = 0.5


class Scrape(NamedTuple):
    """What a scrape says of words.

    neighbours  in how many articles the stems of two stand side by side (``neighbours.count_neighbours``)
    articles    in how many each stem occurs (``rarity.Rarity``)
    """

    neighbours: Counts
    articles: Counts


class Usage(NamedTuple):
    """The scrape that n texts stand in, and the numbers of the stems of their words, uint32[w]."""

    scrape: Scrape
    stems: Stems


class Swaps(NamedTuple):
    """Odd swaps, as they are searched for.

    grams     the spun phrases, numbered
    first     int64[g + 1]: where the natural phrases of each begin
    naturals  str[n]: natural phrases
    edges     uint32[n, 2]: numbers of the stems of their first and last words
    """

    grams: Grams
    first: NDArray[np.int64]
    naturals: NDArray[np.str_]
    edges: Stems


class Misuse(NamedTuple):
    """``length`` words from ``word`` on that stand where a writer puts ``natural``; weight as of Evidence."""

    word: int
    length: int
    natural: str
    weight: float


@functools.cache
def odd_swaps(lexicon: Lexicon | None = None) -> Swaps:
    """The swaps of a lexicon, None the shipped one, that an editor hardly ever makes."""
    arrays = stored("usage", made_from(lexicon), lambda: _pack(lexicon or shipped()))
    return Swaps(Grams(*arrays[:-3]), *arrays[-3:])


def _pack(lexicon: Lexicon) -> Arrays:
    odd: dict[Phrase, list[Phrase]] = {}
    for spun, group in naturals_of(lexicon).items():
        kept = [natural for natural, swap in group.items() if swap.weight >= ODD]
        if kept:
            odd[spun] = kept
    first = np.cumsum([0, *map(len, odd.values())], dtype=np.int64)
    naturals = [" ".join(natural) for group in odd.values() for natural in group]
    encoded = [natural.encode() for natural in naturals]
    data = np.frombuffer(b"".join(encoded), np.uint8)
    offsets = np.cumsum([0, *map(len, encoded)], dtype=np.int64)
    words = split_words(data, offsets, SKETCH_KEY)
    stems = stem_texts(data, offsets, words)
    edges = np.stack([stems[words.first[:-1]], stems[words.first[1:] - 1]], axis=1)
    return (*build(list(odd)), first, np.array(naturals, np.str_), edges)


def weigh_swaps(hits: Hits, beside: NDArray[np.bool_], usage: Usage, swaps: Swaps) -> Iterator[Misuse]:
    """Of h places those that the scrape speaks against, in their order.

    beside  bool[h, 2]: whether the word before, and the word after, is a neighbour
    """
    strangeness, best = _measure(*hits, beside, *usage, swaps.first, swaps.edges)
    for place in np.flatnonzero(strangeness > STRANGE).tolist():
        weight = min(MOST, PER_STRANGE * (float(strangeness[place]) - STRANGE))
        natural = str(swaps.naturals[best[place]])
        yield Misuse(int(hits.word[place]), int(hits.length[place]), natural, weight)


def are_many(misused: Iterable[Evidence]) -> bool:
    """Whether what speaks against a text are enough distinct swaps to be no chance."""
    distinct = {differing(one.phrase, one.natural) for one in misused if one.weight >= LEAST_WEIGHT}
    return len(distinct) >= LEAST_MISUSED


@numba.njit(cache=True, nogil=True)
def _measure(
    word: Any, length: Any, number: Any, beside: Any, scrape: Any, stems: Any, first: Any, edges: Any
) -> Any:
    """How strange each place is, and for which natural phrase most: float64[h], int64[h]."""
    strangeness, best = np.zeros(len(word)), np.zeros(len(word), np.int64)
    for place in range(len(word)):
        begin, last = word[place], word[place] + length[place] - 1
        for other in range(first[number[place]], first[number[place] + 1]):
            found = 0.0
            if beside[place, 0]:
                before, head = stems[begin - 1], edges[other, 0]
                pairs = pair_number(before, stems[begin]), pair_number(before, head)
                found = max(found, _compare(pairs, (stems[begin], head), scrape))
            if beside[place, 1]:
                after, tail = stems[last + 1], edges[other, 1]
                pairs = pair_number(stems[last], after), pair_number(tail, after)
                found = max(found, _compare(pairs, (stems[last], tail), scrape))
            if found > strangeness[place]:
                strangeness[place], best[place] = found, other
    return strangeness, best


@numba.njit(cache=True, nogil=True)
def _compare(pairs: Any, words: Any, scrape: Any) -> Any:
    """How strange it is that a word stands beside a neighbour, and not the natural one.

    pairs, words  numbers of the two pairs, and of the stems of the two words: the spun one's first
    """
    neighbours, articles = scrape
    spun, natural = pairs
    fewer = np.log(max(_LEAST, _met(natural, neighbours) - _OWN) / max(_LEAST, _met(spun, neighbours) - _OWN))
    return min(fewer, fewer + np.log(_met(words[0], articles) / _met(words[1], articles)))


@numba.njit(cache=True, nogil=True)
def _met(number: Any, counts: Any) -> Any:
    bits = 0
    while 1 << bits < len(counts):
        bits += 1
    return counts[number >> np.uint32(32 - bits)]
