"""Articles as paragraphs of sentences, and what is told of their words."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterable, Sequence

from rapidfuzz.distance import LCSseq

Sentences = list[str]
Article = list[Sentences]  # paragraphs

_WORD = re.compile(r"[^\W_]+")
_ABBREVIATIONS = """
    Mr Mrs Ms Dr Sen Sens Rep Reps Gov Gen Lt Col Sgt Inc Corp Co Cos Ltd Bros St Jr Sr No Nos vs
    Jan Feb Mar Apr Aug Sept Oct Nov Dec Prof Rev Hon Dept Ave Messrs
"""
_NO_END = "".join(rf"(?<!\b{word})" for word in _ABBREVIATIONS.split())
_END = re.compile(rf"(?<![\s.][A-Z])(?<![A-Z]\.[A-Z]){_NO_END}[.!?][\"”’]?(?:\s+|(?=[A-Z][a-z]))(?=[\"“A-Z])")


def words_of(text: str) -> list[str]:
    """The lower-cased words of a text in their order."""
    return _WORD.findall(text.lower())


def count_words(sentences: Iterable[str]) -> int:
    """How many words sentences have in all."""
    return sum(len(_WORD.findall(sentence)) for sentence in sentences)


def split_sentences(text: str) -> Sentences:
    """The sentences of running text, spaces made plain; also where none stands between two."""
    text = " ".join(text.split())
    places = [0, *(match.end() for match in _END.finditer(text)), len(text)]
    parts = (text[one:other].strip() for one, other in itertools.pairwise(places))
    return [part for part in parts if part]


def lay_out(sentences: Sequence[str], chance: random.Random) -> Article:
    """Paragraphs of two to four sentences; the last may have one."""
    article = []
    at = 0
    while at < len(sentences):
        size = chance.randint(2, 4)
        article.append(list(sentences[at : at + size]))
        at += size
    return article


def show(article: Article) -> str:
    """The text of an article, an empty line between paragraphs."""
    return "\n\n".join(" ".join(paragraph) for paragraph in article)


def flatten(article: Article) -> Sentences:
    """All sentences of an article."""
    return [sentence for paragraph in article for sentence in paragraph]


def cut(sentences: Sequence[str], least: int, most: int) -> Sentences | None:
    """The first sentences that have ``least`` to ``most`` words; None if no number of them has."""
    size = 0
    for number, sentence in enumerate(sentences, 1):
        size += count_words([sentence])
        if size > most:
            return None
        if size >= least:
            return list(sentences[:number])
    return None


def share_changed(text: str, other: str) -> float:
    """Of the words of a text, the share that does not stand in another in this order; 0..1."""
    one, two = words_of(text), words_of(other)
    return 1 - LCSseq.similarity(one, two) / len(one) if one else 0.0


def longest_run(text: str, other: str) -> int:
    """Words of the longest stretch that stands in both texts."""
    one, two = words_of(text), words_of(other)
    longest = 0
    before = [0] * (len(two) + 1)
    for word in one:
        row = [0] * (len(two) + 1)
        for place, candidate in enumerate(two, 1):
            if word == candidate:
                row[place] = before[place - 1] + 1
        longest = max(longest, *row)
        before = row
    return longest
