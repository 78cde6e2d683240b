"""Putting the natural phrase into the shape of the phrase it replaces."""

from __future__ import annotations

import functools
import re

from dedup.spun.conditions import is_capitalised

_WORD = re.compile(r"\w+")
_REMEMBERED = 1 << 14  # phrases with what they stand for: articles have the same ones again and again
_SMALL = {"a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"}


@functools.lru_cache(_REMEMBERED)
def differing(phrase: str, natural: str) -> tuple[str, str]:
    """The two phrases, folded, without the words that they begin or end with together.

    ("Chinese language chief", "Chinese leader") -> ("language chief", "leader").
    """
    left, right = _folded(phrase), _folded(natural)
    head = _shared(left, right)
    tail = _shared(left[head:][::-1], right[head:][::-1])
    return " ".join(left[head : len(left) - tail]), " ".join(right[head : len(right) - tail])


@functools.lru_cache(_REMEMBERED)
def adapt(natural: str, phrase: str) -> str:
    """``natural`` in the capitals of ``phrase``; words that both have keep their spelling."""
    if phrase.isupper():
        return natural.upper()
    spelled = {match[0].lower(): match[0] for match in _WORD.finditer(phrase)}
    words = [_WORD.sub(lambda m: spelled.get(m[0].lower(), m[0]), word) for word in natural.split(" ")]
    if len(spelled) > 1 and is_capitalised(phrase):
        words = [word if word in _SMALL else _raised(word) for word in words]
    if phrase[0].isupper():
        words[0] = _raised(words[0])
    return " ".join(words)


def _raised(word: str) -> str:
    return word[:1].upper() + word[1:]


def _folded(phrase: str) -> list[str]:
    return _WORD.findall(phrase.lower())


def _shared(left: list[str], right: list[str]) -> int:
    """How many words the two begin with together."""
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count
