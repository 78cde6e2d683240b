"""What words may be replaced by: the list ``synonyms.txt``, with all forms of its verbs and nouns."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_LIST = Path(__file__).parent / "synonyms.txt"
_DOUBLING = {"cut", "put", "set", "let", "get", "run", "win", "begin", "forbid"}
_DOUBLED = re.compile(r"(.*)([bgmnprt])\2ed")
_VERBAL = """
    to will would can could may might must should not cannot shall we they i you who help let
"""
_PERFECT = "have has had having be been being is are was were not recently already"
_THIRD = "it he she who which that this also"
_NOMINAL = "the a an its his her their our my your this that any no some of for and federal new public tax"
_BEFORE_BASE, _AUXILIARIES, _BEFORE_THIRD, _BEFORE_NOUN = (
    frozenset(words.split()) for words in (_VERBAL, _PERFECT, _THIRD, _NOMINAL)
)


class Entry(NamedTuple):
    """What may stand for a phrase.

    choices      the other phrases
    before       words of which one has to stand before it, so that it is the part of speech that is
                 meant; none: it may stand anywhere
    not_before   words that may not stand before it
    participles  the choices after an auxiliary, if they are others
    """

    choices: tuple[str, ...]
    before: frozenset[str] = frozenset()
    not_before: frozenset[str] = frozenset()
    participles: tuple[str, ...] = ()

    def fits(self, before: str) -> bool:
        """Whether it may be taken after this word."""
        return before not in self.not_before and (not self.before or before in self.before)

    def choices_after(self, before: str) -> tuple[str, ...]:
        """What may stand for the phrase after this word."""
        return self.participles if self.participles and before in _AUXILIARIES else self.choices


@functools.cache
def entries() -> dict[str, list[Entry]]:
    """All entries by the phrase that they replace, in lower case; as it stands, as a verb, as a noun."""
    found: dict[str, list[Entry]] = {}
    for line in _LIST.read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        left, right = line.split(" = ")
        kind, _, word = left.partition(" ")
        choices = right.split(", ")
        for form, entry in {"verb": _verb, "noun": _noun, "word": _word}[kind](word, choices):
            others = found.setdefault(form, [])
            if kind == "noun" and others:
                entry = entry._replace(before=_BEFORE_NOUN)  # it may be a verb
            others.insert(0 if kind == "word" else len(others), entry)
    return found


def _word(word: str, choices: list[str]) -> Iterator[tuple[str, Entry]]:
    yield word, Entry(tuple(choices))


def _noun(word: str, choices: list[str]) -> Iterator[tuple[str, Entry]]:
    one, many = _number(word)
    others = [_number(choice) for choice in choices]
    yield one, Entry(tuple(other for other, _ in others), not_before=_BEFORE_BASE)
    if many != one:
        yield many, Entry(tuple(other for _, other in others), not_before=_BEFORE_THIRD)


def _verb(word: str, choices: list[str]) -> Iterator[tuple[str, Entry]]:
    base, third, past, participle, present = _conjugate(word)
    sides = list(zip(*map(_conjugate, choices), strict=True))
    yield base, Entry(sides[0], _BEFORE_BASE)
    yield third, Entry(sides[1], _BEFORE_THIRD)
    yield past, Entry(sides[2], participles=sides[3] if past == participle else ())
    if past != participle:
        yield participle, Entry(sides[3], _AUXILIARIES)
    yield present, Entry(sides[4])


def _number(spec: str) -> tuple[str, str]:
    """A noun in singular and plural; the plural stands after a slash where it takes more than an s."""
    one, _, many = spec.partition("/")
    return one, many or f"{one}s"


def _conjugate(spec: str) -> tuple[str, str, str, str, str]:
    """A verb as base, third person, past, participle and present participle. What follows it stays.

    Past and participle stand after slashes where they are irregular, the latter if it is another.
    """
    base, *given = spec.split("/")
    verb, _, rest = base.partition(" ")
    tail = f" {rest}" if rest else ""
    past = given[0] if given else f"{_past(verb)}{tail}"
    return base, f"{_third(verb)}{tail}", past, given[-1] if given else past, f"{_present(verb, past)}{tail}"


def _past(verb: str) -> str:
    if verb.endswith("e"):
        return f"{verb}d"
    return f"{verb[:-1]}ied" if re.search("[^aeiou]y$", verb) else f"{verb}ed"


def _third(verb: str) -> str:
    irregular = {"be": "is", "have": "has", "do": "does", "go": "goes"}
    if verb in irregular:
        return irregular[verb]
    if re.search("[^aeiou]y$", verb):
        return f"{verb[:-1]}ies"
    return f"{verb}es" if re.search("(s|x|z|ch|sh)$", verb) else f"{verb}s"


def _present(verb: str, past: str) -> str:
    doubled = _DOUBLED.fullmatch(past.partition(" ")[0])
    if verb in _DOUBLING or (doubled and doubled[1] + doubled[2] == verb):
        return f"{verb}{verb[-1]}ing"
    return f"{verb[:-1]}ing" if re.search("[^eyo]e$", verb) and verb != "be" else f"{verb}ing"
