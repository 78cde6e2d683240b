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
from dedup.options import Options
from dedup.read.files import find_files
from dedup.read.items import plan_items
from dedup.read.reader import read_items
from dedup.spun import lexicon

MADE_WORDS = 50_000
NAMES = 8_000
NUMBERS = 3_000
MOST_READ = 20_000  # articles of --from whose sentences are kept: they stay in memory
_DRAWS = 2**20  # so that the rarest word still has a slot of its own

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


class Lists(NamedTuple):
    """Lists of tokens, end to end: list i is ``items[places[i] : places[i + 1]]``."""

    items: NDArray[np.int32]
    places: NDArray[np.int64]


class Vocabulary(NamedTuple):
    """What the kernels need to know of t tokens; a range of tokens is half-open.

    data, places  uint8[b], int64[t + 1]: the tokens' UTF-8, end to end
    words         the lower-cased words of each token, numbered
    common        int32[2**20]: tokens, as often as they are drawn
    rare, names, numbers  ranges from which articles draw what they alone speak of
    phrases       stock phrases
    sentences     sentences to draw; none: sentences are made of ``common``
    natural, spun swaps of a spinner: list i of one stands for list i of the other
    made          whether tokens are bare words that want capitals and full stops
    """

    data: NDArray[np.uint8]
    places: NDArray[np.int64]
    words: Lists
    common: NDArray[np.int32]
    rare: tuple[int, int]
    names: tuple[int, int]
    numbers: tuple[int, int]
    phrases: Lists
    sentences: Lists
    natural: Lists
    spun: Lists
    made: bool


def make_vocabulary() -> Vocabulary:
    """English function words, then words of no language, drawn by Zipf's law; names; numbers."""
    made = _make_words()
    function_words = FUNCTION_WORDS.split()
    tokens = {word: number for number, word in enumerate(function_words)}
    for word in itertools.islice((w for w in made if w not in tokens), MADE_WORDS):
        tokens[word] = len(tokens)
    drawn = len(tokens)
    for word in itertools.islice((w for w in made if w not in tokens), NAMES):
        tokens[word] = len(tokens)
    named = len(tokens)
    tokens.update({str(number): named + number for number in range(NUMBERS)})
    numbered = len(tokens)
    # Mandelbrot's shift keeps the very first word at some 6 %.
    shares = 1.0 / (np.arange(drawn, dtype=np.float64) + 2.7)
    return _vocabulary(
        tokens,
        common=_spread(shares),
        rare=(drawn // 50, drawn),
        names=(drawn, named),
        numbers=(named, numbered),
        phrases=[phrase.split() for phrase in STOCK_PHRASES.strip().splitlines()],
        sentences=[],
        made=True,
    )


def read_vocabulary(path: str) -> Vocabulary:
    """The sentences of the first articles that dedup reads at a path."""
    sentences = [s for text in _read(path) for part in _SENTENCE_END.split(text) if (s := part.split())]
    if not sentences:
        raise ValueError(f"no sentence in {path}")
    counts = Counter(itertools.chain.from_iterable(sentences))
    ranked = sorted(counts, key=lambda token: (-counts[token], token))
    tokens = {token: number for number, token in enumerate(ranked)}
    rare = (len(tokens) // 2, len(tokens))
    return _vocabulary(
        tokens,
        common=_spread(np.array([counts[token] for token in ranked], np.float64)),
        rare=rare,
        names=rare,
        numbers=rare,
        phrases=[],
        sentences=sentences,
        made=False,
    )


def _vocabulary(
    tokens: dict[str, int],
    *,
    common: NDArray[np.int32],
    rare: tuple[int, int],
    names: tuple[int, int],
    numbers: tuple[int, int],
    phrases: Sequence[Sequence[str]],
    sentences: Sequence[Sequence[str]],
    made: bool,
) -> Vocabulary:
    """Number what phrases and swaps bring along, and lay it all out in arrays."""
    # A part of the swaps, as a spinner that we do not know has a part of them.
    pairs = sorted((swap.natural, swap.spun) for group in lexicon.swaps().values() for swap in group)[::2]
    phrase_lists, sentence_lists = _lists(phrases, tokens), _lists(sentences, tokens)
    natural, spun = (_lists(part, tokens) for part in zip(*pairs, strict=True))
    encoded = [token.encode() for token in tokens]
    words: dict[str, int] = {}
    return Vocabulary(
        np.frombuffer(b"".join(encoded), np.uint8),
        np.cumsum([0, *map(len, encoded)], dtype=np.int64),
        _lists([_WORD.findall(token.lower()) for token in tokens], words),
        common,
        rare,
        names,
        numbers,
        phrase_lists,
        sentence_lists,
        natural,
        spun,
        made,
    )


def _lists(lists: Iterable[Sequence[str]], numbers: dict[str, int]) -> Lists:
    """Lists of strings as lists of their numbers; strings not met before get the next ones."""
    items: list[int] = []
    places = [0]
    for strings in lists:
        items += [numbers.setdefault(string, len(numbers)) for string in strings]
        places.append(len(items))
    return Lists(np.array(items, np.int32), np.array(places, np.int64))


def _spread(shares: NDArray[np.float64]) -> NDArray[np.int32]:
    """A table in which number i takes its share of the slots; int32[2**20]."""
    ends = np.cumsum(shares)
    slots = (np.arange(_DRAWS) + 0.5) * (ends[-1] / _DRAWS)
    return np.array(np.minimum(np.searchsorted(ends, slots), len(shares) - 1), np.int32)


def _make_words() -> Iterator[str]:
    """Pronounceable words without end, none twice, the shorter ones first."""
    seen = set()
    state = 1
    for number in itertools.count():
        word = ""
        for _ in range(2 + (number > 6_000 and number % 3 == 0)):
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
