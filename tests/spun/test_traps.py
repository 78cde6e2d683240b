"""Clean but stilted texts accuse nobody, alone or beside an edited copy.

The texts are invented. Each holds phrases that spinners leave behind too, as writers of its
register really use them; the file's name is the register.
"""

import re
from pathlib import Path

import pytest

from dedup import compare
from dedup.spun import find_spun

TEXTS = {
    path.stem: path.read_text("utf-8")
    for path in sorted(Path(__file__).with_name("data").glob("traps/*.txt"))
}

# What a copy desk replaces in either direction; no rule is a spinner's.
NEUTRAL = {
    "numerous": "many",
    "roughly": "about",
    "thus far": "so far",
    "on account of": "because of",
    "moreover": "besides",
    "stated": "said",
    "must": "has to",
    "large": "big",
    "began": "started",
    "wanted": "wished",
    "told": "informed",
    "within": "inside",
    "shop": "store",
    "path": "track",
    "got": "received",
    "whole": "entire",
    "costs": "prices",
}

# What a copy desk makes of stilted phrases.
PLAIN = {
    **NEUTRAL,
    "in regards to": "about",
    "in regard to": "about",
    "in opposition to": "against",
    "as a result of": "because of",
    "so as to": "to",
    "the usage of": "the use of",
    "right into": "into",
    "burden": "load",
    "significance": "importance",
    "entrance door": "front door",
    "home windows": "windows",
    "within the": "in the",
}

EDITS = {
    "to plain": NEUTRAL,
    "to formal": {new: old for old, new in NEUTRAL.items()},
    "stilted to plain": PLAIN,
}


def edit(text: str, rules: dict[str, str]) -> str:
    """The text with every phrase of the rules replaced, capitals kept; longer phrases first."""
    phrases = "|".join(sorted(map(re.escape, rules), key=len, reverse=True))

    def replace(match: re.Match[str]) -> str:
        new = rules[match[0].lower()]
        return new[0].upper() + new[1:] if match[0][0].isupper() else new

    return re.sub(rf"\b(?:{phrases})\b", replace, text, flags=re.IGNORECASE)


@pytest.mark.parametrize("name", TEXTS)
def test_a_stilted_text_is_not_flagged(name: str) -> None:
    verdict, evidence = find_spun(TEXTS[name])
    assert not verdict.spun, [(one.phrase, one.natural, one.weight) for one in evidence]


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("rules", EDITS)
def test_a_copy_edit_accuses_neither_side(name: str, rules: str) -> None:
    text, edited = TEXTS[name], edit(TEXTS[name], EDITS[rules])
    compared = compare(text, edited)
    assert compared.spun_side is None, (compared.left_evidence, compared.right_evidence)
    assert compare(edited, text).spun_side is None


@pytest.mark.parametrize("rules", EDITS)
def test_the_copy_edits_change_nearly_every_text(rules: str) -> None:
    changed = sum(edit(text, EDITS[rules]) != text for text in TEXTS.values())
    assert changed >= 0.8 * len(TEXTS)


def test_there_are_many_texts_of_an_articles_length() -> None:
    assert len(TEXTS) >= 66
    assert all(130 <= len(text.split()) <= 260 for text in TEXTS.values())
