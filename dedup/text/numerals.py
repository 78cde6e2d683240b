"""Numbers written in letters: facts like those in digits, in languages of which we know them.

"One" is left out, and what else is a word of another meaning as often ("second", "sei", "once").
"""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from dedup.text.words import split_text

_MASK = np.uint64(2**16 - 1)
# English, German, French, Spanish, Italian, Portuguese, Dutch.
_NUMERALS = """
two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion
zwei drei vier fünf sechs sieben acht neun zehn elf zwölf zwanzig dreißig vierzig fünfzig hundert tausend
deux trois quatre cinq sept huit neuf dix onze douze quinze vingt trente quarante cinquante cent mille
dos tres cuatro cinco seis siete ocho nueve diez doce quince veinte treinta cuarenta cincuenta cien mil
due tre quattro cinque sette otto nove dieci undici dodici venti trenta quaranta cinquanta cento
dois três quatro sete oito dez doze vinte trinta quarenta cinquenta cem
twee drie vijf zes zeven acht negen tien twaalf twintig dertig veertig vijftig honderd duizend
"""


def are_numerals(hashes: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Which words, given by their hashes under SKETCH_KEY, are numbers written in letters, bool[w]."""
    known, slots = _numerals()
    found: NDArray[np.bool_] = slots[hashes & _MASK]  # most words are told apart by this alone
    some = np.flatnonzero(found)
    found[some] = np.isin(hashes[some], known)
    return found


@functools.cache
def _numerals() -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
    """Their hashes, and which slots of a table they fall into."""
    hashes = np.unique(split_text(_NUMERALS).hashes)
    slots = np.zeros(int(_MASK) + 1, np.bool_)
    slots[hashes & _MASK] = True
    return hashes, slots
