"""The words that made-up articles consist of, and how often each is drawn.

A *token* is what stands between two spaces. Made-up tokens are one word each, and the
renderer adds capitals and punctuation; tokens of given articles are kept as they stand.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.corpus.english import FUNCTION_WORDS, STOCK_PHRASES
from benchmarks.corpus.fresh import SPARE
from dedup.options import Options
from dedup.read.files import find_files
from dedup.read.items import plan_items
from dedup.read.reader import read_items
from dedup.spun import lexicon

MADE_WORDS = 50_000
NAMES = 8_000
NUMBERS = 3_000
MOST_READ = 20_000  # articles of --from whose sentences are kept: they stay in memory
_LONGEST = 300  # characters of a token; longer ones are no words, and want room
_SLOTS = 4096  # of the table of frequencies: small enough for the nearest cache

_ONSETS, _NUCLEI, _CODAS = (
    tuple(sounds.replace("-", "").split(" "))
    for sounds in (
        "b c d f g h j k l m n p r s t v w br ch cl cr dr fl gr pl pr sh sl st th tr",
        "a e i o u a e i o ai ea ou",
        "- - - - l m n r s t n r nd st ck",
    )
)
_WORD = re.compile(r"[^\W_]+")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+|(?<=[。！？])")


Range = tuple[int, int]


class Speech(NamedTuple):
    """What texts are made of. Ranges are half-open.

    quantiles  int32[4097]: tokens are numbered from the most frequent; one in 4096 draws is
               of token ``quantiles[i]`` to ``quantiles[i + 1]``
    rare, names, numbers  ranges of tokens from which articles draw what they speak of
    items, places  lists of tokens: list i is ``items[places[i] : places[i + 1]]``
    phrases    range of lists: stock phrases
    sentences  range of lists: sentences to draw; none: they are made by chance
    natural, spun  ranges of lists: what a spinner swaps for what
    """

    quantiles: NDArray[np.int32]
    rare: Range
    names: Range
    numbers: Range
    items: NDArray[np.int32]
    places: NDArray[np.int64]
    phrases: Range
    sentences: Range
    natural: Range
    spun: Range


class Spelling(NamedTuple):
    """How tokens are written.

    letters, places  uint8, int64[t + 1]: the UTF-8 of t tokens end to end, and some bytes more
    longest  bytes of the longest token
    names    range of the tokens that always have a capital
    made     tokens are bare words, which want capitals and full stops
    """

    letters: NDArray[np.uint8]
    places: NDArray[np.int64]
    longest: int
    names: Range
    made: bool


class Vocabulary(NamedTuple):
    """All that is known of t tokens; ``words`` and ``word_places`` list the lower-cased words
    of each token by their numbers, int32 and int64[t + 1].
    """

    speech: Speech
    spelling: Spelling
    words: NDArray[np.int32]
    word_places: NDArray[np.int64]


def make_vocabulary() -> Vocabulary:
    """English function words, then words of no language, drawn by Zipf's law; names; numbers."""
    tokens = {word: number for number, word in enumerate(FUNCTION_WORDS.split())}
    ends = [0]
    # Words that phrases and swaps bring along are not to be names.
    reserved = {word for swap in _swaps() for phrase in swap for word in phrase} | set(STOCK_PHRASES.split())
    made = (word for word in _make_words() if word not in reserved)
    for count in (MADE_WORDS, NAMES):
        while len(tokens) < count + ends[-1]:
            tokens.setdefault(next(made), len(tokens))
        ends.append(len(tokens))
    for number in range(NUMBERS):
        tokens[str(number)] = len(tokens)
    # Mandelbrot's shift keeps the first word at some 6 %.
    shares = 1.0 / (np.arange(ends[1], dtype=np.float64) + 2.7)
    return _vocabulary(
        tokens,
        shares,
        rare=(ends[1] // 50, ends[1]),
        names=(ends[1], ends[2]),
        numbers=(ends[2], len(tokens)),
        phrases=[phrase.split() for phrase in STOCK_PHRASES.strip().splitlines()],
        sentences=[],
    )


def read_vocabulary(path: str) -> Vocabulary:
    """The sentences of the first articles that dedup reads at a path; ValueError if there is none."""
    parts = (part.split()[:SPARE] for text in _read(path) for part in _SENTENCE_END.split(text))
    sentences = [part for part in parts if part and max(map(len, part)) <= _LONGEST]
    if not sentences:
        raise ValueError(f"no sentence in {path}")
    counts = Counter(itertools.chain.from_iterable(sentences))
    ranked = sorted(counts, key=lambda token: (-counts[token], token))
    tokens = {token: number for number, token in enumerate(ranked)}
    rare = (len(tokens) // 2, len(tokens))
    shares = np.array([counts[token] for token in ranked], np.float64)
    return _vocabulary(tokens, shares, rare=rare, names=rare, numbers=rare, phrases=[], sentences=sentences)


def _vocabulary(
    tokens: dict[str, int],
    shares: NDArray[np.float64],
    *,
    rare: Range,
    names: Range,
    numbers: Range,
    phrases: Sequence[Sequence[str]],
    sentences: Sequence[Sequence[str]],
) -> Vocabulary:
    """Number what phrases and swaps bring along, and lay it all out in arrays."""
    natural, spun = ([pair[side] for pair in _swaps()] for side in range(2))
    lists = (phrases, sentences, natural, spun)
    items, places = _lay_out(itertools.chain(*lists), tokens)
    ends = [0, *itertools.accumulate(map(len, lists))]
    speech = Speech(_quantiles(shares), rare, names, numbers, items, places, *itertools.pairwise(ends))
    encoded = [token.encode() for token in tokens]
    letters = np.frombuffer(b"".join(encoded) + bytes(64), np.uint8)
    ends = [0, *itertools.accumulate(map(len, encoded))]
    spelling = Spelling(letters, np.array(ends), max(map(len, encoded)), names, not sentences)
    return Vocabulary(speech, spelling, *_lay_out((_WORD.findall(token.lower()) for token in tokens), {}))


def _swaps() -> list[tuple[lexicon.Phrase, lexicon.Phrase]]:
    """A part of the swaps, as a spinner that we do not know has a part of them."""
    return sorted((swap.natural, swap.spun) for group in lexicon.swaps().values() for swap in group)[::2]


def _lay_out(
    lists: Iterable[Sequence[str]], numbers: dict[str, int]
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Lists of strings as lists of their numbers; strings not met before get the next ones."""
    items: list[int] = []
    places = [0]
    for strings in lists:
        items += [numbers.setdefault(string, len(numbers)) for string in strings]
        places.append(len(items))
    return np.array(items, np.int32), np.array(places)


def _quantiles(shares: NDArray[np.float64]) -> NDArray[np.int32]:
    """Where numbers that have these shares stand at every 4096th of all; int32[4097]."""
    ends = np.cumsum(shares)
    found = np.searchsorted(ends, np.arange(_SLOTS + 1) * (ends[-1] / _SLOTS))
    return np.array(np.minimum(found, len(shares) - 1), np.int32)


def _make_words() -> Iterator[str]:
    """Pronounceable words without end, none twice, the shorter ones first."""
    seen = set()
    state = 1
    for number in itertools.count():
        word = ""
        for _ in range(1 + (number > 2_000) + (number > 20_000 and number % 3 == 0)):
            state = state * 6364136223846793005 + 1442695040888963407 & 2**64 - 1
            draw = state >> 33
            for sounds in (_ONSETS, _NUCLEI, _CODAS):
                draw, sound = divmod(draw, len(sounds))
                word += sounds[sound]
        if word not in seen:
            seen.add(word)
            yield word


def _read(path: str) -> Iterator[str]:
    options = Options()
    files, _ = find_files([path], options)
    batches = (batch for group in plan_items(files) for batch in read_items(group.items, options))
    texts = (text for batch in batches for text in batch["text"].to_pylist() if text is not None)
    return itertools.islice(texts, MOST_READ)
