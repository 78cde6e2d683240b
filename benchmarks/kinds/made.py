"""Made-up articles of the benchmarks' corpus: to make cases of, and two of one event."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping

import numpy as np

from benchmarks.corpus.build import Corpus, make_batches, spread_lengths
from benchmarks.corpus.compose import SAME_EVENT
from benchmarks.corpus.english import FUNCTION_WORDS, STOCK_PHRASES
from benchmarks.corpus.plan import make_plan
from benchmarks.corpus.vocabulary import Vocabulary, make_vocabulary
from benchmarks.kinds.synonyms import Entry
from benchmarks.kinds.texts import Sentences, split_sentences

_WORDS = 450  # mean length of an article
_MOST = 200_000  # articles of one seed
_BATCH = 2048


class MadeUp:
    """The made-up world. ``seed``: 0 to 2**62."""

    def __init__(self, seed: int) -> None:
        self._vocabulary: Vocabulary = make_vocabulary()
        self._seed = seed

    def articles(self) -> Iterator[Sentences]:
        """Unrelated articles, nearly without end."""
        for part in range(_MOST // _BATCH):
            corpus = self._corpus(_BATCH, 2 * part + 1, 0.0)
            for batch in make_batches(corpus):
                yield from map(split_sentences, batch["text"].to_pylist())

    def events(self, pairs: int) -> list[tuple[str, str]]:
        """Pairs of articles that speak of the same things and have no passage in common."""
        # Half of the articles are in groups of one event, which have six members at most.
        corpus = self._corpus(16 * pairs + 16, 0, 1.0)
        texts = [text for batch in make_batches(corpus) for text in batch["text"].to_pylist()]
        rows = np.flatnonzero(corpus.plan.kinds == SAME_EVENT)
        groups = itertools.groupby(rows.tolist(), key=lambda row: int(corpus.plan.numbers[row]))
        firsts = (list(itertools.islice(group, 2)) for _, group in itertools.islice(groups, pairs))
        slots = ([int(corpus.plan.slots[row]) for row in pair] for pair in firsts)
        return [(texts[one], texts[other]) for one, other in slots]

    def swaps(self) -> Mapping[str, list[Entry]]:
        """For every made-up word another, each the other's only synonym."""
        reserved = {*FUNCTION_WORDS.split(), *STOCK_PHRASES.split()}
        spelling = self._vocabulary.spelling
        letters, places = spelling.letters.tobytes(), spelling.places[: spelling.names[0] + 1].tolist()
        tokens = (letters[one:other].decode() for one, other in itertools.pairwise(places))
        words = [token for token in tokens if token not in reserved]
        random.Random(self._seed).shuffle(words)  # noqa: S311
        pairs = list(zip(words[::2], words[1::2], strict=False))
        return {one: [Entry((other,))] for pair in pairs for one, other in (pair, pair[::-1])}

    def _corpus(self, articles: int, part: int, negatives: float) -> Corpus:
        plan = make_plan(articles, self._seed * 1024 + part, 0.0, negatives)
        return Corpus(plan, self._vocabulary, spread_lengths(_WORDS), self._seed * 1024 + part, 0, 0)
