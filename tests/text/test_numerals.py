from __future__ import annotations

import pytest

from dedup.text.numerals import are_numerals
from dedup.text.words import split_text


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Three ships and TWELVE boats, one of them late", ["Three", "TWELVE"]),
        ("Die fünf Boote und zwölf Schiffe", ["fünf", "zwölf"]),
        ("Il y a cinquante bateaux", ["cinquante"]),
        ("3 ships weighed 12 tonnes", []),  # they have digits
        ("threefold, a tenth, someone", []),
        ("", []),
    ],
)
def test_numbers_in_letters(text: str, numbers: list[str]) -> None:
    words = split_text(text)
    places = zip(words.starts.tolist(), words.ends.tolist(), are_numerals(words.hashes).tolist(), strict=True)
    assert [text[start:end] for start, end, found in places if found] == numbers
