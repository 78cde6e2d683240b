"""Sentences in other words by rules: synonyms, contractions, order, voice, division.

Names, numbers and what is said stay; words with a capital inside a sentence count as names.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence

from benchmarks.kinds.synonyms import Entry
from benchmarks.kinds.texts import Sentences, count_words

_PARTS = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|.", re.DOTALL)
_LONGEST = 4  # words of a phrase
_OPENERS = """
    The A An This That These Those It He She They We I You There In On At For With As But And Its His Her
    Their Our My Your All Some Many Most Several Such Under During After Before By To From Of Both Each
    If When While Although Because Since Last Other Another One Two Also
"""
_PLAIN = """
    a an the of to in on at for with and or but nor as by from its his her their our my your this that these
    those it he she they we you not no more most than both all so then be been is are was were has have had
    will would can could may must should do does did who which what when where why how if
"""
_OPENING, _PLAIN_WORDS = frozenset(_OPENERS.split()), frozenset(_PLAIN.split())
_CONTRACTIONS = {
    r"\b(is|are|was|were|does|do|did|has|have|had|would|could|should) not\b": r"\1n't",
    r"\bcannot\b": "can't",
    r"\bwill not\b": "won't",
    r"\b([Ii]t|[Hh]e|[Ss]he|[Tt]hat|[Tt]here) is\b": r"\1's",
    r"\b([Ww]e|[Tt]hey|[Yy]ou) are\b": r"\1're",
    r"\b([Ww]e|[Tt]hey|[Yy]ou|I) have (?=\w+ed\b|been\b)": r"\1've ",
    r"\b(I|[Ww]e|[Tt]hey|[Hh]e|[Ss]he|[Ii]t) will\b": r"\1'll",
}
_DAY = r"(?:on )?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_MONTH = r"in (?:January|February|March|April|May|June|July|August|September|October|November|December)"
_WHEN = rf"(?:{_DAY}|{_MONTH}(?: \d{{4}})?|in \d{{4}}|today|yesterday|(?:this|last|next) (?:week|month|year))"
_SPOKE = "said|stated|added|noted|explained|told reporters"
_PRONOUNS = "it|he|she|they|we|I"
_SUBJECT = rf"{_PRONOUNS}|the|a|an|this|these|there|our|his|her|its|their|many|some|[A-Z]\w+"
_AFTER_NOUN = r"(?=[,.;]| (?:is|are|was|were|has|have|had|would|in|on|for|to|and|that|which|by)\b)"

Rule = Callable[[re.Match[str]], str]


def reword(
    sentences: Sequence[str],
    entries: Mapping[str, Sequence[Entry]],
    chance: random.Random,
    *,
    rate: float = 1.0,
    divide: bool = False,
) -> Sentences:
    """Every sentence in other words, in the same order.

    rate    share of the synonyms that are taken, 0..1
    divide  long sentences are split and short neighbours merged too
    """
    found = [_replace(_turn(_reorder(sentence)), entries, chance, rate) for sentence in sentences]
    found = [_contract(sentence) for sentence in found]
    return _merge([_split(sentence) for sentence in found]) if divide else found


def _contract(sentence: str) -> str:
    for pattern, contracted in _CONTRACTIONS.items():
        sentence = re.sub(pattern, contracted, sentence)
    return sentence


def _reorder(sentence: str) -> str:
    """One clause, attribution or adverbial moved: the first rule that fits."""
    if re.search(r"[\"“”]", sentence):
        return sentence  # what is quoted stays in one piece
    for pattern, rule in _ORDERS:
        match = re.fullmatch(pattern, sentence)
        if match:
            return rule(match)
    return sentence


def _quote_last(match: re.Match[str]) -> str:
    return f"{_capital(match['what'])}, {_small(match['who'])} {match['verb']}."


def _passive(match: re.Match[str]) -> str:
    was = "were" if match["whom"].split()[0] in {"two", "three", "several", "many"} else "was"
    return f"{_capital(match['whom'])} {was} {match['verb']} by {_small(match['who'])}."


_ORDERS: tuple[tuple[str, Rule], ...] = (
    (rf"(?P<who>[A-Z][^,]{{1,60}}?) (?P<verb>{_SPOKE}) (?:that )?(?P<what>[^,].{{20,}})\.", _quote_last),
    (
        rf"(?P<what>[A-Z].{{20,}}), (?P<who>(?!he |she |it |they |I |we )[^,]{{2,50}}) (?:{_SPOKE})\.",
        lambda m: f"According to {m['who']}, {_small(m['what'])}.",
    ),
    (
        r"(?P<who>[^,]{3,40}) "
        r"(?P<verb>approved|rejected|adopted|signed|passed|opened|built|published|won) "
        r"(?P<whom>(?:a|an|the|its|two|three|several) [^,]{5,60})\.",
        _passive,
    ),
    (
        r"(?P<what>[^,]{20,}),? (?P<link>because|although|while|when|if|unless|after|before) "
        r"(?P<why>[^,]{12,})\.",
        lambda m: f"{_capital(m['link'])} {m['why']}, {_small(m['what'])}.",
    ),
    (
        r"(?P<link>Although|When|If|While|After|Because|Before|Since|As|Under|During|With|By|For) "
        rf"(?P<why>[^,]{{8,}}), (?P<what>(?:{_SUBJECT}) .{{15,}})\.",
        lambda m: f"{_capital(m['what'])} {m['link'].lower()} {m['why']}.",
    ),
    (
        rf"(?P<a>[^,]{{12,}}?) (?P<when>{_WHEN})(?P<b>|,? .+)\.",
        lambda m: f"{_capital(m['when'])}, {_small(m['a'])}{m['b']}.",
    ),
    (
        r"(?P<a>[^,]{25,}), (?P<which>which|who) (?P<b>[^,]{15,})\.",
        lambda m: f"{m['a']}. {'These' if m['which'] == 'who' else 'That'} {m['b']}.",
    ),
    (
        r"(?P<a>[^,]{30,}) "
        r"(?P<b>(?:in|at|during|under) (?:the|a|an|its|his|her|their|[A-Z0-9]\w+)[^,]{2,40})\.",
        lambda m: f"{_capital(m['b'])}, {_small(m['a'])}.",
    ),
)


def _turn(sentence: str) -> str:
    """Owners put first, and the members of simple pairs exchanged."""
    sentence = re.sub(rf"\bthe ([a-z]{{3,}}) of the ([a-z]{{3,}}){_AFTER_NOUN}", r"the \2's \1", sentence)

    def exchange(match: re.Match[str]) -> str:
        one, other = match[2], match[3]
        if one in _PLAIN_WORDS or other in _PLAIN_WORDS:
            return match[0]
        return f"{match[1]} {other} and {one}{match[4]}"

    return re.sub(
        r"\b(of|the|for|in|to|with|between|on) ([a-z]{3,}) and ([a-z]{3,})([,.;])", exchange, sentence
    )


def _replace(
    sentence: str, entries: Mapping[str, Sequence[Entry]], chance: random.Random, rate: float
) -> str:
    """Phrases replaced, the longest first; ``a`` and ``an`` follow what comes after them."""
    parts = _PARTS.findall(sentence)
    out: list[str] = []
    at, before = 0, ""
    while at < len(parts):
        size, entry = _find(parts, at, entries, before)
        if entry is None or chance.random() >= rate:
            out.append(parts[at])
            before = parts[at].lower() if parts[at].strip() else before
            at += 1
            continue
        choice = chance.choice(entry.choices_after(before))
        if len(out) > 1 and out[-2] in {"a", "an", "A", "An"}:
            out[-2] = out[-2][0] + ("n" if _is_vowel(choice) else "")
        out.append(_capital(choice) if parts[at][0].isupper() else choice)
        before = choice.rpartition(" ")[2]
        at += size
    return "".join(out)


def _find(
    parts: Sequence[str], at: int, entries: Mapping[str, Sequence[Entry]], before: str
) -> tuple[int, Entry | None]:
    """The longest phrase that begins here: how many parts it has, spaces too, and its entry."""
    first = parts[at]
    if not first[0].islower() and not (at == 0 and first[1:].islower()):
        return 1, None
    for size in range(2 * _LONGEST - 1, 0, -2):
        phrase = "".join(parts[at : at + size])
        for entry in entries.get(phrase.lower() if at == 0 else phrase, ()):
            if entry.fits(before):
                return size, entry
    return 1, None


def _split(sentence: str) -> Sentences:
    """A sentence of two main clauses as two."""
    match = re.fullmatch(
        rf"(?P<a>[^\"“]{{30,}}?)(?:;|, (?P<link>and|but|yet|so)) (?P<b>(?:{_PRONOUNS}|the) [^\"”]{{20,}})",
        sentence,
    )
    if not match:
        return [sentence]
    adversative = match["link"] in {"but", "yet"}
    return [f"{match['a']}.", f"However, {match['b']}" if adversative else _capital(match["b"])]


def _merge(groups: Sequence[Sentences]) -> Sentences:
    """Two short neighbours as one, of groups of one sentence; and all others as they are."""
    merged: Sentences = []
    free = False  # the last one may take another
    for group in groups:
        short = len(group) == 1 and count_words(group) < 14 and re.fullmatch(r"[^\"“]+\.", group[0])
        if short and free:
            merged[-1] = f"{merged[-1][:-1]}, and {_small(group[0])}"
            free = False
        else:
            merged += group
            free = bool(short)
    return merged


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _small(text: str) -> str:
    """A beginning in lower case, unless it may be a name."""
    first = text.partition(" ")[0].rstrip(",")
    return text[:1].lower() + text[1:] if first in _OPENING and first != "I" else text


def _is_vowel(word: str) -> bool:
    return (word[0] in "aeio" and not word.startswith(("one", "eu"))) or word.startswith(("un", "up", "um"))
