"""Several texts as the stages see them: one string of bytes, split into words together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dedup.align.numbered import Numbered
from dedup.rewrite.statements import Statements, read_statements
from dedup.sketch.rarity import Rarity, no_articles
from dedup.text.sentences import mark_words
from dedup.text.words import SECRET_KEY, Words, split_words


def encode(texts: Sequence[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    data = [text.encode() for text in texts]
    return np.frombuffer(b"".join(data), np.uint8), np.cumsum([0, *map(len, data)], dtype=np.int64)


def split(texts: Sequence[str]) -> tuple[Words, NDArray[np.uint8]]:
    """The words of texts, and their marks."""
    buffers = encode(texts)
    words = split_words(*buffers)
    return words, mark_words(*buffers, words)


def state(texts: Sequence[str], rarity: Rarity | None = None) -> Statements:
    """What texts state, whole."""
    buffers = encode(texts)
    words = split_words(*buffers, SECRET_KEY)
    kept, numbered = np.arange(len(words.hashes)), Numbered.of(words.hashes, words.first)
    return read_statements(*buffers, words, kept, numbered, rarity or no_articles())
