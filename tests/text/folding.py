"""A slow way to words: Python's own normalisation, one code point at a time."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from dedup.text.words import Words

# Scripts written without spaces, by the first word of a letter's Unicode name.
UNSPACED = {
    "THAI", "LAO", "MYANMAR", "KHMER", "TAI", "NEW", "HIRAGANA", "KATAKANA", "HENTAIGANA", "CJK",
    "IDEOGRAPHIC", "KATAKANA-HIRAGANA",
}  # fmt: skip
IGNORABLE = {0x034F, *range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0000, 0xE01F0)}


# Letters that pass for ASCII ones, after Unicode Technical Standard 39.
LOOKALIKES = str.maketrans("авеиікмнорстухѕјһԁԛԝαβεζηικμνορτυχ", "abenikmhopctyxsjhdqwabezhikmnoptyx")


def plain(word: str) -> str:
    """A word of ASCII letters and others that look like them, in ASCII letters."""
    changed = word.translate(LOOKALIKES)
    if changed.isascii() and any("a" <= letter <= "z" for letter in word):
        return changed
    return word


class Word(NamedTuple):
    folded: str
    start: int
    end: int


def is_ignorable(character: str) -> bool:
    return unicodedata.category(character) == "Cf" or ord(character) in IGNORABLE


def is_unspaced(character: str) -> bool:
    name = unicodedata.name(character, "")
    return name.split(" ")[0] in UNSPACED and not (
        "MINNAN" in name or "TALLY" in name
    )  # tone letters, tally marks


def fold(text: str) -> str:
    """NFKD, case folding, NFKD."""
    decomposed = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize("NFKD", decomposed.casefold())


def plain_words(text: str) -> list[str]:
    """The folded words of a text that is folded as a whole first, and then split."""
    words: list[str] = []
    inside = unspaced = False
    for character in fold("".join(c for c in text if not is_ignorable(c))):
        group = unicodedata.category(character)[0]
        if group == "M" and inside:
            words[-1] += character
        elif group in "LN":
            if not inside or unspaced or is_unspaced(character):
                words.append("")
            words[-1] += character
            inside, unspaced = True, is_unspaced(character)
        elif group not in "LNM":
            inside = False
    return [plain(word) for word in words]


def slow_words(text: str) -> list[Word]:
    """The words of a text with their places, each code point looked at by itself."""
    words: list[Word] = []
    inside = unspaced = False
    for place, character in enumerate(text):
        if is_ignorable(character):
            continue
        folded = "".join(c for c in fold(character) if unicodedata.category(c)[0] in "LNM")
        if not folded:
            inside = False
        elif all(unicodedata.category(c)[0] == "M" for c in folded):
            if inside:
                words[-1] = Word(words[-1].folded + folded, words[-1].start, place + 1)
        else:
            letter = next(c for c in folded if unicodedata.category(c)[0] != "M")
            if inside and not unspaced and not is_unspaced(letter):
                words[-1] = Word(words[-1].folded + folded, words[-1].start, place + 1)
            else:
                words.append(Word(folded, place, place + 1))
            inside, unspaced = True, is_unspaced(letter)
    return [word._replace(folded=plain(unicodedata.normalize("NFD", word.folded))) for word in words]


def words_of(words: Words, text: int = 0) -> list[Word]:
    """The words of one text as the kernel gives them."""
    own = range(words.first[text], words.first[text + 1])
    return [
        Word(
            words.folded[words.places[w] : words.places[w + 1] - 1].tobytes().decode(),
            int(words.starts[w]),
            int(words.ends[w]),
        )
        for w in own
    ]
