"""Articles to make cases of: whole sentences, and no passage that two of them have in common."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.kinds.texts import Sentences, count_words, cut, split_sentences, words_of
from benchmarks.samples import read_records

_SETS = ("reuters21578", "senate_press")
_NAME = "docs.jsonl.zst"
_PASSAGE = 10  # words that no two articles have in common
_SENTENCE = (5, 60)  # words; others are no running text
_LEAST = 60  # words of an article
_TRIES = 400  # articles looked at for one that is long enough, beside those put aside


class Exhausted(Exception):
    """There are no more articles of the wanted length."""


class Supply:
    """Hands out articles, each once, in their order."""

    def __init__(self, articles: Iterable[Sentences], chance: random.Random) -> None:
        self._articles = iter(articles)
        self._aside: list[tuple[int, Sentences]] = []  # with their words
        self._words = ["the"]
        self._chance = chance

    def take(self, least: int, most: int) -> Sentences:
        """An article's first sentences, ``least`` to ``most`` words in all.

        Raises Exhausted if there is none.
        """
        for place, (size, article) in enumerate(self._aside):
            found = cut(article, least, most) if size >= least else None
            if found:
                del self._aside[place]
                return found
        for _ in range(_TRIES):
            article = self.take_next()
            found = cut(article, least, most)
            if found:
                return found
            self.give_back(article)
        raise Exhausted(f"no article of {least} to {most} words is left")

    def take_some(self, least: int, most: int) -> Sentences:
        """As much of an article as a number of words allows that is drawn from ``least`` to ``most``."""
        goal = self._chance.randint(least, max(least, most - _SENTENCE[1]))
        return self.take(goal, goal + _SENTENCE[1])

    def take_whole(self) -> Sentences:
        """Any article, as it is. Raises Exhausted if there is none."""
        return self._aside.pop(0)[1] if self._aside else self.take_next()

    def give_back(self, article: Sentences) -> None:
        """Put an article aside that wasn't used."""
        self._aside.append((count_words(article), article))

    def word(self) -> str:
        """A word of the article that was read last."""
        return self._chance.choice(self._words)

    def take_next(self) -> Sentences:
        """An article that nobody has looked at, as it is. Raises Exhausted if there is none."""
        article = next(self._articles, None)
        if article is None:
            raise Exhausted("there are no more articles")
        self._words = words_of(article[-1]) or self._words
        return article


def read_articles(data: Path, chance: random.Random) -> Iterator[Sentences]:
    """The running text of the articles of all sets below a folder, in an order drawn by chance."""
    texts = [str(record["text"]) for name in _SETS for record in read_records(data / name / _NAME)]
    chance.shuffle(texts)
    for text in texts:
        sentences = [sentence for sentence in split_sentences(text) if is_prose(sentence)]
        if count_words(sentences) >= _LEAST:
            yield sentences


def is_prose(sentence: str) -> bool:
    """Whether it is a sentence of running text, no heading, table or scrap of one."""
    words = words_of(sentence)
    letters = sum(character.islower() for character in sentence)
    return (
        _SENTENCE[0] <= len(words) <= _SENTENCE[1]
        and letters > 0.6 * len(sentence)
        and re.search(r"[.!?][\"”’]?$", sentence) is not None
    )


def keep_apart(articles: Iterable[Sentences]) -> Iterator[Sentences]:
    """Only articles that have no ten words in a row in common with one before."""
    seen: set[int] = set()
    for article in articles:
        words = words_of(" ".join(article))
        passages = {hash(tuple(words[at : at + _PASSAGE])) for at in range(len(words) - _PASSAGE + 1)}
        if seen.isdisjoint(passages):
            seen |= passages
            yield article
