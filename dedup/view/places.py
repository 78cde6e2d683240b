"""Where the words of a text stand, and where it may be cut between them."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import NamedTuple

from dedup.text.words import split_text


class Places(NamedTuple):
    """A text and where its words are."""

    text: str
    starts: list[int]
    ends: list[int]

    @classmethod
    def of(cls, text: str) -> Places:
        """Where the words of a text are."""
        words = split_text(text)
        return cls(text, words.starts.tolist(), words.ends.tolist())

    def between(self, start: int, end: int) -> tuple[int, int]:
        """Indexes of the words that begin in a range, half-open."""
        return bisect_left(self.starts, start), bisect_left(self.starts, end)


class Stretch:
    """The same words in both texts. Gap n stands before word n; the last one after all words.

    start, end  code points of either text, half-open
    """

    def __init__(self, texts: tuple[Places, Places], start: tuple[int, int], end: tuple[int, int]) -> None:
        self.texts = texts
        self.start = start
        self.end = end
        words = [
            side.between(*ends)
            for side, ends in zip(texts, zip(self.start, self.end, strict=True), strict=True)
        ]
        self.first = [first for first, _ in words]
        self.words = min(stop - first for first, stop in words)

    def gaps(self, number: int) -> list[tuple[int, str]]:
        """Where the nth gap begins in each text, and what it holds."""
        found = []
        for side, text in enumerate(self.texts):
            word = self.first[side] + number
            start = text.ends[word - 1] if number else self.start[side]
            end = text.starts[word] if number < self.words else self.end[side]
            found.append((start, text.text[start:end]))
        return found

    def gaps_with(self, pattern: re.Pattern[str], first: int, stop: int) -> list[int]:
        """Which of the gaps from ``first`` to ``stop`` may hold a match of a pattern, in either text."""
        found = set()
        for side, text in enumerate(self.texts):
            base = self.first[side]
            start = text.ends[base + first - 1] if first else self.start[side]
            end = text.starts[base + stop] if stop < self.words else self.end[side]
            for match in pattern.finditer(text.text, start, end):
                found.add(bisect_left(text.starts, match.start()) - base)
        return sorted(number for number in found if first <= number <= stop)

    def cut(self, number: int) -> tuple[int, int]:
        """Where to cut in the nth gap: behind its last space, else before the word."""
        left, right = (start + behind_space(gap) for start, gap in self.gaps(number))
        return left, right


def behind_space(gap: str) -> int:
    """Where to cut what stands between two words: behind its last space, else before the word."""
    spaces = [index for index, character in enumerate(gap) if character.isspace()]
    return spaces[-1] + 1 if spaces else len(gap)
