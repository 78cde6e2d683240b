"""What judging reads of texts: the words of their bodies by number and by hash, and what they state."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dedup.align.numbered import Numbered, Places
from dedup.rewrite.statements import Statements, read_statements
from dedup.sketch.rarity import Rarity
from dedup.text.numerals import are_numerals
from dedup.text.sentences import NUMERAL
from dedup.text.words import SKETCH_KEY, hash_folded, places_of_kept
from dedup.verify.verified import Texts


class Content(NamedTuple):
    """The words of the bodies of n texts; w words.

    words       by number
    hashes      uint64[w]: under SKETCH_KEY
    statements  as stems, with NUMERAL among their marks
    """

    words: Numbered
    hashes: NDArray[np.uint64]
    statements: Statements

    @classmethod
    def of(cls, texts: Texts, rarity: Rarity) -> Content:
        """Of texts; ``rarity``: of the stems."""
        words = Numbered.of(texts.words.hashes, texts.words.first)
        kept = places_of_kept(texts.whole, texts.words)
        hashes = hash_folded(texts.whole, SKETCH_KEY, kept[words.first_uses()])
        statements = read_statements(texts.data, texts.offsets, texts.whole, kept, words, rarity)
        statements.marks[are_numerals(hashes)[words.numbers]] |= NUMERAL
        return cls(words, hashes[words.numbers], statements)

    def take(self, places: Places, first: Places) -> Content:
        """Other texts of the same words: int64[v] the places of theirs, int64[m + 1] where each begins."""
        words = Numbered(self.words.numbers[places], first, self.words.size)
        return Content(words, self.hashes[places], self.statements.take(places, first))
