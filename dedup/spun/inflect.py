"""English inflection, as far as the lexicon needs it: parallel forms of verbs and nouns.

Forms come in a fixed order, so that two words of one class can be paired form by form.
"""

from __future__ import annotations

import functools
import re

# base: past, participle
_IRREGULAR = {
    "arise": ("arose", "arisen"), "be": ("was", "been"), "bear": ("bore", "borne"),
    "beat": ("beat", "beaten"), "become": ("became", "become"), "beget": ("begot", "begotten"),
    "begin": ("began", "begun"), "behold": ("beheld", "beheld"), "beseech": ("besought", "besought"),
    "bet": ("bet", "bet"), "bind": ("bound", "bound"), "blow": ("blew", "blown"),
    "break": ("broke", "broken"), "bring": ("brought", "brought"), "broadcast": ("broadcast", "broadcast"),
    "build": ("built", "built"), "burst": ("burst", "burst"), "buy": ("bought", "bought"),
    "cast": ("cast", "cast"), "catch": ("caught", "caught"), "choose": ("chose", "chosen"),
    "cling": ("clung", "clung"), "come": ("came", "come"), "cut": ("cut", "cut"),
    "deal": ("dealt", "dealt"), "dig": ("dug", "dug"), "do": ("did", "done"), "draw": ("drew", "drawn"),
    "drink": ("drank", "drunk"), "drive": ("drove", "driven"), "dwell": ("dwelt", "dwelt"),
    "eat": ("ate", "eaten"), "fall": ("fell", "fallen"), "feed": ("fed", "fed"), "feel": ("felt", "felt"),
    "fight": ("fought", "fought"), "find": ("found", "found"), "flee": ("fled", "fled"),
    "fling": ("flung", "flung"), "fly": ("flew", "flown"), "forbid": ("forbade", "forbidden"),
    "forecast": ("forecast", "forecast"), "foresee": ("foresaw", "foreseen"),
    "foretell": ("foretold", "foretold"), "forget": ("forgot", "forgotten"),
    "forgive": ("forgave", "forgiven"), "forsake": ("forsook", "forsaken"), "freeze": ("froze", "frozen"),
    "get": ("got", "gotten"), "give": ("gave", "given"), "go": ("went", "gone"), "grow": ("grew", "grown"),
    "hang": ("hung", "hung"), "have": ("had", "had"), "hear": ("heard", "heard"), "hide": ("hid", "hidden"),
    "hit": ("hit", "hit"), "hold": ("held", "held"), "hurt": ("hurt", "hurt"), "keep": ("kept", "kept"),
    "know": ("knew", "known"), "lay": ("laid", "laid"), "lead": ("led", "led"), "leave": ("left", "left"),
    "lend": ("lent", "lent"), "let": ("let", "let"), "lose": ("lost", "lost"), "make": ("made", "made"),
    "mean": ("meant", "meant"), "meet": ("met", "met"), "mislead": ("misled", "misled"),
    "outdo": ("outdid", "outdone"), "overcome": ("overcame", "overcome"),
    "overhear": ("overheard", "overheard"), "pay": ("paid", "paid"), "put": ("put", "put"),
    "quit": ("quit", "quit"), "read": ("read", "read"), "rend": ("rent", "rent"),
    "ride": ("rode", "ridden"), "ring": ("rang", "rung"), "rise": ("rose", "risen"), "run": ("ran", "run"),
    "say": ("said", "said"), "see": ("saw", "seen"), "seek": ("sought", "sought"), "sell": ("sold", "sold"),
    "send": ("sent", "sent"), "set": ("set", "set"), "shake": ("shook", "shaken"), "shed": ("shed", "shed"),
    "shine": ("shone", "shone"), "shoot": ("shot", "shot"), "show": ("showed", "shown"),
    "shrink": ("shrank", "shrunk"), "shut": ("shut", "shut"), "sing": ("sang", "sung"),
    "sink": ("sank", "sunk"), "sit": ("sat", "sat"), "sleep": ("slept", "slept"),
    "smite": ("smote", "smitten"), "speak": ("spoke", "spoken"), "spend": ("spent", "spent"),
    "spin": ("spun", "spun"), "split": ("split", "split"), "spread": ("spread", "spread"),
    "stand": ("stood", "stood"), "steal": ("stole", "stolen"), "stick": ("stuck", "stuck"),
    "strike": ("struck", "struck"), "strive": ("strove", "striven"), "swear": ("swore", "sworn"),
    "sweep": ("swept", "swept"), "swim": ("swam", "swum"), "swing": ("swung", "swung"),
    "take": ("took", "taken"), "teach": ("taught", "taught"), "tear": ("tore", "torn"),
    "tell": ("told", "told"), "think": ("thought", "thought"), "throw": ("threw", "thrown"),
    "tread": ("trod", "trodden"), "undergo": ("underwent", "undergone"),
    "understand": ("understood", "understood"), "unwind": ("unwound", "unwound"),
    "uphold": ("upheld", "upheld"), "wake": ("woke", "woken"), "wear": ("wore", "worn"),
    "weep": ("wept", "wept"), "win": ("won", "won"), "withdraw": ("withdrew", "withdrawn"),
    "withhold": ("withheld", "withheld"), "withstand": ("withstood", "withstood"),
    "write": ("wrote", "written"),
}  # fmt: skip

