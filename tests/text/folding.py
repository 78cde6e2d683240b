"""A slow way to words: Python's own normalisation, one code point at a time."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from dedup.text.words import Words

# Scripts written without spaces, by the first word of a letter's Unicode name.
IDEOGRAPHIC = {"CJK", "IDEOGRAPHIC"}
SYLLABIC = {
    "THAI", "LAO", "MYANMAR", "KHMER", "TAI", "NEW", "HIRAGANA", "KATAKANA", "HENTAIGANA",
    "KATAKANA-HIRAGANA",
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


def script_of(letter: str) -> str:
    name = unicodedata.name(letter, "")
    first = name.split(" ")[0]
    if "MINNAN" in name or "TALLY" in name or unicodedata.category(letter) == "Nd":  # tones, tallies, digits
        return "spaced"
    return "ideographic" if first in IDEOGRAPHIC else "syllabic" if first in SYLLABIC else "spaced"


def is_unspaced(letter: str) -> bool:
    return script_of(letter) != "spaced"


def begins(before: str, letter: str) -> bool:
    """Whether a word begins with a letter that stands behind another one."""
    scripts = {script_of(before), script_of(letter)}
    if len(scripts) > 1 or scripts == {"ideographic"}:
        return True
    return scripts == {"syllabic"} and is_cut(ord(before), ord(letter))


def is_cut(before: int, after: int) -> bool:
    if (before < 0x30A0) != (after < 0x30A0):
        return True
    mixed = (before * 0x9FB21C651E98DF25 % 2**64 ^ after) * 0xBF58476D1CE4E5B9 % 2**64
    return (mixed >> 32) % 3 == 0


def fold(text: str) -> str:
    """NFKD, case folding, NFKD."""
    decomposed = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize("NFKD", decomposed.casefold())


class Blanks:
    """Whether blanks are passed over: behind syllabic letters, unless two lines end there."""

    def __init__(self) -> None:
        self.breaks = 0

    def pass_over(self, before: str, character: str, after: str) -> bool:
        if not before or script_of(before) != "syllabic" or fold(character) not in {" ", "\n", "\r"}:
            self.breaks = 0
            return False
        self.breaks += character == "\n" or (character == "\r" and after != "\n")
        if self.breaks == 2:
            self.breaks = 0
            return False
        return True


def plain_words(text: str) -> list[str]:
    """The folded words of a text that is folded as a whole first, and then split."""
    words: list[str] = []
    before = ""  # the last letter of the current word
    blanks = Blanks()
    whole = fold("".join(c for c in text if not is_ignorable(c)))
    for character, after in zip(whole, f"{whole[1:]} ", strict=False):
        if blanks.pass_over(before, character, after):
            continue
        group = unicodedata.category(character)[0]
        if group == "M" and before:
            words[-1] += character
        elif group in "LN":
            if not before or begins(before, character):
                words.append("")
            words[-1] += character
            before = character
        elif group not in "LNM":
            before = ""
    return [plain(unicodedata.normalize("NFD", word)) for word in words]


def slow_words(text: str) -> list[Word]:
    """The words of a text with their places, each code point looked at by itself."""
    words: list[Word] = []
    before = ""
    blanks = Blanks()
    for place, character in enumerate(text):
        if is_ignorable(character) or blanks.pass_over(before, character, text[place + 1 : place + 2]):
            continue
        folded = "".join(c for c in fold(character) if unicodedata.category(c)[0] in "LNM")
        if not folded:
            before = ""
        elif all(unicodedata.category(c)[0] == "M" for c in folded):
            if before:
                words[-1] = Word(words[-1].folded + folded, words[-1].start, place + 1)
        else:
            letters = [c for c in folded if unicodedata.category(c)[0] != "M"]
            if before and not begins(before, letters[0]):
                words[-1] = Word(words[-1].folded + folded, words[-1].start, place + 1)
            else:
                words.append(Word(folded, place, place + 1))
            before = letters[-1]
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
