"""English inflection, as far as the lexicon needs it: parallel forms of verbs and nouns.

Forms come in a fixed order, so that two words of one class can be paired form by form.
"""

from __future__ import annotations

import functools
import re

# base: past, participle
_IRREGULAR = {
    "become": ("became", "become"), "begin": ("began", "begun"), "break": ("broke", "broken"),
    "bring": ("brought", "brought"), "build": ("built", "built"), "buy": ("bought", "bought"),
    "choose": ("chose", "chosen"), "come": ("came", "come"), "cut": ("cut", "cut"),
    "deal": ("dealt", "dealt"), "draw": ("drew", "drawn"), "drive": ("drove", "driven"),
    "fall": ("fell", "fallen"), "feel": ("felt", "felt"), "fight": ("fought", "fought"),
    "find": ("found", "found"), "flee": ("fled", "fled"), "fly": ("flew", "flown"),
    "forget": ("forgot", "forgotten"), "get": ("got", "gotten"), "give": ("gave", "given"),
    "go": ("went", "gone"), "grow": ("grew", "grown"), "hang": ("hung", "hung"),
    "have": ("had", "had"), "hear": ("heard", "heard"), "hide": ("hid", "hidden"),
    "hit": ("hit", "hit"), "hold": ("held", "held"), "hurt": ("hurt", "hurt"),
    "keep": ("kept", "kept"), "know": ("knew", "known"), "lead": ("led", "led"),
    "leave": ("left", "left"), "lose": ("lost", "lost"), "make": ("made", "made"),
    "mean": ("meant", "meant"), "meet": ("met", "met"), "overcome": ("overcame", "overcome"),
    "pay": ("paid", "paid"), "put": ("put", "put"), "read": ("read", "read"),
    "ride": ("rode", "ridden"), "rise": ("rose", "risen"), "run": ("ran", "run"),
    "say": ("said", "said"), "see": ("saw", "seen"), "seek": ("sought", "sought"),
    "sell": ("sold", "sold"), "send": ("sent", "sent"), "set": ("set", "set"),
    "shoot": ("shot", "shot"), "show": ("showed", "shown"), "shut": ("shut", "shut"),
    "sing": ("sang", "sung"), "speak": ("spoke", "spoken"), "spend": ("spent", "spent"),
    "spread": ("spread", "spread"), "stand": ("stood", "stood"), "strike": ("struck", "struck"),
    "strive": ("strove", "striven"), "take": ("took", "taken"), "teach": ("taught", "taught"),
    "tell": ("told", "told"), "think": ("thought", "thought"),
    "understand": ("understood", "understood"), "wear": ("wore", "worn"), "win": ("won", "won"),
    "write": ("wrote", "written"), "beat": ("beat", "beaten"), "be": ("was", "been"),
    "dwell": ("dwelt", "dwelt"), "foresee": ("foresaw", "foreseen"), "arise": ("arose", "arisen"),
    "sleep": ("slept", "slept"), "steal": ("stole", "stolen"), "throw": ("threw", "thrown"),
}  # fmt: skip

# The last consonant is doubled: stressed final syllable of one vowel and one consonant.
_DOUBLED = {
    "admit", "ban", "chat", "commit", "drop", "excel", "flip", "grab", "plan", "prefer", "regret", "sap",
    "ship", "shop", "stop", "submit", "transfer", "trip", "begin", "cut", "forget", "get", "hit", "put",
    "run", "set", "shut", "win",
}  # fmt: skip

_PLURALS = {
    "man": "men", "woman": "women", "child": "children", "person": "people", "life": "lives",
    "wife": "wives", "half": "halves", "analysis": "analyses", "basis": "bases", "crisis": "crises",
    "foot": "feet", "news": "news", "series": "series", "people": "people",
}  # fmt: skip

_LEAST_BASE = 3  # letters
_ENDINGS = (
    ("s", ("",)), ("es", ("",)), ("ed", ("", "e")), ("ing", ("", "e")), ("ies", ("y",)), ("ied", ("y",)),
    ("er", ("", "e")), ("est", ("", "e")), ("ier", ("y",)), ("iest", ("y",)),
)  # fmt: skip


def verb_forms(phrase: str) -> tuple[str, str, str, str, str]:
    """Base, third person, past, participle and -ing form; of a phrase, its first word changes."""
    base, _, rest = phrase.partition(" ")
    tail = " " + rest if rest else ""
    past = _suffixed(base, "ed")
    past, participle = _IRREGULAR.get(base, (past, past))
    third = {"have": "has", "be": "is", "do": "does", "go": "goes"}.get(base) or plural(base)
    forms = (base, third, past, participle, _suffixed(base, "ing"))
    return tuple(form + tail for form in forms)  # type: ignore[return-value]


def plural(noun: str) -> str:
    """The plural; of a phrase, that of its last word."""
    head, _, last = noun.rpartition(" ")
    start = head + " " if head else ""
    if last in _PLURALS:
        return start + _PLURALS[last]
    if re.search(r"(s|x|z|ch|sh)$", last):
        return start + last + "es"
    if re.search(r"[^aeiou]y$", last):
        return start + last[:-1] + "ies"
    return start + last + "s"


def forms(phrase: str, kind: str) -> tuple[str, ...]:
    """All forms of a phrase of class ``v`` (verb), ``n`` (noun) or another, which has one form."""
    if kind == "v":
        return verb_forms(phrase)
    if kind == "n":
        return (phrase, phrase if phrase.endswith("s") else plural(phrase))
    return (phrase,)


def bases(word: str) -> frozenset[str]:
    """What a word may be a form of, itself among them; more than one where it can't be told."""
    found = {word, *_bases().get(word, ())}
    for ending, instead in _ENDINGS:
        head = word.removesuffix(ending)
        if head != word and len(head) >= _LEAST_BASE:
            found |= {head + one for one in instead}
            if len(head) > _LEAST_BASE and head[-1] == head[-2] and ending[0] in "ei":
                found.add(head[:-1])
    return frozenset(found)


@functools.cache
def _bases() -> dict[str, frozenset[str]]:
    """Irregular forms, and what they are forms of."""
    found: dict[str, set[str]] = {}
    for base in _IRREGULAR:
        for form in verb_forms(base):
            found.setdefault(form, set()).add(base)
    for noun, many in _PLURALS.items():
        found.setdefault(many, set()).add(noun)
    for form in ("am", "are", "were"):
        found.setdefault(form, set()).add("be")
    return {form: frozenset(group) for form, group in found.items()}


def _suffixed(base: str, suffix: str) -> str:
    if base in _DOUBLED:
        return base + base[-1] + suffix
    if base.endswith("ie") and suffix == "ing":
        return base[:-2] + "ying"
    if base.endswith("e") and not (suffix == "ing" and base.endswith("ee")) and base != "be":
        return base + "d" if suffix == "ed" else base[:-1] + "ing"
    if suffix == "ed" and re.search(r"[^aeiou]y$", base):
        return base[:-1] + "ied"
    return base + suffix