# The last consonant is doubled: stressed final syllable of one vowel and one consonant.
_DOUBLED = {
    "abhor", "admit", "annul", "ban", "bar", "beg", "beget", "begin", "bet", "chat", "chop", "clap",
    "commit", "compel", "concur", "confer", "control", "cram", "cut", "defer", "deter", "dig", "dip",
    "dispel", "drag", "drop", "emit", "equip", "excel", "expel", "extol", "fit", "flip", "flop", "forbid",
    "forget", "get", "grab", "hit", "hop", "hug", "impel", "incur", "infer", "jot", "knit", "knot", "lag",
    "let", "lug", "mug", "nab", "occur", "omit", "outstrip", "pat", "patrol", "permit", "plan", "plot",
    "plug", "prefer", "propel", "put", "quit", "rap", "rebel", "recur", "refer", "regret", "remit", "repel",
    "rip", "rob", "rub", "run", "sap", "scan", "set", "shed", "ship", "shop", "shred", "shun", "shut",
    "sip", "sit", "skid", "slam", "slap", "slip", "snap", "spin", "split", "spot", "spur", "step", "stir",
    "stop", "strip", "stun", "submit", "swap", "swim", "tap", "transfer", "transmit", "trap", "trip", "tug",
    "unplug", "unwrap", "win", "wrap",
}  # fmt: skip

_PLURALS = {
    "aircraft": "aircraft", "analysis": "analyses", "basis": "bases", "child": "children",
    "crisis": "crises", "echo": "echoes", "foot": "feet", "half": "halves", "hero": "heroes",
    "hypothesis": "hypotheses", "knife": "knives", "leaf": "leaves", "life": "lives", "loaf": "loaves",
    "man": "men", "news": "news", "people": "people", "person": "people", "phenomenon": "phenomena",
    "potato": "potatoes", "series": "series", "synthesis": "syntheses", "thief": "thieves",
    "tomato": "tomatoes", "tooth": "teeth", "veto": "vetoes", "wife": "wives", "wolf": "wolves",
    "woman": "women",
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
    third = {"have": "has", "be": "is"}.get(base) or (base + "es" if base.endswith("o") else plural(base))
    forms = (base, third, past, participle, _suffixed(base, "ing"))
    return tuple(form + tail for form in forms)  # type: ignore[return-value]


def plural(noun: str) -> str:
    """The plural; of a phrase, that of its last word."""
    head, _, last = noun.rpartition(" ")
    start = head + " " if head else ""
    if last in _PLURALS:
        return start + _PLURALS[last]
    if re.search(r"(?<!hu)(?<!ger)(?<!ro)man$", last):
        return start + last[:-2] + "en"
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
